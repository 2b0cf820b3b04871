/** Looks for a resource at a target (RFC 7644 section 3.4.2), before a second one is made. */
import { isRecord } from '../../core/json-value.ts'
import { listOf, refusal } from './answers.ts'
import type { Body } from '../body.ts'
import { PushFailure } from '../outcome.ts'
import type { Reach } from './reach.ts'
import type { Found, Resource } from './resource.ts'

/** By our id, or what a mapping made of it, then by the name that has to be unique there. */
export async function findNamesake(at: Reach, body: Body): Promise<Found | undefined> {
  const name = nameOf(at.resource)
  return (await findByExternalId(at, body.externalId)) ?? (await find(at, name, String(body[name])))
}

/** Undefined too if a mapping leaves externalId out, or the target does not search by it. */
export async function findByExternalId(at: Reach, externalId: unknown): Promise<Found | undefined> {
  if (typeof externalId !== 'string' || !at.profile.findsByExternalId) return undefined
  return find(at, 'externalId', externalId)
}

export function nameOf({ type }: Pick<Resource, 'type'>): 'userName' | 'displayName' {
  return type === 'User' ? 'userName' : 'displayName'
}

/** Undefined if there is none; blocked if there are several. */
export async function find({ call, endpoint }: Reach, attribute: string, value: string): Promise<Found | undefined> {
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
