/** What the browser is asked for (W3C Web Authentication sections 5.4 and 5.5), as JSON for the script. */
import { toBase64Url } from '../../core/crypto.ts'
import type { PasskeyRow } from '../../directory/factors/queries.ts'
import { shownName } from '../../html/branding/parts.ts'
import type { Scope } from '../../platform.ts'
import { newChallenge } from './challenge.ts'

/** EdDSA, ES256 and RS256 of the COSE registry. */
export const ALGORITHMS = [-8, -7, -257]

type Owner = { readonly id: string; readonly userName: string; readonly displayName: string | null }
type Known = readonly Pick<PasskeyRow, 'credentialId' | 'transports'>[]

/** The host of the issuer: passkeys work there alone. */
export function relyingPartyId({ platform }: Scope): string {
  return new URL(platform.config.baseUrl).hostname
}

/** For navigator.credentials.create: a passkey that the browser finds by itself, on a device that has none of hers. */
export async function creationOptions(scope: Scope, browserHash: string, owner: Owner, known: Known): Promise<string> {
  const { id, userName, displayName } = owner
  return JSON.stringify({
    challenge: await newChallenge(scope, { kind: 'register', browserHash, userId: id }),
    rp: { id: relyingPartyId(scope), name: shownName(scope.tenant) },
    user: { id: userHandle(id), name: userName, displayName: displayName ?? userName },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: known.map(descriptor),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
    attestation: 'none',
  })
}

/** For navigator.credentials.get as the first step: whosever passkey it is, and its user has to be verified. */
export async function firstStepOptions(scope: Scope, browserHash: string): Promise<string> {
  return JSON.stringify({
    challenge: await newChallenge(scope, { kind: 'sign-in', browserHash, userId: '' }),
    rpId: relyingPartyId(scope),
    userVerification: 'required',
  })
}

/** For navigator.credentials.get as the second step: one of hers. */
export async function secondStepOptions(
  scope: Scope,
  browserHash: string,
  userId: string,
  known: Known,
): Promise<string> {
  return JSON.stringify({
    challenge: await newChallenge(scope, { kind: 'second-step', browserHash, userId }),
    rpId: relyingPartyId(scope),
    allowCredentials: known.map(descriptor),
    userVerification: 'discouraged',
  })
}

/** Opaque: an id says nothing of who she is (section 14.6.1). */
export function userHandle(userId: string): string {
  return toBase64Url(new TextEncoder().encode(userId))
}

function descriptor({ credentialId, transports }: Known[number]) {
  return { type: 'public-key', id: credentialId, ...(transports.length > 0 ? { transports } : {}) }
}
