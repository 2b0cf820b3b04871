/** Sign-in at external providers: who came through a connection, and what was decided. */
import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, json, tenantId, time } from './columns.ts'

/** The e-mail domains that belong to a connection: its people are sent there, and may be linked by address. */
export const connectionDomains = sqliteTable(
  'connection_domains',
  { tenantId, domain: text('domain').notNull(), connectionId: text('connection_id').notNull() },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.domain] }),
    index('connection_domains_connection').on(t.tenantId, t.connectionId),
  ],
)

/** One sign-in under way at an external provider; taken once, by the browser that began it. */
export const federationStates = sqliteTable(
  'federation_states',
  {
    tenantId,
    stateHash: text('state_hash').notNull(),
    connectionId: text('connection_id').notNull(),
    /** Sealed at (tenant, 'federation_states', state hash): nonce, PKCE verifier, and what it is for. */
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
    /** What she is called there, to be shown: an address or a user name. */
    display: text('display'),
    /** Each attribute as the provider's word was last taken for it, by its target: what differs was changed here since. */
    synced: json<Record<string, unknown>>('synced'),
    created: time('created').notNull(),
    lastSignIn: time('last_sign_in').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.connectionId, t.issuer, t.subject] }),
    index('federated_identities_user').on(t.tenantId, t.userId),
  ],
)

/** Groups and roles that a connection has put somebody in: it takes away no others. */
export const grantedMemberships = sqliteTable(
  'granted_memberships',
  {
    tenantId,
    userId: text('user_id').notNull(),
    connectionId: text('connection_id').notNull(),
    kind: text('kind').$type<'group' | 'role'>().notNull(),
    targetId: text('target_id').notNull(),
    created: time('created').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.userId, t.connectionId, t.kind, t.targetId] }),
    index('granted_memberships_connection').on(t.tenantId, t.connectionId),
  ],
)

/** Who has come from a provider and is asked something before there is an account; taken once, by that browser. */
export const arrivals = sqliteTable(
  'arrivals',
  {
    tenantId,
    idHash: text('id_hash').notNull(),
    connectionId: text('connection_id').notNull(),
    browserHash: text('browser_hash').notNull(),
    /** Sealed at (tenant, 'arrivals', id hash): the verified person, and what is asked. */
    sealed: text('sealed').notNull(),
    returnTo: text('return_to').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.idHash] }), index('arrivals_expiry').on(t.tenantId, t.expiresAt)],
)

/** How a connection did in a test of it, for whoever began it and in that browser alone; nobody was signed in by it. */
export const trials = sqliteTable(
  'trials',
  {
    tenantId,
    idHash: text('id_hash').notNull(),
    connectionId: text('connection_id').notNull(),
    userId: text('user_id').notNull(),
    browserHash: text('browser_hash').notNull(),
    /** Sealed at (tenant, 'trials', id hash): what was sent and answered, without tokens, and what would have become of it. */
    sealed: text('sealed').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.idHash] }), index('trials_expiry').on(t.tenantId, t.expiresAt)],
)

/** What was decided of somebody who came, and why. The newest last by id. */
export const signInDecisions = sqliteTable(
  'sign_in_decisions',
  {
    tenantId,
    id: text('id').notNull(),
    connectionId: text('connection_id').notNull(),
    connection: text('connection').notNull(),
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    display: text('display'),
    userId: text('user_id'),
    decision: text('decision').notNull(),
    reason: text('reason').notNull(),
    /** What it was decided by, for an administrator: never a token. */
    details: json<Record<string, unknown>>('details').notNull().default({}),
    requestId: text('request_id'),
    at: time('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('sign_in_decisions_connection').on(t.tenantId, t.connectionId, t.id),
    index('sign_in_decisions_user').on(t.tenantId, t.userId, t.id),
    index('sign_in_decisions_at').on(t.tenantId, t.at),
  ],
)

/** The tokens of a provider, where a connection keeps them, for applications that may ask for them. */
export const providerTokens = sqliteTable(
  'provider_tokens',
  {
    tenantId,
    userId: text('user_id').notNull(),
    connectionId: text('connection_id').notNull(),
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    /** Sealed at (tenant, 'provider_tokens', connection id + ' ' + user id): access and refresh token. */
    sealed: text('sealed').notNull(),
    scope: text('scope'),
    expiresAt: time('expires_at'),
    hasRefreshToken: flag('has_refresh_token').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.userId, t.connectionId] }),
    index('provider_tokens_connection').on(t.tenantId, t.connectionId),
  ],
)

/** The provider's own session behind one of ours, so that either can end the other. */
export const federatedSessions = sqliteTable(
  'federated_sessions',
  {
    tenantId,
    sid: text('sid').notNull(),
    connectionId: text('connection_id').notNull(),
    issuer: text('issuer').notNull(),
    subject: text('subject').notNull(),
    upstreamSid: text('upstream_sid'),
    /** Sealed at (tenant, 'federated_sessions', [connection id, issuer, subject]): for id_token_hint. */
    sealedIdToken: text('sealed_id_token'),
    created: time('created').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.sid, t.connectionId] }),
    index('federated_sessions_subject').on(t.tenantId, t.connectionId, t.issuer, t.subject),
    index('federated_sessions_upstream').on(t.tenantId, t.connectionId, t.upstreamSid),
  ],
)
