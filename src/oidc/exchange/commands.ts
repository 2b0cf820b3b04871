import { newId } from '../../core/ids.ts'
import { runBatch } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { AccessToken } from '../access-tokens.ts'

/**
 * Keeps what the code of an access token granted as a grant of its own, by the code's id, so that a token that is
 * exchanged for it ends with it. Nothing happens if it is kept already, or the code was revoked.
 */
export async function keepGrantOfCode(
  { db, tenantId, now }: Scope,
  token: Pick<AccessToken, 'tokenId' | 'scope' | 'expiresAt'>,
): Promise<void> {
  const expiresAt = new Date(token.expiresAt * 1000)
  await runBatch(db, [
    sql`insert into grants (tenant_id, id, application_id, user_id, sid, scope, claims, resources, authenticated_at,
        created, expires_at)
      select tenant_id, token_id, application_id, user_id, sid, ${token.scope}, claims, resources, authenticated_at,
        ${now}, ${expiresAt}
      from authorization_codes
      where tenant_id = ${tenantId} and token_id = ${token.tokenId} and revoked_at is null
      on conflict (tenant_id, id) do nothing`,
  ])
}

/**
 * Begins a grant that an application asked for by an assertion, for a person who is active; it lives as long as its one
 * access token. Undefined if she is not.
 */
export async function beginAssertedGrant(
  { db, tenantId, now }: Scope,
  grant: {
    readonly applicationId: string
    readonly userId: string
    readonly scope: string
    readonly resources: readonly string[] | undefined
    readonly seconds: number
  },
): Promise<string | undefined> {
  const id = newId()
  const resources = grant.resources ? JSON.stringify(grant.resources) : null
  const [kept] = await runBatch(db, [
    sql`insert into grants (tenant_id, id, application_id, user_id, scope, resources, authenticated_at, created,
        expires_at)
      select tenant_id, ${id}, ${grant.applicationId}, id, ${grant.scope}, ${resources}, ${now}, ${now},
        ${new Date(now.getTime() + grant.seconds * 1000)}
      from users where tenant_id = ${tenantId} and id = ${grant.userId} and active = 1`,
  ])
  return kept?.rowsAffected === 1 ? id : undefined
}
