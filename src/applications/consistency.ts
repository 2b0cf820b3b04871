/** What the settings of an application demand of one another. Pure. */
import type { FieldError } from '../core/errors.ts'
import { Problem } from '../core/errors.ts'
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
    ...[redirectFault, keysFault, algorithmFault, frontchannelFault, subjectFault].flatMap(
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
  const isByKey = tokenEndpointAuthMethod === 'private_key_jwt'
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
