/** Secrets go in and never come out: not in an answer, not in the log, not readable in the database. */
import { beforeAll, expect, test } from 'vitest'
import { connections } from '../../src/db/schema.ts'
import { testWorld, type TestTenant, type TestWorld } from '../support/app.ts'
import { browserClient } from '../support/browser-client.ts'
import { contentsOf } from '../support/contents.ts'
import { answered, AUTHENTICATOR, CONNECTOR, problem } from './world.ts'

/** Each stands nowhere but in the one field that takes it. */
const GIVEN = {
  upstream: 'sentinel-upstream-secret-1',
  basic: 'sentinel-basic-password-2',
  bearer: 'sentinel-bearer-token-3',
  apiKey: 'sentinel-api-key-4',
  clientCredentials: 'sentinel-client-secret-5',
  defaultPassword: 'sentinel-default-password-6',
  password: 'Sentinel-passw0rd-7',
  administrator: 'Sentinel-adm1n-8',
  wrong: 'Sentinel-typed-wr0ng-9',
}

let world: TestWorld
let tenant: TestTenant
/** Secrets that the server made, each shown once. */
const made: string[] = []
/** Every answer, but for those that show a secret once. */
const answers: string[] = []
const everySecret = () => [...Object.values(GIVEN), ...made]

async function keep(
  answer: Response | Promise<Response>,
  status = 200,
): Promise<{ id: string } & Record<string, unknown>> {
  const headers = JSON.stringify([...(await answer).headers])
  const body = await answered(answer, status)
  answers.push(headers, JSON.stringify(body))
  return body
}

async function keepOnce(answer: Promise<Response>, field: string): Promise<{ id: string } & Record<string, unknown>> {
  const body = await answered(answer, 201)
  made.push(String(body[field]))
  return body
}

beforeAll(async () => {
  world = await testWorld()
  tenant = await world.tenant()
  const connectors = [
    { mode: 'basic', username: 'admin', password: GIVEN.basic },
    { mode: 'bearer', token: GIVEN.bearer },
    { mode: 'apiKey', header: 'X-Key', value: GIVEN.apiKey },
    {
      mode: 'clientCredentials',
      tokenEndpoint: 'https://target.example/token',
      clientId: 'c',
      clientSecret: GIVEN.clientCredentials,
    },
  ].map((authentication) => ({
    ...CONNECTOR,
    name: authentication.mode,
    authentication,
    defaultPassword: GIVEN.defaultPassword,
  }))
  const authenticator = { ...AUTHENTICATOR, clientSecret: GIVEN.upstream }
  const connection = await keep(
    tenant.api('POST', '/connections', { name: 'all', authenticator, outbound: { connectors } }),
    201,
  )
  const outboundProvisioning = connectors.map(({ name }) => ({ connection: connection.id, connector: name }))
  await keep(tenant.api('PUT', '/resident-application', { outboundProvisioning }))
  const application = await keepOnce(
    tenant.api('POST', '/applications', { name: 'app', redirectUris: ['https://app.example/'], outboundProvisioning }),
    'clientSecret',
  )
  const renewed = await answered(tenant.api('POST', `/applications/${application.id}/client-secret`), 201)
  made.push(String(renewed.clientSecret))
  await keepOnce(tenant.api('POST', '/scim-tokens', { description: 'HR' }), 'token')
  await keep(
    tenant.api('POST', '/tenants', {
      slug: 'acme',
      name: 'Acme',
      admin: { userName: 'boss', password: GIVEN.administrator },
    }),
    201,
  )
  const user = await keep(tenant.scim('POST', '/Users', { userName: 'kim', password: GIVEN.password }), 201)

  await keep(tenant.api('PATCH', `/connections/${connection.id}`, { outbound: { connectors } }))
  const lists = [
    '/connections',
    '/applications',
    '/scim-tokens',
    '/tenants',
    '/resident-application',
    '/provisioning/deliveries',
  ]
  for (const path of [...lists, `/connections/${connection.id}`, `/applications/${application.id}`])
    await keep(tenant.api('GET', path))
  const { items } = await answered(tenant.api('GET', '/provisioning/deliveries'))
  for (const { id } of items as { id: string }[]) await keep(tenant.api('GET', `/provisioning/deliveries/${id}`))
  for (const path of ['/Users', `/Users/${user.id}`]) await keep(tenant.scim('GET', path))

  // What was typed in vain is nobody's business either.
  const refused = [
    tenant.api('POST', '/connections', { name: 'all', authenticator: { ...authenticator, clientSecret: GIVEN.wrong } }),
    tenant.api('POST', '/connections', { name: 'bad', authenticator: { ...authenticator, type: GIVEN.wrong } }),
    tenant.api('POST', '/tenants', { slug: 'acme', name: 'again', admin: { userName: 'boss', password: GIVEN.wrong } }),
    tenant.api('POST', '/scim-tokens', { description: '', token: GIVEN.wrong }),
  ]
  for (const answer of refused) answers.push(JSON.stringify(await problem(answer)))
  for (const body of [
    { userName: 'kim', password: GIVEN.wrong },
    { userName: 'lee', password: GIVEN.wrong.toLowerCase() },
  ]) {
    answers.push(await (await tenant.scim('POST', '/Users', body)).text())
  }
  const browser = browserClient(world)
  await browser.get('/login')
  answers.push((await browser.post('/login', { username: 'kim', password: GIVEN.wrong })).text)
  await browser.post('/login', { username: 'kim', password: GIVEN.password })
})

test('no answer has a secret in it, but the one that shows it for the first time', () => {
  expect(answers.length).toBeGreaterThan(40)
  for (const secret of everySecret()) {
    expect(answers.filter((answer) => answer.toLowerCase().includes(secret.toLowerCase()))).toEqual([])
  }
})

test('no answer has what is stored of a secret in it', () => {
  for (const answer of answers) expect(answer).not.toMatch(/\$scrypt\$|"v1\.[\w-]|sealed|[hH]ash"/)
})

test('no line of the log has a secret in it, nor what is stored of one', () => {
  const log = JSON.stringify(world.logs).toLowerCase()
  expect(log).toContain('sign-in refused')
  for (const secret of everySecret()) expect(log).not.toContain(secret.toLowerCase())
  expect(log).not.toMatch(/\$scrypt\$|v1\.[\w-]{16}\./)
})

test('no row of the database has a readable secret in it', async () => {
  const dump = [...(await contentsOf(world.platform.db)).values()].join('\n')
  expect(dump).toContain('$scrypt$')
  expect(dump).toMatch(/"sealed(?:ClientSecret|Secrets)?":"v1\./)
  for (const secret of everySecret()) {
    expect(dump).not.toContain(secret)
    expect(dump).not.toContain(Buffer.from(secret).toString('base64url'))
  }
})

test('what is sealed for one row opens in no other, and in no other tenant', async () => {
  const [row] = await world.platform.db.select().from(connections)
  const { tenantId } = await world.scope()
  const place = { tenantId, table: 'connections', row: row?.id ?? '' }
  const sealed = row?.sealedClientSecret ?? ''
  expect(await world.platform.sealer.open(sealed, place)).toBe(GIVEN.upstream)
  const other = (await world.scope('acme')).tenantId
  for (const elsewhere of [
    { ...place, tenantId: other },
    { ...place, table: 'connectors' },
    { ...place, row: 'x' },
  ]) {
    await expect(world.platform.sealer.open(sealed, elsewhere)).rejects.toThrow()
  }
})
