import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { testWorld, type TestWorld } from '../support/app.ts'
import { browserClient } from '../support/browser-client.ts'
import { until } from '../support/child.ts'

const ORIGIN = 'https://localhost:9443'

describe('a failure that nobody foresaw', () => {
  let world: TestWorld
  let basic: string
  beforeAll(async () => {
    world = await testWorld()
    const tenant = await world.tenant()
    basic = tenant.basic
    await tenant.scim('GET', '/Users')
    for (const table of ['applications', 'user_emails', 'authorization_codes']) {
      await world.platform.db.run(sql.raw(`drop table ${table}`))
    }
  })

  test.each([
    [
      'scim2',
      'POST',
      '/scim2/Users',
      'application/scim+json',
      { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '500' },
    ],
    ['oauth2', 'POST', '/oauth2/token', 'application/json', { error: 'server_error' }],
    ['api', 'GET', '/api/v1/applications', 'application/problem+json', { status: 500, type: 'about:blank' }],
    ['a page', 'GET', '/oauth2/authorize?client_id=typed-by-hand', 'text/html', undefined],
  ])(
    'is answered to a caller of %s in its own standard, with nothing of itself',
    async (_what, method, path, type, form) => {
      const isToken = path === '/oauth2/token'
      const body = isToken
        ? new URLSearchParams({ client_id: 'typed-by-hand' })
        : JSON.stringify({ userName: 'kim', emails: [{ value: 'typed-by-hand' }] })
      const headers: Record<string, string> = isToken
        ? {}
        : { Authorization: basic, 'Content-Type': 'application/json' }
      const answer = await world.app.request(ORIGIN + path, { method, headers, ...(method === 'POST' ? { body } : {}) })
      expect(answer.status).toBe(500)
      expect(answer.headers.get('Content-Type')).toContain(type)
      const text = await answer.text()
      expect(text).toContain('Something went wrong')
      if (form) expect(JSON.parse(text)).toMatchObject(form)
      expect(text).not.toMatch(/sqlite|no such table|select |insert |at .*\.ts|typed-by-hand/i)
    },
  )

  test('is in the log under the id that the answer has, with its query and without the values', async () => {
    const answer = await world.app.request(`${ORIGIN}/oauth2/authorize?client_id=typed-by-hand`)
    const requestId = answer.headers.get('X-Request-Id')
    const line = world.logs.find((one) => one.requestId === requestId && one.level === 'error')
    expect(line).toMatchObject({ event: 'request failed', path: '/oauth2/authorize' })
    expect(JSON.stringify(line)).toMatch(/Failed query: select .*no such table/)
    expect(JSON.stringify(line)).not.toContain('typed-by-hand')
  })

  test('leaves nothing half done', async () => {
    const { rows } = await world.platform.db.$client.execute('select user_name from users')
    expect(rows.map((row) => row.user_name)).toEqual(['admin'])
  })
})

describe('what is not there', () => {
  let world: TestWorld
  beforeAll(async () => {
    world = await testWorld()
  })

  test.each([
    ['/scim2/Nothing', 401, 'application/scim+json'],
    ['/api/v1/nothing', 401, 'application/problem+json'],
    ['/oauth2/nothing', 404, 'application/json'],
    ['/nothing', 404, 'text/html'],
    ['/t/nobody/scim2/Users', 404, 'application/scim+json'],
    ['/t/nobody/api/v1/applications', 404, 'application/problem+json'],
    ['/t/nobody/oauth2/jwks', 404, 'application/json'],
    ['/t/nobody/console', 404, 'text/html'],
    ['/t/', 404, 'text/html'],
  ])('%s is refused in the standard of its caller', async (path, status, type) => {
    const answer = await world.app.request(ORIGIN + path)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('Content-Type')).toContain(type)
  })

  test('is not shown on the page that says so, whatever is in the address', async () => {
    const page = await browserClient(world).get('/%3Cscript%3Ealert(1)%3C/script%3E')
    expect(page.status).toBe(404)
    expect(page.text).not.toMatch(/<script>alert/)
  })
})

test.each(['/scim2/Users', '/api/v1/applications', '/console/users', '/t/acme/scim2/Users', '/t/acme/console/users'])(
  'no other way to write %s leads past its guard',
  async (path) => {
    const world = await testWorld()
    await world.tenant('acme')
    const ways = [
      `${path}/`,
      `/${path}`,
      path.toUpperCase(),
      path.replace(/\/(?=\w+$)/, '//'),
      path.replace(/\/(?=\w+$)/, '%2f'),
      path.replace(/\/(?=\w+$)/, '/./'),
      path.replace(/\/(?=\w+$)/, '/x/../'),
      path.replace(/\/(?=\w+$)/, '\\'),
      path.replace('s', '%73'),
      path.replace(/^\//, '/login/../'),
      path.replace(/^\//, '/.;/'),
      `${path};x`,
      `${path}%00`,
      `${path}.json`,
    ]
    for (const way of ways) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const answer = await world.app.request(ORIGIN + way, { method })
        expect(answer.ok, `${method} ${way}`).toBe(false)
      }
    }
  },
)

test('a server without a tenant is alive but says on every other path that it is not set up', async () => {
  const world = await testWorld()
  await world.platform.db.run(sql.raw('delete from tenants'))
  expect((await world.app.request(`${ORIGIN}/healthz`)).status).toBe(200)
  const answer = await world.app.request(`${ORIGIN}/console`)
  expect(answer.status).toBe(404)
  expect(await answer.text()).toContain('not set up yet')
})

test('readiness fails when the database is not migrated, and says nothing of why', async () => {
  const world = await testWorld()
  expect((await world.app.request(`${ORIGIN}/readyz`)).status).toBe(200)
  await world.platform.db.run(sql.raw('drop table passkeys'))
  const answer = await world.app.request(`${ORIGIN}/readyz`)
  expect([answer.status, await answer.json()]).toEqual([503, { status: 'not ready' }])
})

test('who leaves in the middle of a request fills no log with errors', async () => {
  const world = await testWorld()
  const server = createServer(getRequestListener(world.app.fetch))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const form = 'Content-Type: application/x-www-form-urlencoded'
  const paths = ['/oauth2/token', '/login', '/scim2/Users', '/oauth2/authorize']
  for (const path of paths) {
    for (const length of ['Content-Length: 100\r\n\r\na=b', 'Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n']) {
      const socket = connect(port, '127.0.0.1')
      const before = world.logs.length
      server.once('request', () => socket.destroy())
      socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\n${form}\r\n${length}`)
      await until(
        async () => world.logs[before],
        5000,
        () => `nothing is logged of ${path}`,
      )
    }
  }
  expect(world.logs.filter(({ level }) => level === 'error')).toEqual([])
  await new Promise((resolve) => server.close(resolve))
})
