/** OAuth clients, and how they register. */
import { primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, json, tenantId, time } from './columns.ts'

export type SignInOption = 'password' | 'passkey' | 'totp' | { connection: string }
/** Who is asked for a second factor: nobody; whoever has one; everybody, and who has none makes one. */
export type SecondFactorPolicy = 'never' | 'enrolled' | 'always'
/** One step or two. Without a word about it two mean `always`, and one `enrolled`. */
export type LoginFlow = {
  steps: { options: SignInOption[] }[]
  secondFactor?: SecondFactorPolicy | undefined
  /** Who she is, is asked first: an address of a connection's domain leads there, and anything else to the password. */
  identifierFirst?: boolean | undefined
}

/** What a client was told beside its names and grants: applications/client-metadata.ts has the rules. */
export type ClientMetadata = {
  jwks?: { keys: Record<string, unknown>[] }
  jwksUri?: string
  accessTokenSeconds?: number
  refreshTokenIdleSeconds?: number
  refreshTokenSeconds?: number
  idTokenSignedResponseAlg?: SigningAlgorithm
  userinfoSignedResponseAlg?: SigningAlgorithm
  accessTokenSignedResponseAlg?: SigningAlgorithm
  requirePushedAuthorizationRequests?: boolean
  requirePkce?: boolean
  firstParty?: boolean
  postLogoutRedirectUris?: string[]
  backchannelLogoutUri?: string
  backchannelLogoutSessionRequired?: boolean
  dpopBoundAccessTokens?: boolean
  requireDpopNonce?: boolean
  authorizationSignedResponseAlg?: SigningAlgorithm
  requireSignedRequestObject?: boolean
  requestObjectSigningAlg?: RequestObjectAlgorithm
  requestUris?: string[]
  profile?: 'fapi2'
  tlsClientAuthSubjectDn?: string
  tlsClientAuthSanDns?: string
  tlsClientAuthSanUri?: string
  tlsClientAuthSanIp?: string
  tlsClientAuthSanEmail?: string
  tlsClientCertificateBoundAccessTokens?: boolean
  frontchannelLogoutUri?: string
  frontchannelLogoutSessionRequired?: boolean
  initiateLoginUri?: string
  logoUri?: string
  clientUri?: string
  policyUri?: string
  tosUri?: string
  contacts?: string[]
  subjectType?: 'public' | 'pairwise'
  sectorIdentifierUri?: string
  defaultMaxAge?: number
  tokenEndpointAuthSigningAlg?: AssertionAlgorithm
  claims?: Record<string, MappedClaim>
  accessTokenFormat?: AccessTokenFormat
  resources?: string[]
  servesResources?: string[]
  exchangesTokensOf?: string[]
  providerTokensOf?: string[]
  assertsUsers?: boolean
}
export type TokenEndpointAuthMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'
  | 'none'
/** A claim of this application alone: a SCIM attribute path, and what tells it. */
export type MappedClaim = { attribute: string; in: ('id_token' | 'userinfo' | 'access_token')[] }
export type AssertionAlgorithm = SigningAlgorithm | 'PS256' | 'HS256'
export type RequestObjectAlgorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
/** A JWT (RFC 9068), or a random text that only introspection reads. */
export type AccessTokenFormat = 'jwt' | 'opaque'
export type SigningAlgorithm = 'RS256' | 'ES256' | 'EdDSA'

/** OAuth clients. */
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
    /** Sealed at (tenant, 'applications', id); of client_secret_jwt alone, whose signatures take the secret to verify. */
    clientSecretSealed: text('client_secret_sealed'),
    clientSecretCreated: time('client_secret_created'),
    /** The secret before the present one, which is good beside it until then. */
    formerSecretHash: text('former_secret_hash'),
    formerSecretSealed: text('former_secret_sealed'),
    formerSecretExpiresAt: time('former_secret_expires_at'),
    redirectUris: json<string[]>('redirect_uris').notNull(),
    grantTypes: json<string[]>('grant_types').notNull(),
    tokenEndpointAuthMethod: text('token_endpoint_auth_method').$type<TokenEndpointAuthMethod>().notNull(),
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
  {
    tenantId,
    policy: text('policy').$type<RegistrationPolicy>().notNull(),
    /** Whether PKCE is demanded of clients that register themselves and keep a secret; of the others it is always. */
    requirePkce: flag('require_pkce').notNull().default(true),
  },
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
