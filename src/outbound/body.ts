/** What a target is sent of a user or a group. Pure. */
import { isRecord } from '../core/json-value.ts'
import type { Scim2Settings, UserDocument } from '../db/schema.ts'
import { ENTERPRISE_USER_SCHEMA } from '../scim/schemas/enterprise-user.ts'

/** A resource as a target gets it, without a password: what the ledger remembers. */
export type Body = { readonly schemas: readonly string[]; readonly [attribute: string]: unknown }

export type UserFacts = {
  readonly id: string
  readonly userName: string
  readonly active: boolean
  readonly document: UserDocument
}

/**
 * The whole user: a target replaces what it has (RFC 7644 section 3.5.1), so nothing may be left out. Its externalId is
 * our id, by which it is found again whatever else changes. A user store other than PRIMARY stands before the name.
 */
export function userBody(user: UserFacts, settings: Scim2Settings): Body {
  const domain = settings.userStoreDomain
  const prefix = domain && domain.toUpperCase() !== 'PRIMARY' ? `${domain}/` : ''
  return { ...user.document, externalId: user.id, userName: prefix + user.userName, active: user.active }
}

export type GroupFacts = { readonly id: string; readonly displayName: string; readonly document: UserDocument }

/** The group without its members. */
export function groupBody(group: GroupFacts): Body {
  return { ...group.document, externalId: group.id, displayName: group.displayName }
}

/** With those members that the target has, by the ids that they have there. */
export function withMembers(
  body: Body,
  members: readonly { readonly remoteId: string; readonly type: 'User' | 'Group' }[],
): Body {
  const values = members
    .map(({ remoteId, type }) => ({ value: remoteId, type }))
    .sort((a, b) => (a.value < b.value ? -1 : 1))
  return { ...body, members: values }
}

/** The id of a user's manager, if she has one (RFC 7643 section 4.3). */
export function managerOf({ document }: { readonly document: UserDocument }): string | undefined {
  const extension: unknown = document[ENTERPRISE]
  const manager = isRecord(extension) ? extension.manager : undefined
  return isRecord(manager) && typeof manager.value === 'string' ? manager.value : undefined
}

/** With the manager by the id that she has at the target; without her while she is not there. */
export function withManager(body: Body, remoteId: string | undefined): Body {
  const extension = body[ENTERPRISE]
  if (!isRecord(extension)) return body
  const { manager: _manager, ...rest } = extension
  const parts = remoteId === undefined ? rest : { ...rest, manager: { value: remoteId } }
  if (Object.keys(parts).length > 0) return { ...body, [ENTERPRISE]: parts }
  const { [ENTERPRISE]: _extension, ...others } = body
  return { ...others, schemas: body.schemas.filter((urn) => urn !== ENTERPRISE) }
}

const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id
