/** Mail to people, which addresses are theirs, and who may sign up. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { json, tenantId, time } from './columns.ts'

/** What is to be mailed: an outbox, as logout_deliveries is. What was sent, or given up, is gone. */
export const mailDeliveries = sqliteTable(
  'mail_deliveries',
  {
    tenantId,
    id: text('id').notNull(),
    /** Sealed at (tenant, 'mail_deliveries', id): who is to be told what (mail/orders.ts). No link and no token yet. */
    sealed: text('sealed').notNull(),
    attempts: integer('attempts').notNull(),
    /** While it is on its way: when the process that sends it is given up. */
    nextAttemptAt: time('next_attempt_at').notNull(),
    created: time('created').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    // As logout_deliveries_due: the poller asks for those of all tenants.
    index('mail_deliveries_due').on(t.nextAttemptAt),
  ],
)

/** Links that were mailed; each is good once. A used one is gone, another is kept for a day to count by. */
export const mailedLinks = sqliteTable(
  'mailed_links',
  {
    tenantId,
    tokenHash: text('token_hash').notNull(),
    purpose: text('purpose').$type<LinkPurpose>().notNull(),
    /** '' for who is no user yet. */
    userId: text('user_id').notNull(),
    /** The hash of the folded address that it was sent to. */
    addressHash: text('address_hash').notNull(),
    /** The hash of the password hash that she had: with another password it is worth nothing. */
    passwordPrint: text('password_print').notNull(),
    /** Sealed at (tenant, 'mailed_links', token hash): what the purpose needs to know. */
    sealed: text('sealed').notNull(),
    created: time('created').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.tokenHash] }),
    index('mailed_links_user').on(t.tenantId, t.userId, t.created),
    index('mailed_links_address').on(t.tenantId, t.addressHash, t.created),
    index('mailed_links_created').on(t.tenantId, t.created),
  ],
)
/** `notice` is a mail without a link, which counts among the others. */
export type LinkPurpose = 'reset' | 'verify' | 'sign-up' | 'notice'

/** Addresses that somebody has shown to be hers by a link that was mailed there. */
export const verifiedEmails = sqliteTable(
  'verified_emails',
  {
    tenantId,
    userId: text('user_id').notNull(),
    /** The hash of the folded address. */
    addressHash: text('address_hash').notNull(),
    verifiedAt: time('verified_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId, t.addressHash] })],
)

/** Whether strangers may sign up; no row is no. */
export const signUpPolicies = sqliteTable(
  'sign_up_policies',
  { tenantId, policy: json<SignUpPolicy>('policy').notNull(), lastModified: time('last_modified').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId] })],
)
export type SignUpPolicy = {
  enabled: boolean
  /** The user name is the e-mail address, or one that the person chooses. */
  userName: 'email' | 'chosen'
}
