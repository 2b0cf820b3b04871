/** What the browser's passkey answered, verified (W3C Web Authentication sections 7.1 and 7.2). */
import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { fromBase64, toBase64Url } from '../../core/crypto.ts'
import { addPasskey, recordPasskeyUse } from '../../directory/factors/commands.ts'
import { findPasskey, type PasskeyRow } from '../../directory/factors/queries.ts'
import type { Scope } from '../../platform.ts'
import { isChallenge, type Purpose, takeChallenge } from './challenge.ts'
import { ALGORITHMS, relyingPartyId, userHandle } from './options.ts'

const ANSWERED = 'the challenge was answered before'

const text = z.string().max(20_000)
const credential = z.object({
  id: text.min(1).max(1500),
  rawId: text,
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
})
const registered = credential.extend({
  response: z.object({ clientDataJSON: text, attestationObject: text, transports: z.array(text).max(10).default([]) }),
})
const asserted = credential.extend({
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    signature: text,
    userHandle: text.nullish(),
  }),
})

/** Who is meant by an answer, and how she proved it (RFC 8176). */
export type Asserted = { readonly userId: string; readonly amr: readonly string[] }

export type Registered =
  { readonly kind: 'added'; readonly amr: readonly string[] } | { readonly kind: 'known' | 'refused' }

/** Makes the passkey that the browser has made the user's. Why not is logged, and no matter of whoever asks. */
export async function registerPasskey(
  scope: Scope,
  purpose: Purpose & { readonly kind: 'register' },
  name: string,
  answer: unknown,
): Promise<Registered> {
  const parsed = registered.safeParse(parseJson(answer))
  if (!parsed.success) return { kind: refuse(scope, 'the answer is no credential') }
  let challenge = ''
  const verified = await verifyRegistrationResponse({
    response: parsed.data as RegistrationResponseJSON,
    expectedChallenge: (sent) => isChallenge(scope, purpose, (challenge = sent)),
    ...expected(scope),
    requireUserVerification: false,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch((error: unknown) => refuse(scope, error))
  if (verified === 'refused' || !verified.verified) return { kind: 'refused' }
  if (!(await takeChallenge(scope, challenge))) return { kind: refuse(scope, ANSWERED) }
  const { credential: made, credentialDeviceType } = verified.registrationInfo
  const isSynced = credentialDeviceType === 'multiDevice'
  const isAdded = await addPasskey(scope, {
    userId: purpose.userId,
    credentialId: made.id,
    publicKey: toBase64Url(made.publicKey),
    counter: made.counter,
    transports: parsed.data.response.transports,
    isSynced,
    name,
  })
  return isAdded ? { kind: 'added', amr: amrOf({ isSynced }) } : { kind: 'known' }
}

/** Whose passkey has answered; undefined for an answer that does not count. With `purpose.userId` it must be hers. */
export async function verifyPasskey(scope: Scope, purpose: Purpose, answer: unknown): Promise<Asserted | undefined> {
  const parsed = asserted.safeParse(parseJson(answer))
  const known = parsed.success ? await findPasskey(scope, parsed.data.id) : undefined
  if (!parsed.success || !known) return void refuse(scope, parsed.success ? 'unknown' : 'the answer is no assertion')
  if (!isOwner(purpose, known, parsed.data.response.userHandle)) return void refuse(scope, 'it is somebody else’s')
  let challenge = ''
  const isFirst = purpose.kind === 'sign-in'
  const verified = await verifyAuthenticationResponse({
    response: parsed.data as AuthenticationResponseJSON,
    expectedChallenge: (sent) => isChallenge(scope, purpose, (challenge = sent)),
    ...expected(scope),
    credential: { id: known.credentialId, publicKey: fromBase64(known.publicKey), counter: known.counter },
    requireUserVerification: isFirst,
  }).catch((error: unknown) => refuse(scope, error))
  if (verified === 'refused' || !verified.verified) return undefined
  if (!(await takeChallenge(scope, challenge))) return void refuse(scope, ANSWERED)
  const { newCounter } = verified.authenticationInfo
  if (!(await recordPasskeyUse(scope, known.credentialId, newCounter))) {
    return void refuse(scope, 'its signature counter did not go up: there may be a copy of it')
  }
  return { userId: known.userId, amr: [...amrOf(known), ...(isFirst ? ['mfa'] : [])] }
}

/** A key that is copied to other devices is software's, otherwise it is bound to one; somebody was there (RFC 8176). */
function amrOf({ isSynced }: { readonly isSynced: boolean }): string[] {
  return [isSynced ? 'swk' : 'hwk', 'user']
}

function isOwner({ userId }: Purpose, known: PasskeyRow, handle: string | null | undefined): boolean {
  return (userId === '' || userId === known.userId) && (!handle || handle === userHandle(known.userId))
}

function expected(scope: Scope) {
  return { expectedOrigin: scope.platform.config.baseUrl, expectedRPID: relyingPartyId(scope) }
}

function refuse({ platform, tenantId }: Scope, why: unknown): 'refused' {
  platform.log.info('passkey refused', { tenantId, why: why instanceof Error ? why.message : why })
  return 'refused'
}

function parseJson(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : undefined
  } catch {
    return undefined
  }
}
