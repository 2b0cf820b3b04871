/** Sign-in at external providers. */
import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { tenantId, time } from './columns.ts'

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
