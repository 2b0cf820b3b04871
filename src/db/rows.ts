/**
 * Rows of a table as drizzle gives them, each read as one text. The driver takes about as long for each value that it hands
 * over as SQLite takes to find the row: where there are many columns, one text of them costs half.
 */
import type { InValue } from '@libsql/client'
import { type Column, getTableColumns, getTableName, type InferInsertModel, type InferSelectModel } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { type Sql, verbatim } from './sql.ts'

/** All columns of a table that is called `alias` in the statement, as the text that rowOf reads. */
export function asText(table: SQLiteTable, alias: string): Sql {
  return verbatim(`json_array(${columnsOf(table).map(([, { name }]) => `${alias}.${name}`)})`)
}

export function rowOf<T extends SQLiteTable>(table: T, text: unknown): InferSelectModel<T> {
  const values = JSON.parse(String(text)) as unknown[]
  const row = columnsOf(table).map(([key, column], i) => {
    const value = values[i] ?? null
    return [key, value === null ? null : column.mapFromDriverValue(value)] as const
  })
  return Object.fromEntries(row) as InferSelectModel<T>
}

/** An INSERT of one row, as drizzle's builder writes it, if `guard` holds. */
export function insertRow<T extends SQLiteTable>(table: T, row: InferInsertModel<T>, guard?: Sql): Sql {
  const given = row as Readonly<Record<string, unknown>>
  const columns = columnsOf(table).filter(([key]) => given[key] !== undefined)
  const names = columns.map(([, { name }]) => name).join(', ')
  const args = columns.map(([key, column]) => {
    const value = given[key] ?? null
    return (value === null ? null : column.mapToDriverValue(value)) as InValue
  })
  const marks = columns.map(() => '?').join(', ')
  const values = guard ? `select ${marks} where ${guard.sql}` : `values (${marks})`
  return {
    sql: ['insert into', getTableName(table), `(${names}) ${values}`].join(' '),
    args: [...args, ...(guard?.args ?? [])],
  }
}

function columnsOf(table: SQLiteTable): readonly (readonly [string, Column])[] {
  const known = columns.get(table)
  if (known) return known
  const found = Object.entries<Column>(getTableColumns(table))
  columns.set(table, found)
  return found
}
const columns = new WeakMap<SQLiteTable, readonly (readonly [string, Column])[]>()
