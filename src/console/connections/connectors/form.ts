/** The form of an outbound connector: flat, as a browser sends it, and the settings that it stands for. */
import { z } from 'zod'
import type { ConnectorRow } from '../../../connections/queries.ts'
import { type ConnectorInput, connectorInput } from '../../../connections/connectors/settings.ts'
import { isScim2 } from '../../../connections/connectors/types.ts'
import type { ConnectorAuthentication, ConnectorType } from '../../../db/schema.ts'

/** What a connector of each type is called, and a new one is named. */
export const TYPES = { scim2: 'SCIM2', webhook: 'Webhook' } as const satisfies Record<ConnectorType, string>

export const MODES = {
  basic: 'Basic',
  bearer: 'Bearer token',
  apiKey: 'API key',
  clientCredentials: 'OAuth 2.0 client credentials',
  none: 'None',
} as const satisfies Record<ConnectorAuthentication['mode'], string>

export const UPDATE_METHODS = {
  auto: 'As the target’s ServiceProviderConfig says',
  patch: 'PATCH: what changed',
  put: 'PUT: all of it',
} as const

export const SECRETS = ['password', 'token', 'value', 'clientSecret', 'defaultPassword', 'signingSecret'] as const
export type SecretName = (typeof SECRETS)[number]

const line = z.string().trim().default('')
const secret = z.string().default('')
const connectorFields = z.object({
  type: z.string().default('scim2'),
  /** Not asked for when a connector is made: it gets the first that is free. */
  name: z.string().trim().default('SCIM2'),
  mode: z.string().default('basic'),
  username: line,
  header: line,
  tokenEndpoint: line,
  clientId: line,
  scope: line,
  userEndpoint: line,
  groupEndpoint: line,
  userStoreDomain: line,
  updateMethod: z.string().default('auto'),
  userFilter: line,
  deletionGuard: line,
  passwordProvisioning: z.string().default(''),
  password: secret,
  token: secret,
  value: secret,
  clientSecret: secret,
  defaultPassword: secret,
  url: line,
  signingSecret: secret,
  groups: z.string().default(''),
})
export type ConnectorFields = z.output<typeof connectorFields>

/** What the form of a new connector begins with. */
export function newFields(type: string): ConnectorFields {
  return connectorFields.parse({ type, passwordProvisioning: 'on', groups: 'on' })
}

/** Answers what was typed, and the settings; what is wrong is named by the form's own fields. */
export const connectorForm = connectorFields.transform((fields, context) => {
  const parsed = connectorInput.safeParse(settingsOf(fields))
  if (parsed.success) return { fields, input: parsed.data }
  for (const { message, path } of parsed.error.issues)
    context.addIssue({ code: 'custom', message, path: path.slice(-1) })
  return z.NEVER
})

/** As the management API takes it. A connector begins disabled. */
function settingsOf(fields: ConnectorFields): unknown {
  const { type, name } = fields
  const shared = {
    type,
    name,
    enabled: false,
    userFilter: fields.userFilter || undefined,
    deletionGuard: fields.deletionGuard === '' ? undefined : Number(fields.deletionGuard),
  }
  if (type === 'webhook') {
    const signingSecret = fields.signingSecret.trim() || undefined
    return { ...shared, url: fields.url, signingSecret, groups: fields.groups === 'on' }
  }
  return {
    ...shared,
    authentication: authenticationOf(fields),
    userEndpoint: fields.userEndpoint,
    groupEndpoint: fields.groupEndpoint || undefined,
    userStoreDomain: fields.userStoreDomain || undefined,
    updateMethod: fields.updateMethod,
    passwordProvisioning: fields.passwordProvisioning === 'on',
    defaultPassword: fields.defaultPassword || undefined,
  }
}

/** Only what belongs to the chosen mode: the fields of the others may be in the form too, unseen. */
function authenticationOf({ mode, ...fields }: ConnectorFields): unknown {
  switch (mode) {
    case 'basic':
      return { mode, username: fields.username, password: fields.password || undefined }
    case 'bearer':
      return { mode, token: fields.token || undefined }
    case 'apiKey':
      return { mode, header: fields.header, value: fields.value || undefined }
    case 'clientCredentials':
      return {
        mode,
        tokenEndpoint: fields.tokenEndpoint,
        clientId: fields.clientId,
        clientSecret: fields.clientSecret || undefined,
        scope: fields.scope || undefined,
      }
    default:
      return { mode }
  }
}

/** What the form shows of a connector that exists: everything but its secrets. */
export function fieldsOf(row: ConnectorRow): ConnectorFields {
  const { settings, name } = row
  const deletionGuard = settings.deletionGuard?.toString()
  if (!isScim2(settings)) {
    return connectorFields.parse({ ...settings, deletionGuard, groups: settings.groups ? 'on' : '', name })
  }
  const { authentication, ...others } = settings
  return connectorFields.parse({
    ...others,
    ...authentication,
    deletionGuard,
    name,
    passwordProvisioning: row.passwordProvisioning ? 'on' : '',
  })
}

/** Which secrets there are: for the form, which says so and shows none. */
export function givenSecrets(fields: ConnectorFields | undefined): readonly SecretName[] {
  return SECRETS.filter((name) => fields && fields[name] !== '')
}

/** A secret that is not typed again is the one that was given before. */
export function withSecretsOf(fields: ConnectorFields, before: ConnectorFields | undefined): ConnectorFields {
  const given = givenSecrets(before).filter((name) => fields[name] === '')
  return { ...fields, ...Object.fromEntries(given.map((name) => [name, before?.[name] ?? ''])) }
}

/** SCIM2 or, where that is taken, SCIM2-2 and so on. */
export function freeName(type: ConnectorType, connectors: readonly { readonly name: string }[]): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? TYPES[type] : `${TYPES[type]}-${n}`
    if (!connectors.some((one) => one.name === name)) return name
  }
}

export function parseConnector(fields: unknown): { fields: ConnectorFields; input: ConnectorInput } | undefined {
  return connectorForm.safeParse(fields).data
}
