/** Which parts of a Google Workspace connector's settings are secrets. */
import type { GoogleSettings } from '../../db/schema.ts'
import type { GoogleInput } from './google.ts'
import { areHostsOf, demand, sharedSettings, type Split } from './split.ts'
import { GOOGLE_API_URL, GOOGLE_TOKEN_ENDPOINT } from './types.ts'

export function splitGoogle(
  input: GoogleInput,
  before: Split<GoogleSettings> | undefined,
  field: string,
): Split<GoogleSettings> {
  const kept = before && areHostsOf(addressesOf(input), addressesOf(before.settings)) ? before.secrets : {}
  const { domainName, serviceAccountEmail, adminEmail } = input
  const defaultPassword = input.defaultPassword ?? kept.defaultPassword
  return {
    settings: {
      type: 'google',
      domainName,
      serviceAccountEmail,
      adminEmail,
      ...(input.emailAttribute ? { emailAttribute: input.emailAttribute } : {}),
      ...(input.givenNameAttribute ? { givenNameAttribute: input.givenNameAttribute } : {}),
      ...(input.familyNameAttribute ? { familyNameAttribute: input.familyNameAttribute } : {}),
      ...(input.applicationName ? { applicationName: input.applicationName } : {}),
      ...(input.pattern ? { pattern: input.pattern } : {}),
      ...(input.separator === undefined ? {} : { separator: input.separator }),
      ...(input.deprovisioning === 'suspend' ? { deprovisioning: 'suspend' } : {}),
      ...(input.apiUrl ? { apiUrl: input.apiUrl } : {}),
      ...(input.tokenEndpoint ? { tokenEndpoint: input.tokenEndpoint } : {}),
      ...sharedSettings(input),
    },
    secrets: {
      privateKey: demand(input.privateKey ?? kept.privateKey, `${field}privateKey`),
      ...(defaultPassword === undefined ? {} : { defaultPassword }),
    },
  }
}

function addressesOf({ apiUrl, tokenEndpoint }: GoogleInput | GoogleSettings): string[] {
  return [apiUrl ?? GOOGLE_API_URL, tokenEndpoint ?? GOOGLE_TOKEN_ENDPOINT]
}
