/** What people sign in with beside a password, and what is kept while they do. */
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { flag, json, tenantId, time } from './columns.ts'

/** The authenticator app of a user (RFC 6238): one at the most, confirmed by a code of it. */
export const totpFactors = sqliteTable(
  'totp_factors',
  {
    tenantId,
    userId: text('user_id').notNull(),
    /** Sealed at (tenant, 'totp_factors', user): the seed in base64url. */
    sealed: text('sealed').notNull(),
    /** The latest time step of which a code was accepted: none of it or before it is again (RFC 6238 section 5.2). */
    lastStep: integer('last_step').notNull(),
    created: time('created').notNull(),
    lastUsed: time('last_used').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId] })],
)

/** What lets somebody in whose factors are lost; a code that was used is gone. */
export const recoveryCodes = sqliteTable(
  'recovery_codes',
  {
    tenantId,
    userId: text('user_id').notNull(),
    /** An HMAC under MASTER_KEY: a code is short enough to be guessed from a plain hash. */
    codeHash: text('code_hash').notNull(),
    created: time('created').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId, t.codeHash] })],
)

/** Public keys of passkeys (W3C Web Authentication section 4, credential record). */
export const passkeys = sqliteTable(
  'passkeys',
  {
    tenantId,
    /** base64url. */
    credentialId: text('credential_id').notNull(),
    userId: text('user_id').notNull(),
    /** COSE key in base64url. */
    publicKey: text('public_key').notNull(),
    /** The signature counter; 0 for ever where the authenticator has none. */
    counter: integer('counter').notNull(),
    transports: json<string[]>('transports').notNull(),
    /** Whether it may be copied to other devices of its owner. */
    isSynced: flag('is_synced').notNull(),
    name: text('name').notNull(),
    created: time('created').notNull(),
    lastUsed: time('last_used'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.credentialId] }), index('passkeys_user').on(t.tenantId, t.userId)],
)

/** Challenges of passkeys that were answered: none is twice. They are signed, so that only these have to be kept. */
export const usedChallenges = sqliteTable(
  'used_challenges',
  { tenantId, challengeHash: text('challenge_hash').notNull(), expiresAt: time('expires_at').notNull() },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.challengeHash] }),
    index('used_challenges_expiry').on(t.tenantId, t.expiresAt),
  ],
)

/** Who has done the first step of a sign-in and owes the second: no session, and worth nothing in another browser. */
export const partialSignIns = sqliteTable(
  'partial_sign_ins',
  {
    tenantId,
    idHash: text('id_hash').notNull(),
    browserHash: text('browser_hash').notNull(),
    userId: text('user_id').notNull(),
    /** The first step: 'pwd', 'passkey' or the id of a connection. */
    method: text('method').notNull(),
    /** RFC 8176. */
    amr: json<string[]>('amr').notNull(),
    /** Of the password that was right: another one since ends this sign-in. */
    passwordHash: text('password_hash'),
    remember: flag('remember').notNull(),
    /** Where it goes on: a stored authorization request, or a path of this tenant. */
    requestId: text('request_id'),
    returnTo: text('return_to'),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.idHash] }),
    index('partial_sign_ins_user').on(t.tenantId, t.userId),
    index('partial_sign_ins_expiry').on(t.tenantId, t.expiresAt),
  ],
)

/** Guesses that were made at a second factor or a name, from an address, or on a known device: the back-off of throttle/. */
export const throttles = sqliteTable(
  'throttles',
  {
    tenantId,
    kind: text('kind').$type<'factor' | 'address' | 'device' | 'name'>().notNull(),
    key: text('key').notNull(),
    failures: integer('failures').notNull(),
    lastFailure: time('last_failure').notNull(),
    /** Nothing is looked at before. */
    blockedUntil: time('blocked_until').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.kind, t.key] }),
    index('throttles_expiry').on(t.tenantId, t.lastFailure),
  ],
)
