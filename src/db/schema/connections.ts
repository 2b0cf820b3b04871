/** External systems: how they sign people in, and the connectors that people are provisioned out by. */
import { integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { AttributeMapping } from '../../core/attribute-mapping.ts'
import type { DriftPolicy } from './comparison.ts'
import { flag, json, tenantId, time } from './columns.ts'
import type { Authenticator, JitSettings } from './federation-settings.ts'

export const connections = sqliteTable(
  'connections',
  {
    tenantId,
    id: text('id').notNull(),
    name: text('name').notNull(),
    nameKey: text('name_key').notNull(),
    description: text('description'),
    template: text('template').$type<'custom' | 'standard-based'>().notNull(),
    authenticator: json<Authenticator>('authenticator'),
    /** Sealed at (tenant, 'connections', id). */
    sealedClientSecret: text('sealed_client_secret'),
    /** PKCS #8, sealed at (tenant, 'connection_keys', id): for private_key_jwt, and Apple. */
    sealedPrivateKey: text('sealed_private_key'),
    /** The public half as a JWK, for the provider to read. */
    publicKey: json<Record<string, unknown>>('public_key'),
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
