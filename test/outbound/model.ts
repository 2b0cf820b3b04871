/** What a directory should come to by random changes, and what a target should have of it: for the tests that do so. */
import type { Random } from '../directory/oracle/random.ts'
import type { Fault, FakeTarget, Json } from '../support/fake-target.ts'

export type ModelUser = { userName: string; title: string; active: boolean }
export type ModelGroup = { displayName: string; members: Set<string> }
export type Model = {
  /** By our ids. */
  readonly users: Map<string, ModelUser>
  readonly groups: Map<string, ModelGroup>
  count: number
}

export type Change =
  | { readonly kind: 'createUser'; readonly user: ModelUser }
  | { readonly kind: 'updateUser'; readonly id: string; readonly change: Partial<ModelUser> }
  | { readonly kind: 'removeUser'; readonly id: string }
  | { readonly kind: 'createGroup'; readonly group: { displayName: string; members: string[] } }
  | { readonly kind: 'changeMembers'; readonly id: string; readonly members: string[] }
  | { readonly kind: 'removeGroup'; readonly id: string }

export const newModel = (): Model => ({ users: new Map(), groups: new Map(), count: 0 })

export const FAULTS: readonly (Fault | undefined)[] = [
  undefined,
  { kind: 'drop' },
  { kind: 'drop' },
  { kind: 'drop' },
  { kind: 'answer', status: 503, body: 'later' },
  { kind: 'answer', status: 429, headers: { 'Retry-After': '7' }, body: 'slowly' },
  { kind: 'answer', status: 500, body: '<html>oops</html>' },
  { kind: 'answer', status: 408 },
]

/** One of the changes that can be made now; sometimes none. */
export function nextChange(random: Random, model: Model): Change | undefined {
  const user = random.pick([...model.users.keys(), ''])
  const group = random.pick([...model.groups.keys(), ''])
  const action = random.below(12)
  const change = (change: Partial<ModelUser>) => ({ kind: 'updateUser', id: user, change }) as const
  // Few of them, so that one changes again while nobody knows what became of it.
  if (action < 3 && model.users.size < 4) {
    return { kind: 'createUser', user: { userName: `user-${model.count++}`, title: 'title 0', active: true } }
  }
  if (action < 4 && user) return change({ title: `title ${random.below(2)}` })
  if (action === 4 && user) return change({ active: !model.users.get(user)?.active })
  if (action === 5 && user) return change({ userName: `renamed-${model.count++}` })
  if (action === 6 && random.below(3) === 0 && user) return { kind: 'removeUser', id: user }
  if (action === 8 && model.groups.size < 2) {
    const members = [...model.users.keys()].filter(() => random.below(3) === 0)
    return { kind: 'createGroup', group: { displayName: `group-${model.count++}`, members } }
  }
  if (action < 11 && action > 6 && group) return membersChange(random, model, group)
  if (action === 11 && random.below(3) === 0 && group) return { kind: 'removeGroup', id: group }
  return undefined
}

/** One comes or goes, and soon the other way. */
function membersChange(random: Random, { users, groups }: Model, id: string): Change {
  const members = [...(groups.get(id)?.members ?? [])]
  const [first = ''] = users.keys()
  const one = random.below(2) === 0 ? first : random.pick([...users.keys(), first])
  if (members.includes(one)) members.splice(members.indexOf(one), 1)
  else if (one !== '') members.push(one)
  return { kind: 'changeMembers', id, members }
}

/** `id` is the one that a created resource got. */
export function apply({ users, groups }: Model, change: Change, id: string): void {
  switch (change.kind) {
    case 'createUser':
      return void users.set(id, change.user)
    case 'updateUser':
      return void Object.assign(users.get(change.id) ?? {}, change.change)
    case 'removeUser':
      users.delete(change.id)
      for (const { members } of groups.values()) members.delete(change.id)
      return
    case 'createGroup':
      return void groups.set(id, { ...change.group, members: new Set(change.group.members) })
    case 'changeMembers':
      return void Object.assign(groups.get(change.id) ?? {}, { members: new Set(change.members) })
    case 'removeGroup':
      return void groups.delete(change.id)
  }
}

const byExternalId = (one: { externalId: unknown }, other: { externalId: unknown }) =>
  String(one.externalId) < String(other.externalId) ? -1 : 1

export function usersOf({ users }: Model) {
  return [...users].map(([externalId, user]) => ({ externalId, ...user })).sort(byExternalId)
}

export function groupsOf({ groups }: Model) {
  return [...groups]
    .map(([externalId, { displayName, members }]) => ({ externalId, displayName, members: [...members].sort() }))
    .sort(byExternalId)
}

export function usersAt({ users }: FakeTarget) {
  return [...users.values()]
    .map(({ externalId, userName, title, active }: Json) => ({ externalId, userName, title, active }))
    .sort(byExternalId)
}

/** With the members by our ids. */
export function groupsAt({ users, groups }: FakeTarget) {
  return [...groups.values()]
    .map(({ externalId, displayName, members = [] }: Json) => ({
      externalId,
      displayName,
      members: (members as { value: string }[]).flatMap(({ value }) => users.get(value)?.externalId ?? []).sort(),
    }))
    .sort(byExternalId)
}
