/** libSQL in this process: what of @libsql/client the app relies on, and what is its own: commits that batches share. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openEmbedded } from '../../src/db/embedded.ts'
import {
  DEMAND_ONE_CHANGE,
  type Db,
  firstOf,
  isUniqueViolation,
  rowsOf,
  runBatch,
  runGuardedBatch,
  StaleRow,
} from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'

let db: Db
beforeEach(async () => {
  db = openEmbedded(':memory:')
  await db.$client.execute('create table words (word text primary key, n integer)')
})

const insert = (word: string, n: number | null = 1) => sql`insert into words (word, n) values (${word}, ${n})`
const words = async () =>
  (await rowsOf<{ word: string }>(db, sql`select word from words order by word`)).map(({ word }) => word)

describe('a batch', () => {
  test('is all of its statements or none', async () => {
    await expect(runBatch(db, [insert('a'), insert('b'), insert('a')])).rejects.toSatisfy((error) =>
      isUniqueViolation(error),
    )
    expect(await words()).toEqual([])
  })

  test('that fails among others that come at once undoes itself alone', async () => {
    const batches = [
      [insert('a'), insert('b')],
      [insert('c'), insert('a')],
      [insert('d')],
      [sql`insert into nowhere values (1)`],
    ]
    const outcomes = await Promise.allSettled(batches.map((batch) => runBatch(db, batch)))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(await words()).toEqual(['a', 'b', 'd'])
  })

  test('sees what those before it in the same commit wrote, and tells its own changes alone', async () => {
    const [, second] = await Promise.all([
      runBatch(db, [insert('a'), insert('b')]),
      runBatch(db, [sql`update words set n = n + 1`, sql`select sum(n) as total from words`]),
    ])
    expect(second?.map(({ rowsAffected }) => rowsAffected)).toEqual([2, 0])
    expect(second?.[1]?.rows[0]?.total).toBe(4)
  })

  test('with a guard that does not hold is undone, and says that it was late', async () => {
    await runBatch(db, [insert('a', 1)])
    const change = (from: number) =>
      runGuardedBatch(db, [
        insert(`from ${from}`),
        sql`update words set n = 9 where word = 'a' and n = ${from}`,
        DEMAND_ONE_CHANGE,
      ])
    const [late, right] = await Promise.allSettled([change(5), change(1)])
    expect(late).toMatchObject({ status: 'rejected', reason: expect.any(StaleRow) })
    expect(right?.status).toBe('fulfilled')
    expect(await words()).toEqual(['a', 'from 1'])
  })

  test('has its guard asked of the statement before it, however many rows others changed', async () => {
    await runBatch(db, [insert('a'), insert('b')])
    const all = sql`update words set n = n + 1`
    const one = sql`update words set n = n + 1 where word = 'a'`
    const none = sql`update words set n = n + 1 where word = 'c'`
    await runGuardedBatch(db, [all, one, DEMAND_ONE_CHANGE, all])
    for (const wrong of [all, none]) {
      await expect(runGuardedBatch(db, [one, wrong, DEMAND_ONE_CHANGE])).rejects.toBeInstanceOf(StaleRow)
    }
    const returning = sql`update words set n = n + 1 where word = 'c' returning n`
    await expect(runGuardedBatch(db, [one, returning, DEMAND_ONE_CHANGE])).rejects.toBeInstanceOf(StaleRow)
    expect(await rowsOf(db, sql`select word, n from words order by word`)).toMatchObject([{ n: 4 }, { n: 3 }])
  })

  test('is durable when it is answered: another connection finds it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'embedded-'))
    const own = openEmbedded(`file:${folder}/x.db`)
    const other = createClient({ url: `file:${folder}/x.db` })
    await own.$client.execute('create table words (word text primary key)')
    await Promise.all([1, 2, 3].map((n) => runBatch(own, [sql`insert into words values (${`w${n}`})`])))
    expect((await other.execute('select count(*) as total from words')).rows[0]?.total).toBe(3)
    other.close()
    own.$client.close()
    rmSync(folder, { recursive: true })
  })
})

test('a file that is closed holds all by itself: it may be copied without its log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-'))
  const own = openEmbedded(`file:${folder}/x.db`)
  await own.$client.execute('create table words (word text primary key)')
  await runBatch(own, [sql`insert into words values ('a')`])
  own.$client.close()
  own.$client.close()
  copyFileSync(`${folder}/x.db`, `${folder}/copy.db`)
  const copy = openEmbedded(`file:${folder}/copy.db`)
  expect(await rowsOf(copy, sql`select word from words`)).toEqual([expect.objectContaining({ word: 'a' })])
  copy.$client.close()
  rmSync(folder, { recursive: true })
})

describe('a database that another process has locked', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'embedded-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('is waited for, and nothing is lost by it', async () => {
    const own = openEmbedded(`file:${folder}/x.db`)
    await own.$client.execute('create table words (word text primary key)')
    const other = createClient({ url: `file:${folder}/x.db` })
    const held = await other.transaction('write')
    await held.execute("insert into words values ('theirs')")
    // The lock is given back before this process asks: it would wait in its only thread.
    await held.commit()
    await Promise.all(['a', 'b'].map((word) => runBatch(own, [sql`insert into words values (${word})`])))
    expect(await rowsOf(own, sql`select word from words order by word`)).toHaveLength(3)
    other.close()
    own.$client.close()
  })
})

describe('values', () => {
  test('go in and come out as they are', async () => {
    const given = ['text', '', 'ä😀', 7, -1.5, 2 ** 53 - 1, null]
    for (const value of given) expect(await firstOf(db, sql`select ${value} as value`)).toEqual({ value })
    expect(await firstOf(db, sql`select ${true} as yes, ${false} as no`)).toEqual({ yes: 1, no: 0 })
    expect(await firstOf(db, sql`select ${new Date(5)} as time`)).toEqual({ time: 5 })
    expect(await firstOf(db, sql`select 1 as one where false`)).toBeUndefined()
  })

  test('that no statement can hold are refused before the driver sees them', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Symbol('x'), {}]) {
      await expect(firstOf(db, sql`select ${value as never} as value`)).rejects.toThrow('cannot be bound')
    }
  })

  test('are bound by place and by name, and rows are read by both, as @libsql/client has it', async () => {
    const { rows, columns } = await db.$client.execute({ sql: 'select :a as one, :b as two', args: { a: 1, b: 'x' } })
    expect([columns, rows[0]?.one, rows[0]?.[1], rows[0]?.length]).toEqual([['one', 'two'], 1, 'x', 2])
    const twice = await db.$client.execute('select 1 as n, 2 as n')
    expect([twice.rows[0]?.[0], twice.rows[0]?.[1]]).toEqual([1, 2])
  })
})

test('a statement that fails says why by its code, and the next one is none the worse', async () => {
  await expect(rowsOf(db, sql`select * from nowhere`)).rejects.toMatchObject({ code: 'SQLITE_ERROR' })
  await runBatch(db, [insert('a')])
  const failed = await runBatch(db, [insert('a')]).catch((error: unknown) => error)
  expect([
    isUniqueViolation(failed),
    isUniqueViolation(failed, 'words.word'),
    isUniqueViolation(failed, 'other'),
  ]).toEqual([true, true, false])
  expect(await words()).toEqual(['a'])
})

test('more statements than are kept go on working', async () => {
  for (let i = 0; i < 700; i++) expect(await firstOf(db, { sql: `select ${i} as n`, args: [] })).toEqual({ n: i })
  expect(await firstOf(db, { sql: 'select 0 as n', args: [] })).toEqual({ n: 0 })
})

test('what waits when it is closed is committed, and what comes after is refused', async () => {
  const waiting = runBatch(db, [insert('a')])
  db.$client.close()
  expect(await waiting).toHaveLength(1)
  await expect(rowsOf(db, sql`select 1`)).rejects.toMatchObject({ code: 'CLIENT_CLOSED' })
})
