import { type Client, createClient, type InStatement, type InValue, type ResultSet, type Row } from '@libsql/client'
import type { Query } from 'drizzle-orm'
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql'
import { Problem } from '../core/errors.ts'
import * as schema from './schema.ts'
import { type Sql, sql } from './sql.ts'

export type Db = LibSQLDatabase<typeof schema> & { readonly $client: OurClient }
/**
 * An embedded database gives one row for less than a set of them, and a stamp: while that is the same, every query
 * answers as it did before.
 */
export type OurClient = Client & { first?(query: Sql): Row | undefined; stamp?(): number }
/** A write that is not run yet: commands give these back so that others can join them to one batch. */
export type Statement = Sql | { toSQL(): Query } | { getQuery(): Query }

/**
 * The client would queue calls beyond its limit, across requests: workerd ends those with the request that queued them.
 */
const HTTP_CONCURRENCY = 100_000

/** Opens a libSQL database that answers over the network; embedded.ts opens a file. `send` stands for fetch. */
export function openRemote(url: string, authToken?: string, send?: typeof fetch): Db {
  const options = { ...(authToken === undefined ? {} : { authToken }), ...(send ? { fetch: send } : {}) }
  return databaseOver(createClient({ url, concurrency: HTTP_CONCURRENCY, ...options }))
}

export function databaseOver(client: OurClient): Db {
  return drizzle(client, { schema })
}

/** For readiness: throws unless the database answers and has this version's newest table. */
export async function checkMigrated(db: Db): Promise<void> {
  await db.select({ tenantId: schema.passkeys.tenantId }).from(schema.passkeys).limit(1)
}

/** The rows of a query that was written with sql.ts; T is what its columns are. */
export async function rowsOf<T>(db: Db, query: Sql): Promise<T[]> {
  const { rows } = await db.$client.execute(toInput(query))
  return rows as T[]
}

/** The first row of such a query. As drizzle says it, the log has a failed one, without its values. */
export async function firstOf<T>(db: Db, query: Sql): Promise<T | undefined> {
  try {
    if (db.$client.first) return db.$client.first(query) as T | undefined
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    throw new Error(`Failed query: ${query.sql}`, { cause })
  }
  const [row] = await rowsOf<T>(db, query)
  return row
}

/** Runs statements as one batch: all of them or, if one fails, none. One round trip over HTTP. */
export async function runBatch(db: Db, statements: readonly Statement[]): Promise<ResultSet[]> {
  if (statements.length === 0) return []
  return db.$client.batch(
    statements.map((one) => ('args' in one ? toInput(one) : builtInput('toSQL' in one ? one.toSQL() : one.getQuery()))),
    'write',
  )
}

function toInput({ sql, args }: Sql): InStatement {
  return { sql, args: [...args] }
}

/** What one of drizzle's builders comes to. */
function builtInput({ sql, params }: Query): InStatement {
  return { sql, args: params as InValue[] }
}

/** True if `error` says that a unique index refused a row; `column` narrows it to one index's column. */
export function isUniqueViolation(error: unknown, column?: string): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const code = 'extendedCode' in e ? e.extendedCode : undefined
    const isUnique =
      code === 'SQLITE_CONSTRAINT_UNIQUE' ||
      code === 'SQLITE_CONSTRAINT_PRIMARYKEY' ||
      /UNIQUE constraint failed/.test(e.message)
    if (isUnique) return column === undefined || e.message.includes(column)
  }
  return false
}

/** runBatch for a row whose name has to be unique: Problem 409 that says so of the field `name`. */
export async function runNamedBatch(db: Db, statements: readonly Statement[]): Promise<void> {
  try {
    await runBatch(db, statements)
  } catch (error) {
    if (!isUniqueViolation(error, '.name')) throw error
    throw new Problem(409, 'The name is taken.', [{ field: 'name', message: 'This name is taken.' }], { cause: error })
  }
}

/** A batch that was made for one version of a row found another; nothing of it was done. */
export class StaleRow extends Error {}

/**
 * Stands in a batch behind an update or delete with a guard in its WHERE, and undoes the whole batch if the guard did
 * not hold: json() of what is no JSON is an error, which SQLite's SELECT can raise and a batch cannot survive.
 */
export const DEMAND_ONE_CHANGE: Sql = sql`select json(case changes() when 1 then 'true' else 'stale' end)`

/** runBatch for batches with DEMAND_ONE_CHANGE: throws StaleRow where the guard did not hold. */
export async function runGuardedBatch(db: Db, statements: readonly Statement[]): Promise<ResultSet[]> {
  try {
    return await runBatch(db, statements)
  } catch (error) {
    for (let e: unknown = error; e instanceof Error; e = e.cause) {
      if (/malformed JSON/i.test(e.message))
        throw new StaleRow('the row was changed by another request', { cause: error })
    }
    throw error
  }
}
