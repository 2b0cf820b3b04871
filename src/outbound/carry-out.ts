/** A plan, carried out at the target step by step (RFC 7644 section 3). */
import { unreachable } from '../core/errors.ts'
import { isRecord } from '../core/json-value.ts'
import type { ProvisionedType } from '../db/schema.ts'
import type { Platform } from '../platform.ts'
import type { Body } from './body.ts'
import { PushFailure, type PushOutcome } from './outcome.ts'
import type { Content, Plan } from './plan.ts'
import { type Answer, type Attempt, type Call, callerOf, isPassing, type Target } from './push.ts'

/** What a target has under a name: its id there, and whose it says that it is. */
export type Found = { readonly remoteId: string; readonly externalId: string | undefined }
type Resource = {
  readonly type: ProvisionedType
  readonly id: string
  /** Whether what was found is another resource of ours, or was and is not gone yet. */
  isAnothers(found: Found): Promise<boolean>
}

/** Does what a plan says; never throws for what a target does. Each request is told to `record`. */
export async function deliver(
  platform: Platform,
  target: Target,
  resource: Resource,
  plan: Plan,
  record: (attempt: Attempt) => void,
): Promise<PushOutcome> {
  const call = callerOf(platform, target, record)
  const endpoint = resource.type === 'User' ? target.settings.userEndpoint : target.settings.groupEndpoint
  try {
    if (plan.kind === 'nothing') return { kind: 'done', remoteId: undefined, created: false }
    if (endpoint === undefined) return { kind: 'blocked', error: 'The connector has no group endpoint.' }
    return await carryOut(call, endpoint.replace(/\/+$/, ''), resource, plan)
  } catch (error) {
    if (error instanceof PushFailure) return error.outcome
    throw error
  }
}

async function carryOut(call: Call, endpoint: string, resource: Resource, plan: Exclude<Plan, { kind: 'nothing' }>) {
  switch (plan.kind) {
    case 'remove': {
      const remoteId = plan.remoteId ?? (await find(call, endpoint, 'externalId', resource.id))?.remoteId
      if (remoteId !== undefined) await remove(call, endpoint, remoteId)
      return { kind: 'done', remoteId: undefined, created: false } as const
    }
    case 'replace': {
      const isThere = await replace(call, endpoint, resource, plan.remoteId, plan)
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
  const answer = await call('POST', endpoint, withPassword(body, password ?? defaultPassword))
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

/** PUT (RFC 7644 section 3.5.1). False if the target says, in SCIM, that it has no such resource. */
async function replace(
  call: Call,
  endpoint: string,
  resource: Resource,
  remoteId: string,
  content: Content,
  tries: Tries = 2,
): Promise<boolean> {
  const { body, password } = content
  const url = `${endpoint}/${encodeURIComponent(remoteId)}`
  const answer = await call('PUT', url, withPassword({ ...body, id: remoteId }, password))
  if (isGone(answer)) return false
  if (answer.status === 409) {
    const found = await find(call, endpoint, nameOf(resource), String(body[nameOf(resource)]))
    if (found && found.remoteId !== remoteId && (await resource.isAnothers(found))) throw stillAnothers(found)
    if (!found && tries > 1) return replace(call, endpoint, resource, remoteId, content, 1)
  }
  if (answer.status !== 200 && answer.status !== 204) throw refusal(answer)
  return true
}

/** Taken over, two of ours would be one there. Its own delivery renames or removes it first. */
function stillAnothers({ remoteId }: Found): PushFailure {
  const error = `The name still belongs to ${remoteId}, which is another resource from here.`
  return new PushFailure({ kind: 'retry', error, retryAfterMs: 0 })
}

async function remove(call: Call, endpoint: string, remoteId: string): Promise<void> {
  const answer = await call('DELETE', `${endpoint}/${encodeURIComponent(remoteId)}`)
  if (!isGone(answer) && ![200, 202, 204].includes(answer.status)) throw refusal(answer)
}

/** By our id, then by the name that has to be unique there. */
async function findNamesake(call: Call, endpoint: string, resource: Resource, body: Body): Promise<Found | undefined> {
  return (
    (await find(call, endpoint, 'externalId', resource.id)) ??
    (await find(call, endpoint, nameOf(resource), String(body[nameOf(resource)])))
  )
}

function nameOf({ type }: Resource): 'userName' | 'displayName' {
  return type === 'User' ? 'userName' : 'displayName'
}

async function find(call: Call, endpoint: string, attribute: string, value: string): Promise<Found | undefined> {
  const filter = `${attribute} eq ${JSON.stringify(value)}`
  const answer = await call('GET', `${endpoint}?filter=${encodeURIComponent(filter)}`)
  // A target that cannot search by externalId may still do it by name.
  if (answer.status === 400 && attribute === 'externalId') return undefined
  if (answer.status !== 200) throw refusal(answer)
  const found = listOf(answer.json).flatMap((one) => (isRecord(one) && one[attribute] !== undefined ? [one] : []))
  const same = found.filter((one) => String(one[attribute]).toLowerCase() === value.toLowerCase())
  if (same.length > 1) {
    throw new PushFailure({
      kind: 'blocked',
      error: `The target has ${same.length} resources with ${attribute} ${value}.`,
    })
  }
  const [one] = same
  if (typeof one?.id !== 'string') return undefined
  return { remoteId: one.id, externalId: typeof one.externalId === 'string' ? one.externalId : undefined }
}

/** What an answer that is no success means for the delivery. */
function refusal(answer: Answer): PushFailure {
  const { status, detail, retryAfterMs } = answer
  const error = `${answer.request}: ${status}${detail ? ` ${detail}` : ''}`
  if (isPassing(status)) return new PushFailure({ kind: 'retry', error, retryAfterMs })
  // The credentials, the address, or what the target can do: no change of this one resource would help.
  if ([401, 402, 403, 404, 405, 406, 415, 421].includes(status) || status < 400)
    return new PushFailure({ kind: 'blocked', error })
  return new PushFailure({ kind: 'dead', error })
}

/** 404 or 410 as a SCIM Error. A bare 404 may be a wrong address, or a target without this method: not "gone". */
function isGone({ status, json }: Answer): boolean {
  if (status !== 404 && status !== 410) return false
  return (
    isRecord(json) &&
    Array.isArray(json.schemas) &&
    json.schemas.some((schema) => /api:messages:2\.0:Error$/i.test(String(schema)))
  )
}

function withPassword(body: Record<string, unknown>, password: string | undefined): unknown {
  return password === undefined ? body : { ...body, password }
}

function idOf({ json }: Answer): string | undefined {
  return isRecord(json) && typeof json.id === 'string' && json.id !== '' ? json.id : undefined
}

function listOf(json: unknown): readonly unknown[] {
  return isRecord(json) && Array.isArray(json.Resources) ? json.Resources : []
}
