import { hashToken, randomToken } from '../../core/crypto.ts'
import { runBatch } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
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
  // A batch of one: those that come at once are committed together (db/embedded.ts).
  await runBatch(db, [
    sql`insert into opaque_tokens (tenant_id, token_hash, application_id, claims, expires_at)
      values (${tenantId}, ${hashToken(token)}, ${applicationId}, ${JSON.stringify(claims)}, ${expiresAt})`,
  ])
  return token
}
