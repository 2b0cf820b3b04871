/** What of an application's settings does not go together. */
import { Problem } from '../core/errors.ts'
import type { ClientMetadata } from '../db/schema.ts'
import { profileFaults } from './profile.ts'
import type { ApplicationRow } from './queries.ts'

type Method = ApplicationRow['tokenEndpointAuthMethod']

/** How a client may be told by a certificate that a CA issued: one of them (RFC 8705 section 2.1.2). */
export const CERTIFICATE_SUBJECTS = [
  'tlsClientAuthSubjectDn',
  'tlsClientAuthSanDns',
  'tlsClientAuthSanUri',
  'tlsClientAuthSanIp',
  'tlsClientAuthSanEmail',
] as const satisfies readonly (keyof ClientMetadata)[]

/** Throws Problem 400 that names the field. */
export function demandFitting(method: Method, metadata: ClientMetadata): void {
  demandKeys(method, metadata)
  demandSubject(method, metadata)
  const errors = profileFaults({ tokenEndpointAuthMethod: method, clientMetadata: metadata })
  if (errors.length > 0) throw new Problem(400, 'The settings do not go with the profile.', errors)
}

function demandKeys(method: Method, { jwks, jwksUri, requireSignedRequestObject }: ClientMetadata): void {
  const isByKey = method === 'private_key_jwt' || method === 'self_signed_tls_client_auth'
  if ((!isByKey && requireSignedRequestObject !== true) || jwks || jwksUri) return
  const message = 'Give the keys that it signs with: clientMetadata.jwks, or their address in clientMetadata.jwksUri.'
  const field = isByKey ? 'tokenEndpointAuthMethod' : 'clientMetadata.requireSignedRequestObject'
  throw new Problem(400, 'The application has no keys.', [{ field, message }])
}

function demandSubject(method: Method, metadata: ClientMetadata): void {
  const given = CERTIFICATE_SUBJECTS.filter((name) => metadata[name] !== undefined)
  if (method !== 'tls_client_auth' || given.length === 1) return
  const message = `Say by what its certificate is known: one of ${CERTIFICATE_SUBJECTS.join(', ')} in clientMetadata.`
  throw new Problem(400, 'The certificate is not said.', [{ field: 'tokenEndpointAuthMethod', message }])
}
