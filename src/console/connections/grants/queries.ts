import { and, asc, eq, inArray, like } from 'drizzle-orm'
import { nameKey } from '../../../core/ids.ts'
import { groups } from '../../../db/schema.ts'
import type { Scope } from '../../../platform.ts'

/** The names of groups by their ids. */
export async function namesOfGroups(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ id: groups.id, name: groups.displayName })
    .from(groups)
    .where(and(eq(groups.tenantId, tenantId), inArray(groups.id, [...new Set(ids)])))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** The groups of these names, or of these ids. */
export async function findGroups({ db, tenantId }: Scope, names: readonly string[]) {
  if (names.length === 0) return []
  const keys = names.map(nameKey)
  const columns = { id: groups.id, key: groups.displayNameKey }
  const [named, known] = await Promise.all([
    db
      .select(columns)
      .from(groups)
      .where(and(eq(groups.tenantId, tenantId), inArray(groups.displayNameKey, keys))),
    db
      .select(columns)
      .from(groups)
      .where(and(eq(groups.tenantId, tenantId), inArray(groups.id, [...names]))),
  ])
  return [...named, ...known]
}

/** Some groups whose names begin like this, for who has not typed the whole of one. */
export async function suggestGroups({ db, tenantId }: Scope, beginning: string): Promise<string[]> {
  const rows = await db
    .select({ name: groups.displayName })
    .from(groups)
    .where(
      and(eq(groups.tenantId, tenantId), like(groups.displayNameKey, `${nameKey(beginning).replace(/[%_]/g, '')}%`)),
    )
    .orderBy(asc(groups.displayNameKey))
    .limit(5)
  return rows.map(({ name }) => name)
}
