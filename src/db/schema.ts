/**
 * Every table. Each begins with tenant_id, and so does each key and index, so that no query can leave its tenant by
 * accident; the exceptions say why. Times are milliseconds since 1970. JSON columns hold what their type says.
 */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { AttributeMapping } from '../core/attribute-mapping.ts'

const tenantId = text('tenant_id').notNull()
const time = (name: string) => integer(name, { mode: 'timestamp_ms' })
const flag = (name: string) => integer(name, { mode: 'boolean' })
const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()

export const tenants = sqliteTable('tenants', {
  id: text('id').primaryKey(),
  /** What stands in /t/{slug}; '' is the default tenant, at the root. */
  slug: text('slug').notNull().unique(),
  name: text('name').notNull(),
  /** Raised with each change of the tenant's own attributes: whoever knows another one reads them again. */
  schemaVersion: integer('schema_version').notNull().default(0),
  created: time('created').notNull(),
})

/** Attributes that a tenant has of its own, in the extension schema of its users. */
export const customAttributes = sqliteTable(
  'custom_attributes',
  {
    tenantId,
    nameKey: text('name_key').notNull(),
    definition: json<CustomAttribute>('definition').notNull(),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.nameKey] })],
)
/** scim/schemas/custom.ts has the same; db/ and scim/ do not know each other. */
export type CustomAttribute = {
  name: string
  type: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex'
  description: string
  multiValued: boolean
  required: boolean
  caseExact: boolean
  mutability: 'readWrite' | 'immutable'
  returned: 'default' | 'request'
  canonicalValues?: string[] | undefined
  subAttributes?: Omit<CustomAttribute, 'subAttributes'>[] | undefined
}

/** What a tenant demands of passwords; no row is the default. */
export const passwordPolicies = sqliteTable(
  'password_policies',
  { tenantId, policy: json<PasswordPolicy>('policy').notNull(), lastModified: time('last_modified').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId] })],
)
export type PasswordPolicy = {
  minLength: number
  digit: boolean
  upperCase: boolean
  lowerCase: boolean
  special: boolean
  /** So many former passwords may not come back; 0 keeps none. */
  history: number
}

export type UserSource = 'setup' | 'scim' | 'api' | 'console' | 'jit'

export const users = sqliteTable(
  'users',
  {
    tenantId,
    id: text('id').notNull(),
    userName: text('user_name').notNull(),
    /** nameKey(userName): NFC and case-folded, what userName is compared by. */
    userNameKey: text('user_name_key').notNull(),
    externalId: text('external_id'),
    displayName: text('display_name'),
    displayNameKey: text('display_name_key'),
    active: flag('active').notNull(),
    /** The SCIM resource as it was accepted: no id, meta, password, groups or roles. */
    document: json<UserDocument>('document').notNull(),
    /** The document with each value in the form in which it is compared (scim/compared.ts), as JSON: what filters search. */
    compared: text('compared').notNull().default(''),
    passwordHash: text('password_hash'),
    source: text('source').$type<UserSource>().notNull(),
    /** With source 'jit': the connection that the person came through. */
    sourceConnectionId: text('source_connection_id'),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
    version: integer('version').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('users_user_name').on(t.tenantId, t.userNameKey),
    index('users_external_id').on(t.tenantId, t.externalId, t.id),
    index('users_display_name').on(t.tenantId, t.displayNameKey, t.id),
    index('users_created').on(t.tenantId, t.created, t.id),
    index('users_last_modified').on(t.tenantId, t.lastModified, t.id),
  ],
)
export type UserDocument = { schemas: string[]; [attribute: string]: unknown }

/**
 * The e-mail addresses of users, folded, to find them by. WITHOUT ROWID (in the migration: drizzle has no word for it),
 * as are the tables of members: a row is one entry in one tree then, and a commit writes each page of each tree.
 */
export const userEmails = sqliteTable(
  'user_emails',
  { tenantId, valueKey: text('value_key').notNull(), userId: text('user_id').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.valueKey, t.userId] })],
)

export const groups = sqliteTable(
  'groups',
  {
    tenantId,
    id: text('id').notNull(),
    displayName: text('display_name').notNull(),
    displayNameKey: text('display_name_key').notNull(),
    externalId: text('external_id'),
    /** The SCIM resource as it was accepted: no id, meta or members. */
    document: json<UserDocument>('document').notNull(),
    /** As of users. */
    compared: text('compared').notNull().default(''),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
    version: integer('version').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('groups_display_name').on(t.tenantId, t.displayNameKey),
    index('groups_external_id').on(t.tenantId, t.externalId, t.id),
    index('groups_created').on(t.tenantId, t.created, t.id),
    index('groups_last_modified').on(t.tenantId, t.lastModified, t.id),
  ],
)

export const groupMembers = sqliteTable(
  'group_members',
  {
    tenantId,
    groupId: text('group_id').notNull(),
    memberId: text('member_id').notNull(),
    memberType: text('member_type').$type<'User' | 'Group'>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.groupId, t.memberId] }),
    index('group_members_member').on(t.tenantId, t.memberId, t.groupId),
  ],
)

/**
 * Former passwords of a user, the newest of which may not come back (password_policies); the present one is with her.
 */
export const passwordHistory = sqliteTable(
  'password_history',
  {
    tenantId,
    userId: text('user_id').notNull(),
    passwordHash: text('password_hash').notNull(),
    created: time('created').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId, t.passwordHash] })],
)

/**
 * Tombstones: who was deleted, and may not come back just in time. Their rows in federated_identities stay, and say who
 * they were elsewhere; who is provisioned again with the same externalId gets those, with a new id.
 */
export const deletedUsers = sqliteTable(
  'deleted_users',
  {
    tenantId,
    id: text('id').notNull(),
    userName: text('user_name').notNull(),
    userNameKey: text('user_name_key').notNull(),
    externalId: text('external_id'),
    deleted: time('deleted').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('deleted_users_user_name').on(t.tenantId, t.userNameKey),
    index('deleted_users_external_id')
      .on(t.tenantId, t.externalId)
      .where(sql`external_id is not null`),
  ],
)

/** Members whom a client named and who are not here: passed over instead of losing the whole push, and told of here. */
export const unknownMembers = sqliteTable(
  'unknown_members',
  {
    tenantId,
    groupId: text('group_id').notNull(),
    memberId: text('member_id').notNull(),
    /** Who named it: the description of a SCIM token. */
    client: text('client').notNull(),
    lastSeen: time('last_seen').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.groupId, t.memberId] })],
)

/**
 * `everyone` is held by every user without a row in role_members; `admin` has every permission. The two are built in:
 * what they permit stands in directory/permissions.ts.
 */
export const roles = sqliteTable(
  'roles',
  {
    tenantId,
    id: text('id').notNull(),
    displayName: text('display_name').notNull(),
    displayNameKey: text('display_name_key').notNull().default(''),
    /** The application where the role counts; '' is the organization. */
    audience: text('audience').notNull().default(''),
    externalId: text('external_id'),
    builtIn: flag('built_in').notNull().default(false),
    permissions: json<string[]>('permissions').notNull().default([]),
    created: time('created').notNull(),
    lastModified: time('last_modified')
      .notNull()
      .default(sql`0`),
    version: integer('version').notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('roles_name').on(t.tenantId, t.audience, t.displayNameKey),
  ],
)

/** Who holds a role: users, and groups with all who are in them. */
export const roleMembers = sqliteTable(
  'role_members',
  {
    tenantId,
    roleId: text('role_id').notNull(),
    memberId: text('member_id').notNull(),
    memberType: text('member_type').$type<'User' | 'Group'>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.roleId, t.memberId] }),
    index('role_members_member').on(t.tenantId, t.memberId, t.roleId),
  ],
)

/** Bearer tokens for SCIM clients; only a hash is kept. */
export const scimTokens = sqliteTable(
  'scim_tokens',
  {
    tenantId,
    id: text('id').notNull(),
    description: text('description').notNull(),
    tokenHash: text('token_hash').notNull(),
    access: text('access').$type<'read' | 'write'>().notNull().default('write'),
    conformance: text('conformance').$type<'lenient' | 'strict'>().notNull().default('lenient'),
    expiresAt: time('expires_at'),
    created: time('created').notNull(),
    /** To the minute: a request does not wait for a write each time. */
    lastUsed: time('last_used'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), uniqueIndex('scim_tokens_hash').on(t.tenantId, t.tokenHash)],
)

/** Failed password checks of one user name (known or not), for the back-off in login/lockout.ts. */
export const signInFailures = sqliteTable(
  'sign_in_failures',
  {
    tenantId,
    userNameKey: text('user_name_key').notNull(),
    failures: integer('failures').notNull(),
    lastFailure: time('last_failure').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userNameKey] })],
)

export type SignInOption = 'password' | { connection: string }
export type LoginFlow = { steps: { options: SignInOption[] }[] }

/** OAuth clients. */
/** What a client was told beside its names and grants: applications/client-metadata.ts has the rules. */
export type ClientMetadata = {
  jwks?: { keys: Record<string, unknown>[] }
  jwksUri?: string
  accessTokenSeconds?: number
  refreshTokenIdleSeconds?: number
  refreshTokenSeconds?: number
  idTokenSignedResponseAlg?: SigningAlgorithm
  userinfoSignedResponseAlg?: SigningAlgorithm
  requirePushedAuthorizationRequests?: boolean
  requirePkce?: boolean
  firstParty?: boolean
  postLogoutRedirectUris?: string[]
  backchannelLogoutUri?: string
  backchannelLogoutSessionRequired?: boolean
}
export type SigningAlgorithm = 'RS256' | 'ES256' | 'EdDSA'

export const applications = sqliteTable(
  'applications',
  {
    tenantId,
    id: text('id').notNull(),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    description: text('description'),
    template: text('template').notNull(),
    clientId: text('client_id').notNull(),
    clientSecretHash: text('client_secret_hash'),
    redirectUris: json<string[]>('redirect_uris').notNull(),
    grantTypes: json<string[]>('grant_types').notNull(),
    tokenEndpointAuthMethod: text('token_endpoint_auth_method')
      .$type<'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'>()
      .notNull(),
    loginFlow: json<LoginFlow>('login_flow').notNull(),
    /** What of scim2 and the management API its access tokens may open, as far as the person may. */
    permissions: json<string[]>('permissions').notNull().default([]),
    clientMetadata: json<ClientMetadata>('client_metadata').notNull().default({}),
    /** Of a client that registered itself: what it changes its registration with (RFC 7592). */
    registrationTokenHash: text('registration_token_hash'),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('applications_name').on(t.tenantId, t.nameKey),
    uniqueIndex('applications_client_id').on(t.tenantId, t.clientId),
  ],
)

/** Whether clients may register themselves (RFC 7591); a tenant without a row has it off. */
export const registrationSettings = sqliteTable(
  'registration_settings',
  { tenantId, policy: text('policy').$type<RegistrationPolicy>().notNull() },
  (t) => [primaryKey({ columns: [t.tenantId] })],
)
export type RegistrationPolicy = 'off' | 'token' | 'open'

/** Initial access tokens (RFC 7591 section 3): whoever has one may register clients. */
export const initialAccessTokens = sqliteTable(
  'initial_access_tokens',
  {
    tenantId,
    id: text('id').notNull(),
    description: text('description').notNull(),
    tokenHash: text('token_hash').notNull(),
    expiresAt: time('expires_at'),
    created: time('created').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('initial_access_tokens_hash').on(t.tenantId, t.tokenHash),
  ],
)

/** How an external OpenID provider is reached; the client secret stands sealed in its own column. */
export type OidcAuthenticator = {
  type: 'oidc'
  clientId: string
  authorizationEndpoint: string
  tokenEndpoint: string
  issuer?: string
  jwksUri?: string
  userinfoEndpoint?: string
  scopes?: string[]
}
export type JitSettings = {
  enabled: boolean
  scheme: 'silent' | 'consent' | 'password' | 'username'
  userStore: 'PRIMARY'
  attributeSync: 'override' | 'preserveLocal' | 'none'
}

export const connections = sqliteTable(
  'connections',
  {
    tenantId,
    id: text('id').notNull(),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    description: text('description'),
    template: text('template').$type<'custom' | 'standard-based'>().notNull(),
    authenticator: json<OidcAuthenticator>('authenticator'),
    /** Sealed at (tenant, 'connections', id). */
    sealedClientSecret: text('sealed_client_secret'),
    jit: json<JitSettings>('jit').notNull(),
    /** Ids of the roles whose members are provisioned out; neither roles nor groups: everyone but administrators. */
    outboundRoles: json<string[]>('outbound_roles').notNull(),
    /** Ids of groups whose members, nested ones too, go out as well. A group that is gone stays: nobody is in it. */
    outboundGroups: json<string[]>('outbound_groups').notNull().default([]),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), uniqueIndex('connections_name').on(t.tenantId, t.nameKey)],
)

export type ConnectorAuthentication =
  | { mode: 'none' }
  | { mode: 'basic'; username: string }
  | { mode: 'bearer' }
  | { mode: 'apiKey'; header: string }
  | { mode: 'clientCredentials'; tokenEndpoint: string; clientId: string; scope?: string }
/** What a connector of every type can be told. */
export type SharedSettings = {
  /** The share of the target, in percent, beyond which removals within a day wait for somebody's yes; absent: 25. */
  deletionGuard?: number
  /** A SCIM filter (RFC 7644 section 3.4.2.2): only users who match it go out. */
  userFilter?: string
  /** The same for groups. */
  groupFilter?: string
  /** What users are at the target; absent: what they are here. */
  mapping?: AttributeMapping
  /** Compares what the target has with what it should have: every so many hours if that is set, and by hand. Of SCIM targets alone. */
  reconciliation?: { everyHours?: number; policy: DriftPolicy }
}
/** What a target is, where it is not quite what SCIM 2.0 says (connections/connectors/profiles.ts). */
export type TargetProfile = 'standard' | 'entra' | 'aws' | 'slack' | 'google-cloud-identity' | 'github' | 'postern'
export type Scim2Settings = SharedSettings & {
  type?: 'scim2'
  authentication: ConnectorAuthentication
  /** Absent: `standard`. */
  profile?: TargetProfile
  /** The address below which everything of the target is; the endpoints follow from it where they are not told. */
  baseUrl?: string
  userEndpoint: string
  groupEndpoint?: string
  userStoreDomain?: string
  /** How a change is told; absent: by PATCH if the target's ServiceProviderConfig says that it takes it. */
  updateMethod?: 'put' | 'patch'
  /** What becomes of a user's account there who is not to go out any more; absent: it is deleted. */
  leaving?: 'deactivate'
  /** The same of who was deleted here. */
  deletion?: 'deactivate'
}
/** How the name of an account at a target is put together (outbound/pattern.ts). */
export type NamePattern = {
  /** Of UD, UN, TD and IDP, in braces; absent: the name as it is. */
  pattern?: string
  separator?: string
}
/** Google Workspace, by the Directory API. Attributes are SCIM paths; what is absent has a default (outbound/google). */
export type GoogleSettings = SharedSettings &
  NamePattern & {
    type: 'google'
    domainName: string
    emailAttribute?: string
    givenNameAttribute?: string
    familyNameAttribute?: string
    serviceAccountEmail: string
    /** Whom the service account acts for. */
    adminEmail: string
    applicationName?: string
    /** What becomes of the account of who leaves; absent: it is deleted. */
    deprovisioning?: 'delete' | 'suspend'
    apiUrl?: string
    tokenEndpoint?: string
  }
/** Salesforce, by its REST API. */
export type SalesforceSettings = SharedSettings &
  NamePattern & {
    type: 'salesforce'
    /** As in its paths: v64.0. */
    apiVersion: string
    /** The address of the instance. */
    domainName: string
    clientId: string
    grant: 'password' | 'clientCredentials'
    /** With the password grant. */
    username?: string
    tokenEndpoint: string
    /** What stands behind the @ of a Username. */
    provisioningDomain?: string
    /** The field of User that holds our id; '' if there is none. Absent: FederationIdentifier. */
    externalIdField?: string
    profileId: string
    timeZone?: string
    locale?: string
    emailEncoding?: string
    language?: string
  }
/** A signed webhook (Standard Webhooks): tells what happened, and holds nothing itself. */
export type WebhookSettings = SharedSettings & {
  type: 'webhook'
  url: string
  /** Whether groups are told of as well. */
  groups: boolean
}
/** By `type`; the one that is absent is SCIM 2.0, which was there first. */
export type ConnectorSettings = Scim2Settings | GoogleSettings | SalesforceSettings | WebhookSettings
export type ConnectorType = 'scim2' | 'google' | 'salesforce' | 'webhook'
/** Secrets of one webhook: both sign, the former one until a time (ISO 8601). */
export type SigningSecrets = {
  signingSecret?: string
  previousSigningSecret?: string
  previousSigningSecretUntil?: string
}
/** What stands sealed beside the settings, at (tenant, 'connectors', id). */
export type ConnectorSecrets = SigningSecrets & {
  password?: string
  token?: string
  value?: string
  clientSecret?: string
  /** PKCS #8 in PEM. */
  privateKey?: string
  defaultPassword?: string
}

/** Outbound provisioning connectors of a connection. */
export const connectors = sqliteTable(
  'connectors',
  {
    tenantId,
    id: text('id').notNull(),
    connectionId: text('connection_id').notNull(),
    name: text('name').notNull(),
    type: text('type').$type<ConnectorType>().notNull(),
    enabled: flag('enabled').notNull(),
    settings: json<ConnectorSettings>('settings').notNull(),
    sealedSecrets: text('sealed_secrets'),
    passwordProvisioning: flag('password_provisioning').notNull(),
    created: time('created').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('connectors_name').on(t.tenantId, t.connectionId, t.name),
  ],
)

/** What a target can do, as far as it said or showed. */
export type TargetCapabilities = {
  /** PATCH (RFC 7644 section 3.5.2); otherwise PUT. */
  patch: boolean
}

/** What is known of the target of a connector, and how it fares: nothing here is a setting. */
export const targets = sqliteTable(
  'targets',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    /** By its ServiceProviderConfig, and by what it refused since. */
    capabilities: json<TargetCapabilities>('capabilities'),
    capabilitiesAt: time('capabilities_at'),
    /** Nothing is sent before: the target asked for it (Retry-After), or did not answer. */
    waitUntil: time('wait_until'),
    /** It refused our credential: nothing is sent until somebody looks after it. */
    pausedAt: time('paused_at'),
    pauseReason: text('pause_reason'),
    lastSuccess: time('last_success'),
    lastFailure: time('last_failure'),
    /** It refuses most of what it is sent (outbound/quarantine): one delivery goes now and then, to see. */
    quarantinedAt: time('quarantined_at'),
    quarantineReason: text('quarantine_reason'),
    /** What it refused since; of groups whose members alone it refused, apart. */
    recentSince: time('recent_since'),
    recentFailed: integer('recent_failed').notNull().default(0),
    recentReferences: integer('recent_references').notNull().default(0),
    /** What was removed since, of how much (outbound/guard), and since when removals wait for somebody's yes. */
    removalsSince: time('removals_since'),
    removals: integer('removals').notNull().default(0),
    removalsBase: integer('removals_base').notNull().default(0),
    removalsHeldAt: time('removals_held_at'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.connectorId] })],
)

/** Where a tenant wants to hear of trouble with its connectors: a webhook. */
export const alertSettings = sqliteTable(
  'alert_settings',
  {
    tenantId,
    url: text('url').notNull(),
    events: json<AlertType[]>('events').notNull(),
    /** SigningSecrets, sealed at (tenant, 'alert_settings', tenant). */
    sealedSecrets: text('sealed_secrets').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId] })],
)
export type AlertType = 'connector.paused' | 'connector.quarantined' | 'connector.resumed' | 'connector.deadLetters'

/** What the tenant has to be told of, written in the batch in which it came about; and for a while what it was told. */
export const alerts = sqliteTable(
  'alerts',
  {
    tenantId,
    id: text('id').notNull(),
    type: text('type').$type<AlertType>().notNull(),
    data: json<Record<string, unknown>>('data').notNull(),
    state: text('state').$type<'pending' | 'delivered' | 'dead'>().notNull(),
    attempts: integer('attempts').notNull(),
    /** While it is on its way: when the process that sends it is given up. */
    nextAttemptAt: time('next_attempt_at'),
    lastError: text('last_error'),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('alerts_log').on(t.tenantId, t.created),
    index('alerts_pending')
      .on(t.tenantId, t.created)
      .where(sql`state = 'pending'`),
  ],
)

/** The whole directory on its way to one target: who was there before the connector, or changed while it was off. */
export const directorySyncs = sqliteTable(
  'directory_syncs',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    /** Everybody, or who changed since there is the connector: after a time in which nothing went out. */
    kind: text('kind').$type<'everybody' | 'changed'>().notNull().default('everybody'),
    state: text('state').$type<'running' | 'done' | 'stopped'>().notNull(),
    /** Users first, then the groups that they are members of. */
    phase: text('phase').$type<'User' | 'Group'>().notNull(),
    /** The last id that was looked at in this phase. */
    afterId: text('after_id').notNull(),
    /** How many there were when it began, how many were looked at, and how many were marked. */
    total: integer('total').notNull(),
    seen: integer('seen').notNull(),
    marked: integer('marked').notNull(),
    started: time('started').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.connectorId] }),
    index('directory_syncs_running')
      .on(t.tenantId)
      .where(sql`state = 'running'`),
  ],
)

/** What becomes of drift: it is listed, what stands here is sent again, or what the target has is accepted. */
export type DriftPolicy = 'report' | 'overwrite' | 'adopt'
export type ReconciliationCounts = {
  /** What the target listed, and what of that is as it should be. */
  seen: number
  same: number
  /** What was never ours: it is not touched. */
  unmanaged: number
  /** Groups whose members the target does not show, or shows in too long an answer, and what it could not list. */
  unread: number
}
/** Where a reconciliation stands in its phase; all absent at its beginning. */
export type ReconciliationPosition = {
  /** RFC 9865; otherwise by startIndex (RFC 7644 section 3.4.2.4). */
  byCursor?: boolean
  cursor?: string
  startIndex?: number
  /** How many are asked for at once, after more were too much. */
  count?: number
  /** The id of the first resource of the page before: a target that gives the same page again has no more. */
  firstId?: string
  /** Of the phase 'missing': behind which of our resources. */
  type?: ProvisionedType
  afterId?: string
  /** The counts at the beginning of the phase, for one that begins again. */
  before?: ReconciliationCounts
}

/** The latest reconciliation of each connector, and when the next one is to begin. */
export const reconciliations = sqliteTable(
  'reconciliations',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    /** 'planned' until the first one begins. */
    state: text('state').$type<'planned' | 'running' | 'done' | 'stopped' | 'failed'>().notNull(),
    /** What the target lists, then what it should have and did not list. */
    phase: text('phase').$type<ProvisionedType | 'missing'>().notNull(),
    position: json<ReconciliationPosition>('position').notNull(),
    counts: json<ReconciliationCounts>('counts').notNull(),
    policy: text('policy').$type<DriftPolicy>().notNull(),
    trigger: text('trigger').$type<'schedule' | 'hand'>().notNull(),
    /** It goes by this among those of its connector, too. */
    started: time('started').notNull(),
    lastModified: time('last_modified').notNull(),
    /** Of the page that it stands at. */
    attempts: integer('attempts').notNull(),
    error: text('error'),
    /** Whoever has this turn writes down the page that it is at; nobody has it if it is null. */
    turn: text('turn'),
    /** When it goes on or, if it does not run, begins; while somebody has the turn, when that one counts as dead. */
    nextAt: time('next_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.connectorId] }),
    // As deliveries_due: the poller asks for those of all tenants.
    index('reconciliations_due')
      .on(t.nextAt)
      .where(sql`next_at is not null`),
  ],
)

export type DriftKind = 'changed' | 'missing' | 'unlinked' | 'leftover' | 'unmanaged'
export type DriftState = 'open' | 'repaired' | 'accepted'
/** Values without a password; `found` is cut if it is long. Null is absent. */
export type Difference = { readonly path: string; readonly wanted: unknown; readonly found: unknown }
export type MemberDrift = {
  /** Whom the group lacks there: our id, and the one at the target. The first thousand. */
  readonly absent: readonly (readonly [id: string, remoteId: string])[]
  readonly absentTotal: number
  /** Whom it has besides: the id at the target, and the name there. The first thousand. */
  readonly extra: readonly (readonly [remoteId: string, display: string])[]
  readonly extraTotal: number
}

/** What the latest reconciliation of a connector found to be otherwise than it should be. */
export const drifts = sqliteTable(
  'drifts',
  {
    tenantId,
    id: text('id').notNull(),
    connectorId: text('connector_id').notNull(),
    /** When the reconciliation started that saw it last. */
    reconciliation: time('reconciliation').notNull(),
    kind: text('kind').$type<DriftKind>().notNull(),
    state: text('state').$type<DriftState>().notNull(),
    resourceType: text('resource_type').$type<ProvisionedType>().notNull(),
    /** Our id; null for what was never ours. */
    resourceId: text('resource_id'),
    remoteId: text('remote_id').notNull(),
    /** userName or displayName. */
    name: text('name').notNull(),
    differences: json<Difference[]>('differences').notNull(),
    /** Of a group whose members differ. */
    members: json<MemberDrift>('members'),
    /** What the ledger has to say was sent, for the next delivery to repair it with the smallest request. */
    sent: json<Record<string, unknown>>('sent'),
    /** The repair that is under way, within one batch. */
    mark: text('mark'),
    found: time('found').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('drifts_remote').on(t.tenantId, t.connectorId, t.resourceType, t.remoteId),
    index('drifts_list').on(t.tenantId, t.connectorId, t.reconciliation, t.kind, t.state, t.id),
    index('drifts_mark')
      .on(t.tenantId, t.connectorId, t.mark)
      .where(sql`mark is not null`),
  ],
)

/** Which connectors hear of changes: those of the resident application ('') or of an application. */
export const provisioners = sqliteTable(
  'provisioners',
  {
    tenantId,
    applicationId: text('application_id').notNull(),
    connectorId: text('connector_id').notNull(),
    blocking: flag('blocking').notNull(),
    /** Whether people who arrive just in time go out too. */
    jit: flag('jit').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.applicationId, t.connectorId] }),
    index('provisioners_connector').on(t.tenantId, t.connectorId),
  ],
)

/** `refused`: a target that had to take a change first did not, and nobody made it. */
export type DeliveryState = 'pending' | 'delivered' | 'retrying' | 'blocked' | 'dead' | 'refused'
export type ProvisionedType = 'User' | 'Group'

/**
 * The outbox and its log in one. While `open`, a row says that this resource is dirty for this connector: there is one
 * such row at the most, a further change only raises its generation. Closed rows are the log.
 */
export const deliveries = sqliteTable(
  'deliveries',
  {
    tenantId,
    id: text('id').notNull(),
    connectorId: text('connector_id').notNull(),
    resourceType: text('resource_type').$type<ProvisionedType>().notNull(),
    resourceId: text('resource_id').notNull(),
    /** userName or displayName when the row was made: names the resource in the log after it is gone. */
    resourceName: text('resource_name').notNull(),
    /** What the change was, for the log; delivery decides by the present state. */
    operation: text('operation').$type<'create' | 'update' | 'delete'>().notNull(),
    state: text('state').$type<DeliveryState>().notNull(),
    open: flag('open').notNull(),
    generation: integer('generation').notNull(),
    /** The user's new password waits in pending_passwords and goes with this delivery. */
    withPassword: flag('with_password').notNull(),
    /** 1: it will remove the resource, and is counted; 2: somebody allowed that. A change makes it 0 again. */
    removal: integer('removal').notNull().default(0),
    attempts: integer('attempts').notNull(),
    lastError: text('last_error'),
    nextAttemptAt: time('next_attempt_at'),
    /** Since when it fails, and nobody changed the resource or tried it by hand. */
    failingSince: time('failing_since'),
    leaseId: text('lease_id'),
    leaseUntil: time('lease_until'),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('deliveries_open')
      .on(t.tenantId, t.resourceId, t.resourceType, t.connectorId)
      .where(sql`open = 1`),
    // Each connector's turn: what is due for it, the earliest first.
    index('deliveries_turn')
      .on(t.tenantId, t.connectorId, t.nextAttemptAt)
      .where(sql`open = 1`),
    index('deliveries_log').on(t.tenantId, t.connectorId, t.created),
    index('deliveries_of_resource').on(t.tenantId, t.resourceId, t.created),
    index('deliveries_removal')
      .on(t.tenantId, t.connectorId)
      .where(sql`open = 1 and removal = 1`),
    index('deliveries_ended')
      .on(t.tenantId, t.lastModified)
      .where(sql`open = 0`),
    // The one index that does not begin with the tenant: the poller asks for whatever is due, of all tenants.
    index('deliveries_due')
      .on(t.nextAttemptAt)
      .where(sql`open = 1`),
  ],
)

/** Every request of a delivery and its answer, without secrets. */
export const deliveryAttempts = sqliteTable(
  'delivery_attempts',
  {
    tenantId,
    id: text('id').notNull(),
    deliveryId: text('delivery_id').notNull(),
    attempt: integer('attempt').notNull(),
    /** What was to be done at the target, in words; empty in rows of before. */
    decision: text('decision').notNull().default(''),
    at: time('at').notNull(),
    method: text('method').notNull(),
    url: text('url').notNull(),
    /** Absent if no answer came. */
    status: integer('status'),
    error: text('error'),
    /** The bodies, without secrets, cut. */
    request: text('request'),
    answer: text('answer'),
    durationMs: integer('duration_ms').notNull(),
  },
  (t) => [
    // Ids are in the order of time.
    primaryKey({ columns: [t.tenantId, t.deliveryId, t.id] }),
  ],
)

/** The ledger: what each target was last sent for each resource, and the id that it has there. */
export const provisionedResources = sqliteTable(
  'provisioned_resources',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    resourceType: text('resource_type').$type<ProvisionedType>().notNull(),
    resourceId: text('resource_id').notNull(),
    remoteId: text('remote_id').notNull(),
    /** The resource as it was last sent (never its echo, never a password). */
    sent: json<Record<string, unknown>>('sent').notNull(),
    lastModified: time('last_modified').notNull(),
    /** When the reconciliation started that found it at the target. */
    reconciled: time('reconciled'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.connectorId, t.resourceType, t.resourceId] }),
    index('provisioned_resources_resource').on(t.tenantId, t.resourceId),
    index('provisioned_resources_remote').on(t.tenantId, t.connectorId, t.resourceType, t.remoteId),
  ],
)

/** The members that a target was sent for a group, each by the id that it has there. */
export const provisionedMembers = sqliteTable(
  'provisioned_members',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    groupId: text('group_id').notNull(),
    memberId: text('member_id').notNull(),
    remoteId: text('remote_id').notNull(),
    memberType: text('member_type').$type<ProvisionedType>().notNull(),
    /** Not while a request that adds or removes it is on its way, and after one that nobody heard of. */
    isSure: flag('is_sure').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.connectorId, t.groupId, t.memberId] })],
)

/** Users who were sent without a manager whom the target does not have yet: they go out again when she is there. */
export const waitingReferences = sqliteTable(
  'waiting_references',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    /** Whom they wait for. */
    referredId: text('referred_id').notNull(),
    userId: text('user_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.connectorId, t.referredId, t.userId] })],
)

/** How long a tenant keeps its outbound log. */
export const logSettings = sqliteTable('log_settings', { tenantId, keepDays: integer('keep_days').notNull() }, (t) => [
  primaryKey({ columns: [t.tenantId] }),
])

/** A password that outbound connectors still have to be told; sealed at (tenant, 'pending_passwords', user id). */
export const pendingPasswords = sqliteTable(
  'pending_passwords',
  { tenantId, userId: text('user_id').notNull(), sealed: text('sealed').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId] })],
)

/** Browser sessions; the cookie holds the id, the store only its hash. */
export const sessions = sqliteTable(
  'sessions',
  {
    tenantId,
    idHash: text('id_hash').notNull(),
    userId: text('user_id').notNull(),
    /** 'pwd', or the id of the connection that vouched for the person. */
    method: text('method').notNull(),
    authenticatedAt: time('authenticated_at').notNull(),
    /** The latest that it lives, however much it is used. */
    expiresAt: time('expires_at').notNull(),
    /** Its public name, in id_tokens and logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.1). */
    sid: text('sid').notNull().default(''),
    /** To the minute. Sessions from before this column have been idle since 1970: they are over. */
    lastUsedAt: time('last_used_at')
      .notNull()
      .default(sql`0`),
    /** How long it lives unused. */
    idleSeconds: integer('idle_seconds').notNull().default(0),
    /** What the browser said it is, cut. */
    userAgent: text('user_agent'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.idHash] }),
    index('sessions_user').on(t.tenantId, t.userId),
    index('sessions_expiry').on(t.tenantId, t.expiresAt),
    index('sessions_sid').on(t.tenantId, t.sid),
  ],
)

/** Which applications a session signed its person in to: they are told when it ends. */
export const sessionApplications = sqliteTable(
  'session_applications',
  {
    tenantId,
    sid: text('sid').notNull(),
    applicationId: text('application_id').notNull(),
    userId: text('user_id').notNull(),
    firstUsed: time('first_used').notNull(),
    lastUsed: time('last_used').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.sid, t.applicationId] })],
)

/** Logout tokens that applications still have to be sent: an outbox. What was sent, or given up, is gone. */
export const logoutDeliveries = sqliteTable(
  'logout_deliveries',
  {
    tenantId,
    id: text('id').notNull(),
    applicationId: text('application_id').notNull(),
    userId: text('user_id').notNull(),
    sid: text('sid').notNull(),
    attempts: integer('attempts').notNull(),
    /** While it is on its way: when the process that sends it is given up. */
    nextAttemptAt: time('next_attempt_at').notNull(),
    created: time('created').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    // As deliveries_due: the poller asks for those of all tenants.
    index('logout_deliveries_due').on(t.nextAttemptAt),
  ],
)

/** What /oauth2/authorize was asked, kept while the person signs in. */
export type AuthorizationParameters = {
  clientId: string
  redirectUri: string
  responseMode: ResponseMode
  scope: string
  state?: string
  nonce?: string
  codeChallenge?: string
  prompt: string[]
  maxAge?: number
  loginHint?: string
  /** Whom id_token_hint named; its signature was checked. */
  hintedUserId?: string
  claims?: RequestedClaims
}
/** OAuth 2.0 Multiple Response Types section 2.1, Form Post, and JARM section 2.3. */
export type ResponseMode = 'query' | 'fragment' | 'form_post' | 'query.jwt' | 'fragment.jwt' | 'form_post.jwt'
/** The `claims` parameter (OpenID Connect Core section 5.5): claims that are asked for one by one. */
export type RequestedClaims = {
  userinfo?: Record<string, Record<string, unknown> | null>
  id_token?: Record<string, Record<string, unknown> | null>
}

export const authorizationRequests = sqliteTable(
  'authorization_requests',
  {
    tenantId,
    id: text('id').notNull(),
    applicationId: text('application_id').notNull(),
    parameters: json<AuthorizationParameters>('parameters').notNull(),
    /** The hash of the browser cookie that the request came with: no other browser may go on with it. */
    browserHash: text('browser_hash').notNull(),
    /** Who has said yes to this very request, when it asked for consent. */
    consentedBy: text('consented_by'),
    created: time('created').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('authorization_requests_expiry').on(t.tenantId, t.expiresAt),
  ],
)

/** Requests that applications pushed (RFC 9126): each becomes one authorization request. */
export const pushedRequests = sqliteTable(
  'pushed_requests',
  {
    tenantId,
    /** The hash of what stands behind urn:ietf:params:oauth:request_uri: */
    idHash: text('id_hash').notNull(),
    applicationId: text('application_id').notNull(),
    parameters: json<AuthorizationParameters>('parameters').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.idHash] }), index('pushed_requests_expiry').on(t.tenantId, t.expiresAt)],
)

/** What a person lets an application know and do. */
export const consents = sqliteTable(
  'consents',
  {
    tenantId,
    userId: text('user_id').notNull(),
    applicationId: text('application_id').notNull(),
    scopes: json<string[]>('scopes').notNull(),
    grantedAt: time('granted_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.userId, t.applicationId] }),
    index('consents_application').on(t.tenantId, t.applicationId),
  ],
)

/** Codes, and after redemption the record of what they gave: a replay revokes it (RFC 6749 section 4.1.2). */
export const authorizationCodes = sqliteTable(
  'authorization_codes',
  {
    tenantId,
    codeHash: text('code_hash').notNull(),
    applicationId: text('application_id').notNull(),
    userId: text('user_id').notNull(),
    redirectUri: text('redirect_uri').notNull(),
    codeChallenge: text('code_challenge'),
    nonce: text('nonce'),
    scope: text('scope').notNull(),
    claims: json<RequestedClaims>('claims'),
    authenticatedAt: time('authenticated_at').notNull(),
    /** Of the session that it was issued in. */
    sid: text('sid'),
    /** The jti of the access token that this code gives. */
    tokenId: text('token_id').notNull(),
    expiresAt: time('expires_at').notNull(),
    redeemedAt: time('redeemed_at'),
    revokedAt: time('revoked_at'),
    /** When nothing that the code gave is alive any more, and the row may go. */
    forgetAt: time('forget_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.codeHash] }),
    uniqueIndex('authorization_codes_token').on(t.tenantId, t.tokenId),
    index('authorization_codes_forget').on(t.tenantId, t.forgetAt),
    index('authorization_codes_user').on(t.tenantId, t.userId),
  ],
)

/**
 * What somebody gave an application for as long as refresh tokens go on (RFC 6749 section 1.5). Its id is the token_id of
 * the code that it came of, so that what ends the one ends the other.
 */
export const grants = sqliteTable(
  'grants',
  {
    tenantId,
    id: text('id').notNull(),
    applicationId: text('application_id').notNull(),
    userId: text('user_id').notNull(),
    /** Of the session in which it was granted. */
    sid: text('sid'),
    scope: text('scope').notNull(),
    authenticatedAt: time('authenticated_at').notNull(),
    created: time('created').notNull(),
    expiresAt: time('expires_at').notNull(),
    revokedAt: time('revoked_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('grants_user').on(t.tenantId, t.userId),
    index('grants_application').on(t.tenantId, t.applicationId),
    index('grants_expiry').on(t.tenantId, t.expiresAt),
  ],
)

/** The family of a grant: one of it is live, the used ones are kept to know who comes with them again. */
export const refreshTokens = sqliteTable(
  'refresh_tokens',
  {
    tenantId,
    tokenHash: text('token_hash').notNull(),
    grantId: text('grant_id').notNull(),
    created: time('created').notNull(),
    expiresAt: time('expires_at').notNull(),
    usedAt: time('used_at'),
    /** What its use gave. A used one without was replaced, because its answer was lost. */
    successorHash: text('successor_hash'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.tokenHash] }),
    index('refresh_tokens_grant').on(t.tenantId, t.grantId),
    index('refresh_tokens_expiry').on(t.tenantId, t.expiresAt),
  ],
)

/** The jti of access tokens that were given back before they expired (RFC 7009). */
export const revokedTokens = sqliteTable(
  'revoked_tokens',
  { tenantId, tokenId: text('token_id').notNull(), expiresAt: time('expires_at').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.tokenId] }), index('revoked_tokens_expiry').on(t.tenantId, t.expiresAt)],
)

/** The jti of assertions that clients authenticated with: none does twice (RFC 7523 section 3). */
export const usedAssertions = sqliteTable(
  'used_assertions',
  {
    tenantId,
    applicationId: text('application_id').notNull(),
    jtiHash: text('jti_hash').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.applicationId, t.jtiHash] }),
    index('used_assertions_expiry').on(t.tenantId, t.expiresAt),
  ],
)

export const signingKeys = sqliteTable(
  'signing_keys',
  {
    tenantId,
    /** The kid. */
    id: text('id').notNull(),
    alg: text('alg').$type<SigningAlgorithm>().notNull(),
    /** Of each algorithm one is active; `next` is published and signs nothing yet, `retired` signs nothing any more. */
    state: text('state').$type<'next' | 'active' | 'retired'>().notNull(),
    publicJwk: json<Record<string, unknown>>('public_jwk').notNull(),
    /** Sealed at (tenant, 'signing_keys', id): the private JWK. '' once it is retired. */
    sealedPrivateJwk: text('sealed_private_jwk').notNull(),
    /** Since when it is published. */
    created: time('created').notNull(),
    activeAt: time('active_at'),
    retiredAt: time('retired_at'),
    /** Of a retired one: when the last token that it signed is dead. */
    expiresAt: time('expires_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    // Two requests (or regions) that make a tenant's first key at once: one wins, the other reads it.
    uniqueIndex('signing_keys_active')
      .on(t.tenantId, t.alg)
      .where(sql`state = 'active'`),
    uniqueIndex('signing_keys_next')
      .on(t.tenantId, t.alg)
      .where(sql`state = 'next'`),
  ],
)

/** One sign-in under way at an external provider; taken once, by the browser that began it. */
export const federationStates = sqliteTable(
  'federation_states',
  {
    tenantId,
    stateHash: text('state_hash').notNull(),
    connectionId: text('connection_id').notNull(),
    /** Sealed at (tenant, 'federation_states', state hash): nonce and PKCE verifier. */
    sealed: text('sealed').notNull(),
    /** Where the browser goes on: a stored authorization request, or a path of this tenant. */
    returnTo: text('return_to').notNull(),
    browserHash: text('browser_hash').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.stateHash] }),
    index('federation_states_expiry').on(t.tenantId, t.expiresAt),
  ],
)

/** Who a person is at an external provider: (connection, issuer, subject), never an e-mail address. */
export const federatedIdentities = sqliteTable(
  'federated_identities',
  {
    tenantId,
    connectionId: text('connection_id').notNull(),
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    userId: text('user_id').notNull(),
    created: time('created').notNull(),
    lastSignIn: time('last_sign_in').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.connectionId, t.issuer, t.subject] }),
    index('federated_identities_user').on(t.tenantId, t.userId),
  ],
)
