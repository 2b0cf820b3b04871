import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { allowedAlgorithms, sameAlgorithms } from '../../applications/profile.ts'
import { type ApplicationRow, findApplicationByClientId } from '../../applications/queries.ts'
import { openSecrets } from '../../applications/secrets/check.ts'
import { OAuthError } from '../../core/errors.ts'
import type { Scope } from '../../platform.ts'
import { isForUs } from './audience.ts'
import { verifierOf } from './client-keys.ts'
import { useAssertion } from './commands.ts'

/** Ed25519 is EdDSA by its newer name (RFC 9864). */
export const ASSERTION_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519']
/** Of client_secret_jwt (OpenID Connect Core section 9). */
export const SECRET_ALGORITHM = 'HS256'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const SKEW_SECONDS = 10
const LONGEST_SECONDS = 3600
/** FAPI 2.0 section 5.3.2.1: a clock may be some seconds ahead, and is wrong when it is a minute. */
const AHEAD_SECONDS = 60

/**
 * The client of a private_key_jwt or client_secret_jwt (OpenID Connect Core section 9, RFC 7523 section 3); its assertion
 * is used up. What is wrong goes to the log; OAuthError invalid_client says no more than that.
 */
export async function clientOfAssertion(scope: Scope, form: ReadonlyMap<string, string>): Promise<ApplicationRow> {
  const assertion = form.get('client_assertion')
  if (assertion === undefined || form.get('client_assertion_type') !== JWT_BEARER) {
    throw new OAuthError('invalid_request', `client_assertion goes with the client_assertion_type ${JWT_BEARER}.`)
  }
  const { clientId, kid } = named(assertion)
  if (form.has('client_id') && form.get('client_id') !== clientId) throw refused('client_id is another')
  const application = await findApplicationByClientId(scope, clientId)
  if (!application) throw refused('no such client')
  const payload = await payloadOf(scope, application, assertion, kid)
  const { exp, jti } = checkedClaims(scope, application, payload)
  const until = new Date((exp + SKEW_SECONDS + 1) * 1000)
  if (!(await useAssertion(scope, application.id, jti, until))) throw refused('the jti was used')
  return application
}

/** Whose it claims to be; nothing of it is verified yet. */
function named(assertion: string): { clientId: string; kid: string | undefined } {
  try {
    const { sub } = decodeJwt(assertion)
    const { kid } = decodeProtectedHeader(assertion)
    if (typeof sub === 'string') return { clientId: sub, kid: typeof kid === 'string' ? kid : undefined }
  } catch (cause) {
    throw refused(cause)
  }
  throw refused('no sub')
}

/** What it says, verified by what the client registered: its public keys, or one of its secrets, and never both. */
async function payloadOf(scope: Scope, application: ApplicationRow, assertion: string, kid: string | undefined) {
  const { tokenEndpointAuthMethod: method } = application
  const { tokenEndpointAuthSigningAlg: only } = application.clientMetadata
  if (method === 'private_key_jwt') {
    const keys = await verifierOf(scope, application, kid)
    const allowed = allowedAlgorithms(application, only === undefined ? ASSERTION_ALGORITHMS : sameAlgorithms(only))
    return verified(scope, assertion, application, keys, allowed)
  }
  if (method !== 'client_secret_jwt') throw refused('the client has another method')
  for (const secret of await openSecrets(scope, application)) {
    const key = new TextEncoder().encode(secret)
    const payload = await verified(scope, assertion, application, async () => key, [SECRET_ALGORITHM]).catch(
      () => undefined,
    )
    if (payload) return payload
  }
  throw refused('no secret of it makes this signature, or what it says is wrong')
}

async function verified(
  scope: Scope,
  assertion: string,
  application: ApplicationRow,
  key: JWTVerifyGetKey,
  algorithms: readonly string[],
): Promise<JWTPayload> {
  const { clientId } = application
  try {
    const { payload } = await jwtVerify(assertion, key, {
      issuer: clientId,
      subject: clientId,
      algorithms: [...algorithms],
      requiredClaims: ['exp', 'jti'],
      clockTolerance: SKEW_SECONDS,
      currentDate: scope.now,
    })
    return payload
  } catch (cause) {
    throw refused(cause)
  }
}

/** What jose does not ask for. */
function checkedClaims(
  scope: Scope,
  application: ApplicationRow,
  { aud, exp = 0, iat = 0, jti }: JWTPayload,
): { exp: number; jti: string } {
  const seconds = scope.now.getTime() / 1000
  if (!isForUs(scope, application, aud)) throw refused('aud is not this server, or not it alone')
  if (typeof jti !== 'string' || jti === '') throw refused('no jti')
  if (exp > seconds + LONGEST_SECONDS + SKEW_SECONDS) throw refused('it lives for more than an hour')
  if (typeof iat !== 'number' || iat > seconds + AHEAD_SECONDS) throw refused('it was made in the future')
  return { exp, jti }
}

function refused(cause: unknown): OAuthError {
  return new OAuthError(
    'invalid_client',
    'The client is unknown, or its assertion is wrong, was used or has expired.',
    {
      cause,
    },
  )
}
