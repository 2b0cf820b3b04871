/**
 * The floor: bare hono and one libSQL statement for each request, with @libsql/client as it comes, on the same tables
 * and settings of the file. It knows no SCIM: what it answers is what it read, or was sent. Prints its port.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createClient } from '@libsql/client'
import { Hono } from 'hono'
import { testWorld } from '../../test/support/app.ts'

const [file = ':memory:'] = process.argv.slice(2)
const world = await testWorld({ url: file, env: { LOG_LEVEL: 'silent' } })
const { tenantId } = await world.scope()
world.platform.db.$client.close()
const client = createClient({ url: file, concurrency: 1 })
await client.execute('PRAGMA journal_mode = WAL')
await client.execute('PRAGMA synchronous = NORMAL')
const TYPE = { 'Content-Type': 'application/scim+json' }
const read = 'select id, document, created, last_modified, version from users where tenant_id = ?'
let made = 0

const app = new Hono()
  .get('/scim2/Users/:id', async (c) => {
    const { rows } = await client.execute({ sql: `${read} and id = ?`, args: [tenantId, c.req.param('id')] })
    return c.body(String(rows[0]?.document), 200, TYPE)
  })
  .get('/scim2/Users', async (c) => {
    const name = /"(.*)"/.exec(c.req.query('filter') ?? '')?.[1] ?? ''
    const { rows } = await client.execute({ sql: `${read} and user_name_key = ?`, args: [tenantId, name] })
    return c.body(String(rows[0]?.document), 200, TYPE)
  })
  .post('/scim2/Users', async (c) => {
    const body = await c.req.text()
    const { userName } = JSON.parse(body) as { userName: string }
    const id = `floor-${made++}`
    const now = Date.now()
    await client.execute({
      sql: `insert into users (tenant_id, id, user_name, user_name_key, active, document, compared, source, created,
        last_modified, version) values (?, ?, ?, ?, 1, ?, ?, 'scim', ?, ?, 1)`,
      args: [tenantId, id, userName, userName, body, body, now, now],
    })
    return c.body(JSON.stringify({ id }), 201, TYPE)
  })
  .patch('/scim2/Users/:id', async (c) => {
    const body = await c.req.text()
    await client.execute({
      sql: 'update users set document = ?, last_modified = ?, version = version + 1 where tenant_id = ? and id = ?',
      args: [body, Date.now(), tenantId, c.req.param('id')],
    })
    return c.body(body, 200, TYPE)
  })
const server = createServer(getRequestListener((request) => app.fetch(request)))
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port, token: 'none' })}\n`)
})
