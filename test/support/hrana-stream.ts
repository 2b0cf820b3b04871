/** One Hrana stream: a connection to an embedded libSQL database, and the requests that it answers. */
import Database from 'libsql'

type Value =
  | { type: 'null' }
  | { type: 'integer'; value: string }
  | { type: 'float'; value: number }
  | { type: 'text'; value: string }
  | { type: 'blob'; base64: string }
type Stmt = {
  sql?: string | null
  sql_id?: number | null
  args?: Value[]
  named_args?: { name: string; value: Value }[]
  want_rows?: boolean
}
type Condition =
  | { type: 'ok' | 'error'; step: number }
  | { type: 'not'; cond: Condition }
  | { type: 'and' | 'or'; conds: Condition[] }
  | { type: 'is_autocommit' }
type Batch = { steps: { condition?: Condition | null; stmt: Stmt }[] }
type SqlText = { sql?: string | null; sql_id?: number | null }
export type StreamRequest =
  | { type: 'close' | 'get_autocommit' }
  | { type: 'execute'; stmt: Stmt }
  | { type: 'batch'; batch: Batch }
  | ({ type: 'sequence' | 'describe' } & SqlText)
  | { type: 'store_sql'; sql_id: number; sql: string }
  | { type: 'close_sql'; sql_id: number }
type StmtResult = {
  cols: { name: string; decltype: string | null }[]
  rows: Value[][]
  affected_row_count: number
  last_insert_rowid: string | null
}
type Failure = { message: string; code: string }

export class HranaStream {
  readonly #db: Database.Database
  readonly #texts = new Map<number, string>()

  constructor(file: string) {
    this.#db = new Database(file, { timeout: 1000 })
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  }

  answer(request: StreamRequest): { type: 'ok'; response: object } | { type: 'error'; error: Failure } {
    try {
      return { type: 'ok', response: { type: request.type, ...this.#respond(request) } }
    } catch (error) {
      return { type: 'error', error: toFailure(error) }
    }
  }

  /** Makes it as new for another client: what a transaction left open is undone. */
  reset(): void {
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK')
    this.#texts.clear()
  }

  close(): void {
    this.#db.close()
  }

  #respond(request: StreamRequest): object {
    switch (request.type) {
      case 'close':
        return {}
      case 'get_autocommit':
        return { is_autocommit: !this.#db.inTransaction }
      case 'execute':
        return { result: this.#execute(request.stmt) }
      case 'batch':
        return { result: this.#batch(request.batch) }
      case 'sequence':
        this.#db.exec(this.#textOf(request))
        return {}
      case 'describe':
        return { result: this.#describe(this.#textOf(request)) }
      case 'store_sql':
        this.#texts.set(request.sql_id, request.sql)
        return {}
      case 'close_sql':
        this.#texts.delete(request.sql_id)
        return {}
    }
  }

  #execute(stmt: Stmt): StmtResult {
    const prepared = this.#db.prepare(this.#textOf(stmt)).safeIntegers(true)
    const args = argsOf(stmt)
    const before = this.#count('total_changes()')
    const isReader = prepared.columns().length > 0
    const rows = isReader ? prepared.raw(true).all(args) : (prepared.run(args), [])
    return {
      cols: isReader ? prepared.columns().map(({ name, type }) => ({ name, decltype: type })) : [],
      rows: stmt.want_rows === false ? [] : rows.map((row) => (row as unknown[]).map(toValue)),
      affected_row_count: Number(this.#count('total_changes()') - before),
      last_insert_rowid: String(this.#count('last_insert_rowid()')),
    }
  }

  /** Steps run in order, each if its condition on those before holds; a failed step does not stop the batch. */
  #batch({ steps }: Batch): { step_results: (StmtResult | null)[]; step_errors: (Failure | null)[] } {
    const results: (StmtResult | null)[] = []
    const errors: (Failure | null)[] = []
    const holds = (condition: Condition): boolean => {
      switch (condition.type) {
        case 'ok':
          return results[condition.step] != null
        case 'error':
          return errors[condition.step] != null
        case 'not':
          return !holds(condition.cond)
        case 'and':
          return condition.conds.every(holds)
        case 'or':
          return condition.conds.some(holds)
        case 'is_autocommit':
          return !this.#db.inTransaction
      }
    }
    for (const { condition, stmt } of steps) {
      const answer = condition && !holds(condition) ? undefined : this.#attempt(stmt)
      results.push(answer && 'cols' in answer ? answer : null)
      errors.push(answer && 'message' in answer ? answer : null)
    }
    return { step_results: results, step_errors: errors }
  }

  #attempt(stmt: Stmt): StmtResult | Failure {
    try {
      return this.#execute(stmt)
    } catch (error) {
      return toFailure(error)
    }
  }

  #describe(sql: string): object {
    const prepared = this.#db.prepare(sql)
    const cols = prepared.columns().map(({ name, type }) => ({ name, decltype: type }))
    return { params: [], cols, is_explain: /^\s*explain\b/i.test(sql), is_readonly: /^\s*select\b/i.test(sql) }
  }

  #textOf({ sql, sql_id }: SqlText): string {
    const text = sql ?? (sql_id == null ? undefined : this.#texts.get(sql_id))
    if (text === undefined) throw new Error(`no SQL text ${sql_id}`)
    return text
  }

  #count(expression: string): bigint {
    const row: unknown = this.#db.prepare(`SELECT ${expression}`).safeIntegers(true).raw(true).get()
    return Array.isArray(row) ? BigInt(row[0]) : 0n
  }
}

function argsOf({ args = [], named_args = [] }: Stmt): unknown {
  if (named_args.length === 0) return args.map(fromValue)
  return Object.fromEntries(named_args.map(({ name, value }) => [name.replace(/^[:@$]/, ''), fromValue(value)]))
}

function fromValue(value: Value): unknown {
  switch (value.type) {
    case 'null':
      return null
    case 'integer':
      return BigInt(value.value)
    case 'blob':
      return Buffer.from(value.base64, 'base64')
    default:
      return value.value
  }
}

function toValue(value: unknown): Value {
  if (value === null) return { type: 'null' }
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) }
  if (typeof value === 'number') return { type: 'float', value }
  if (typeof value === 'string') return { type: 'text', value }
  return { type: 'blob', base64: Buffer.from(value as Uint8Array).toString('base64') }
}

/** As libSQL's server words it: the primary code, the reason in the message. */
function toFailure(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'SQLITE_ERROR'
  const message = error instanceof Error ? error.message : String(error)
  const primary = code.split('_').slice(0, 2).join('_')
  return { code: primary, message: `SQLite error: ${message}` }
}
