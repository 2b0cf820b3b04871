/** Which parts of a Salesforce connector's settings are secrets. */
import type { SalesforceSettings } from '../../db/schema.ts'
import type { SalesforceInput } from './salesforce.ts'
import { areHostsOf, demand, sharedSettings, type Split } from './split.ts'

export function splitSalesforce(
  input: SalesforceInput,
  before: Split<SalesforceSettings> | undefined,
  field: string,
): Split<SalesforceSettings> {
  const kept = before && areHostsOf(addressesOf(input), addressesOf(before.settings)) ? before.secrets : {}
  const { apiVersion, domainName, clientId, grant, tokenEndpoint, profileId } = input
  const defaultPassword = input.defaultPassword ?? kept.defaultPassword
  const isPassword = grant === 'password'
  return {
    settings: {
      type: 'salesforce',
      apiVersion,
      domainName,
      clientId,
      grant,
      tokenEndpoint,
      profileId,
      ...(isPassword && input.username ? { username: input.username } : {}),
      ...(input.pattern ? { pattern: input.pattern } : {}),
      ...(input.separator === undefined ? {} : { separator: input.separator }),
      ...(input.provisioningDomain ? { provisioningDomain: input.provisioningDomain } : {}),
      ...(input.externalIdField === undefined ? {} : { externalIdField: input.externalIdField }),
      ...(input.timeZone ? { timeZone: input.timeZone } : {}),
      ...(input.locale ? { locale: input.locale } : {}),
      ...(input.emailEncoding ? { emailEncoding: input.emailEncoding } : {}),
      ...(input.language ? { language: input.language } : {}),
      ...sharedSettings(input),
    },
    secrets: {
      clientSecret: demand(input.clientSecret ?? kept.clientSecret, `${field}clientSecret`),
      ...(isPassword ? { password: demand(input.password ?? kept.password, `${field}password`) } : {}),
      ...(defaultPassword === undefined ? {} : { defaultPassword }),
    },
  }
}

function addressesOf({ domainName, tokenEndpoint }: SalesforceInput | SalesforceSettings): string[] {
  return [domainName, tokenEndpoint]
}
