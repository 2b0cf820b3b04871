/**
 * libSQL in this process, for Node and Deno, with prepared statements kept. @libsql/client prepares every statement
 * anew, which takes several times as long as running it; this is its Client over the same driver, and no more.
 */
import {
  type Client,
  type InArgs,
  type InStatement,
  type InValue,
  LibsqlError,
  type ResultSet,
  type Row,
  type Value,
} from '@libsql/client'
import Database from 'libsql'
import { type Db, databaseOver } from './open.ts'

/** How long a statement waits for another process's lock on the file. */
const BUSY_MS = 5000
/** Filters make statements of their own: of those that are not asked again the oldest go. */
const KEPT_STATEMENTS = 300

/** Opens a file (`file:data/postern.db`) or `:memory:`; a file gets WAL and waits for its lock. Throws if it cannot be read. */
export function openEmbedded(url: string): Db {
  const connection = new Database(pathOf(url), { timeout: BUSY_MS })
  connection.exec('PRAGMA journal_mode = WAL')
  connection.exec('PRAGMA synchronous = NORMAL')
  return databaseOver(new EmbeddedClient(connection))
}

function pathOf(url: string): string {
  return decodeURIComponent(url.replace(/^file:(?:\/\/(?:localhost)?(?=\/))?/, ''))
}

/** A prepared statement, and how its rows are made; of one that gives no rows only the count of changes is told. */
type Prepared = {
  readonly statement: Database.Statement
  readonly columns: readonly string[] | undefined
  readonly toRow: (values: readonly Value[]) => Row
}

class EmbeddedClient implements Client {
  closed = false
  readonly protocol = 'file'
  readonly #connection: Database.Database
  readonly #prepared = new Map<string, Prepared>()

  constructor(connection: Database.Database) {
    this.#connection = connection
  }

  async execute(statement: InStatement | string, args?: InArgs): Promise<ResultSet> {
    return this.#run(typeof statement === 'string' ? { sql: statement, args: args ?? [] } : statement)
  }

  async batch(statements: readonly (InStatement | [string, InArgs?])[], mode: string = 'deferred') {
    return this.#inTransaction(mode === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN', statements)
  }

  async migrate(statements: readonly InStatement[]) {
    this.#run('PRAGMA foreign_keys = off')
    try {
      return this.#inTransaction('BEGIN IMMEDIATE', statements)
    } finally {
      this.#run('PRAGMA foreign_keys = on')
    }
  }

  async executeMultiple(sql: string): Promise<void> {
    this.#connection.exec(sql)
  }

  transaction(): never {
    throw new LibsqlError('one statement or one batch: there are no transactions here', 'UNSUPPORTED')
  }

  sync(): never {
    throw new LibsqlError('an embedded database has nothing to synchronize with', 'SYNC_NOT_SUPPORTED')
  }

  async reconnect(): Promise<void> {}

  close(): void {
    this.closed = true
    this.#prepared.clear()
    this.#connection.close()
  }

  /** In one turn of the event loop, so that no other statement comes between. */
  #inTransaction(begin: string, statements: readonly (InStatement | [string, InArgs?])[]): ResultSet[] {
    this.#run(begin)
    try {
      const results = statements.map((one) => this.#run(Array.isArray(one) ? { sql: one[0], args: one[1] ?? [] } : one))
      this.#run('COMMIT')
      return results
    } catch (error) {
      if (this.#connection.inTransaction) this.#run('ROLLBACK')
      throw error
    }
  }

  #run(statement: InStatement): ResultSet {
    if (this.closed) throw new LibsqlError('The client is closed', 'CLIENT_CLOSED')
    const { sql, args = [] } = typeof statement === 'string' ? { sql: statement } : statement
    const values = Array.isArray(args) ? args.map(toDriver) : namedToDriver(args)
    try {
      const { statement: prepared, columns, toRow } = this.#prepare(sql)
      if (!columns) return resultOf([], [], prepared.run(values).changes)
      return resultOf(columns, (prepared.all(values) as Value[][]).map(toRow), 0)
    } catch (error) {
      throw failureOf(error)
    }
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    const [oldest] = this.#prepared.keys()
    if (this.#prepared.size >= KEPT_STATEMENTS && oldest !== undefined) this.#prepared.delete(oldest)
    const statement = this.#connection.prepare(sql)
    const columns = statement.reader
      ? statement
          .raw(true)
          .columns()
          .map((column) => column.name)
      : undefined
    const prepared = { statement, columns, toRow: rowMaker(columns ?? []) }
    this.#prepared.set(sql, prepared)
    return prepared
  }
}

function resultOf(columns: readonly string[], rows: Row[], rowsAffected: number): ResultSet {
  const set = {
    columns: [...columns],
    columnTypes: columns.map(() => ''),
    rows,
    rowsAffected,
    lastInsertRowid: undefined,
  }
  return { ...set, toJSON: () => set }
}

/** Rows have their values by name as their own properties, and by index and `length` behind them, as drizzle reads them. */
function rowMaker(columns: readonly string[]): (values: readonly Value[]) => Row {
  const byIndex: PropertyDescriptorMap = { length: { value: columns.length } }
  columns.forEach((name, i) => {
    byIndex[i] = {
      get(this: Record<string, Value>) {
        return this[name]
      },
    }
  })
  const prototype = Object.create(Object.prototype, byIndex)
  const isPlain = new Set(columns).size === columns.length
  return (values) => {
    const row = isPlain ? Object.create(prototype) : {}
    if (!isPlain) Object.defineProperty(row, 'length', { value: columns.length })
    for (let i = 0; i < columns.length; i++) {
      const name = columns[i] ?? ''
      if (!isPlain) Object.defineProperty(row, i, { value: values[i] })
      row[name] = values[i]
    }
    return row
  }
}

/** The driver ends the process at what it does not know, so nothing else gets there. */
function toDriver(value: InValue | undefined): string | number | bigint | null | Uint8Array {
  if (value === null || typeof value === 'string' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.getTime()
  if (value instanceof Uint8Array) return value
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new TypeError(`a ${typeof value} cannot be bound`)
}

function namedToDriver(args: Record<string, InValue>) {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name.replace(/^[@$:]/, ''), toDriver(value)]))
}

/** As @libsql/client fails: isUniqueViolation (open.ts) reads the code. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const code = String(error.code)
  return new LibsqlError(error.message, code, code, undefined, error)
}
