import type { Row, Value } from '@libsql/client'
import type Database from 'libsql'
import { remember } from '../core/memory.ts'
import { rowMaker } from './values.ts'

/** Filters make statements of their own: of those that are not asked again the oldest go. */
const KEPT_STATEMENTS = 300
const READS = /^\s*(?:select|pragma|explain|begin|commit|rollback|savepoint|release)\b/i

/** A prepared statement, and how its rows are made; of one that gives no rows only the count of changes is told. */
type Prepared = {
  readonly statement: Database.Statement
  readonly columns: readonly string[] | undefined
  readonly toRow: (values: readonly Value[]) => Row
  /** It may change something. */
  readonly writes: boolean
}

/** The prepared statements of a connection, by their text. */
export function preparedOf(connection: Database.Database) {
  const kept = new Map<string, Prepared>()
  return {
    find(sql: string): Prepared {
      const known = kept.get(sql)
      if (known) return known
      const statement = connection.prepare(sql)
      const columns = statement.reader
        ? statement
            .raw(true)
            .columns()
            .map((column) => column.name)
        : undefined
      const prepared = { statement, columns, toRow: rowMaker(columns ?? []), writes: !READS.test(sql) }
      remember(kept, sql, prepared, KEPT_STATEMENTS)
      return prepared
    },
    clear: () => kept.clear(),
  }
}
