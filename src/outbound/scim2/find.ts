/** Looks for a resource at a target (RFC 7644 section 3.4.2), before a second one is made. */
import { isRecord } from '../../core/json-value.ts'
import { listOf, refusal } from './answers.ts'
import type { Body } from '../body.ts'
import { PushFailure } from '../outcome.ts'
import type { Call } from '../push.ts'
import type { Found, Resource } from './resource.ts'

/** By our id, then by the name that has to be unique there. */
export async function findNamesake(
  call: Call,
  endpoint: string,
  resource: Resource,
  body: Body,
): Promise<Found | undefined> {
  return (
    (await find(call, endpoint, 'externalId', resource.id)) ??
    (await find(call, endpoint, nameOf(resource), String(body[nameOf(resource)])))
  )
}

export function nameOf({ type }: Pick<Resource, 'type'>): 'userName' | 'displayName' {
  return type === 'User' ? 'userName' : 'displayName'
}

/** Undefined if there is none; blocked if there are several. */
export async function find(call: Call, endpoint: string, attribute: string, value: string): Promise<Found | undefined> {
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
