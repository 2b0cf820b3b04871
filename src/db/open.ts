import { type Client, createClient } from '@libsql/client'
import { sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { drizzle, type LibSQLDatabase } from 'drizzle-orm/libsql'
import { Problem } from '../core/errors.ts'
import * as schema from './schema.ts'

export type Db = LibSQLDatabase<typeof schema> & { readonly $client: Client }
/** A write that is not run yet: commands give these back so that others can join them to one batch. */
export type Statement = BatchItem<'sqlite'>

/** How long a statement waits for another process's lock on the file. */
const BUSY_MS = 5000
/**
 * Over HTTP the client would queue calls beyond its limit, across requests: workerd ends those with the request that
 * queued them. A file has one writer anyway, and its settings reach only the connection that they were made on.
 */
const [FILE_CONCURRENCY, HTTP_CONCURRENCY] = [1, 100_000]

/** Opens a libSQL database; a file gets WAL and waits for its lock. Throws if it cannot be read. */
export async function openDatabase(url: string, authToken?: string): Promise<Db> {
  const isFile = url.startsWith('file:')
  const client = createClient({
    url,
    timeout: BUSY_MS,
    concurrency: isFile ? FILE_CONCURRENCY : HTTP_CONCURRENCY,
    ...(authToken === undefined ? {} : { authToken }),
  })
  if (isFile) {
    await client.execute('PRAGMA journal_mode = WAL')
    await client.execute('PRAGMA synchronous = NORMAL')
  }
  return drizzle(client, { schema })
}

/** For readiness: throws unless the database answers and has this version's newest table. */
export async function checkMigrated(db: Db): Promise<void> {
  await db
    .select({ one: sql`1` })
    .from(schema.federatedIdentities)
    .limit(1)
}

/** Runs statements as one batch: all of them or, if one fails, none. One round trip over HTTP. */
export async function runBatch(db: Db, statements: readonly Statement[]): Promise<unknown[]> {
  const [first, ...rest] = statements
  return first ? db.batch([first, ...rest]) : []
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
export function demandOneChange(db: Db): Statement {
  return db.run(sql`select json(case changes() when 1 then 'true' else 'stale' end)`)
}

/** runBatch for batches with demandOneChange: throws StaleRow where the guard did not hold. */
export async function runGuardedBatch(db: Db, statements: readonly Statement[]): Promise<unknown[]> {
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
