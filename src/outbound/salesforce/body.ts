/** What Salesforce is sent of a user (sObject User). Pure. */
import type { SalesforceSettings } from '../../db/schema.ts'
import { attributeAt } from '../attribute-at.ts'
import type { Body, UserFacts } from '../body.ts'
import { inDomain, nameByPattern, type NameFacts } from '../pattern.ts'

const LONGEST_USERNAME = 80
const LONGEST_ALIAS = 8
export const SALESFORCE_ID_FIELD = 'FederationIdentifier'

/** The field of User that says under which id the person is known here; undefined if there is none. */
export function idFieldOf({ externalIdField = SALESFORCE_ID_FIELD }: SalesforceSettings): string | undefined {
  return externalIdField === '' ? undefined : externalIdField
}

/** A Username has the form of an e-mail address and is one of all organizations of Salesforce. */
export function salesforceBody(
  user: UserFacts,
  settings: SalesforceSettings,
  place: Omit<NameFacts, 'userName'>,
): Body {
  const name = nameByPattern({ ...place, userName: user.userName }, settings)
  const Username = settings.provisioningDomain ? inDomain(name, settings.provisioningDomain) : name
  const FirstName = attributeAt(user.document, 'name.givenName')
  const idField = idFieldOf(settings)
  return {
    Username,
    LastName:
      attributeAt(user.document, 'name.familyName') ?? attributeAt(user.document, 'displayName') ?? user.userName,
    ...(FirstName === undefined ? {} : { FirstName }),
    Email: attributeAt(user.document, 'emails') ?? Username,
    IsActive: user.active,
    ...(idField === undefined ? {} : { [idField]: user.id }),
  }
}

/**
 * What Salesforce demands of a new user besides. It goes with a POST alone: of an account that is there already the
 * profile, which is what it may do, and the language are its administrator's affair.
 */
export function newUserFields(body: Body, settings: SalesforceSettings): Record<string, unknown> {
  const [local = ''] = String(body.Username).split('@')
  return {
    Alias: local.slice(0, LONGEST_ALIAS),
    ProfileId: settings.profileId,
    TimeZoneSidKey: settings.timeZone ?? SALESFORCE_DEFAULTS.timeZone,
    LocaleSidKey: settings.locale ?? SALESFORCE_DEFAULTS.locale,
    EmailEncodingKey: settings.emailEncoding ?? SALESFORCE_DEFAULTS.emailEncoding,
    LanguageLocaleKey: settings.language ?? SALESFORCE_DEFAULTS.language,
  }
}

export const SALESFORCE_DEFAULTS = { timeZone: 'GMT', locale: 'en_US', emailEncoding: 'UTF-8', language: 'en_US' }

/**
 * The Username of who has left: a User cannot be deleted, and keeps its name from everybody until it is called
 * otherwise. The same however often it is asked for. `id` is ours.
 */
export function freedUsername(username: string, id: string): string {
  const behind = `.${id
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(-12)
    .toLowerCase()}`
  if (username.toLowerCase().endsWith(behind)) return username
  const at = username.lastIndexOf('@')
  const [local, domain] = [username.slice(0, at), username.slice(at)]
  return local.slice(0, LONGEST_USERNAME - domain.length - behind.length) + domain + behind
}
