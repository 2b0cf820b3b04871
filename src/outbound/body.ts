/** What a target is sent of a user or a group. Pure. */
import type { ConnectorSettings, UserDocument } from '../db/schema.ts'

/** A resource as a target gets it, without a password: what the ledger remembers. */
export type Body = { readonly schemas: readonly string[]; readonly [attribute: string]: unknown }

type UserFacts = {
  readonly id: string
  readonly userName: string
  readonly active: boolean
  readonly document: UserDocument
}

/**
 * The whole user: a target replaces what it has (RFC 7644 section 3.5.1), so nothing may be left out. Its externalId is
 * our id, by which it is found again whatever else changes. A user store other than PRIMARY stands before the name.
 */
export function userBody(user: UserFacts, settings: ConnectorSettings): Body {
  const domain = settings.userStoreDomain
  const prefix = domain && domain.toUpperCase() !== 'PRIMARY' ? `${domain}/` : ''
  return { ...user.document, externalId: user.id, userName: prefix + user.userName, active: user.active }
}

type GroupFacts = { readonly id: string; readonly displayName: string; readonly document: UserDocument }

/** The whole group; its members are those that the target has, by the ids that they have there. */
export function groupBody(
  group: GroupFacts,
  members: readonly { readonly remoteId: string; readonly type: 'User' | 'Group' }[],
): Body {
  const values = members
    .map(({ remoteId, type }) => ({ value: remoteId, type }))
    .sort((a, b) => (a.value < b.value ? -1 : 1))
  return { ...group.document, externalId: group.id, displayName: group.displayName, members: values }
}
