/**
 * The floor: bare hono and one libSQL statement for each request, on the same tables and settings of the file. It knows
 * no SCIM: what it answers is what it read, or was sent. With the word `prepared` over libsql's driver with statements
 * prepared once, otherwise over @libsql/client as it comes.
 */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createClient } from '@libsql/client'
import { Hono } from 'hono'
import Database from 'libsql'
import { testWorld } from '../../test/support/app.ts'
import { announce } from '../server.ts'

type Row = { readonly document: string }
type Run = (sql: string, args: (string | number)[]) => Row | undefined | Promise<Row | undefined>

const [file = '', kind] = process.argv.slice(2)
const world = await testWorld({ url: `file:${file}`, env: { LOG_LEVEL: 'silent' } })
const { tenantId } = await world.scope()
world.platform.db.$client.close()

const SETTINGS = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = NORMAL',
  'PRAGMA cache_size = -32768',
  'PRAGMA mmap_size = 4294967296',
  'PRAGMA wal_autocheckpoint = 16000',
]
const run = kind === 'prepared' ? overDriver() : await overClient()

function overDriver(): Run {
  const connection = new Database(file)
  SETTINGS.forEach((setting) => connection.exec(setting))
  const kept = new Map<string, Database.Statement>()
  return (sql, args) => {
    const statement = kept.get(sql) ?? connection.prepare(sql)
    kept.set(sql, statement)
    return statement.reader ? (statement.get(args) as Row | undefined) : void statement.run(args)
  }
}

async function overClient(): Promise<Run> {
  const client = createClient({ url: `file:${file}`, concurrency: 1 })
  for (const setting of SETTINGS) await client.execute(setting)
  return async (sql, args) => (await client.execute({ sql, args })).rows[0] as Row | undefined
}

const TYPE = { 'Content-Type': 'application/scim+json' }
const READ = 'select id, document, created, last_modified, version from users where tenant_id = ?'
const INSERT = `insert into users (tenant_id, id, user_name, user_name_key, display_name, display_name_key, active,
  document, compared, source, created, last_modified, version) values (?, ?, ?, ?, ?, ?, 1, ?, ?, 'scim', ?, ?, 1)`
const UPDATE = 'update users set document = ?, last_modified = ?, version = version + 1 where tenant_id = ? and id = ?'
let made = 0

const app = new Hono()
  .get('/scim2/Users/:id', async (c) => {
    const row = await run(`${READ} and id = ?`, [tenantId, c.req.param('id')])
    return c.body(row?.document ?? '', row ? 200 : 404, TYPE)
  })
  .get('/scim2/Users', async (c) => {
    const name = /"(.*)"/.exec(c.req.query('filter') ?? '')?.[1] ?? ''
    const row = await run(`${READ} and user_name_key = ?`, [tenantId, name])
    return c.body(row?.document ?? '', row ? 200 : 404, TYPE)
  })
  .post('/scim2/Users', async (c) => {
    const body = await c.req.text()
    const { userName, displayName } = JSON.parse(body) as { userName: string; displayName: string }
    const id = `floor-${made++}`
    const now = Date.now()
    await run(INSERT, [tenantId, id, userName, userName, displayName, displayName, body, body, now, now])
    return c.body(JSON.stringify({ id }), 201, TYPE)
  })
  .patch('/scim2/Users/:id', async (c) => {
    const body = await c.req.text()
    await run(UPDATE, [body, Date.now(), tenantId, c.req.param('id')])
    return c.body(body, 200, TYPE)
  })
announce(createServer(getRequestListener((request) => app.fetch(request))), 'none')
