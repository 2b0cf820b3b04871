/**
 * A Bulk of 1,000 creates beside the sum of 1,000 inserts at the floor, in two meanings: 1,000 requests to bare hono with
 * one libSQL statement each, and the statements alone in this process, each committed by itself: one for the row of the
 * user and one for that of her address. Aim: 1.2 times at most.
 */
import { createClient, type InStatement, type InValue } from '@libsql/client'
import Database from 'libsql'
import { http, load } from '../load.ts'
import { median, ratios } from '../measure.ts'
import { microseconds, progress, report } from '../report.ts'
import { startServer } from '../server.ts'
import { openWorld, temporaryFile, type World } from '../world.ts'
import { bulkOf, userNamed } from './messages.ts'

const CREATES = 1000
const ROUNDS = 11
const AIM = { most: 1.2 }

/** Seconds that it took to make users of these names. */
type Way = (names: readonly string[]) => Promise<number>

export async function run(): Promise<void> {
  const server = (program: string, ...args: string[]) =>
    startServer(new URL(`${program}-server.ts`, import.meta.url), [temporaryFile(), ...args])
  const [postern, client, prepared] = await Promise.all([
    server('postern'),
    server('floor'),
    server('floor', 'prepared'),
  ])
  const world = await openWorld()
  const bulk = bulkTo(postern.port, postern.token)
  const floors: Record<string, Way> = {
    'POSTs to hono + @libsql/client, 16 at once': postsTo(client.port, 16),
    'POSTs to hono + @libsql/client, one by one': postsTo(client.port, 1),
    'POSTs to hono + libsql prepared, 16 at once': postsTo(prepared.port, 16),
    'times two inserts by @libsql/client': await insertsByClient(world),
    'times two prepared inserts by libsql': await insertsByDriver(world),
  }
  const own: number[] = []
  const others = new Map<string, number[]>(Object.keys(floors).map((name) => [name, []]))
  for (let round = 0; round <= ROUNDS; round++) {
    progress(`bulk: ${round === 0 ? 'warming up' : `round ${round} of ${ROUNDS}`}`)
    const names = Array.from({ length: CREATES }, (_, i) => `${round}.${i}`)
    const took = await bulk(names)
    if (round > 0) own.push(took)
    for (const [name, way] of Object.entries(floors)) {
      const floorTook = await way(names)
      if (round > 0) others.get(name)?.push(floorTook)
    }
  }
  progress('')
  for (const { stop } of [postern, client, prepared]) stop()
  world.close()
  const lines = [...others].map(([name, values]) => ({
    name: `Bulk of ${CREATES} creates`,
    measured: microseconds(median(own) * 1e6),
    beside: `${CREATES} ${name}`,
    besideMeasured: microseconds(median(values) * 1e6),
    ratio: median(ratios(own, values)),
    aim: AIM,
  }))
  report('bulk', 'one request beside the sum of its parts', lines)
}

function bulkTo(port: number, token: string): Way {
  return async (names) => {
    const body = JSON.stringify(bulkOf(names.map(userNamed)))
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' }
    const begin = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}/scim2/Bulk`, { method: 'POST', headers, body })
    const text = await response.text()
    const seconds = (performance.now() - begin) / 1000
    const { Operations } = JSON.parse(text) as { Operations: { status: string }[] }
    if (Operations.filter(({ status }) => status === '201').length !== CREATES) throw new Error(text.slice(0, 500))
    return seconds
  }
}

function postsTo(port: number, connections: number): Way {
  return async (names) => {
    const requests = names.map((name) => http('POST', '/scim2/Users', {}, userNamed(`${connections}.${name}`)))
    const request = (n: number) => requests[n] ?? ''
    const { seconds, failures } = await load({ port, connections, amount: { requests: CREATES }, request })
    if (failures > 0) throw new Error(`${failures} answers are no success`)
    return seconds
  }
}

async function insertsByClient(world: World): Promise<Way> {
  const statements = await insertsOf(world)
  const client = createClient({ url: `file:${await emptyDatabase()}` })
  await client.execute('PRAGMA synchronous = NORMAL')
  return timed(
    async () => {
      for (const statement of statements) await client.execute(statement)
    },
    (sql) => client.execute(sql),
  )
}

async function insertsByDriver(world: World): Promise<Way> {
  const connection = new Database(await emptyDatabase())
  connection.exec('PRAGMA synchronous = NORMAL')
  const prepared = new Map<string, Database.Statement>()
  const statements = (await insertsOf(world)).map(({ sql, args }) => {
    const statement = prepared.get(sql) ?? connection.prepare(sql)
    prepared.set(sql, statement)
    return () => statement.run(args)
  })
  return timed(
    () => statements.forEach((insert) => insert()),
    (sql) => connection.exec(sql),
  )
}

/** The rows go again afterwards, which is not counted. */
function timed(insertAll: () => unknown, execute: (sql: string) => unknown): Way {
  return async () => {
    const begin = performance.now()
    await insertAll()
    const seconds = (performance.now() - begin) / 1000
    for (const table of ['users', 'user_emails']) await execute(`delete from ${table}`)
    return seconds
  }
}

async function emptyDatabase(): Promise<string> {
  const file = temporaryFile()
  const world = await openWorld(file)
  await world.platform.db.$client.execute('delete from users')
  world.close()
  return file
}

type Insert = { readonly sql: string; readonly args: InValue[] }

/** What a Bulk has written for each user, as statements of their own. */
async function insertsOf({ client, platform: { db } }: World): Promise<Insert[]> {
  const isMade = "user_id in (select id from users where user_name like 'made%')"
  const read = async (statement: InStatement) => (await db.$client.execute(statement)).rows
  if ((await read(`select 1 from user_emails where ${isMade}`)).length === 0) {
    const users = Array.from({ length: CREATES }, (_, i) => userNamed(`made${i}`))
    await client('POST', '/Bulk', { body: bulkOf(users) })
  }
  const users = await read("select * from users where user_name like 'made%' order by id")
  const emails = await read(`select * from user_emails where ${isMade} order by user_id`)
  return users.flatMap((user, i) => [insertOf('users', user), insertOf('user_emails', emails[i] ?? {})])
}

function insertOf(table: string, row: Readonly<Record<string, unknown>>): Insert {
  const names = Object.keys(row)
  const sql = `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`
  return { sql, args: names.map((name) => row[name] as InValue) }
}
