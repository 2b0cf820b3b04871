/** Rows of a table as drizzle gives them, from a `select *` or `returning *` that was written with sql.ts. */
import { type Column, getTableColumns, type InferSelectModel } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

export type Stored = Readonly<Record<string, unknown>>

/** What a stored row is to the program, column by column; what else is in it is left out. */
export function rowOf<T extends SQLiteTable>(table: T, stored: Stored): InferSelectModel<T> {
  const row: Record<string, unknown> = {}
  for (const [key, column] of columnsOf(table)) {
    const value = stored[column.name]
    row[key] = value === null ? null : column.mapFromDriverValue(value)
  }
  return row as InferSelectModel<T>
}

function columnsOf(table: SQLiteTable): readonly (readonly [string, Column])[] {
  const known = columns.get(table)
  if (known) return known
  const found = Object.entries<Column>(getTableColumns(table))
  columns.set(table, found)
  return found
}
const columns = new WeakMap<SQLiteTable, readonly (readonly [string, Column])[]>()
