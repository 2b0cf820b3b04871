/** How SQLite goes about what the app asks it. */
import type { InArgs, InStatement, ResultSet, Row, TransactionMode } from '@libsql/client'
import { getTableName, is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { expect } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import type { Db } from '../../src/db/open.ts'
import * as schema from '../../src/db/schema.ts'
import { openDatabase } from '../../src/runtime/open-database.ts'

export type Statement = { readonly sql: string; readonly args: readonly unknown[] }
type Client = Db['$client']

export type Plans = {
  /** The statements that `run` sends to the database, as they are sent. */
  statementsOf(run: () => Promise<unknown>): Promise<Statement[]>
  /** Step by step. */
  planOf(statement: Statement): Promise<string[]>
  /** Fails if one of the statements of `run` reads a table from end to end, or there is none. */
  demandIndexes(run: () => Promise<unknown>): Promise<Statement[]>
}

/** Explained in another database of the same tables: a statement that is only explained would stay open in this one. */
export async function plansOf({ $client: client }: Db): Promise<Plans> {
  const other = openDatabase(':memory:')
  await migrate(other)
  const explainer = other.$client
  return {
    statementsOf: (run) => statementsOf(client, run),
    planOf: (statement) => planOf(explainer, statement),
    async demandIndexes(run) {
      const statements = await statementsOf(client, run)
      expect(statements).not.toEqual([])
      const scans = await Promise.all(statements.map((one) => scansOf(explainer, one)))
      expect(scans.flat()).toEqual([])
      return statements
    },
  }
}

async function statementsOf(client: Client, run: () => Promise<unknown>): Promise<Statement[]> {
  const { batch, first } = client
  const execute = client.execute as (statement: InStatement) => Promise<unknown>
  const seen: Statement[] = []
  Object.assign(client, {
    execute(statement: Statement) {
      seen.push(statement)
      return execute.call(client, statement as InStatement)
    },
    first(statement: Statement): Row | undefined {
      seen.push(statement)
      return first?.call(client, statement as never)
    },
    batch(statements: Statement[], mode: TransactionMode): Promise<ResultSet[]> {
      seen.push(...statements)
      return batch.call(client, statements as InStatement[], mode)
    },
  })
  try {
    await run()
  } finally {
    Object.assign(client, { execute, batch, first })
  }
  return seen
}

async function planOf(explainer: Client, { sql, args }: Statement): Promise<string[]> {
  const { rows } = await explainer.execute({ sql: `explain query plan ${sql}`, args: args as InArgs })
  return rows.map(({ detail }) => String(detail))
}

const TABLES = Object.values(schema).flatMap((table): string[] => (is(table, SQLiteTable) ? [getTableName(table)] : []))

/** The tables that a statement reads from end to end. json_each, a constant and a subquery are no tables. */
async function scansOf(explainer: Client, statement: Statement): Promise<string[]> {
  const aliases = TABLES.flatMap((table) => [...statement.sql.matchAll(new RegExp(`\\b${table}"? "?(\\w+)`, 'g'))])
  const names = new Set([...TABLES, ...aliases.map(([, alias]) => alias)])
  const plan = await planOf(explainer, statement)
  return plan
    .filter((step) => !step.includes('VIRTUAL TABLE') && names.has(/^SCAN (\w+)/.exec(step)?.[1]))
    .map((step) => `${step}: ${statement.sql}`)
}
