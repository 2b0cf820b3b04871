/** What a Google Workspace connector can be told: the fields that WSO2's connector has, and where its API is. */
import { z } from 'zod'
import { ATTRIBUTE_PATH } from '../../core/attribute-path.ts'
import { isRecord } from '../../core/json-value.ts'
import { domain, endpoint, secret } from '../fields.ts'
import { patternInput } from './pattern.ts'
import { sharedInput } from './shared.ts'

const attribute = z
  .string()
  .trim()
  .max(300)
  .regex(ATTRIBUTE_PATH, 'Give the path of an attribute, such as name.givenName.')
const email = z.email('Give an e-mail address.').max(320)

/** The key in PEM: as it is, with \n for its line breaks, or in the JSON file that Google gives it in. */
function pemOf(text: string): string {
  const json = text.trimStart().startsWith('{') ? parseOrUndefined(text) : undefined
  const key = isRecord(json) && typeof json.private_key === 'string' ? json.private_key : text
  return `${key.replaceAll('\\n', '\n').trim()}\n`
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** PKCS #8 (RFC 7468 section 10), as Google gives it. */
const PEM = /^-----BEGIN PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{100,}-----END PRIVATE KEY-----\s*$/

export const googleInput = z.object({
  type: z.literal('google'),
  ...sharedInput,
  domainName: domain,
  emailAttribute: attribute.optional(),
  givenNameAttribute: attribute.optional(),
  familyNameAttribute: attribute.optional(),
  serviceAccountEmail: email,
  privateKey: secret
    .transform(pemOf)
    .refine((pem) => PEM.test(pem), 'Give the private_key of the JSON key file: -----BEGIN PRIVATE KEY----- and so on.')
    .optional(),
  adminEmail: email,
  applicationName: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e][\x20-\x7e]{0,99}$/, 'Use at most 100 letters and signs of ASCII.')
    .optional(),
  ...patternInput,
  deprovisioning: z.enum(['delete', 'suspend']).optional(),
  apiUrl: endpoint.optional(),
  tokenEndpoint: endpoint.optional(),
  passwordProvisioning: z.boolean().default(true),
  defaultPassword: secret.optional(),
})
export type GoogleInput = z.output<typeof googleInput>
