import { and, count, desc, eq } from 'drizzle-orm'
import { Problem } from '../../core/errors.ts'
import { initialAccessTokens } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** All but the hash of the value. */
const shown = {
  id: initialAccessTokens.id,
  description: initialAccessTokens.description,
  expiresAt: initialAccessTokens.expiresAt,
  created: initialAccessTokens.created,
}
export type InitialToken = Awaited<ReturnType<typeof getInitialToken>>

/** One page of initial access tokens, the newest first: their ids are in the order of time. */
export async function listInitialTokens(
  { db, tenantId }: Scope,
  page: { readonly offset: number; readonly limit: number },
): Promise<{ total: number; rows: InitialToken[] }> {
  const where = eq(initialAccessTokens.tenantId, tenantId)
  const { offset, limit } = page
  const [[counted], rows] = await db.batch([
    db.select({ total: count() }).from(initialAccessTokens).where(where),
    db
      .select(shown)
      .from(initialAccessTokens)
      .where(where)
      .orderBy(desc(initialAccessTokens.id))
      .limit(limit)
      .offset(offset),
  ])
  return { total: counted?.total ?? 0, rows }
}

/** Throws Problem 404. */
export async function getInitialToken({ db, tenantId }: Scope, id: string) {
  const [row] = await db
    .select(shown)
    .from(initialAccessTokens)
    .where(and(eq(initialAccessTokens.tenantId, tenantId), eq(initialAccessTokens.id, id)))
    .limit(1)
  if (!row) throw new Problem(404, 'There is no such initial access token.')
  return row
}
