/** What a Salesforce connector can be told: the fields that WSO2's connector has, and what every new User needs. */
import { z } from 'zod'
import { domain, endpoint, secret, text } from '../fields.ts'
import { patternInput } from './pattern.ts'
import { sharedInput } from './shared.ts'

export const SALESFORCE_TOKEN_ENDPOINT = 'https://login.salesforce.com/services/oauth2/token'
const key = z.string().trim().min(1).max(40)

/** The address of the instance, which WSO2 calls the domain name: nothing stands behind the host. */
const instance = endpoint
  .transform((url) => url.replace(/\/+$/, ''))
  .refine(isOrigin, 'Give no more than https:// and the host.')

function isOrigin(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname === '/' && !/[?#]/.test(url)
}

export const salesforceInput = z
  .object({
    type: z.literal('salesforce'),
    ...sharedInput,
    apiVersion: z
      .string()
      .trim()
      .regex(/^v?\d{2,3}\.\d$/, 'Give a version such as v64.0.')
      .transform((version) => (version.startsWith('v') ? version : `v${version}`)),
    domainName: instance,
    clientId: text,
    clientSecret: secret.optional(),
    grant: z.enum(['password', 'clientCredentials']).default('password'),
    username: text.optional(),
    password: secret.optional(),
    tokenEndpoint: endpoint.default(SALESFORCE_TOKEN_ENDPOINT),
    ...patternInput,
    provisioningDomain: domain.optional(),
    externalIdField: z
      .string()
      .trim()
      .regex(/^(?:[A-Za-z]\w{0,79})?$/, 'Give the API name of a field, such as Postern_Id__c.')
      .optional(),
    profileId: z
      .string()
      .trim()
      .regex(/^00e(?:\w{12}|\w{15})$/, 'Give the id of a profile: 15 or 18 letters and digits that begin with 00e.'),
    timeZone: key.optional(),
    locale: key.optional(),
    emailEncoding: key.optional(),
    language: key.optional(),
    passwordProvisioning: z.boolean().default(true),
    defaultPassword: secret.optional(),
  })
  .refine(({ grant, username }) => grant !== 'password' || username !== undefined, {
    path: ['username'],
    error: 'Give a value.',
  })
export type SalesforceInput = z.output<typeof salesforceInput>
