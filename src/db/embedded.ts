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
import { type Db, databaseOver, DEMAND_ONE_CHANGE } from './open.ts'
import { preparedOf } from './prepared.ts'
import { changeStamp } from './stamp.ts'
import { namedToDriver, resultOf, toDriver } from './values.ts'
import { whenQuiet } from './when-quiet.ts'

/** How long a statement waits for another process's lock on the file. */
const BUSY_MS = 5000
/** How long the log grows before it is folded into the file, in pages: each folding waits for the disk twice. */
const WAL_PAGES = 32_000
/** Pages are read where the system has them, without a call and a copy each: it matters once a file outgrows the cache. */
const MAPPED_BYTES = 2 ** 32

/** Opens a file (`file:data/postern.db`) or `:memory:`; a file gets WAL and waits for its lock. Throws if it cannot be read. */
export function openEmbedded(url: string): Db {
  const connection = new Database(pathOf(url), { timeout: BUSY_MS })
  connection.exec('PRAGMA journal_mode = WAL')
  connection.exec('PRAGMA synchronous = NORMAL')
  connection.exec('PRAGMA cache_size = -32768')
  connection.exec(`PRAGMA mmap_size = ${MAPPED_BYTES}`)
  connection.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`)
  return databaseOver(new EmbeddedClient(connection))
}

function pathOf(url: string): string {
  return decodeURIComponent(url.replace(/^file:(?:\/\/(?:localhost)?(?=\/))?/, ''))
}

type Given = InStatement | [string, InArgs?]
/** A batch that is not committed yet. */
type Waiting = {
  readonly statements: readonly Given[]
  readonly resolve: (results: ResultSet[]) => void
  readonly reject: (reason: unknown) => void
}

class EmbeddedClient implements Client {
  closed = false
  readonly protocol = 'file'
  readonly #connection: Database.Database
  readonly #prepared: ReturnType<typeof preparedOf>
  readonly #stamp: ReturnType<typeof changeStamp>
  #waiting: Waiting[] = []

  constructor(connection: Database.Database) {
    this.#connection = connection
    this.#prepared = preparedOf(connection)
    const { statement } = this.#prepared.find('PRAGMA data_version')
    this.#stamp = changeStamp(() => (statement.get() as [number])[0])
  }

  async execute(statement: InStatement | string, args?: InArgs): Promise<ResultSet> {
    return this.#run(typeof statement === 'string' ? { sql: statement, args: args ?? [] } : statement)
  }

  /** The first row of a query, without what a set of them costs; open.ts asks for it. */
  first({ sql, args }: { readonly sql: string; readonly args: readonly InValue[] }): Row | undefined {
    const { statement, toRow, writes } = this.#prepared.find(sql)
    if (writes) this.#stamp.changed()
    try {
      const values = statement.get(args.map(toDriver)) as Value[] | undefined
      return values && toRow(values)
    } catch (error) {
      throw failureOf(error)
    }
  }

  /** The same number for as long as nothing in the database has changed; open.ts says whom it is for. */
  stamp(): number {
    return this.#stamp.now()
  }

  /** Batches that write wait as long as each turn of the event loop brings more of them, and are committed together. */
  async batch(statements: readonly Given[], mode: string = 'deferred'): Promise<ResultSet[]> {
    if (mode !== 'write') return this.#transact('BEGIN', () => this.#runAll(statements))
    const { promise, resolve, reject } = Promise.withResolvers<ResultSet[]>()
    this.#waiting.push({ statements, resolve, reject })
    if (this.#waiting.length === 1)
      whenQuiet(
        () => this.#waiting.length,
        () => this.#commitWaiting(),
      )
    return promise
  }

  async migrate(statements: readonly InStatement[]) {
    this.#run('PRAGMA foreign_keys = off')
    try {
      return this.#transact('BEGIN IMMEDIATE', () => this.#runAll(statements))
    } finally {
      this.#run('PRAGMA foreign_keys = on')
    }
  }

  async executeMultiple(sql: string): Promise<void> {
    this.#connection.exec(sql)
    this.#stamp.changed()
  }

  transaction(): never {
    throw new LibsqlError('one statement or one batch: there are no transactions here', 'UNSUPPORTED')
  }

  sync(): never {
    throw new LibsqlError('an embedded database has nothing to synchronize with', 'SYNC_NOT_SUPPORTED')
  }

  async reconnect(): Promise<void> {}

  close(): void {
    if (this.closed) return
    if (this.#waiting.length > 0) this.#commitWaiting()
    // Prepared statements keep the file open until they are collected: what is in the log is folded into it before that.
    this.#run('PRAGMA wal_checkpoint(TRUNCATE)')
    this.closed = true
    this.#prepared.clear()
    this.#connection.close()
  }

  /**
   * One commit for all batches that wait: what a commit costs is the pages that it writes, and batches that come at once
   * write the same ones. Hardly any fails, so that they share one transaction as they are; if one does, they do it again.
   */
  #commitWaiting(): void {
    const batches = this.#waiting
    this.#waiting = []
    try {
      const results = this.#transact('BEGIN IMMEDIATE', () => batches.map(({ statements }) => this.#runAll(statements)))
      batches.forEach((batch, i) => batch.resolve(results[i] ?? []))
    } catch (error) {
      if (batches.length === 1) batches[0]?.reject(error)
      else this.#commitApart(batches)
    }
  }

  /** The same with each of them in a savepoint: one that fails undoes itself alone. */
  #commitApart(batches: readonly Waiting[]): void {
    try {
      const outcomes = this.#transact('BEGIN IMMEDIATE', () => batches.map((batch) => this.#try(batch)))
      outcomes.forEach((settle) => settle())
    } catch {
      // The whole transaction was lost, at a full disk for one: who is to blame is found by trying each alone.
      for (const batch of batches) {
        try {
          batch.resolve(this.#transact('BEGIN IMMEDIATE', () => this.#runAll(batch.statements)))
        } catch (reason) {
          batch.reject(reason)
        }
      }
    }
  }

  #try(batch: Waiting): () => void {
    this.#run('SAVEPOINT batch')
    try {
      const results = this.#runAll(batch.statements)
      this.#run('RELEASE batch')
      return () => batch.resolve(results)
    } catch (error) {
      if (!this.#connection.inTransaction) throw error
      this.#run('ROLLBACK TO batch')
      this.#run('RELEASE batch')
      return () => batch.reject(error)
    }
  }

  /** In one turn of the event loop, so that no other statement comes between. */
  #transact<T>(begin: string, work: () => T): T {
    this.#run(begin)
    try {
      const result = work()
      this.#run('COMMIT')
      return result
    } catch (error) {
      if (this.#connection.inTransaction) this.#run('ROLLBACK')
      throw error
    }
  }

  #runAll(statements: readonly Given[]): ResultSet[] {
    let last = NOTHING
    return statements.map((one) => {
      const statement = toStatement(one)
      // The guard asks how many rows the statement before it changed, which is known here.
      const isHeld = typeof statement !== 'string' && statement.sql === DEMAND_ONE_CHANGE.sql && last.rowsAffected === 1
      last = isHeld ? NOTHING : this.#run(statement)
      return last
    })
  }

  #run(statement: InStatement): ResultSet {
    if (this.closed) throw new LibsqlError('The client is closed', 'CLIENT_CLOSED')
    const { sql, args = [] } = typeof statement === 'string' ? { sql: statement } : statement
    const values = Array.isArray(args) ? args.map(toDriver) : namedToDriver(args)
    try {
      const { statement: prepared, columns, toRow, writes } = this.#prepared.find(sql)
      if (writes) this.#stamp.changed()
      if (!columns) return resultOf([], [], prepared.run(values).changes)
      return resultOf(columns, (prepared.all(values) as Value[][]).map(toRow), 0)
    } catch (error) {
      throw failureOf(error)
    }
  }
}

const NOTHING = resultOf([], [], 0)

function toStatement(given: Given): InStatement {
  return Array.isArray(given) ? { sql: given[0], args: given[1] ?? [] } : given
}

/** As @libsql/client fails: isUniqueViolation (open.ts) reads the code. */
function failureOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const code = String(error.code)
  return new LibsqlError(error.message, code, code, undefined, error)
}
