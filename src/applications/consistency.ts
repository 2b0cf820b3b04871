/** What the settings of an application demand of one another. Pure. */
import type { FieldError } from '../core/errors.ts'
import { Problem } from '../core/errors.ts'
import type { ClientMetadata } from '../db/schema.ts'
import { profileFaults } from './profile.ts'
import type { ApplicationRow } from './queries.ts'
import { sectorOf } from './sector.ts'
import { NO_REDIRECT_URI } from './settings.ts'

type Settings = Pick<
  ApplicationRow,
  'clientId' | 'redirectUris' | 'grantTypes' | 'tokenEndpointAuthMethod' | 'clientMetadata'
>

/** Throws Problem 400 that names each wrong field. */
export function demandConsistent(settings: Settings): void {
  const errors = [
    ...[redirectFault, keysFault, algorithmFault, certificateFault, frontchannelFault, subjectFault].flatMap(
      (check) => check(settings) ?? [],
    ),
    ...profileFaults(settings),
  ]
  if (errors.length > 0) throw new Problem(400, 'The settings of the application do not go together.', errors)
}

function redirectFault({ grantTypes, redirectUris }: Settings): FieldError | undefined {
  if (!grantTypes.includes('authorization_code') || redirectUris.length > 0) return undefined
  return { field: 'redirectUris', message: NO_REDIRECT_URI }
}

function keysFault({ tokenEndpointAuthMethod, clientMetadata }: Settings): FieldError | undefined {
  const { jwks, jwksUri, requireSignedRequestObject } = clientMetadata
  const isByKey = ['private_key_jwt', 'self_signed_tls_client_auth'].includes(tokenEndpointAuthMethod)
  if ((!isByKey && requireSignedRequestObject !== true) || jwks || jwksUri) return undefined
  const message = 'Give the keys that it signs with: clientMetadata.jwks, or their address in clientMetadata.jwksUri.'
  return { field: isByKey ? 'tokenEndpointAuthMethod' : 'clientMetadata.requireSignedRequestObject', message }
}

/** A secret makes an HMAC and a key makes a signature: neither is taken for the other. */
function algorithmFault({ tokenEndpointAuthMethod, clientMetadata }: Settings): FieldError | undefined {
  const { tokenEndpointAuthSigningAlg: alg } = clientMetadata
  if (alg === undefined || (alg === 'HS256') === (tokenEndpointAuthMethod === 'client_secret_jwt')) return undefined
  const message = 'HS256 goes with client_secret_jwt, and the others with private_key_jwt.'
  return { field: 'clientMetadata.tokenEndpointAuthSigningAlg', message }
}

/** How a client may be told by a certificate that a CA issued: one of them (RFC 8705 section 2.1.2). */
const CERTIFICATE_SUBJECTS = [
  'tlsClientAuthSubjectDn',
  'tlsClientAuthSanDns',
  'tlsClientAuthSanUri',
  'tlsClientAuthSanIp',
  'tlsClientAuthSanEmail',
] as const satisfies readonly (keyof ClientMetadata)[]

function certificateFault({ tokenEndpointAuthMethod, clientMetadata }: Settings): FieldError | undefined {
  const given = CERTIFICATE_SUBJECTS.filter((name) => clientMetadata[name] !== undefined)
  if (tokenEndpointAuthMethod !== 'tls_client_auth' || given.length === 1) return undefined
  const message = `Say by what its certificate is known: one of ${CERTIFICATE_SUBJECTS.join(', ')} in clientMetadata.`
  return { field: 'tokenEndpointAuthMethod', message }
}

/** OpenID Connect Front-Channel Logout 1.0 section 2: it stands where one of the redirect URIs does. */
function frontchannelFault({ redirectUris, clientMetadata }: Settings): FieldError | undefined {
  const { frontchannelLogoutUri: uri } = clientMetadata
  if (uri === undefined || redirectUris.some((one) => new URL(one).origin === new URL(uri).origin)) return undefined
  const message = 'It has to have the scheme, host and port of a redirect URI.'
  return { field: 'clientMetadata.frontchannelLogoutUri', message }
}

/** OpenID Connect Core section 8.1. */
function subjectFault(settings: Settings): FieldError | undefined {
  if (settings.clientMetadata.subjectType !== 'pairwise' || sectorOf(settings) !== undefined) return undefined
  const message =
    'Its redirect URIs are not all of one host: a pairwise subject takes a sectorIdentifierUri that lists them.'
  return { field: 'clientMetadata.subjectType', message }
}
