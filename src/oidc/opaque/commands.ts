import { hashToken, randomToken } from '../../core/crypto.ts'
import { opaqueTokens } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { OPAQUE_PREFIX } from './shape.ts'

/** Keeps what an access token says under the hash of a random text, which is the token. `exp` of the claims is in seconds. */
export async function keepOpaqueToken(
  { db, tenantId }: Scope,
  applicationId: string,
  claims: Readonly<Record<string, unknown>> & { readonly exp: number },
): Promise<string> {
  const token = OPAQUE_PREFIX + randomToken()
  const expiresAt = new Date(claims.exp * 1000)
  await db.insert(opaqueTokens).values({ tenantId, tokenHash: hashToken(token), applicationId, claims, expiresAt })
  return token
}
