/**
 * What an OAuth client may be told beside its names and grants, in the terms of OpenID Connect Dynamic Client Registration
 * section 2 and RFC 7591, camel-cased; what is absent is as a client is by default. Durations are seconds.
 */
import { z } from 'zod'
import { isResource } from './resources.ts'

const address = z.url({ protocol: /^https?$/, error: 'Give an http:// or https:// address.' })
const withoutFragment = (of: z.ZodURL) =>
  of.max(2000).refine((value) => !value.includes('#'), 'Leave out the fragment (#).')
const url = withoutFragment(address)
/** Where a browser goes on: an app's own scheme, too, which has a dot in it (RP-Initiated Logout 1.0 section 3.1). */
const onwardUrl = withoutFragment(
  z.url({
    protocol: /^(?:https?|.+\..+)$/,
    error: 'Give an http:// or https:// address, or one of the app’s own scheme.',
  }),
)
const secureUrl = url.refine((value) => value.startsWith('https://'), 'Give an https:// address.')
/** What a browser is shown within our own page: it lets no http in, but from this machine. */
const framedUrl = url.refine(
  // What is no address at all was refused as one already.
  (value) => !URL.canParse(value) || isSecure(new URL(value)),
  'Give an https:// address (http:// on localhost only).',
)
const seconds = z
  .int()
  .min(60)
  .max(366 * 86_400)
const certificateName = z.string().trim().min(1).max(1000)
/** RFC 8707 section 2. */
const resource = z.string().max(500).refine(isResource, 'Give an absolute URI without a fragment (#).')
const algorithm = z.enum(['RS256', 'ES256', 'EdDSA'])
const key = z
  .record(z.string(), z.unknown())
  .refine((jwk) => jwk.kty !== 'oct' && !('d' in jwk), 'Give public keys alone: this one is a secret.')

/** A name that no claim of the protocol's own has, which would say something else of the token. */
const claimName = z
  .string()
  .regex(/^[A-Za-z][\w.:/-]{0,99}$/, 'Use letters, digits and _ . : / -, and begin with a letter.')
  .refine((name) => !PROTOCOL_CLAIMS.has(name), 'This claim belongs to the protocol and cannot be mapped.')
export const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set(
  `iss sub aud exp nbf iat jti auth_time nonce acr amr azp at_hash c_hash s_hash sid client_id scope cnf act may_act
  events typ grant_id userinfo_claims authorization_details token_use active`.split(/\s+/),
)
const mappedClaim = z.strictObject({
  /** Of SCIM, such as `emails[type eq "work"].value` or a URN with an attribute of an extension. */
  attribute: z.string().trim().min(1, 'Name an attribute of users.').max(500),
  in: z
    .array(z.enum(['id_token', 'userinfo', 'access_token']))
    .min(1, 'Say what tells it.')
    .default(['id_token', 'userinfo']),
})

export const clientMetadata = z
  .strictObject({
    /** The client's public keys, or where they are: for private_key_jwt and signed request objects. */
    jwks: z.object({ keys: z.array(key).min(1).max(20) }).optional(),
    jwksUri: url.optional(),
    accessTokenSeconds: seconds.optional(),
    /** How long a refresh token lives that is not used, and how long its whole family does. */
    refreshTokenIdleSeconds: seconds.optional(),
    refreshTokenSeconds: seconds.optional(),
    idTokenSignedResponseAlg: algorithm.optional(),
    userinfoSignedResponseAlg: algorithm.optional(),
    /** Codes are given for pushed requests alone (RFC 9126). */
    requirePushedAuthorizationRequests: z.boolean().optional(),
    /** False where a client that keeps a secret cannot do it (RFC 9700 section 2.1.1). */
    requirePkce: z.boolean().optional(),
    /** Ours: nobody is asked whether it may know her. */
    firstParty: z.boolean().optional(),
    postLogoutRedirectUris: z.array(onwardUrl).max(50).optional(),
    backchannelLogoutUri: url.optional(),
    backchannelLogoutSessionRequired: z.boolean().optional(),
    /** Tokens are given with a DPoP proof alone (RFC 9449 section 5.2). */
    dpopBoundAccessTokens: z.boolean().optional(),
    /** Ours: its DPoP proofs have a nonce of ours in them (RFC 9449 section 8). */
    requireDpopNonce: z.boolean().optional(),
    /** Of the answers of the response mode jwt (JARM section 3). */
    authorizationSignedResponseAlg: algorithm.optional(),
    /** Authorization requests are signed (RFC 9101 section 10.5), and with what. */
    requireSignedRequestObject: z.boolean().optional(),
    requestObjectSigningAlg: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']).optional(),
    /** Where it keeps request objects, to the letter, a fragment included (OpenID Connect Core section 6.2). */
    requestUris: z.array(address.max(512)).max(50).optional(),
    /** By what a certificate of tls_client_auth is known: one of these (RFC 8705 section 2.1.2). */
    tlsClientAuthSubjectDn: certificateName.optional(),
    tlsClientAuthSanDns: certificateName.optional(),
    tlsClientAuthSanUri: certificateName.optional(),
    tlsClientAuthSanIp: certificateName.optional(),
    tlsClientAuthSanEmail: certificateName.optional(),
    /** Tokens are bound to the certificate of the connection (RFC 8705 section 3). */
    tlsClientCertificateBoundAccessTokens: z.boolean().optional(),
    /** Ours: the FAPI 2.0 Security Profile, with all that it demands (applications/profile.ts). */
    profile: z.literal('fapi2').optional(),
    frontchannelLogoutUri: framedUrl.optional(),
    frontchannelLogoutSessionRequired: z.boolean().optional(),
    /** Where others may send a person to sign in to it (OpenID Connect Core section 4). */
    initiateLoginUri: secureUrl.optional(),
    logoUri: url.optional(),
    clientUri: url.optional(),
    policyUri: url.optional(),
    tosUri: url.optional(),
    contacts: z.array(z.string().trim().min(1).max(200)).max(20).optional(),
    /** OpenID Connect Core section 8: whether it knows people by the same sub as others do. */
    subjectType: z.enum(['public', 'pairwise']).optional(),
    sectorIdentifierUri: secureUrl.optional(),
    /** Where a request has no max_age. */
    defaultMaxAge: z
      .int()
      .min(0)
      .max(366 * 86_400)
      .optional(),
    /** The one that its assertions have; any that there is if it does not say. */
    tokenEndpointAuthSigningAlg: z.enum(['RS256', 'ES256', 'EdDSA', 'PS256', 'HS256']).optional(),
    /** Claims of this application alone, by their names. */
    claims: z
      .record(claimName, mappedClaim)
      .refine((claims) => Object.keys(claims).length <= 50, 'Map at most 50 claims.')
      .optional(),
    /** `jwt` unless told otherwise. */
    accessTokenFormat: z.enum(['jwt', 'opaque']).optional(),
    /** ES256 unless told otherwise. RFC 9068 section 2.1 wants RS256 to be had, too: there are APIs that read nothing else. */
    accessTokenSignedResponseAlg: algorithm.optional(),
    /** Resources beside our own APIs that its access tokens may be for (RFC 8707). */
    resources: z.array(resource).max(50).optional(),
    /** Resources that it is itself: it may introspect and exchange the access tokens that are meant for them. */
    servesResources: z.array(resource).max(50).optional(),
    /** client_ids of others whose access tokens it may exchange (RFC 8693). */
    exchangesTokensOf: z.array(z.string().min(1).max(200)).max(50).optional(),
    /** Ids of connections whose providers' access tokens it may be given for people who have signed in to it. */
    providerTokensOf: z.array(z.string().min(1).max(200)).max(50).optional(),
    /** It is trusted to say for whom it asks, by an assertion of its own (RFC 7523 section 2.1). */
    assertsUsers: z.boolean().optional(),
  })
  .refine(({ jwks, jwksUri }) => !(jwks && jwksUri), { path: ['jwksUri'], error: 'Give keys or their address.' })

function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}
