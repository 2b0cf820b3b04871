import { and, count, desc, eq } from 'drizzle-orm'
import { Problem } from '../../core/errors.ts'
import { scimTokens } from '../../db/schema.ts'
import type { ScimToken } from '../../directory/credentials/queries.ts'
import type { Scope } from '../../platform.ts'

/** All but the hash of the value. */
const shown = {
  id: scimTokens.id,
  description: scimTokens.description,
  access: scimTokens.access,
  conformance: scimTokens.conformance,
  expiresAt: scimTokens.expiresAt,
  lastUsed: scimTokens.lastUsed,
  created: scimTokens.created,
}

/** One page of SCIM tokens, the newest first: their ids are in the order of time. */
export async function listScimTokens(
  { db, tenantId }: Scope,
  page: { readonly offset: number; readonly limit: number },
): Promise<{ total: number; rows: ScimToken[] }> {
  const where = eq(scimTokens.tenantId, tenantId)
  const [[counted], rows] = await db.batch([
    db.select({ total: count() }).from(scimTokens).where(where),
    db.select(shown).from(scimTokens).where(where).orderBy(desc(scimTokens.id)).limit(page.limit).offset(page.offset),
  ])
  return { total: counted?.total ?? 0, rows }
}

/** Throws Problem 404. */
export async function getScimToken({ db, tenantId }: Scope, id: string): Promise<ScimToken> {
  const [row] = await db
    .select(shown)
    .from(scimTokens)
    .where(and(eq(scimTokens.tenantId, tenantId), eq(scimTokens.id, id)))
    .limit(1)
  if (!row) throw new Problem(404, 'There is no such SCIM token.')
  return row
}
