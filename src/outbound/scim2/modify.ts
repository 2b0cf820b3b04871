/** PATCH at a target (RFC 7644 section 3.5.2): of attributes, and of members in chunks, of which each is remembered. */
import { isGone, isNoTarget, isUnsupported, refusal } from './answers.ts'
import type { PatchOperation } from '../diff.ts'
import type { RemoteMember } from '../members/queries.ts'
import type { Answer, Call } from '../push.ts'
import type { Reach } from './reach.ts'
import type { GroupMembers } from './resource.ts'

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** `gone`: the target says, in SCIM, that it has no such resource; `unsupported`: that it takes no PATCH. */
export type Modified = 'done' | 'gone' | 'unsupported'

export async function modify(at: Reach, url: string, changes: readonly PatchOperation[]): Promise<Modified> {
  const first = changes.length === 0 ? 'done' : modifiedBy(await patch(at.call, url, changes))
  const { members } = at.resource
  if (first !== 'done' || !members) return first
  return modifyMembers(at, url, members)
}

/**
 * The same where it is not known what the target has: members are replaced by the first of them, the others follow.
 * Where members cannot be replaced all are added again, and strangers stay.
 */
export async function modifyWhole(at: Reach, url: string, changes: readonly PatchOperation[]): Promise<Modified> {
  const { profile, resource } = at
  const { members } = resource
  if (!members) return modify(at, url, changes)
  const all = await members.all()
  if (!profile.replacesMembers) {
    await members.holdUnsure(all)
    return modify(at, url, changes)
  }
  const first = all.slice(0, profile.membersAtOnce)
  const value = first.map(({ remoteId }) => ({ value: remoteId }))
  await members.holdUnsure(first)
  const replacing = { op: 'replace', path: 'members', value } as const
  const result = await modify({ ...at, resource: { ...resource, members: undefined } }, url, [...changes, replacing])
  if (result !== 'done') return result
  await members.replaced(first)
  return modifyMembers(at, url, members)
}

async function modifyMembers({ call, profile }: Reach, url: string, members: GroupMembers): Promise<Modified> {
  for (;;) {
    const leaving = await members.toRemove(profile.membersAtOnce)
    if (leaving.length === 0) break
    await members.holdUnsure(leaving)
    const result = await (profile.removesMembersBy === 'list' ? removeList : removeAll)(call, url, leaving)
    if (result !== 'done') return result
    await members.removed(leaving)
  }
  for (;;) {
    const coming = await members.toAdd(profile.membersAtOnce)
    if (coming.length === 0) return 'done'
    await members.holdUnsure(coming)
    const value = coming.map(({ remoteId }) => ({ value: remoteId }))
    const result = modifiedBy(await patch(call, url, [{ op: 'add', path: 'members', value }]))
    if (result !== 'done') return result
    await members.added(coming)
  }
}

/** For a target that reads no filter in a path: those of the list, as Entra ID removes them. */
async function removeList(call: Call, url: string, leaving: readonly RemoteMember[]): Promise<Modified> {
  const value = leaving.map(({ remoteId }) => ({ value: remoteId }))
  const answer = await patch(call, url, [{ op: 'remove', path: 'members', value }])
  return isNoTarget(answer) ? 'done' : modifiedBy(answer)
}

/** Together; one by one if one of them is not there any more, for then none was removed. */
async function removeAll(call: Call, url: string, leaving: readonly RemoteMember[]): Promise<Modified> {
  const answer = await patch(call, url, leaving.map(removal))
  if (!isNoTarget(answer)) return modifiedBy(answer)
  for (const one of leaving.length > 1 ? leaving : []) {
    const single = await patch(call, url, [removal(one)])
    const result = isNoTarget(single) ? 'done' : modifiedBy(single)
    if (result !== 'done') return result
  }
  return 'done'
}

function removal({ remoteId }: RemoteMember): PatchOperation {
  return { op: 'remove', path: `members[value eq ${JSON.stringify(remoteId)}]` }
}

function patch(call: Call, url: string, Operations: readonly PatchOperation[]): Promise<Answer> {
  return call('PATCH', url, { schemas: [PATCH_OP], Operations })
}

function modifiedBy(answer: Answer): Modified {
  if (isGone(answer)) return 'gone'
  if (isUnsupported(answer)) return 'unsupported'
  if (![200, 202, 204].includes(answer.status)) throw refusal(answer)
  return 'done'
}
