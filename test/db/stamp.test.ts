/** The stamp of an embedded database: the same for as long as nothing in it changes, whoever changes it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openEmbedded } from '../../src/db/embedded.ts'
import { type Db, firstOf, rowsOf, runBatch } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'

let folder: string
let db: Db
let other: Db
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-'))
  db = openEmbedded(`file:${folder}/x.db`)
  await db.$client.execute('create table words (word text primary key, n integer)')
  await db.$client.execute("insert into words values ('a', 1)")
  other = openEmbedded(`file:${folder}/x.db`)
})
afterEach(() => {
  for (const { $client } of [db, other]) $client.close()
  rmSync(folder, { recursive: true })
})

/** At another turn of the event loop than the one before. */
async function stamp(): Promise<number | undefined> {
  await setImmediate()
  return db.$client.stamp?.()
}

test('stays while all that is done is reading', async () => {
  const before = await stamp()
  expect(before).toBeTypeOf('number')
  await rowsOf(db, sql`select * from words`)
  await firstOf(db, sql`select n from words where word = 'a'`)
  await db.$client.batch(['select 1', 'select * from words'], 'deferred')
  await rowsOf(other, sql`select * from words`)
  expect(await stamp()).toBe(before)
})

test('is another at once after each kind of own change, in the same turn too', async () => {
  const changes: (() => Promise<unknown>)[] = [
    () => db.$client.execute("insert into words values ('b', 1)"),
    () => runBatch(db, [sql`update words set n = 2 where word = 'a'`]),
    () => rowsOf(db, sql`update words set n = 3 where word = 'a' returning n`),
    () => firstOf(db, sql`delete from words where word = 'b' returning n`),
    () => firstOf(db, sql`with one as (select 'c' as word) insert into words select word, 1 from one returning n`),
    () => db.$client.executeMultiple('create table later (id text); drop table later'),
  ]
  for (const change of changes) {
    const before = db.$client.stamp?.()
    await change()
    expect(db.$client.stamp?.(), change.toString()).not.toBe(before)
  }
})

test("is another from the next turn on after another connection's commit, and only after that", async () => {
  const before = await stamp()
  await other.$client.execute('begin immediate')
  await other.$client.execute('update words set n = 5')
  expect(await stamp()).toBe(before)
  await other.$client.execute('commit')
  const after = await stamp()
  expect(after).not.toBe(before)
  expect(await stamp()).toBe(after)
})

test('is another soon also in a turn that does not end: what comes in meanwhile may come after the commit', async () => {
  const before = await stamp()
  await other.$client.execute('update words set n = 6')
  expect(Array.from({ length: 100 }, () => db.$client.stamp?.()).at(-1)).not.toBe(before)
})
