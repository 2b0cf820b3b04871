/** Request objects (RFC 9101): requests that the application has signed. */
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import { allowedAlgorithms, demandsOf, sameAlgorithms } from '../../applications/profile.ts'
import type { ApplicationRow } from '../../applications/queries.ts'
import type { Scope } from '../../platform.ts'
import { verifierOf } from '../assertions/client-keys.ts'
import type { Fault, SentParameters } from '../request.ts'
import { parametersIn } from './parameters.ts'
import { fetchObject } from './referred.ts'

export const REQUEST_OBJECT_ALGORITHMS = ['ES256', 'PS256', 'RS256', 'EdDSA', 'Ed25519']
const TYPES = ['oauth-authz-req+jwt', 'jwt']
const MAX_LENGTH = 16_000
const SKEW_SECONDS = 10
const LONGEST_SECONDS = 3600
/** FAPI 2.0 section 5.3.2.1, as of client assertions. */
const AHEAD_SECONDS = 60

/**
 * The request with the parameters of its request object in place of those beside it: of these nothing counts but
 * client_id (RFC 9101 section 6.3). The object is there, or at a request_uri of the application. Without one the request
 * stays as it is. A fault if it is wrong, or missing and demanded.
 */
export async function unpackRequest(
  scope: Scope,
  sent: SentParameters,
  application: ApplicationRow,
): Promise<SentParameters> {
  const { values, twice } = sent
  const object = values.get('request')
  const uri = values.get('request_uri')
  if (object === undefined && uri === undefined) {
    if (!demandsOf(application).signedRequest) return sent
    return { ...sent, fault: ['invalid_request', 'this application has to sign its requests (RFC 9101)'] }
  }
  const outside = new Map([...values].filter(([name]) => name !== 'request' && name !== 'request_uri'))
  const isOne = (object === undefined) !== (uri === undefined)
  if (!isOne || twice.includes('request') || twice.includes('request_uri')) {
    return { values: outside, twice, fault: ['invalid_request', 'there is one request or one request_uri'] }
  }
  const found = object ?? (await fetchObject(scope, application, uri ?? ''))
  const read = typeof found === 'string' ? await readObject(scope, found, application, uri) : { fault: found }
  return { values: outside, twice, ...read }
}

type Read = { readonly values: ReadonlyMap<string, string> } | { readonly fault: Fault }

/** `uri` is where it was, if it did not come with the request. */
async function readObject(
  scope: Scope,
  object: string,
  application: ApplicationRow,
  uri: string | undefined,
): Promise<Read> {
  const header = headerOf(object)
  if (!header) return invalid('it is no signed JWT')
  if (header.alg === undefined || header.alg === 'none') return unsigned(application, uri)
  const typ = header.typ?.toLowerCase().replace(/^application\//, '')
  if (typ !== undefined && !TYPES.includes(typ)) return invalid('its typ is another one')
  const payload = await verified(scope, object, header.kid, application)
  if (typeof payload === 'string') return invalid(payload)
  const fault = claimFault(scope, payload, application)
  if (fault !== undefined) return invalid(fault)
  const parameters = parametersIn(payload)
  if (typeof parameters === 'string') return { fault: ['invalid_request_object', parameters] }
  return { values: new Map([...parameters, ['client_id', application.clientId]]) }
}

function headerOf(object: string): { alg?: string; kid?: string; typ?: string } | undefined {
  if (object.length > MAX_LENGTH || object.split('.').length !== 3) return undefined
  try {
    const { alg, kid, typ } = decodeProtectedHeader(object)
    const texts = { alg, kid, typ }
    return Object.values(texts).every((one) => one === undefined || typeof one === 'string') ? texts : undefined
  } catch {
    return undefined
  }
}

/** What is wrong with its signature or claims, or what it says. */
async function verified(
  scope: Scope,
  object: string,
  kid: string | undefined,
  application: ApplicationRow,
): Promise<JWTPayload | string> {
  const { requestObjectSigningAlg: only } = application.clientMetadata
  const told = only === undefined ? REQUEST_OBJECT_ALGORITHMS : sameAlgorithms(only)
  const algorithms = allowedAlgorithms(application, told)
  try {
    const { payload } = await jwtVerify(object, await verifierOf(scope, application, kid), {
      issuer: application.clientId,
      audience: scope.issuer,
      algorithms: [...algorithms],
      // FAPI 2.0 alone demands it: the request objects of OpenID Connect Core section 6.1 have none.
      requiredClaims: demandsOf(application).datedRequestObject ? ['exp'] : [],
      clockTolerance: SKEW_SECONDS,
      currentDate: scope.now,
    })
    return payload
  } catch (error) {
    const { tenantId, platform } = scope
    platform.log.info('request object refused', { tenantId, clientId: application.clientId, error })
    if (error instanceof errors.JWTExpired) return 'it has expired'
    if (error instanceof errors.JWTClaimValidationFailed) return `${error.claim} is missing or wrong`
    return `it is not signed by a key of this application with ${algorithms.join(' or ')}`
  }
}

/** What jose does not ask for. */
function claimFault(
  { now }: Scope,
  { exp = 0, iat = 0, nbf, sub, client_id }: JWTPayload,
  application: ApplicationRow,
) {
  const seconds = now.getTime() / 1000
  // RFC 9101 section 10.8: an assertion with which the client authenticates is no request.
  if (sub === application.clientId) return 'sub must not be the client'
  if (client_id !== undefined && client_id !== application.clientId) return 'client_id is another one'
  if (exp > seconds + LONGEST_SECONDS + SKEW_SECONDS) return 'it lives for more than an hour'
  if (typeof iat !== 'number' || iat > seconds + AHEAD_SECONDS) return 'it was made in the future'
  if (!demandsOf(application).datedRequestObject) return undefined
  return nbf === undefined || nbf < seconds - LONGEST_SECONDS ? 'nbf is missing, or more than an hour ago' : undefined
}

function unsigned(application: ApplicationRow, uri: string | undefined): Read {
  const isTold =
    demandsOf(application).signedRequest || application.clientMetadata.requestObjectSigningAlg !== undefined
  const code = uri === undefined ? 'request_not_supported' : 'request_uri_not_supported'
  return { fault: [isTold ? 'invalid_request_object' : code, 'request objects have to be signed'] }
}

function invalid(why: string): Read {
  return { fault: ['invalid_request_object', `the request object is not valid: ${why}`] }
}
