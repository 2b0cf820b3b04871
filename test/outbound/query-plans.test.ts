/** The statements that run with each request or delivery use an index for every table that they read. */
import type { InArgs, InStatement, ResultSet, Row, TransactionMode } from '@libsql/client'
import { getTableName, is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/runtime/open-database.ts'
import * as schema from '../../src/db/schema.ts'
import { findScimToken } from '../../src/directory/credentials/queries.ts'
import { findUserByName } from '../../src/directory/users/queries.ts'
import { issueCode, redeemCode } from '../../src/oidc/commands.ts'
import { findGrant } from '../../src/oidc/queries.ts'
import { claimDelivery } from '../../src/outbound/commands.ts'
import { findLedger, isAnothers, listMembersAtTarget } from '../../src/outbound/ledger/queries.ts'
import { findNextDue, listDeliveries, listDue } from '../../src/outbound/queries.ts'
import type { Scope } from '../../src/platform.ts'
import { findSession } from '../../src/session/queries.ts'
import { outboundWorld, PASSWORD, type World } from './world.ts'

type Statement = { readonly sql: string; readonly args: readonly unknown[] }
type Client = World['platform']['db']['$client']

let world: World
let scope: Scope
/** Another database of the same tables: a statement that is only explained would stay open in the world's own. */
let explainer: Client
beforeAll(async () => {
  const db = await openDatabase(':memory:')
  await migrate(db)
  explainer = db.$client
  world = await outboundWorld()
  await world.connect()
  // The first run of an hour also tidies up, for which it goes through the tenants.
  await world.deliver()
  scope = await world.scope()
})
afterAll(() => world.target.down())

/** The statements that `run` sends to the database, as they are sent. */
async function statementsOf(run: () => Promise<unknown>): Promise<Statement[]> {
  const client = scope.db.$client
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

/** How SQLite goes about a statement, step by step. */
async function planOf({ sql, args }: Statement): Promise<string[]> {
  const { rows } = await explainer.execute({ sql: `explain query plan ${sql}`, args: args as InArgs })
  return rows.map(({ detail }) => String(detail))
}

const TABLES = Object.values(schema).flatMap((table): string[] => (is(table, SQLiteTable) ? [getTableName(table)] : []))

/** The tables that a statement reads from end to end. json_each, a constant and a subquery are no tables. */
async function scansOf(statement: Statement): Promise<string[]> {
  const aliases = TABLES.flatMap((table) => [...statement.sql.matchAll(new RegExp(`\\b${table}"? "?(\\w+)`, 'g'))])
  const names = new Set([...TABLES, ...aliases.map(([, alias]) => alias)])
  const plan = await planOf(statement)
  return plan
    .filter((step) => !step.includes('VIRTUAL TABLE') && names.has(/^SCAN (\w+)/.exec(step)?.[1]))
    .map((step) => `${step}: ${statement.sql}`)
}

async function demandIndexes(run: () => Promise<unknown>): Promise<Statement[]> {
  const statements = await statementsOf(run)
  expect(statements).not.toEqual([])
  const scans = await Promise.all(statements.map(scansOf))
  expect(scans.flat()).toEqual([])
  return statements
}

const request = {
  application: { id: 'app', name: 'app', clientId: 'c', redirectUris: [] },
  parameters: { clientId: 'c', redirectUri: 'https://x', responseMode: 'query', scope: 'openid', prompt: [] },
} as never
const session = { userId: 'u', userName: 'u', displayName: null, method: 'pwd', authenticatedAt: new Date(0) }

describe('signing in and being let in', () => {
  test.each([
    ['a user by name', () => findUserByName(scope, 'kim')],
    ['a SCIM token', () => findScimToken(scope, 'token')],
    ['a session', () => findSession(scope, 'cookie')],
    ['a code that is made', () => issueCode(scope, request, session)],
    ['a code that is redeemed', () => redeemCode(scope, 'hash', 'app')],
    ['the grant behind a token', () => findGrant(scope, 'jti')],
  ])('%s', async (_what, run) => {
    await demandIndexes(run)
  })
})

describe('delivering', () => {
  test.each([
    ['what is due', () => listDue(scope.db, scope.now, 50)],
    ['when the next one is due', () => findNextDue(scope.db)],
    ['a claim', () => claimDelivery(scope, 'id')],
    ['the ledger', () => findLedger(scope, { connectorId: 'connector', resourceType: 'User', resourceId: 'id' })],
    ['the members of a group at a target', () => listMembersAtTarget(scope, 'group', 'connector')],
    ['the log', () => listDeliveries(scope, { offset: 0, limit: 20 })],
  ])('%s', async (_what, run) => {
    await demandIndexes(run)
  })

  test('whose a name at the target is', async () => {
    const row = { connectorId: 'c', resourceType: 'User', resourceId: 'u' } as const
    await demandIndexes(() => isAnothers(scope, row, { remoteId: 'r', externalId: 'e' }))
  })

  test('what is due is read in the order of its index, and what is over costs nothing', async () => {
    const [due] = await statementsOf(() => listDue(scope.db, scope.now, 50))
    expect(due && (await planOf(due))).toEqual([
      expect.stringContaining('deliveries USING INDEX deliveries_due'),
      expect.stringContaining('SEARCH connectors'),
    ])
  })
})

test('a change with all that it marks, its push and what is recorded of it', async () => {
  const statements = await demandIndexes(async () => {
    const kim = await world.createUser('kim', { password: PASSWORD, emails: [{ value: 'kim@example.com' }] })
    const cooks = await world.createGroup('Cooks', [kim])
    await world.deliver()
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.updateGroup(cooks, { members: [] })
    await world.deliver()
    await world.removeGroup(cooks)
    await world.removeUser(kim)
    await world.deliver()
  })
  const tables = ['deliveries', 'provisioned_resources', 'pending_passwords', 'delivery_attempts', 'group_members']
  for (const table of tables) expect(statements.some(({ sql }) => sql.includes(table))).toBe(true)
  expect(world.target.writes).toHaveLength(6)
})
