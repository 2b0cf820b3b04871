/** Parts 2 and 3 of the tutorial on each runtime: a server of its own, that provisions to one on Node. */
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codesIn, enrolmentIn, firstStep, phoneOf, secondStep } from '../login/factors/world.ts'
import type { TestWorld } from '../support/app.ts'
import { authenticator } from '../support/authenticator.ts'
import { browserClient, type Page } from '../support/browser-client.ts'
import { call, findByFilter } from '../support/http.ts'
import { insecureAgent, type Postern, startPostern, temporaryDirectory, until } from '../support/processes.ts'

const ARRIVES_WITHIN_MS = 20_000
const KIM = {
  schemas: [],
  name: { givenName: 'Kim', familyName: 'Berry' },
  emails: [{ value: 'kim@wso2.com', primary: true }],
  userName: 'kim',
  password: 'MyPa33w@rd',
}

/** What IS2 has under this filter, as soon as it is as `wanted` says. */
function arrived(
  is2: string,
  type: 'Users' | 'Groups',
  filter: string,
  wanted: (found: Record<string, unknown>[]) => boolean,
) {
  const check = async () => {
    const found = await findByFilter(is2, type, filter)
    return wanted(found) ? found : undefined
  }
  return until(check, ARRIVES_WITHIN_MS, () => `${filter} is not as it should be at IS2`)
}

/** A server as the tests of one process see theirs. */
function worldAt({ baseUrl }: Postern): TestWorld {
  const request = (url: string, init: RequestInit) => fetch(url, { ...init, dispatcher: insecureAgent } as RequestInit)
  return { platform: { config: { baseUrl }, now: () => new Date() }, app: { request } } as unknown as TestWorld
}

/** The answer to a request for /healthz with this Host, which no HTTP client would send. */
function withHost({ port }: Postern, host: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = { host: 'localhost', port, rejectUnauthorized: false }
  const socket = connect(options, () =>
    socket.write(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, 'latin1'),
  )
  let answer = ''
  socket.setEncoding('latin1')
  socket.on('data', (part) => (answer += part))
  socket.on('close', () => resolve(answer))
  socket.on('error', reject)
  return promise
}

function optionsIn(page: Page) {
  const [, json = ''] = /data-options="([^"]+)"/.exec(page.text) ?? []
  return JSON.parse(json.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as { challenge: string }
}

describe.each(['node', 'deno', 'workerd'] as const)('on %s', (runtime) => {
  let is1: Postern
  let is2: Postern

  beforeAll(async () => {
    const caDir = temporaryDirectory()
    // The CA is there before workerd is told to trust it.
    is2 = await startPostern({ caDir })
    is1 = await startPostern({ runtime, caDir })
  })
  afterAll(async () => {
    await Promise.all([is1?.stop(), is2?.stop()])
  })

  test('an authenticator app and a passkey are set up, and sign in', async () => {
    const world = worldAt(is1)
    const kim = { userName: 'kim-with-factors', password: 'MyPa33w@rd' }
    await call('POST', `${is1.baseUrl}/scim2/Users`, { schemas: [], ...kim })
    const browser = browserClient(world)
    const page = await firstStep(browser, kim, '', { return_to: '/account/totp' })
    const phone = phoneOf(world, page)
    const fields = { enrolment: enrolmentIn(page), code: await phone.code() }
    expect(codesIn(await browser.post('/account/totp', fields))).toHaveLength(10)
    const key = authenticator(is1.baseUrl)
    const made = key.create(optionsIn(await browser.get('/account/passkeys')))
    expect((await browser.post('/account/passkeys', { name: 'Key', credential: made })).text).toContain('>Key</a>')

    const second = browserClient(world)
    const done = await secondStep(second, await firstStep(second, kim), { code: await phone.code(1) })
    expect(done.path).toBe('/account')
    const third = browserClient(world)
    const credential = key.get(optionsIn(await third.get('/login')))
    expect((await third.post('/login/passkey', { credential })).path).toBe('/account')
  })

  test('the page that is asked for stands in the request line, and none in Host (RFC 9112 section 3.2)', async () => {
    const page = '/.well-known/openid-configuration?'
    for (const host of [
      `localhost${page}`,
      page,
      `a@localhost${page}`,
      `\xf9\xf5\xff\xea\xf0\xe5${page}`,
      'localhost#',
      'a b',
    ]) {
      const answer = await withHost(is1, host)
      expect(answer, host).toMatch(/^HTTP\/1\.1 (?:[45]00|200 OK[^]*"status":"ok")/)
      expect(answer, host).not.toContain('issuer')
    }
    for (const host of ['localhost', 'LOCALHOST:1', '[::1]:65535', 'my_host.example.']) {
      expect(await withHost(is1, host), host).toMatch(/^HTTP\/1\.1 200 OK[^]*"status":"ok"/)
    }
  })

  test('the four requests of the tutorial are answered (RFC 7644 sections 3.3 to 3.6)', async () => {
    const users = `${is1.baseUrl}/scim2/Users`
    const created = await call('POST', users, KIM)
    expect(created.status).toBe(201)
    const url = `${users}/${created.json.id}`
    expect(created.headers.get('Location')).toBe(url)
    expect(created.json).not.toHaveProperty('password')
    expect((await call('GET', url)).json).toEqual(created.json)

    const jimmy = `{"schemas": [], "name": {"givenName": "Jimmy", "familyName": "Kimmel"}, "userName": "kim",
      "emails": [{"value": "kim@test.com", "primary": true}],}`
    const replaced = await call('PUT', url, jimmy)
    expect(replaced.status).toBe(200)
    expect(replaced.json).toMatchObject({ name: { givenName: 'Jimmy' }, emails: [{ value: 'kim@test.com' }] })

    expect((await call('DELETE', url)).status).toBe(204)
    expect((await call('GET', url)).status).toBe(404)
  })

  test('users and groups arrive at IS2 with password, update, deactivation and deletion', async () => {
    const connector = {
      type: 'scim2',
      name: 'SCIM2',
      enabled: true,
      authentication: { mode: 'basic', username: 'admin', password: 'Adm1n-pass' },
      userEndpoint: `${is2.baseUrl}/scim2/Users`,
      groupEndpoint: `${is2.baseUrl}/scim2/Groups`,
    }
    const connection = await call('POST', `${is1.baseUrl}/api/v1/connections`, {
      name: 'SCIM-IDP',
      outbound: { connectors: [connector] },
    })
    expect(connection.status).toBe(201)
    const outboundProvisioning = [{ connection: connection.json.id, connector: 'SCIM2' }]
    expect((await call('PUT', `${is1.baseUrl}/api/v1/resident-application`, { outboundProvisioning })).status).toBe(200)

    const ann = await call('POST', `${is1.baseUrl}/scim2/Users`, { ...KIM, userName: 'ann' })
    const [remote] = await arrived(is2.baseUrl, 'Users', 'userName eq "ann"', (found) => found.length === 1)
    // Her password came with her: IS2 knows her, and refuses her only for being no administrator.
    expect((await call('GET', `${is2.baseUrl}/scim2/Users`, undefined, { as: 'ann:MyPa33w@rd' })).status).toBe(403)

    const group = { displayName: 'Cooks', members: [{ value: ann.json.id }] }
    const cooks = await call('POST', `${is1.baseUrl}/scim2/Groups`, group)
    const [remoteGroup] = await arrived(is2.baseUrl, 'Groups', 'displayName eq "Cooks"', (found) => found.length === 1)
    expect(remoteGroup?.members).toMatchObject([{ value: remote?.id }])

    const annUrl = `${is1.baseUrl}/scim2/Users/${ann.json.id}`
    const deactivate = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value: { active: false, displayName: 'Ann' } }],
    }
    expect((await call('PATCH', annUrl, deactivate)).status).toBe(200)
    await arrived(
      is2.baseUrl,
      'Users',
      'userName eq "ann"',
      ([one]) => one?.active === false && one.displayName === 'Ann',
    )

    expect((await call('DELETE', `${is1.baseUrl}/scim2/Groups/${cooks.json.id}`)).status).toBe(204)
    expect((await call('DELETE', annUrl)).status).toBe(204)
    await arrived(is2.baseUrl, 'Users', 'userName eq "ann"', (found) => found.length === 0)
    await arrived(is2.baseUrl, 'Groups', 'displayName eq "Cooks"', (found) => found.length === 0)
  })

  test('with a provisioner that blocks a user is at IS2 before the answer, and nowhere if IS2 refuses', async () => {
    const connector = (password: string) => ({
      type: 'scim2',
      name: 'SCIM2',
      enabled: true,
      authentication: { mode: 'basic', username: 'admin', password },
      userEndpoint: `${is2.baseUrl}/scim2/Users`,
    })
    const provision = async (name: string, password: string) => {
      const body = { name, outbound: { connectors: [connector(password)] } }
      const { json } = await call('POST', `${is1.baseUrl}/api/v1/connections`, body)
      const outboundProvisioning = [{ connection: json.id, connector: 'SCIM2', blocking: true }]
      const set = await call('PUT', `${is1.baseUrl}/api/v1/resident-application`, { outboundProvisioning })
      expect(set.status).toBe(200)
    }
    await provision('First', 'Adm1n-pass')
    const bea = await call('POST', `${is1.baseUrl}/scim2/Users`, { ...KIM, userName: 'bea' })
    expect(bea.status).toBe(201)
    expect(await findByFilter(is2.baseUrl, 'Users', 'userName eq "bea"')).toMatchObject([{ externalId: bea.json.id }])
    await provision('Refused', 'not-the-password')
    const cleo = await call('POST', `${is1.baseUrl}/scim2/Users`, { ...KIM, userName: 'cleo' })
    expect([cleo.status, cleo.json.detail]).toEqual([502, expect.stringContaining('Refused, SCIM2')])
    expect(await findByFilter(is1.baseUrl, 'Users', 'userName eq "cleo"')).toEqual([])
    expect(await findByFilter(is2.baseUrl, 'Users', 'userName eq "cleo"')).toEqual([])
  })
})
