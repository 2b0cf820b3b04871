/**
 * What an OAuth client may be told beside its names and grants, in the terms of OpenID Connect Dynamic Client Registration
 * section 2 and RFC 7591, camel-cased; what is absent is as a client is by default. Durations are seconds.
 */
import { z } from 'zod'
import { isResource } from './resources.ts'

const url = z
  .url({ protocol: /^https?$/, error: 'Give an http:// or https:// address.' })
  .max(2000)
  .refine((value) => !value.includes('#'), 'Leave out the fragment (#).')
const seconds = z
  .int()
  .min(60)
  .max(366 * 86_400)
/** RFC 8707 section 2. */
const resource = z.string().max(500).refine(isResource, 'Give an absolute URI without a fragment (#).')
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
    /** `jwt` unless told otherwise. */
    accessTokenFormat: z.enum(['jwt', 'opaque']).optional(),
    /** Resources beside our own APIs that its access tokens may be for (RFC 8707). */
    resources: z.array(resource).max(50).optional(),
    /** Resources that it is itself: it may introspect and exchange the access tokens that are meant for them. */
    servesResources: z.array(resource).max(50).optional(),
    /** client_ids of others whose access tokens it may exchange (RFC 8693). */
    exchangesTokensOf: z.array(z.string().min(1).max(200)).max(50).optional(),
    /** It is trusted to say for whom it asks, by an assertion of its own (RFC 7523 section 2.1). */
    assertsUsers: z.boolean().optional(),
  })
  .refine(({ jwks, jwksUri }) => !(jwks && jwksUri), { path: ['jwksUri'], error: 'Give keys or their address.' })
