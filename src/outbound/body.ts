/** What a target is sent of a user or a group. Pure. */
import { profileOf } from '../connections/connectors/profiles.ts'
import type { AttributeMapping } from '../core/attribute-mapping.ts'
import { isRecord } from '../core/json-value.ts'
import type { Scim2Settings, SharedSettings, UserDocument } from '../db/schema.ts'
import { applyRules, readerOf } from '../scim/mapping/map.ts'
import type { Resource, ResourceType } from '../scim/schema.ts'
import { ENTERPRISE_USER_SCHEMA } from '../scim/schemas/enterprise-user.ts'
import { fittedTo } from './fitted.ts'

/** A resource as a target gets it, without a password: what the ledger remembers. */
export type Body = { readonly [attribute: string]: unknown }
/** The same in SCIM. */
export type ScimBody = Body & { readonly schemas: readonly string[] }

export type UserFacts = {
  readonly id: string
  readonly userName: string
  readonly active: boolean
  readonly document: UserDocument
}

/** What a mapping reads: the user as SCIM shows her, and what the target was last sent of her. */
export type MappedFrom = {
  readonly type: ResourceType
  readonly resource: Resource
  readonly sent: Readonly<Record<string, unknown>> | undefined
}

/**
 * The whole user: a target replaces what it has (RFC 7644 section 3.5.1), so nothing may be left out. Its externalId is
 * our id, by which it is found again whatever else changes. The connector's mapping makes of that what the target wants;
 * a user store other than PRIMARY then stands before the name, and the target's profile has the last word.
 */
export function userBody(user: UserFacts, settings: Scim2Settings, from?: MappedFrom): ScimBody {
  return fittedTo(profileOf(settings), withDomain(mappedUser(user, settings, from), settings.userStoreDomain))
}

/** The user in SCIM, as the connector's mapping has it: what targets of every type are told of. */
export function mappedUser(user: UserFacts, settings: SharedSettings, from: MappedFrom | undefined): ScimBody {
  const { id: externalId, userName, active } = user
  const whole = { ...user.document, externalId, userName, active }
  return from && settings.mapping ? mappedBody(whole, settings.mapping, from) : whole
}

function mappedBody(
  whole: ScimBody,
  { base, rules }: AttributeMapping,
  { type, resource, sent }: MappedFrom,
): ScimBody {
  const { externalId, userName, active } = whole
  const start = base === 'all' ? whole : { schemas: [type.schema.id], externalId, userName, active }
  const mapped = applyRules(type, rules, start, { read: readerOf(type, resource), sent })
  return { ...mapped, schemas: Array.isArray(mapped.schemas) ? mapped.schemas.map(String) : whole.schemas }
}

function withDomain(body: ScimBody, domain: string | undefined): ScimBody {
  if (!domain || domain.toUpperCase() === 'PRIMARY' || typeof body.userName !== 'string') return body
  return { ...body, userName: `${domain}/${body.userName}` }
}

export type GroupFacts = { readonly id: string; readonly displayName: string; readonly document: UserDocument }

/** The group without its members. */
export function groupBody(group: GroupFacts): ScimBody {
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
export function withManager(document: UserDocument, remoteId: string | undefined): UserDocument {
  const extension: unknown = document[ENTERPRISE]
  if (!isRecord(extension)) return document
  const { manager: _manager, ...rest } = extension
  const parts = remoteId === undefined ? rest : { ...rest, manager: { value: remoteId } }
  if (Object.keys(parts).length > 0) return { ...document, [ENTERPRISE]: parts }
  const { [ENTERPRISE]: _extension, ...others } = document
  return { ...others, schemas: document.schemas.filter((urn) => urn !== ENTERPRISE) }
}

const ENTERPRISE = ENTERPRISE_USER_SCHEMA.id
