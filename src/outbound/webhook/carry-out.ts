/** A plan, told to a webhook: what happened, and how the resource is now. */
import { hashToken } from '../../core/crypto.ts'
import { unreachable } from '../../core/errors.ts'
import type { WebhookSettings } from '../../db/schema.ts'
import type { Body } from '../body.ts'
import { changesBetween } from '../diff.ts'
import type { RemoteMember } from '../members/queries.ts'
import type { PushOutcome } from '../outcome.ts'
import type { Plan } from '../plan.ts'
import type { Call } from '../push.ts'
import type { GroupMembers, Resource } from '../scim2/resource.ts'
import { demandHeard } from './answers.ts'

/** So many members come and go in one event. */
const MEMBERS_AT_ONCE = 100

/** Tells one event; `what` tells the events of one delivery apart. */
type Tell = (verb: 'created' | 'updated' | 'deleted', data: Record<string, unknown>, what?: string) => Promise<void>

/** Does what a plan says. Throws PushFailure for what the receiver refuses. */
export async function tell(
  call: Call,
  now: Date,
  { url }: WebhookSettings,
  resource: Resource,
  plan: Exclude<Plan, { kind: 'nothing' }>,
): Promise<PushOutcome> {
  const { type, id, news } = resource
  const event: Tell = async (verb, data, what = verb) => {
    const body = { type: `${type.toLowerCase()}.${verb}`, timestamp: now.toISOString(), data }
    demandHeard(await call('POST', url, body, `${news.id}_${what}`))
  }
  switch (plan.kind) {
    case 'deactivate':
    case 'remove':
      await event('deleted', { resource: { id, [type === 'User' ? 'userName' : 'displayName']: news.name } })
      await resource.members?.replaced([])
      return { kind: 'done', remoteId: undefined, created: false }
    case 'create':
      await event('created', { resource: plan.body })
      await tellMembers(event, plan.body, resource.members)
      return { kind: 'done', remoteId: id, created: true }
    case 'replace':
      await tellUpdate(event, plan.body, resource)
      await tellMembers(event, plan.body, resource.members)
      return { kind: 'done', remoteId: id, created: false }
    default:
      return unreachable(plan)
  }
}

/**
 * The changes since the receiver last heard of it. They are left out where it is not known what that was: an earlier
 * change may have reached it without our hearing of it. Of a group it may be that its members alone changed.
 */
async function tellUpdate(event: Tell, body: Body, { type, news }: Resource): Promise<void> {
  const changes = news.isSure ? changesBetween(await news.sent(), body) : undefined
  if (type === 'Group' && changes?.length === 0) return
  await event('updated', { resource: body, ...(changes === undefined ? {} : { changes }) })
}

/**
 * Who left and who came, in chunks. The id of a chunk is made of what is in it: a chunk that nobody heard of goes again
 * under its own, and the next one under another.
 */
async function tellMembers(event: Tell, body: Body, members: GroupMembers | undefined): Promise<void> {
  if (!members) return
  for (;;) {
    const removed = await members.toRemove(MEMBERS_AT_ONCE)
    const rest = MEMBERS_AT_ONCE - removed.length
    const added = rest > 0 ? await members.toAdd(rest) : []
    if (removed.length + added.length === 0) return
    const told = { added: added.map(memberOf), removed: removed.map(memberOf) }
    await members.holdUnsure([...removed, ...added])
    await event('updated', { resource: body, members: told }, `members_${hashToken(JSON.stringify(told)).slice(0, 22)}`)
    if (removed.length > 0) await members.removed(removed)
    if (added.length > 0) await members.added(added)
  }
}

/** As SCIM names a member (RFC 7643 section 4.2), by our id. */
function memberOf({ id, type }: RemoteMember): { value: string; type: string } {
  return { value: id, type }
}
