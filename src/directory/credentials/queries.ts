import { and, asc, eq, gt } from 'drizzle-orm'
import { hashToken } from '../../core/crypto.ts'
import { firstOf } from '../../db/open.ts'
import { scimTokens, signInFailures } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { countedAs } from '../throttle/guesser.ts'

export async function findFailures({ db, tenantId }: Scope, userName: string) {
  const [row] = await db
    .select()
    .from(signInFailures)
    .where(and(eq(signInFailures.tenantId, tenantId), eq(signInFailures.userNameKey, countedAs(userName))))
    .limit(1)
  return row
}

export type FoundToken = {
  readonly id: string
  readonly description: string
  readonly access: 'read' | 'write'
  readonly conformance: 'lenient' | 'strict'
  /** Milliseconds since 1970. */
  readonly lastUsed: number | null
  readonly schemaVersion: number
}

/** The living SCIM token that this bearer value is, and beside it what every request has to know of the tenant. */
export async function findScimToken({ db, tenantId, now }: Scope, token: string): Promise<FoundToken | undefined> {
  return firstOf<FoundToken>(
    db,
    sql`select t.id, t.description, t.access, t.conformance, t.last_used as lastUsed, n.schema_version as schemaVersion
      from scim_tokens t join tenants n on n.id = t.tenant_id where t.tenant_id = ${tenantId}
      and t.token_hash = ${hashToken(token)} and (t.expires_at is null or t.expires_at > ${now})`,
  )
}

/** SCIM tokens without their values, in the order of their ids, after `id`. */
export async function listScimTokensAfter({ db, tenantId }: Scope, id: string, limit: number) {
  return db
    .select({
      id: scimTokens.id,
      description: scimTokens.description,
      access: scimTokens.access,
      conformance: scimTokens.conformance,
      expiresAt: scimTokens.expiresAt,
      lastUsed: scimTokens.lastUsed,
      created: scimTokens.created,
    })
    .from(scimTokens)
    .where(and(eq(scimTokens.tenantId, tenantId), gt(scimTokens.id, id)))
    .orderBy(asc(scimTokens.id))
    .limit(limit)
}
export type ScimToken = Awaited<ReturnType<typeof listScimTokensAfter>>[number]
