import { compactVerify } from 'jose'
import { isRecord } from '../core/json-value.ts'
import type { Scope } from '../platform.ts'
import { SIGNING_ALGORITHMS, verificationKey } from './keys.ts'

/** Whom an id_token of ours is about, by the sub of it (subject.ts), and whom it was given to. */
export type Hint = { readonly subject: string; readonly clientIds: readonly string[] }

/**
 * Reads an id_token_hint: an id_token that this tenant signed, however old it is, for it is a hint and no credential
 * (OpenID Connect Core section 3.1.2.1, RP-Initiated Logout 1.0 section 4). Undefined for anything else.
 */
export async function readHint(scope: Scope, token: string): Promise<Hint | undefined> {
  const algorithms = [...SIGNING_ALGORITHMS]
  const verified = await compactVerify(token, verificationKey(scope), { algorithms }).catch(() => undefined)
  // Our other tokens have the same signer and another type.
  if (verified?.protectedHeader.typ !== 'JWT') return undefined
  const claims: unknown = JSON.parse(new TextDecoder().decode(verified.payload))
  if (!isRecord(claims) || claims.iss !== scope.issuer || typeof claims.sub !== 'string') return undefined
  const audience: unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  return { subject: claims.sub, clientIds: audience.filter((one) => typeof one === 'string') }
}
