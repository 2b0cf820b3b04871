import { compactVerify, createLocalJWKSet } from 'jose'
import { isRecord } from '../core/json-value.ts'
import type { Scope } from '../platform.ts'
import { publicKeys } from './keys.ts'

/**
 * Whom an id_token that we once gave this client is about (OpenID Connect Core 3.1.2.1). It may have expired: it is a
 * hint, and no credential. Undefined for what is none of ours, or was given to somebody else.
 */
export async function subjectOfHint(scope: Scope, hint: string, clientId: string): Promise<string | undefined> {
  const keys = createLocalJWKSet(await publicKeys(scope))
  const verified = await compactVerify(hint, keys, { algorithms: ['RS256', 'ES256', 'EdDSA'] }).catch(() => undefined)
  // An access token has the same signer and another type.
  if (!verified || verified.protectedHeader.typ !== 'JWT') return undefined
  const claims: unknown = JSON.parse(new TextDecoder().decode(verified.payload))
  if (!isRecord(claims) || claims.iss !== scope.issuer || typeof claims.sub !== 'string') return undefined
  const audience: unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  return audience.includes(clientId) ? claims.sub : undefined
}
