/** A plan, carried out at the target step by step (RFC 7644 section 3). */
import { profileOf } from '../../connections/connectors/profiles.ts'
import { unreachable } from '../../core/errors.ts'
import type { Scim2Settings } from '../../db/schema.ts'
import { type PatchOperation, wholeChanges } from '../diff.ts'
import { PushFailure, type PushOutcome } from '../outcome.ts'
import type { Content, Plan } from '../plan.ts'
import type { Answer, Call } from '../push.ts'
import { idOf, isGone, isUnsupported, refusal } from './answers.ts'
import { deactivate } from './deactivate.ts'
import { find, findByExternalId, findNamesake, nameOf } from './find.ts'
import { modify, modifyWhole } from './modify.ts'
import { addressOf, type Reach, takesPut, wholeBody, withPassword, withPasswordChange } from './reach.ts'
import type { Found, Resource } from './resource.ts'

/** Does what a plan says. Throws PushFailure for what the target refuses. */
export async function carryOut(
  call: Call,
  settings: Scim2Settings,
  resource: Resource,
  plan: Exclude<Plan, { kind: 'nothing' }>,
): Promise<PushOutcome> {
  const base = resource.type === 'User' ? settings.userEndpoint : settings.groupEndpoint
  if (base === undefined) return { kind: 'blocked', error: 'The connector has no group endpoint.' }
  const at: Reach = { call, endpoint: base.replace(/\/+$/, ''), profile: profileOf(settings), resource }
  switch (plan.kind) {
    case 'remove': {
      const remoteId = plan.remoteId ?? (await findByExternalId(at, resource.id))?.remoteId
      if (remoteId !== undefined) await remove(at, remoteId)
      await resource.members?.replaced([])
      return { kind: 'done', remoteId: undefined, created: false } as const
    }
    case 'deactivate':
      return deactivate(at, plan)
    case 'replace': {
      const isThere = await change(at, plan.remoteId, named(at, plan))
      return isThere ? { kind: 'done', remoteId: plan.remoteId, created: false } : create(at, plan)
    }
    case 'create': {
      const content = named(at, plan)
      const found = plan.lookFirst ? await findNamesake(at, content.body) : undefined
      return found ? adopt(at, found, content) : create(at, content)
    }
    default:
      return unreachable(plan)
  }
}

/** A mapping may give a user no name, by which alone the target knows her: she waits until she has one. */
function named<T extends Content>({ resource }: Reach, content: T): T {
  const name = content.body[nameOf(resource)]
  if (typeof name === 'string' && name !== '') return content
  const error = `There is no ${nameOf(resource)} to send: the attribute mapping finds none.`
  throw new PushFailure({ kind: 'blocked', error })
}

/** A name that is refused, and that nobody has, was given up in between: it is asked for a second time, and no third. */
type Tries = 1 | 2

async function create(at: Reach, content: Content, tries: Tries = 2): Promise<PushOutcome> {
  const { call, endpoint, resource, profile } = at
  const { body, password, defaultPassword } = content
  const members = await resource.members?.all()
  // More than a request should hold go after it, in chunks: the group is dirty still (followUp).
  const most = profile.emptyGroupsFirst ? 0 : profile.membersAtOnce
  const isLater = members !== undefined && members.length > most && (await resource.canPatch(call))
  const sent = isLater ? [] : (members ?? [])
  const whole = wholeBody(body, members && sent)
  await resource.members?.holdUnsure(sent)
  const answer = await call('POST', endpoint, withPassword(whole, password ?? defaultPassword))
  if (answer.status === 409) {
    const found = await findNamesake(at, body)
    if (found) return adopt(at, found, content)
    if (tries > 1) return create(at, content, 1)
  }
  if (answer.status !== 201 && answer.status !== 200) throw refusal(answer)
  const remoteId = idOf(answer) ?? (await findByExternalId(at, body.externalId))?.remoteId
  if (remoteId === undefined) {
    throw new PushFailure({
      kind: 'blocked',
      error: `${answer.request}: the answer has no id, and externalId does not find it.`,
    })
  }
  await resource.members?.replaced(sent)
  return { kind: 'done', remoteId, created: true }
}

/** What is there already becomes ours: an earlier attempt of ours made it, or somebody by hand. */
async function adopt(at: Reach, found: Found, content: Content): Promise<PushOutcome> {
  const isOurs = found.externalId !== undefined && found.externalId === content.body.externalId
  if (!isOurs && (await at.resource.isAnothers(found))) throw stillAnothers(found)
  const { remoteId } = found
  const isThere = await replace(at, remoteId, content)
  if (isThere) return { kind: 'done', remoteId, created: true }
  throw new PushFailure({ kind: 'retry', error: `${remoteId} went away while it was taken over.`, retryAfterMs: 0 })
}

/** The smallest request that makes it right. False if the target says, in SCIM, that it has no such resource. */
async function change(
  at: Reach,
  remoteId: string,
  content: Content & { readonly changes: readonly PatchOperation[] | undefined },
): Promise<boolean> {
  const { resource, call } = at
  const { changes, password } = content
  if (changes === undefined || !(await resource.canPatch(call))) return replace(at, remoteId, content)
  const modified = await modify(at, addressOf(at, remoteId), withPasswordChange(changes, password))
  if (modified !== 'unsupported') return modified === 'done'
  await resource.cannotPatch()
  return replace(at, remoteId, content)
}

/** PUT (RFC 7644 section 3.5.1); PATCH of everything at a target without PUT, such as Google Cloud Identity. */
async function replace(at: Reach, remoteId: string, content: Content, tries: Tries = 2): Promise<boolean> {
  if (!takesPut(at)) return modifyAll(at, remoteId, content, undefined)
  const { call, resource } = at
  const { body, password } = content
  const members = await resource.members?.all()
  await resource.members?.holdUnsure(members ?? [])
  const whole = { ...wholeBody(body, members), id: remoteId }
  const answer = await call('PUT', addressOf(at, remoteId), withPassword(whole, password))
  if (isGone(answer)) return false
  if (answer.status === 409) {
    const found = await find(at, nameOf(resource), String(body[nameOf(resource)]))
    if (found && found.remoteId !== remoteId && (await resource.isAnothers(found))) throw stillAnothers(found)
    if (!found && tries > 1) return replace(at, remoteId, content, 1)
  }
  if (isUnsupported(answer)) return modifyAll(at, remoteId, content, answer)
  if (answer.status !== 200 && answer.status !== 204) throw refusal(answer)
  await resource.members?.replaced(members ?? [])
  return true
}

async function modifyAll(at: Reach, remoteId: string, content: Content, refused: Answer | undefined): Promise<boolean> {
  const { body, password, sent } = content
  const url = addressOf(at, remoteId)
  const all = withPasswordChange(wholeChanges(sent, body, at.profile.pathsToParts), password)
  const modified = (await at.resource.canPatch(at.call)) ? await modifyWhole(at, url, all) : 'unsupported'
  if (modified !== 'unsupported') return modified === 'done'
  throw refused ? refusal(refused) : new PushFailure({ kind: 'blocked', error: `${url}: the target takes no PATCH.` })
}

/** Taken over, two of ours would be one there. Its own delivery renames or removes it first. */
function stillAnothers({ remoteId }: Found): PushFailure {
  const error = `The name still belongs to ${remoteId}, which is another resource from here.`
  return new PushFailure({ kind: 'retry', error, retryAfterMs: 0 })
}

async function remove(at: Reach, remoteId: string): Promise<void> {
  const answer = await at.call('DELETE', addressOf(at, remoteId))
  if (!isGone(answer) && ![200, 202, 204].includes(answer.status)) throw refusal(answer)
}
