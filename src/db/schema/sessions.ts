/** Browser sessions, and the logouts that applications are told of. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { json, tenantId, time } from './columns.ts'

/** Browser sessions; the cookie holds the id, the store only its hash. */
export const sessions = sqliteTable(
  'sessions',
  {
    tenantId,
    idHash: text('id_hash').notNull(),
    userId: text('user_id').notNull(),
    /** The first step: 'pwd', 'passkey', or the id of the connection that vouched for the person. */
    method: text('method').notNull(),
    /** Every step that was done: the first, and 'totp', 'passkey' or 'recovery'. Empty before this column: the first. */
    methods: json<string[]>('methods').notNull().default([]),
    /** The same for applications (RFC 8176). Empty before this column. */
    amr: json<string[]>('amr').notNull().default([]),
    secondFactorAt: time('second_factor_at'),
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
    /** '' for all of the person's. */
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
