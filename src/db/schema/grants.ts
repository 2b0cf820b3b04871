/** What the device grant keeps, and access tokens that are kept at all. */
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { json, tenantId, time } from './columns.ts'

/** What devices wait for (RFC 8628): a person decides, then one request of the device takes it away. */
export const deviceCodes = sqliteTable(
  'device_codes',
  {
    tenantId,
    codeHash: text('code_hash').notNull(),
    /** Eight letters, without the dash. */
    userCode: text('user_code').notNull(),
    applicationId: text('application_id').notNull(),
    /** As it was asked for; once it is approved, what the person has read. */
    scope: text('scope').notNull(),
    resources: json<string[]>('resources'),
    state: text('state').$type<'pending' | 'approved' | 'denied'>().notNull(),
    /** Who approved it, in which session. */
    userId: text('user_id'),
    sid: text('sid'),
    authenticatedAt: time('authenticated_at'),
    /** How she signed in (RFC 8176). */
    amr: json<string[]>('amr'),
    /** How far apart the device has to ask; it grows when that is too often (section 3.5). */
    intervalSeconds: integer('interval_seconds').notNull(),
    polledAt: time('polled_at'),
    created: time('created').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.codeHash] }),
    uniqueIndex('device_codes_user_code').on(t.tenantId, t.userCode),
    index('device_codes_user').on(t.tenantId, t.userId),
    index('device_codes_application').on(t.tenantId, t.applicationId),
    index('device_codes_expiry').on(t.tenantId, t.expiresAt),
  ],
)

/** How often user codes were tried of late: by a browser, by a person, and by all who have not signed in. */
export const deviceGuesses = sqliteTable(
  'device_guesses',
  { tenantId, who: text('who').notNull(), tries: integer('tries').notNull(), since: time('since').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.who] }), index('device_guesses_since').on(t.tenantId, t.since)],
)

/** Access tokens that say nothing of themselves: what a JWT would have in it, under the hash of a random text. */
export const opaqueTokens = sqliteTable(
  'opaque_tokens',
  {
    tenantId,
    tokenHash: text('token_hash').notNull(),
    applicationId: text('application_id').notNull(),
    claims: json<Record<string, unknown>>('claims').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.tokenHash] }),
    index('opaque_tokens_application').on(t.tenantId, t.applicationId),
    index('opaque_tokens_expiry').on(t.tenantId, t.expiresAt),
  ],
)
