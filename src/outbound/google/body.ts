/** What Google Workspace is sent of a user (Directory API, resource `users`). Pure. */
import type { GoogleSettings } from '../../db/schema.ts'
import { attributeAt } from '../attribute-at.ts'
import type { Body, UserFacts } from '../body.ts'
import { inDomain, nameByPattern, type NameFacts } from '../pattern.ts'

export const GOOGLE_ATTRIBUTES = { email: 'userName', givenName: 'name.givenName', familyName: 'name.familyName' }

/** An entry of `externalIds`; ours says under which id the person is known here. */
export type ExternalId = { readonly value: string; readonly type: string; readonly customType?: string }
const OUR_TYPE = 'postern'

/**
 * The primary e-mail address is made by the pattern, or else of the attribute that is set, and is always in the domain.
 * Google demands both names: who has none is called by the user name, as WSO2 does it.
 */
export function googleBody(user: UserFacts, settings: GoogleSettings, place: Omit<NameFacts, 'userName'>): Body {
  const attributes = { ...user.document, userName: user.userName }
  const email = attributeAt(attributes, settings.emailAttribute ?? GOOGLE_ATTRIBUTES.email) ?? user.userName
  const userName = settings.pattern === undefined ? email : user.userName
  return {
    primaryEmail: inDomain(nameByPattern({ ...place, userName }, settings), settings.domainName),
    name: {
      givenName: attributeAt(attributes, settings.givenNameAttribute ?? GOOGLE_ATTRIBUTES.givenName) ?? user.userName,
      familyName:
        attributeAt(attributes, settings.familyNameAttribute ?? GOOGLE_ATTRIBUTES.familyName) ?? user.userName,
    },
    suspended: !user.active,
    externalIds: [ourExternalId(user.id)],
  }
}

export function ourExternalId(id: string): ExternalId {
  return { value: id, type: 'custom', customType: OUR_TYPE }
}

export function isOurType(entry: unknown): entry is ExternalId {
  return typeof entry === 'object' && entry !== null && 'customType' in entry && entry.customType === OUR_TYPE
}
