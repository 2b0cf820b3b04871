import { calculateJwkThumbprint, EmbeddedJWK, type JWTPayload, jwtVerify, type ProtectedHeaderParameters } from 'jose'
import { equalInConstantTime, hashToken } from '../../core/crypto.ts'
import { OAuthError } from '../../core/errors.ts'
import type { Scope } from '../../platform.ts'
import { useProof } from './commands.ts'
import { isGoodNonce } from './nonce.ts'
import { isSameTarget } from './target.ts'

/** So far `iat` may be from our clock, on either side. FAPI 2.0 section 5.3.2.1 wants ten seconds at the least. */
const WINDOW_SECONDS = 60
const MAX_LENGTH = 8000

/** What a proof has to be for. */
export type ProofTarget = {
  readonly method: string
  /** Of the endpoint, as its clients know it. */
  readonly url: string
  /** What the proof comes beside, at a resource. */
  readonly accessToken?: string | undefined
  readonly isNonceDemanded: boolean
  readonly algorithms: readonly string[]
}

/**
 * The thumbprint of the key that a DPoP proof was signed with (RFC 9449 section 4.3); the proof is used up. OAuthError
 * invalid_dpop_proof, or use_dpop_nonce where a new one with a nonce of ours would do.
 */
export async function verifyProof(scope: Scope, proof: string, target: ProofTarget): Promise<string> {
  const { payload, jwk } = await read(scope, proof, target)
  const { iat, jti, htm, htu, nonce, ath } = payload
  if (typeof jti !== 'string' || jti === '') throw refused('jti is missing.')
  if (htm !== target.method) throw refused('htm is not the method of this request.')
  if (typeof htu !== 'string' || !isSameTarget(htu, target.url))
    throw refused('htu is not the address of this request.')
  if (typeof iat !== 'number' || Math.abs(Math.floor(scope.now.getTime() / 1000) - iat) > WINDOW_SECONDS) {
    throw refused(`iat is more than ${WINDOW_SECONDS} seconds from now.`)
  }
  if (target.accessToken !== undefined && (typeof ath !== 'string' || !isHashOf(ath, target.accessToken))) {
    throw refused('ath is not the hash of the access token.')
  }
  await demandNonce(scope, nonce, target.isNonceDemanded)
  const jkt = await calculateJwkThumbprint(jwk)
  const until = new Date((iat + WINDOW_SECONDS + 1) * 1000)
  if (!(await useProof(scope, jkt, jti, until))) throw refused('It was used already.')
  return jkt
}

type Jwk = NonNullable<ProtectedHeaderParameters['jwk']>

/** What it says, signed with the public key in its own header. */
async function read(
  { now }: Scope,
  proof: string,
  { algorithms }: ProofTarget,
): Promise<{ payload: JWTPayload; jwk: Jwk }> {
  if (proof.length > MAX_LENGTH) throw refused('It is too long.')
  try {
    // jose takes no private and no symmetric key here.
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [...algorithms],
      clockTolerance: WINDOW_SECONDS,
      currentDate: now,
    })
    if (protectedHeader.jwk) return { payload, jwk: protectedHeader.jwk }
  } catch (cause) {
    throw refused('It is no dpop+jwt that is signed with the public key in its header.', cause)
  }
  throw refused('There is no key in its header.')
}

/** A nonce that is there has to be one of ours, whether it was demanded or not (RFC 9449 section 4.3, 10). */
async function demandNonce(scope: Scope, nonce: unknown, isDemanded: boolean): Promise<void> {
  if (nonce === undefined && !isDemanded) return
  if (typeof nonce === 'string' && (await isGoodNonce(scope, nonce))) return
  throw new OAuthError('use_dpop_nonce', 'The DPoP proof must have the nonce of the DPoP-Nonce header.')
}

function isHashOf(hash: string, token: string): boolean {
  return equalInConstantTime(hash, hashToken(token))
}

function refused(why: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_dpop_proof', `The DPoP proof is not valid. ${why}`, { cause })
}
