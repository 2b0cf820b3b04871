/** A plan, carried out at the target step by step (RFC 7644 section 3). */
import { unreachable } from '../core/errors.ts'
import type { ProvisionedType } from '../db/schema.ts'
import type { Platform } from '../platform.ts'
import type { Body } from './body.ts'
import { PushFailure, type PushOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { type Answer, type Attempt, type Call, callerOf, isRecord, type Target } from './push.ts'

type Resource = { readonly type: ProvisionedType; readonly id: string; readonly name: string }

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
      const remoteId = plan.remoteId ?? (await findRemoteId(call, endpoint, 'externalId', resource.id))
      if (remoteId !== undefined) await remove(call, endpoint, remoteId)
      return { kind: 'done', remoteId: undefined, created: false } as const
    }
    case 'replace': {
      const found = await replace(call, endpoint, plan.remoteId, plan.body, plan.password)
      if (found) return { kind: 'done', remoteId: plan.remoteId, created: false } as const
      return create(call, endpoint, resource, plan)
    }
    case 'create': {
      const remoteId = plan.lookFirst ? await findNamesake(call, endpoint, resource, plan.body) : undefined
      return remoteId === undefined ? create(call, endpoint, resource, plan) : adopt(call, endpoint, remoteId, plan)
    }
    default:
      return unreachable(plan)
  }
}

type Content = { readonly body: Body; readonly password: string | undefined }

async function create(call: Call, endpoint: string, resource: Resource, content: Content): Promise<PushOutcome> {
  const answer = await call('POST', endpoint, withPassword(content))
  if (answer.status === 409) {
    const remoteId = await findNamesake(call, endpoint, resource, content.body)
    if (remoteId !== undefined) return adopt(call, endpoint, remoteId, content)
    throw refusal(answer, 'dead')
  }
  if (answer.status !== 201 && answer.status !== 200) throw refusal(answer)
  const remoteId = idOf(answer) ?? (await findRemoteId(call, endpoint, 'externalId', resource.id))
  if (remoteId === undefined) {
    throw new PushFailure({
      kind: 'blocked',
      error: `${answer.request}: the answer has no id, and externalId does not find it.`,
    })
  }
  return { kind: 'done', remoteId, created: true }
}

/** What is there already becomes ours: an earlier attempt of ours made it, or somebody by hand. */
async function adopt(call: Call, endpoint: string, remoteId: string, content: Content): Promise<PushOutcome> {
  const found = await replace(call, endpoint, remoteId, content.body, content.password)
  if (found) return { kind: 'done', remoteId, created: true }
  throw new PushFailure({ kind: 'retry', error: `${remoteId} went away while it was taken over.`, retryAfterMs: 0 })
}

/** PUT (RFC 7644 section 3.5.1). False if the target says, in SCIM, that it has no such resource. */
async function replace(call: Call, endpoint: string, remoteId: string, body: Body, password: string | undefined) {
  const url = `${endpoint}/${encodeURIComponent(remoteId)}`
  const answer = await call('PUT', url, withPassword({ body: { ...body, id: remoteId } as Body, password }))
  if (isGone(answer)) return false
  if (answer.status !== 200 && answer.status !== 204) throw refusal(answer)
  return true
}

async function remove(call: Call, endpoint: string, remoteId: string): Promise<void> {
  const answer = await call('DELETE', `${endpoint}/${encodeURIComponent(remoteId)}`)
  if (!isGone(answer) && ![200, 202, 204].includes(answer.status)) throw refusal(answer)
}

/** By our id, then by the name that has to be unique there. */
async function findNamesake(call: Call, endpoint: string, resource: Resource, body: Body): Promise<string | undefined> {
  const attribute = resource.type === 'User' ? 'userName' : 'displayName'
  return (
    (await findRemoteId(call, endpoint, 'externalId', resource.id)) ??
    (await findRemoteId(call, endpoint, attribute, String(body[attribute])))
  )
}

async function findRemoteId(
  call: Call,
  endpoint: string,
  attribute: string,
  value: string,
): Promise<string | undefined> {
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
  return typeof same[0]?.id === 'string' ? same[0].id : undefined
}

/** What an answer that is no success means for the delivery. */
function refusal(answer: Answer, kind?: 'dead'): PushFailure {
  const { status, detail, retryAfterMs } = answer
  const error = `${answer.request}: ${status}${detail ? ` ${detail}` : ''}`
  if (kind === 'dead') return new PushFailure({ kind, error })
  if (status >= 500 || [408, 425, 429].includes(status)) return new PushFailure({ kind: 'retry', error, retryAfterMs })
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

function withPassword({ body, password }: Content): unknown {
  return password === undefined ? body : { ...body, password }
}

function idOf({ json }: Answer): string | undefined {
  return isRecord(json) && typeof json.id === 'string' && json.id !== '' ? json.id : undefined
}

function listOf(json: unknown): readonly unknown[] {
  return isRecord(json) && Array.isArray(json.Resources) ? json.Resources : []
}
