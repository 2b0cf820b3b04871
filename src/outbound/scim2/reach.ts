/** One resource at one target: how to call it, where it is, and what the target wants. */
import type { Profile } from '../../connections/connectors/profiles.ts'
import { type Body, withMembers } from '../body.ts'
import type { PatchOperation } from '../diff.ts'
import type { RemoteMember } from '../members/queries.ts'
import type { Call } from '../push.ts'
import type { Resource } from './resource.ts'

export type Reach = {
  readonly call: Call
  readonly endpoint: string
  readonly profile: Profile
  readonly resource: Resource
}

export function addressOf({ endpoint }: Reach, remoteId: string): string {
  return `${endpoint}/${encodeURIComponent(remoteId)}`
}

/** Whether a PUT is worth a try. */
export function takesPut({ profile, resource }: Reach): boolean {
  return !profile.withoutPut.includes(resource.type)
}

export function wholeBody(body: Body, members: readonly RemoteMember[] | undefined): Body {
  return members === undefined ? body : withMembers(body, members)
}

export function withPassword(body: Record<string, unknown>, password: string | undefined): unknown {
  return password === undefined ? body : { ...body, password }
}

/** A new password is told with the other changes. */
export function withPasswordChange(changes: readonly PatchOperation[], password: string | undefined) {
  if (password === undefined) return changes
  return [...changes, { op: 'replace', path: 'password', value: password } as const]
}
