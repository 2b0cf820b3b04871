/** What the OpenID provider keeps: requests, codes, grants, consents. */
import { index, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { AuthorizationParameters, RequestedClaims } from './authorization-parameters.ts'
import { json, tenantId, time } from './columns.ts'

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
    /** Of one that was pushed: of those that a request_uri began, one comes to an answer. */
    pushedHash: text('pushed_hash'),
    created: time('created').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('authorization_requests_expiry').on(t.tenantId, t.expiresAt),
    index('authorization_requests_pushed').on(t.tenantId, t.pushedHash),
  ],
)

/** Requests that applications pushed (RFC 9126): each comes to one answer. */
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
    resources: json<string[]>('resources'),
    authenticatedAt: time('authenticated_at').notNull(),
    /** How the person signed in (RFC 8176); nothing is known of what was granted before this column. */
    amr: json<string[]>('amr'),
    /** Of the session that it was issued in. */
    sid: text('sid'),
    /** Thumbprint of the DPoP key that alone may redeem it (RFC 9449 section 10). */
    dpopJkt: text('dpop_jkt'),
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
    /** Of a public client: the DPoP key or the certificate that its refresh tokens are bound to (oidc/confirmation.ts). */
    dpopJkt: text('dpop_jkt'),
    scope: text('scope').notNull(),
    claims: json<RequestedClaims>('claims'),
    resources: json<string[]>('resources'),
    authenticatedAt: time('authenticated_at').notNull(),
    /** How the person signed in (RFC 8176); nothing is known of what was granted before this column. */
    amr: json<string[]>('amr'),
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
    /** What its use gave. */
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

/** The jti of assertions of clients, of themselves or of a person: none does twice (RFC 7523 section 3). */
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

/** DPoP proofs that were taken: none is a second time (RFC 9449 section 11.1). */
export const usedProofs = sqliteTable(
  'used_proofs',
  {
    tenantId,
    /** Of the key's thumbprint and the jti: what one client chose is nothing to another's. */
    proofHash: text('proof_hash').notNull(),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.proofHash] }), index('used_proofs_expiry').on(t.tenantId, t.expiresAt)],
)
