import { decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { allowedAlgorithms } from '../../applications/profile.ts'
import type { ApplicationRow } from '../../applications/queries.ts'
import { OAuthError } from '../../core/errors.ts'
import type { Scope } from '../../platform.ts'
import { isForUs } from './audience.ts'
import { verifierOf } from './client-keys.ts'
import { useAssertion } from './commands.ts'
import { ASSERTION_ALGORITHMS } from './verify.ts'

const SKEW_SECONDS = 10
const LONGEST_SECONDS = 3600
/** It is no assertion that authenticates a client, whatever its jti. */
const PURPOSE = 'grant '

/**
 * The subject of an assertion that an application made as a grant (RFC 7523 sections 2.1 and 3): signed with a key of its
 * own, for us, alive, and used up by this. OAuthError invalid_request or invalid_grant.
 */
export async function readAssertedUser(
  scope: Scope,
  application: ApplicationRow,
  assertion: string | undefined,
): Promise<string> {
  if (assertion === undefined) throw new OAuthError('invalid_request', 'assertion is missing.')
  const { sub, exp = 0, jti, aud } = await verified(scope, application, assertion)
  const seconds = scope.now.getTime() / 1000
  if (typeof sub !== 'string' || typeof jti !== 'string' || sub === '' || jti === '') throw refused('no sub or jti')
  // As of the assertions with which it authenticates.
  if (!isForUs(scope, application, aud)) throw refused('aud is not this server, or not it alone')
  if (exp > seconds + LONGEST_SECONDS + SKEW_SECONDS) throw refused('it lives for more than an hour')
  const until = new Date((exp + SKEW_SECONDS + 1) * 1000)
  if (!(await useAssertion(scope, application.id, PURPOSE + jti, until))) throw refused('the jti was used')
  return sub
}

async function verified(scope: Scope, application: ApplicationRow, assertion: string): Promise<JWTPayload> {
  try {
    const { kid } = decodeProtectedHeader(assertion)
    const key = await verifierOf(scope, application, typeof kid === 'string' ? kid : undefined)
    const { payload } = await jwtVerify(assertion, key, {
      issuer: application.clientId,
      algorithms: [...allowedAlgorithms(application, ASSERTION_ALGORITHMS)],
      requiredClaims: ['sub', 'exp', 'jti'],
      clockTolerance: SKEW_SECONDS,
      currentDate: scope.now,
    })
    return payload
  } catch (cause) {
    throw refused(cause)
  }
}

/** What is wrong is in the log (`cause`), and not told. */
function refused(cause: unknown): OAuthError {
  return new OAuthError('invalid_grant', 'The assertion is wrong, was used, or has expired.', { cause })
}
