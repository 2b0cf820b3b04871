/** The form of a Google Workspace connector, with the labels that WSO2's has. */
import { html } from 'hono/html'
import { z } from 'zod'
import { googleInput } from '../../../../connections/connectors/google.ts'
import { GOOGLE_API_URL, GOOGLE_TOKEN_ENDPOINT } from '../../../../connections/connectors/types.ts'
import type { ConnectorRow } from '../../../../connections/queries.ts'
import { GOOGLE_ATTRIBUTES } from '../../../../outbound/google/body.ts'
import { inputsOf, limitInputs, LIMITS, passwordInputs, patternInputs } from '../inputs.ts'
import type { Fields, Kind } from '../kind.ts'

const line = z.string().trim().default('')
const secret = z.string().default('')

const googleFields = z.object({
  type: z.literal('google').default('google'),
  name: z.string().trim().default('Google'),
  domainName: line,
  emailAttribute: line,
  givenNameAttribute: line,
  familyNameAttribute: line,
  serviceAccountEmail: line,
  privateKey: secret,
  adminEmail: line,
  applicationName: line,
  pattern: line,
  separator: line,
  deprovisioning: z.string().default('delete'),
  apiUrl: line,
  tokenEndpoint: line,
  userFilter: line,
  deletionGuard: line,
  passwordProvisioning: z.string().default(''),
  defaultPassword: secret,
})
type GoogleFields = z.output<typeof googleFields>

export const DEPROVISIONING = {
  delete: 'Delete the account',
  suspend: 'Suspend the account, and keep its data',
} as const

const googleForm = googleFields.transform((fields, context) => {
  const parsed = googleInput.safeParse(settingsOf(fields))
  // Of the JSON file that was given, the key is all that has to be kept.
  if (parsed.success) return { fields: { ...fields, privateKey: parsed.data.privateKey ?? '' }, input: parsed.data }
  for (const { message, path } of parsed.error.issues) context.addIssue({ code: 'custom', message, path: [...path] })
  return z.NEVER
})

/** As the management API takes it. A connector begins disabled. */
function settingsOf({ passwordProvisioning, deletionGuard, ...fields }: GoogleFields): unknown {
  const given = Object.entries(fields).filter(([, value]) => value !== '')
  const { domainName, serviceAccountEmail, adminEmail } = fields
  const demanded = { domainName, serviceAccountEmail, adminEmail }
  return {
    ...demanded,
    ...Object.fromEntries(given),
    enabled: false,
    deletionGuard: deletionGuard === '' ? undefined : Number(deletionGuard),
    passwordProvisioning: passwordProvisioning === 'on',
  }
}

function fieldsOf({ settings, name, passwordProvisioning }: ConnectorRow): Fields {
  return googleFields.parse({
    ...settings,
    name,
    deletionGuard: settings.deletionGuard?.toString(),
    passwordProvisioning: passwordProvisioning ? 'on' : '',
  })
}

const MORE = ['apiUrl', 'tokenEndpoint', ...LIMITS]

export const GOOGLE: Kind = {
  type: 'google',
  label: 'Google',
  help: 'Google Workspace: users, by the Directory API of the Admin SDK.',
  secrets: ['privateKey', 'defaultPassword'],
  form: googleForm,
  begin: googleFields.parse({ passwordProvisioning: 'on' }),
  fieldsOf,
  inputs(set, given, draft) {
    const inputs = inputsOf(set, given, draft)
    const { text, secret: hiddenText, choice, type, more } = inputs
    const required = true
    return html`${type()}
    ${text('domainName', 'Google Domain', { required, placeholder: 'mygoogledomain.com', help: 'Every account gets an address in it.' })}
    ${text('emailAttribute', 'Primary Email', { placeholder: GOOGLE_ATTRIBUTES.email, help: 'The attribute that the address of an account is made of, where there is no pattern.' })}
    ${text('givenNameAttribute', 'Given Name', { placeholder: GOOGLE_ATTRIBUTES.givenName })}
    ${text('familyNameAttribute', 'Family Name', { placeholder: GOOGLE_ATTRIBUTES.familyName })}
    ${text('serviceAccountEmail', 'Service Account Email', { required, type: 'email', placeholder: 'postern@my-project.iam.gserviceaccount.com', help: 'It needs domain-wide delegation for the scope admin.directory.user.' })}
    ${hiddenText('privateKey', 'Private Key', { type: 'lines', help: 'The JSON key file of the service account, or its private_key.' })}
    ${text('adminEmail', 'Administrator’s Email', { required, type: 'email', placeholder: 'tom@mygoogledomain.com', help: 'The service account acts for this administrator.' })}
    ${text('applicationName', 'Application Name', { help: 'Google is told it with every request.' })}
    ${patternInputs(inputs, 'Google Outbound Provisioning Pattern', 'Google Provisioning Separator')}
    ${choice(
      'deprovisioning',
      'Who Leaves',
      Object.entries(DEPROVISIONING).map(([value, label]) => ({ value, label })),
    )}
    ${passwordInputs(inputs, 'For new accounts, where passwords are not provisioned. Without one, they get one that nobody knows.')}
    ${more(MORE, GOOGLE.begin, [
      text('apiUrl', 'API Address', { placeholder: GOOGLE_API_URL }),
      text('tokenEndpoint', 'Token Endpoint', { placeholder: GOOGLE_TOKEN_ENDPOINT }),
      limitInputs(inputs),
    ])}`
  },
}
