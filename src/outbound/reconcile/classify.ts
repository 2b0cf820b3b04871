/** What the resources of a page are to us, and whether they are as they should be. */
import { nameKey } from '../../core/ids.ts'
import type { DriftKind, Difference, MemberDrift, ProvisionedType } from '../../db/schema.ts'
import { userTypeOf } from '../../directory/attributes/queries.ts'
import type { Scope } from '../../platform.ts'
import { GROUP } from '../../scim/resource-types.ts'
import type { ResourceType } from '../../scim/schema.ts'
import type { Body } from '../body.ts'
import type { Departure } from '../plan.ts'
import type { Call } from '../push.ts'
import { type OpenConnector, readSituation } from '../situation.ts'
import { asDelivery } from '../sync/dry-run.ts'
import { asIfSent, differencesBetween } from './compare.ts'
import { compareMembers } from './members.ts'
import { nameIn, type Remote } from './page.ts'
import { type Asked, type Candidate, findCandidates, findLinked, findMoving, listWantedMembers } from './queries.ts'
import { scim2Of } from './scim2.ts'

/** So many resources are read here, and groups asked for there, at once. */
const AT_ONCE = 4

/** The target as it is looked at. */
export type Look = {
  readonly scope: Scope
  readonly open: OpenConnector
  readonly call: Call
  readonly type: ProvisionedType
  readonly endpoint: string
  /** Before the target was asked: what has moved since is not judged by its answer. */
  readonly since: Date
}

export type Finding = {
  readonly kind: DriftKind
  readonly resourceId: string | null
  readonly remoteId: string
  readonly name: string
  readonly differences: readonly Difference[]
  readonly members: MemberDrift | null
  readonly sent: Record<string, unknown> | null
}
/** 'same': as it should be, as far as it can be read; 'moving': its delivery comes first. */
export type Verdict = { readonly finding: Finding | 'same' | 'moving'; readonly isUnread?: boolean }

/** Ours that a resource is, and how that is known. */
type Owner = {
  readonly id: string
  readonly by: 'ledger' | 'id' | 'name'
  readonly wasOurs: boolean
  readonly sent: Body
}

export async function judgePage(look: Look, resources: readonly Remote[]): Promise<Verdict[]> {
  const { scope, open, type, since } = look
  const schema = type === 'User' ? await userTypeOf(scope) : GROUP
  const owners = await findOwners(look, resources)
  const ids = [...owners.values()].map(({ id }) => id)
  const moving = await findMoving(scope, open.connector.id, ids, since)
  const verdicts: Verdict[] = []
  for (let i = 0; i < resources.length; i += AT_ONCE) {
    const some = resources.slice(i, i + AT_ONCE).map((remote) => {
      const owner = owners.get(remote)
      if (!owner) return { finding: unmanaged(remote) }
      return moving.has(owner.id) ? ({ finding: 'moving' } as const) : judge(look, schema, remote, owner)
    })
    verdicts.push(...(await Promise.all(some)))
  }
  return verdicts
}

/** By the ledger; else by our id that it has as externalId; else by its name. What is at the target already is no other. */
async function findOwners({ scope, open, type }: Look, resources: readonly Remote[]): Promise<Map<Remote, Owner>> {
  const connectorId = open.connector.id
  const { userStoreDomain } = scim2Of(open.connector)
  const owners = new Map<Remote, Owner>()
  const asked = resources.map((remote) => ({ remote, ...askedOf(remote, userStoreDomain) }))
  for (const { at, id, sent } of await findLinked(scope, connectorId, type, asked)) {
    const remote = asked[at]?.remote
    if (remote) owners.set(remote, { id, by: 'ledger', wasOurs: true, sent: { schemas: [], ...sent } })
  }
  const rest = asked.filter(({ remote }) => !owners.has(remote))
  for (const { at, ...candidate } of await findCandidates(scope, connectorId, type, rest)) {
    const one = rest[at]
    const owner = one && ownerOf(candidate, one.externalId)
    if (owner) owners.set(one.remote, owner)
  }
  return owners
}

function ownerOf(candidate: Omit<Candidate, 'at'>, externalId: string): Owner | undefined {
  const wasOurs = candidate.wasOurs === 1
  const none = { schemas: [] }
  if (candidate.byId !== null || wasOurs) {
    return candidate.isIdTaken ? undefined : { id: externalId, by: 'id', wasOurs, sent: none }
  }
  if (candidate.byName === null || candidate.isNameTaken) return undefined
  return { id: candidate.byName, by: 'name', wasOurs: false, sent: none }
}

function askedOf(remote: Remote, domain = ''): Asked {
  const prefix = domain === '' ? '' : `${nameKey(domain)}/`
  const key = nameKey(nameIn(remote))
  return {
    remoteId: remote.id,
    externalId: typeof remote.externalId === 'string' ? remote.externalId : '',
    nameKey: key.startsWith(prefix) ? key.slice(prefix.length) : key,
  }
}

async function judge(look: Look, schema: ResourceType, remote: Remote, owner: Owner): Promise<Verdict> {
  const { scope, open, type } = look
  const name = nameIn(remote)
  const row = asDelivery(scope, open, type, { id: owner.id, name })
  const { present, departure } = (await readSituation(scope, row, open)).situation
  if (!present) return { finding: departed(remote, owner, departure) }
  if (owner.by === 'name' && nameKey(nameIn({ ...present, id: '' })) !== nameKey(name)) {
    return { finding: unmanaged(remote) }
  }
  const differences = differencesBetween(schema, present, owner.sent, remote)
  const members = type === 'Group' ? await membersOf(look, remote, owner) : 'same'
  const isUnread = members === 'unread'
  const memberDrift = typeof members === 'string' ? null : members
  if (owner.by === 'ledger' && differences.length === 0 && !memberDrift) return { finding: 'same', isUnread }
  const isLinked = owner.by === 'ledger'
  const finding: Finding = {
    kind: isLinked ? 'changed' : 'unlinked',
    resourceId: owner.id,
    remoteId: remote.id,
    name,
    differences,
    members: memberDrift,
    sent: asIfSent(isLinked ? owner.sent : present, differences),
  }
  return { finding, isUnread }
}

/** Of what should not be there, or not active. What was sent stays known, as far as it is: a PUT repeats it. */
function departed(remote: Remote, owner: Owner, departure: Departure | undefined): Finding | 'same' {
  if (!owner.wasOurs) return unmanaged(remote)
  const isKept = departure === 'deactivate' || departure === 'retire'
  if (isKept && String(remote.active).toLowerCase() === 'false') {
    return owner.by === 'ledger' ? 'same' : unmanaged(remote)
  }
  const sent = isKept ? { ...owner.sent, active: true } : {}
  return { ...unmanaged(remote), kind: 'leftover', resourceId: owner.id, sent }
}

function membersOf({ scope, open, call, endpoint }: Look, remote: Remote, { id }: Owner) {
  const place = { connectorId: open.connector.id, groupId: id }
  return compareMembers(call, endpoint, remote.id, (afterId, limit) => listWantedMembers(scope, place, afterId, limit))
}

function unmanaged(remote: Remote): Finding {
  return {
    kind: 'unmanaged',
    resourceId: null,
    remoteId: remote.id,
    name: nameIn(remote),
    differences: [],
    members: null,
    sent: null,
  }
}
