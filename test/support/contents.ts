import { getTableName, is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Db } from '../../src/db/open.ts'
import * as schema from '../../src/db/schema.ts'

/** Every row of every table as JSON, by the table's name. */
export async function contentsOf(db: Db): Promise<ReadonlyMap<string, string>> {
  const tables = Object.values<unknown>(schema).filter((value): value is SQLiteTable => is(value, SQLiteTable))
  const rows = tables.map(
    async (table) => [getTableName(table), JSON.stringify(await db.select().from(table))] as const,
  )
  return new Map(await Promise.all(rows))
}
