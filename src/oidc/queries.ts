import { firstOf } from '../db/open.ts'
import { type Sql, sql } from '../db/sql.ts'
import type { Scope } from '../platform.ts'

type AccessTokenIds = { readonly tokenId: string; readonly grantId: string | undefined; readonly clientId: string }

/**
 * What an access token stands on, the grant that it names or the code that gave it, unless one of them was revoked,
 * or the application is no more that has it.
 */
export async function findGrant(scope: Scope, token: AccessTokenIds) {
  const { finding, args } = standingOn(scope, token)
  return firstOf<{ userId: string; applicationId: string }>(scope.db, { sql: finding, args })
}

/**
 * The same for other statements: the table in which it is found, to be called `s`, the condition, with its values, and
 * when it ends by itself.
 * ?1 is the tenant, ?2 the token and ?3 its client.
 */
export function standingOn({ tenantId, now }: Scope, { tokenId, grantId, clientId }: AccessTokenIds) {
  return grantId === undefined
    ? { ...CODE, args: [tenantId, tokenId, clientId] }
    : { ...GRANT, args: [tenantId, tokenId, clientId, grantId, now.getTime()] }
}

export type Standing = { readonly from: string; readonly where: string; readonly until: string }

function standing(from: string, until: string, { sql: where }: Sql) {
  const finding = `select s.user_id "userId", s.application_id "applicationId" from ${from} s where ${where}`
  return { from, where, until, finding }
}

const IS_KEPT = sql`not exists (select 1 from revoked_tokens where tenant_id = ?1 and token_id = ?2)
  -- It is not always the application of the grant: the token may have been exchanged.
  and exists (select 1 from applications where tenant_id = ?1 and client_id = ?3)`
const CODE = standing(
  'authorization_codes',
  'null',
  sql`s.tenant_id = ?1 and s.token_id = ?2 and s.revoked_at is null and ${IS_KEPT}`,
)
const GRANT = standing(
  'grants',
  's.expires_at',
  sql`s.tenant_id = ?1 and s.id = ?4 and s.revoked_at is null and s.expires_at > ?5 and ${IS_KEPT}`,
)
