/** A plan, carried out at the target step by step (RFC 7644 section 3). */
import { unreachable } from '../../core/errors.ts'
import type { Scim2Settings } from '../../db/schema.ts'
import { idOf, isGone, isUnsupported, refusal } from './answers.ts'
import { type Body, withMembers } from '../body.ts'
import { changesBetween, type PatchOperation } from '../diff.ts'
import { find, findNamesake, nameOf } from './find.ts'
import type { RemoteMember } from '../members/queries.ts'
import { MEMBERS_AT_ONCE, modify, modifyWhole } from './modify.ts'
import { PushFailure, type PushOutcome } from '../outcome.ts'
import type { Content, Plan } from '../plan.ts'
import type { Answer, Call } from '../push.ts'
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
  const endpoint = base.replace(/\/+$/, '')
  switch (plan.kind) {
    case 'remove': {
      const remoteId = plan.remoteId ?? (await find(call, endpoint, 'externalId', resource.id))?.remoteId
      if (remoteId !== undefined) await remove(call, endpoint, remoteId)
      await resource.members?.replaced([])
      return { kind: 'done', remoteId: undefined, created: false } as const
    }
    case 'replace': {
      const isThere = await change(call, endpoint, resource, plan.remoteId, plan)
      if (isThere) return { kind: 'done', remoteId: plan.remoteId, created: false } as const
      return create(call, endpoint, resource, plan)
    }
    case 'create': {
      const found = plan.lookFirst ? await findNamesake(call, endpoint, resource, plan.body) : undefined
      return found ? adopt(call, endpoint, resource, found, plan) : create(call, endpoint, resource, plan)
    }
    default:
      return unreachable(plan)
  }
}

/** A name that is refused, and that nobody has, was given up in between: it is asked for a second time, and no third. */
type Tries = 1 | 2

async function create(
  call: Call,
  endpoint: string,
  resource: Resource,
  content: Content,
  tries: Tries = 2,
): Promise<PushOutcome> {
  const { body, password, defaultPassword } = content
  const members = await resource.members?.all()
  // More than a request should hold go after it, in chunks: the group is dirty still (followUp).
  const isLater = members !== undefined && members.length > MEMBERS_AT_ONCE && (await resource.canPatch(call))
  const sent = isLater ? [] : (members ?? [])
  const whole = wholeBody(body, members && sent)
  await resource.members?.holdUnsure(sent)
  const answer = await call('POST', endpoint, withPassword(whole, password ?? defaultPassword))
  if (answer.status === 409) {
    const found = await findNamesake(call, endpoint, resource, body)
    if (found) return adopt(call, endpoint, resource, found, content)
    if (tries > 1) return create(call, endpoint, resource, content, 1)
  }
  if (answer.status !== 201 && answer.status !== 200) throw refusal(answer)
  const remoteId = idOf(answer) ?? (await find(call, endpoint, 'externalId', resource.id))?.remoteId
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
async function adopt(
  call: Call,
  endpoint: string,
  resource: Resource,
  found: Found,
  content: Content,
): Promise<PushOutcome> {
  if (found.externalId !== resource.id && (await resource.isAnothers(found))) throw stillAnothers(found)
  const { remoteId } = found
  const isThere = await replace(call, endpoint, resource, remoteId, content)
  if (isThere) return { kind: 'done', remoteId, created: true }
  throw new PushFailure({ kind: 'retry', error: `${remoteId} went away while it was taken over.`, retryAfterMs: 0 })
}

/** The smallest request that makes it right. False if the target says, in SCIM, that it has no such resource. */
async function change(
  call: Call,
  endpoint: string,
  resource: Resource,
  remoteId: string,
  content: Content & { readonly changes: readonly PatchOperation[] | undefined },
): Promise<boolean> {
  const { changes, password } = content
  if (changes === undefined || !(await resource.canPatch(call))) {
    return replace(call, endpoint, resource, remoteId, content)
  }
  const all = password === undefined ? changes : [...changes, passwordChange(password)]
  const modified = await modify(call, addressOf(endpoint, remoteId), resource, all)
  if (modified !== 'unsupported') return modified === 'done'
  await resource.cannotPatch()
  return replace(call, endpoint, resource, remoteId, content)
}

/** PUT (RFC 7644 section 3.5.1); PATCH of everything at a target without PUT, such as Google Cloud Identity. */
async function replace(
  call: Call,
  endpoint: string,
  resource: Resource,
  remoteId: string,
  content: Content,
  tries: Tries = 2,
): Promise<boolean> {
  const { body, password } = content
  const url = addressOf(endpoint, remoteId)
  const members = await resource.members?.all()
  await resource.members?.holdUnsure(members ?? [])
  const answer = await call('PUT', url, withPassword({ ...wholeBody(body, members), id: remoteId }, password))
  if (isGone(answer)) return false
  if (answer.status === 409) {
    const found = await find(call, endpoint, nameOf(resource), String(body[nameOf(resource)]))
    if (found && found.remoteId !== remoteId && (await resource.isAnothers(found))) throw stillAnothers(found)
    if (!found && tries > 1) return replace(call, endpoint, resource, remoteId, content, 1)
  }
  if (isUnsupported(answer)) return modifyAll(call, url, resource, content, answer)
  if (answer.status !== 200 && answer.status !== 204) throw refusal(answer)
  await resource.members?.replaced(members ?? [])
  return true
}

async function modifyAll(call: Call, url: string, resource: Resource, content: Content, refused: Answer) {
  const { body, password } = content
  const changes = changesBetween({}, body)
  const all = password === undefined ? changes : [...changes, passwordChange(password)]
  const modified = (await resource.canPatch(call)) ? await modifyWhole(call, url, resource, all) : 'unsupported'
  if (modified === 'unsupported') throw refusal(refused)
  return modified === 'done'
}

/** Taken over, two of ours would be one there. Its own delivery renames or removes it first. */
function stillAnothers({ remoteId }: Found): PushFailure {
  const error = `The name still belongs to ${remoteId}, which is another resource from here.`
  return new PushFailure({ kind: 'retry', error, retryAfterMs: 0 })
}

async function remove(call: Call, endpoint: string, remoteId: string): Promise<void> {
  const answer = await call('DELETE', addressOf(endpoint, remoteId))
  if (!isGone(answer) && ![200, 202, 204].includes(answer.status)) throw refusal(answer)
}

function addressOf(endpoint: string, remoteId: string): string {
  return `${endpoint}/${encodeURIComponent(remoteId)}`
}

function wholeBody(body: Body, members: readonly RemoteMember[] | undefined): Body {
  return members === undefined ? body : withMembers(body, members)
}

function withPassword(body: Record<string, unknown>, password: string | undefined): unknown {
  return password === undefined ? body : { ...body, password }
}

function passwordChange(password: string): PatchOperation {
  return { op: 'replace', path: 'password', value: password }
}
