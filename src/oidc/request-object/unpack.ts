/** Request objects (RFC 9101): requests that the application has signed. */
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import { allowedAlgorithms, demandsOf, sameAlgorithms } from '../../applications/profile.ts'
import type { ApplicationRow } from '../../applications/queries.ts'
import type { Scope } from '../../platform.ts'
import { verifierOf } from '../assertions/client-keys.ts'
import type { Fault, SentParameters } from '../request.ts'
import { parametersIn } from './parameters.ts'

export const REQUEST_OBJECT_ALGORITHMS = ['ES256', 'PS256', 'RS256', 'EdDSA', 'Ed25519']
const TYPES = ['oauth-authz-req+jwt', 'jwt']
const MAX_LENGTH = 16_000
const SKEW_SECONDS = 10
const LONGEST_SECONDS = 3600

/**
 * The request with the parameters of its request object in place of those beside it: of these nothing counts but
 * client_id (RFC 9101 section 6.3). Without one it stays as it is. A fault if it is wrong, or missing and demanded.
 */
export async function unpackRequest(
  scope: Scope,
  sent: SentParameters,
  application: ApplicationRow,
): Promise<SentParameters> {
  const object = sent.values.get('request')
  if (object === undefined) {
    if (!demandsOf(application).signedRequest) return sent
    return { ...sent, fault: ['invalid_request', 'this application has to sign its requests (RFC 9101)'] }
  }
  const outside = new Map([...sent.values].filter(([name]) => name !== 'request'))
  return { values: outside, twice: sent.twice, ...(await readObject(scope, object, sent, application)) }
}

type Read = { readonly values: ReadonlyMap<string, string> } | { readonly fault: Fault }

async function readObject(
  scope: Scope,
  object: string,
  { values, twice }: SentParameters,
  application: ApplicationRow,
): Promise<Read> {
  if (twice.includes('request') || values.has('request_uri')) {
    return { fault: ['invalid_request', 'there is one request or one request_uri'] }
  }
  const header = headerOf(object)
  if (!header) return invalid('it is no signed JWT')
  if (header.alg === undefined || header.alg === 'none') return unsigned(application)
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
      requiredClaims: ['exp'],
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
function claimFault({ now }: Scope, { exp = 0, nbf, sub, client_id }: JWTPayload, application: ApplicationRow) {
  const seconds = now.getTime() / 1000
  // RFC 9101 section 10.8: an assertion with which the client authenticates is no request.
  if (sub === application.clientId) return 'sub must not be the client'
  if (client_id !== undefined && client_id !== application.clientId) return 'client_id is another one'
  if (exp > seconds + LONGEST_SECONDS + SKEW_SECONDS) return 'it lives for more than an hour'
  if (!demandsOf(application).datedRequestObject) return undefined
  return nbf === undefined || nbf < seconds - LONGEST_SECONDS ? 'nbf is missing, or more than an hour ago' : undefined
}

function unsigned(application: ApplicationRow): Read {
  const isTold =
    demandsOf(application).signedRequest || application.clientMetadata.requestObjectSigningAlg !== undefined
  return { fault: [isTold ? 'invalid_request_object' : 'request_not_supported', 'request objects have to be signed'] }
}

function invalid(why: string): Read {
  return { fault: ['invalid_request_object', `the request object is not valid: ${why}`] }
}
