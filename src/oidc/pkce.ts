import { equalInConstantTime, hashToken } from '../core/crypto.ts'

/** RFC 7636 section 4.2: 43 to 128 unreserved characters; S256 gives 43. */
export const CODE_CHALLENGE = /^[A-Za-z0-9_-]{43}$/
const CODE_VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

/** Whether a verifier is the one that the S256 challenge was made of (RFC 7636 section 4.6). */
export async function verifiesChallenge(verifier: string, challenge: string): Promise<boolean> {
  return CODE_VERIFIER.test(verifier) && equalInConstantTime(hashToken(verifier), challenge)
}
