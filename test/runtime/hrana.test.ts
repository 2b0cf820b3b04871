import { createClient } from '@libsql/client'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEMAND_ONE_CHANGE, isUniqueViolation, openRemote, runGuardedBatch, StaleRow } from '../../src/db/open.ts'
import { migrate } from '../../src/db/migrate.ts'
import { type Hrana, startHrana } from '../support/hrana.ts'
import { temporaryDirectory } from '../support/child.ts'

let hrana: Hrana
beforeAll(async () => void (hrana = await startHrana({ file: join(temporaryDirectory(), 'test.db') })))
afterAll(() => hrana.close())

/** A table of its own for each test. */
async function table(name: string) {
  const client = createClient({ url: hrana.url })
  await client.execute(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, value TEXT UNIQUE, bytes BLOB)`)
  const count = async () => (await client.execute(`SELECT count(*) AS count FROM ${name}`)).rows[0]?.count
  return { client, count }
}

test('values come back as they were sent', async () => {
  const { client } = await table('kinds')
  const bytes = new Uint8Array([0, 255])
  const sql = 'INSERT INTO kinds (value, bytes) VALUES (:value, :bytes) RETURNING *, 1.5 AS real, NULL AS empty'
  const { rows, rowsAffected } = await client.execute({ sql, args: { value: 'Zoë 🙂', bytes } })
  expect(rows[0]).toMatchObject({ id: 1, value: 'Zoë 🙂', real: 1.5, empty: null })
  expect(new Uint8Array(rows[0]?.bytes as ArrayBuffer)).toEqual(bytes)
  expect(rowsAffected).toBe(1)
})

test('a batch is done as a whole or not at all', async () => {
  const { client, count } = await table('batches')
  const insert = (value: string) => ({ sql: 'INSERT INTO batches (value) VALUES (?)', args: [value] })
  await client.batch([insert('a'), insert('b')], 'write')
  await expect(client.batch([insert('c'), insert('a')], 'write')).rejects.toThrow(/UNIQUE constraint failed/)
  expect(await count()).toBe(2)
})

test('twenty batches at once are all done', async () => {
  const { client, count } = await table('many')
  const insert = (value: string) => ({ sql: 'INSERT INTO many (value) VALUES (?)', args: [value] })
  await Promise.all(Array.from({ length: 20 }, (_, i) => client.batch([insert(`a${i}`), insert(`b${i}`)], 'write')))
  expect(await count()).toBe(40)
})

test('a transaction that is rolled back leaves nothing', async () => {
  const { client, count } = await table('undone')
  const transaction = await client.transaction('write')
  await transaction.execute("INSERT INTO undone (value) VALUES ('x')")
  await transaction.rollback()
  expect(await count()).toBe(0)
})

test('migrations, unique violations and guarded batches work over HTTP as on a file', async () => {
  const db = openRemote(hrana.url)
  await migrate(db)
  await migrate(db)
  const insert = "INSERT INTO tenants (id, slug, name, created) VALUES ('1', 'acme', 'Acme', 0)"
  await db.run(insert)
  const error: unknown = await Promise.resolve(db.run(insert)).catch((e: unknown) => e)
  expect(isUniqueViolation(error)).toBe(true)
  const rename = (id: string) => db.run(`UPDATE tenants SET name = 'Other' WHERE id = '${id}'`)
  await runGuardedBatch(db, [rename('1'), DEMAND_ONE_CHANGE])
  await expect(runGuardedBatch(db, [rename('2'), DEMAND_ONE_CHANGE])).rejects.toBeInstanceOf(StaleRow)
})
