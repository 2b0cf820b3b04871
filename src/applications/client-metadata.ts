/**
 * What an OAuth client may be told beside its names and grants, in the terms of OpenID Connect Dynamic Client Registration
 * section 2 and RFC 7591, camel-cased; what is absent is as a client is by default. Durations are seconds.
 */
import { z } from 'zod'

const url = z
  .url({ protocol: /^https?$/, error: 'Give an http:// or https:// address.' })
  .max(2000)
  .refine((value) => !value.includes('#'), 'Leave out the fragment (#).')
const seconds = z
  .int()
  .min(60)
  .max(366 * 86_400)
const certificateName = z.string().trim().min(1).max(1000)
const algorithm = z.enum(['RS256', 'ES256', 'EdDSA'])

export const clientMetadata = z
  .strictObject({
    /** The client's public keys, or where they are: for private_key_jwt and signed request objects. */
    jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(20) }).optional(),
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
    postLogoutRedirectUris: z.array(url).max(50).optional(),
    backchannelLogoutUri: url.optional(),
    backchannelLogoutSessionRequired: z.boolean().optional(),
    /** Tokens are given with a DPoP proof alone (RFC 9449 section 5.2). */
    dpopBoundAccessTokens: z.boolean().optional(),
    /** Ours: its DPoP proofs have a nonce of ours in them (RFC 9449 section 8). */
    requireDpopNonce: z.boolean().optional(),
    /** Authorization requests are signed (RFC 9101 section 10.5), and with what. */
    requireSignedRequestObject: z.boolean().optional(),
    requestObjectSigningAlg: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']).optional(),
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
  })
  .refine(({ jwks, jwksUri }) => !(jwks && jwksUri), { path: ['jwksUri'], error: 'Give keys or their address.' })
