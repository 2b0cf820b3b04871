/** The form of a Salesforce connector, with the labels that WSO2's has. */
import { html } from 'hono/html'
import { z } from 'zod'
import { SALESFORCE_TOKEN_ENDPOINT, salesforceInput } from '../../../../connections/connectors/salesforce.ts'
import type { ConnectorRow } from '../../../../connections/queries.ts'
import { SALESFORCE_DEFAULTS, SALESFORCE_ID_FIELD } from '../../../../outbound/salesforce/body.ts'
import { inputsOf, limitInputs, LIMITS, passwordInputs, patternInputs } from '../inputs.ts'
import type { Fields, Kind } from '../kind.ts'

const line = z.string().trim().default('')
const secret = z.string().default('')

const salesforceFields = z.object({
  type: z.literal('salesforce').default('salesforce'),
  name: z.string().trim().default('Salesforce'),
  apiVersion: line,
  domainName: line,
  clientId: line,
  clientSecret: secret,
  grant: z.string().default('password'),
  username: line,
  password: secret,
  tokenEndpoint: line,
  pattern: line,
  separator: line,
  provisioningDomain: line,
  externalIdField: line,
  profileId: line,
  timeZone: line,
  locale: line,
  emailEncoding: line,
  language: line,
  userFilter: line,
  deletionGuard: line,
  passwordProvisioning: z.string().default(''),
  defaultPassword: secret,
})
type SalesforceFields = z.output<typeof salesforceFields>

export const GRANTS = {
  password: 'Username and password',
  clientCredentials: 'Client credentials',
} as const

const salesforceForm = salesforceFields.transform((fields, context) => {
  const parsed = salesforceInput.safeParse(settingsOf(fields))
  if (parsed.success) return { fields, input: parsed.data }
  for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] })
  return z.NEVER
})

/** As the management API takes it. An empty field for our id says that there is none. A connector begins disabled. */
function settingsOf({ passwordProvisioning, deletionGuard, ...fields }: SalesforceFields): unknown {
  const given = Object.entries(fields).filter(([, value]) => value !== '')
  const { apiVersion, domainName, clientId, profileId, externalIdField } = fields
  const demanded = { apiVersion, domainName, clientId, profileId, externalIdField }
  return {
    ...demanded,
    ...Object.fromEntries(given),
    enabled: false,
    deletionGuard: deletionGuard === '' ? undefined : Number(deletionGuard),
    passwordProvisioning: passwordProvisioning === 'on',
  }
}

function fieldsOf({ settings, name, passwordProvisioning }: ConnectorRow): Fields {
  const shown = { externalIdField: SALESFORCE_ID_FIELD, ...settings }
  return salesforceFields.parse({
    ...shown,
    name,
    deletionGuard: settings.deletionGuard?.toString(),
    passwordProvisioning: passwordProvisioning ? 'on' : '',
  })
}

const MORE = ['timeZone', 'locale', 'language', 'emailEncoding', 'externalIdField', ...LIMITS]

export const SALESFORCE: Kind = {
  type: 'salesforce',
  label: 'Salesforce',
  help: 'Salesforce: users, by its REST API.',
  secrets: ['clientSecret', 'password', 'defaultPassword'],
  form: salesforceForm,
  begin: salesforceFields.parse({
    passwordProvisioning: 'on',
    tokenEndpoint: SALESFORCE_TOKEN_ENDPOINT,
    externalIdField: SALESFORCE_ID_FIELD,
  }),
  fieldsOf,
  inputs(set, given, draft) {
    const inputs = inputsOf(set, given, draft)
    const { text, secret: hiddenText, choice, type, more } = inputs
    const required = true
    return html`${type()} ${text('apiVersion', 'API version', { required, placeholder: 'v64.0' })}
      ${text('domainName', 'Domain Name', { required, type: 'url', placeholder: 'https://mycompany.my.salesforce.com', help: 'The address of your instance.' })}
      ${text('clientId', 'Client ID', { required, help: 'The consumer key of the connected app.' })}
      ${hiddenText('clientSecret', 'Client Secret', { help: 'The consumer secret of the connected app.' })}
      ${choice(
        'grant',
        'OAuth Flow',
        Object.entries(GRANTS).map(([value, label]) => ({ value, label })),
      )}
      <div class="mode mode-password">
        ${text('username', 'Username')}
        ${hiddenText('password', 'Password', { help: 'With the security token behind it, where Salesforce asks for one.' })}
      </div>
      ${text('tokenEndpoint', 'OAuth2 Token Endpoint', { required, type: 'url', help: 'For a sandbox, at test.salesforce.com; for client credentials, at your own domain.' })}
      ${patternInputs(inputs, 'Provisioning Pattern', 'Provisioning Separator')}
      ${text('provisioningDomain', 'Provisioning Domain', { placeholder: 'mycompany.com', help: 'A Username has the form of an address: this stands behind its @.' })}
      ${text('profileId', 'Profile ID', { required, placeholder: '00e000000000001AAA', help: 'What new users may do at Salesforce.' })}
      ${passwordInputs(inputs, 'For new users, where passwords are not provisioned.')}
      ${more(MORE, SALESFORCE.begin, [
        html`${text('timeZone', 'Time Zone', { placeholder: SALESFORCE_DEFAULTS.timeZone, help: 'As the three below: of new users, who may choose another.' })}
        ${text('locale', 'Locale', { placeholder: SALESFORCE_DEFAULTS.locale })}
        ${text('language', 'Language', { placeholder: SALESFORCE_DEFAULTS.language })}
        ${text('emailEncoding', 'Email Encoding', { placeholder: SALESFORCE_DEFAULTS.emailEncoding })}
        ${text('externalIdField', 'External ID Field', { help: 'The field of User that holds our id, by which people are found again. Empty: they are found by name alone.' })}`,
        limitInputs(inputs),
      ])}`
  },
}
