import { expect, test } from 'vitest'
import { type Source, source } from './sources.ts'
import { chainsOf, conditionsOf, pieceOfSqlOf } from './statements.ts'

const query = (code: string): Source => ({
  ...source('oidc/queries.ts'),
  code: `${imported}\nfunction find() {\n${code}\n}`,
})
const imported = "import { users } from '../db/schema.ts'"

test('finds a condition that leaves the tenant out, also behind a name', () => {
  const wrong = query(
    'const mine = and(eq(users.id, id), eq(users.active, true))\n return db.select().from(users).where(mine)',
  )
  const right = query('const mine = and(eq(users.tenantId, tenantId))\n return db.select().from(users).where(mine)')
  expect(conditionsOf(wrong).map(({ text }) => text.includes('tenantId'))).toEqual([false])
  expect(conditionsOf(right).map(({ text }) => text.includes('tenantId'))).toEqual([true])
})

test('finds an update of every row, and SQL that reads a table of all tenants', () => {
  const wrong = query(
    'await db.update(users).set({ active: false })\n return sql`select 1 from ${users} where id = ${id}`',
  )
  expect(chainsOf(wrong)).toEqual([{ place: 'oidc/queries.ts#find', text: '.update(users).set({ active: false })' }])
  expect(pieceOfSqlOf(wrong)).toEqual([
    { place: 'oidc/queries.ts#find', text: 'select 1 from ${users} where id = ${id}' },
  ])
})
