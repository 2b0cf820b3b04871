import { compactVerify, createLocalJWKSet } from 'jose'
import { isRecord } from '../../core/json-value.ts'
import type { Scope } from '../../platform.ts'
import { publicKeys } from '../keys.ts'

/** What an id_token of ours says of the session that is to end. */
export type Hint = { readonly userId: string; readonly clientIds: readonly string[] }

/**
 * Reads id_token_hint: an id_token that this tenant signed, however old it is (OpenID Connect RP-Initiated Logout 1.0
 * section 4). Undefined for anything else; our other tokens have another typ.
 */
export async function readHint(scope: Scope, token: string): Promise<Hint | undefined> {
  const keys = createLocalJWKSet(await publicKeys(scope))
  const verified = await compactVerify(token, keys, { algorithms: ['RS256', 'ES256', 'EdDSA'] }).catch(() => undefined)
  if (!verified || ![undefined, 'JWT'].includes(verified.protectedHeader.typ)) return undefined
  const claims = jsonOf(verified.payload)
  if (!isRecord(claims) || claims.iss !== scope.issuer || typeof claims.sub !== 'string') return undefined
  const audience: unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  return { userId: claims.sub, clientIds: audience.filter((one) => typeof one === 'string') }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
