/** What is demanded of an application: by its settings one by one, or all at once by its profile. Pure. */
import type { FieldError } from '../core/errors.ts'
import type { ClientMetadata, SigningAlgorithm } from '../db/schema.ts'

export type Demands = {
  /** Requests are pushed (RFC 9126), signed (RFC 9101), and have a code_challenge (RFC 7636). */
  readonly pushedRequest: boolean
  readonly signedRequest: boolean
  /** Request objects say since when they hold (FAPI 2.0 Message Signing section 5.3.1). */
  readonly datedRequestObject: boolean
  readonly codeChallenge: boolean
  /** Tokens are bound: to the key of a DPoP proof, to the certificate of the connection, or to either. */
  readonly dpop: boolean
  readonly certificate: boolean
  readonly senderConstrained: boolean
  /** DPoP proofs have a nonce of ours. */
  readonly dpopNonce: boolean
  /** Client assertions are for the issuer alone: no address of an endpoint will do. */
  readonly issuerAsAudience: boolean
  /** Refresh tokens stay what they are when they are used: nobody else has what they go with. */
  readonly steadyRefreshToken: boolean
  /** What id_tokens, and answers of the response mode jwt, are signed with. */
  readonly idTokenAlg: SigningAlgorithm
  readonly responseAlg: SigningAlgorithm
}

type Application = {
  readonly clientMetadata: ClientMetadata
  readonly tokenEndpointAuthMethod: string
}

export function demandsOf({ clientMetadata, tokenEndpointAuthMethod }: Application): Demands {
  const isFapi = clientMetadata.profile === 'fapi2'
  const dpop = clientMetadata.dpopBoundAccessTokens === true
  // Who authenticates with a certificate has what FAPI 2.0 wants tokens to be bound to.
  const certificate =
    clientMetadata.tlsClientCertificateBoundAccessTokens === true ||
    (isFapi && !dpop && tokenEndpointAuthMethod !== 'private_key_jwt')
  return {
    pushedRequest: isFapi || clientMetadata.requirePushedAuthorizationRequests === true,
    signedRequest: clientMetadata.requireSignedRequestObject === true,
    datedRequestObject: isFapi,
    // RFC 9700 section 2.1.1: who keeps a secret may be let off, a public client never.
    codeChallenge: isFapi || tokenEndpointAuthMethod === 'none' || clientMetadata.requirePkce !== false,
    dpop,
    certificate,
    senderConstrained: isFapi || dpop || certificate,
    dpopNonce: clientMetadata.requireDpopNonce === true,
    issuerAsAudience: isFapi,
    // FAPI 2.0 section 5.3.2.1: no rotation, for a client that loses an answer loses its person.
    steadyRefreshToken: isFapi,
    idTokenAlg: clientMetadata.idTokenSignedResponseAlg ?? (isFapi ? 'ES256' : 'RS256'),
    responseAlg: clientMetadata.authorizationSignedResponseAlg ?? (isFapi ? 'ES256' : 'RS256'),
  }
}

/** FAPI 2.0 section 5.4.1. */
const FAPI_ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'Ed25519']

/** Of these algorithms those that the application may sign with: assertions, request objects and proofs. */
export function allowedAlgorithms({ clientMetadata }: Application, offered: readonly string[]): readonly string[] {
  return clientMetadata.profile === 'fapi2' ? offered.filter((alg) => FAPI_ALGORITHMS.includes(alg)) : offered
}

/** An algorithm by each of its names: Ed25519 is EdDSA by the newer one (RFC 9864). */
export function sameAlgorithms(alg: string): readonly string[] {
  return alg === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [alg]
}

/** FAPI 2.0 section 5.3.2.1. */
const FAPI_METHODS = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth']

const SIGNED_WITH = [
  'idTokenSignedResponseAlg',
  'userinfoSignedResponseAlg',
  'accessTokenSignedResponseAlg',
  'authorizationSignedResponseAlg',
  'requestObjectSigningAlg',
  'tokenEndpointAuthSigningAlg',
] as const

/** What an application's settings have that its profile does not allow. */
export function profileFaults({ clientMetadata, tokenEndpointAuthMethod }: Application): readonly FieldError[] {
  if (clientMetadata.profile !== 'fapi2') return []
  const faults: FieldError[] = []
  if (!FAPI_METHODS.includes(tokenEndpointAuthMethod)) {
    const message = `FAPI 2.0 takes ${FAPI_METHODS.join(' or ')} alone.`
    faults.push({ field: 'tokenEndpointAuthMethod', message })
  }
  for (const name of SIGNED_WITH) {
    if (clientMetadata[name] !== 'RS256') continue
    faults.push({ field: `clientMetadata.${name}`, message: 'FAPI 2.0 does not take RS256.' })
  }
  if (clientMetadata.requirePkce === false) {
    faults.push({ field: 'clientMetadata.requirePkce', message: 'FAPI 2.0 does not go without PKCE.' })
  }
  return faults
}
