/** The form of a SCIM connector: flat, as a browser sends it, and the settings that it stands for. */
import { z } from 'zod'
import { givenEndpoints } from '../../../connections/connectors/endpoints.ts'
import type { ConnectorRow } from '../../../connections/queries.ts'
import { scim2Input } from '../../../connections/connectors/scim2.ts'
import { isScim2 } from '../../../connections/connectors/types.ts'
import type { ConnectorAuthentication } from '../../../db/schema.ts'
import { fromReconciliation, toReconciliation } from './reconcile/settings-fields.ts'

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

/** What becomes of an account at the target. */
export const DEPARTURES = { delete: 'Delete the account', deactivate: 'Deactivate the account' } as const

export const SECRETS = ['password', 'token', 'value', 'clientSecret', 'defaultPassword'] as const
export type SecretName = (typeof SECRETS)[number]

const line = z.string().trim().default('')
const secret = z.string().default('')
export const scim2Fields = z.object({
  type: z.literal('scim2').default('scim2'),
  /** Not asked for when a connector is made: it gets the first that is free. */
  name: z.string().trim().default('SCIM2'),
  mode: z.string().default('basic'),
  username: line,
  header: line,
  tokenEndpoint: line,
  clientId: line,
  scope: line,
  profile: z.string().default('standard'),
  baseUrl: line,
  userEndpoint: line,
  groupEndpoint: line,
  userStoreDomain: line,
  updateMethod: z.string().default('auto'),
  userFilter: line,
  deletionGuard: line,
  groupFilter: line,
  leaving: z.string().default('delete'),
  deletion: z.string().default('delete'),
  everyHours: line,
  policy: z.string().default('report'),
  passwordProvisioning: z.string().default(''),
  password: secret,
  token: secret,
  value: secret,
  clientSecret: secret,
  defaultPassword: secret,
})
export type ConnectorFields = z.output<typeof scim2Fields>

/** What the form of a new connector begins with. */
export const NEW_FIELDS = scim2Fields.parse({ passwordProvisioning: 'on' })

/** Answers what was typed, and the settings; what is wrong is named by the form's own fields. */
export const connectorForm = scim2Fields.transform((fields, context) => {
  const parsed = scim2Input.safeParse(settingsOf(fields))
  if (parsed.success) return { fields, input: parsed.data }
  for (const { message, path } of parsed.error.issues)
    context.addIssue({ code: 'custom', message, path: path.slice(-1) })
  return z.NEVER
})

/** As the management API takes it. A connector begins disabled. */
function settingsOf(fields: ConnectorFields): unknown {
  return {
    type: 'scim2',
    name: fields.name,
    enabled: false,
    authentication: authenticationOf(fields),
    profile: fields.profile,
    baseUrl: fields.baseUrl || undefined,
    userEndpoint: fields.userEndpoint || undefined,
    groupEndpoint: fields.groupEndpoint || undefined,
    userStoreDomain: fields.userStoreDomain || undefined,
    updateMethod: fields.updateMethod,
    userFilter: fields.userFilter || undefined,
    deletionGuard: fields.deletionGuard === '' ? undefined : Number(fields.deletionGuard),
    groupFilter: fields.groupFilter || undefined,
    leaving: fields.leaving,
    deletion: fields.deletion,
    reconciliation: toReconciliation(fields),
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
  if (!isScim2(row.settings)) throw new Error(`${row.id} is no SCIM connector`)
  const { authentication, ...settings } = row.settings
  return scim2Fields.parse({
    ...settings,
    ...givenEndpoints(row.settings),
    ...authentication,
    deletionGuard: settings.deletionGuard?.toString(),
    ...fromReconciliation(row.settings),
    name: row.name,
    passwordProvisioning: row.passwordProvisioning ? 'on' : '',
  })
}
