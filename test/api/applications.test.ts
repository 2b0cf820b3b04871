import { beforeAll, describe, expect, test } from 'vitest'
import { updateApplication } from '../../src/applications/commands.ts'
import { getApplication } from '../../src/applications/queries.ts'
import { rotateClientSecret } from '../../src/applications/secrets/commands.ts'
import { authorizationCodes, authorizationRequests, provisioners } from '../../src/db/schema.ts'
import { basicHeader } from '../support/app.ts'
import { plansOf } from '../support/plans.ts'
import { answered, type Api, APPLICATION, AUTHENTICATOR, CONNECTOR, fieldsOf, managementApi, problem } from './world.ts'

let api: Api
let connectionId: string
beforeAll(async () => {
  api = await managementApi()
  const connection = { name: 'IDP-IS2', authenticator: AUTHENTICATOR, outbound: { connectors: [CONNECTOR] } }
  connectionId = (await answered(api.tenant.api('POST', '/connections', connection), 201)).id
})

const create = (body: object) => answered(api.tenant.api('POST', '/applications', { ...APPLICATION, ...body }), 201)
const read = (id: string) => answered(api.tenant.api('GET', `/applications/${id}`))

test('an application is created with client id and secret, under its Location, with sensible defaults', async () => {
  const answer = await api.tenant.api('POST', '/applications', { name: 'playground2', ...APPLICATION })
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  const made = await answered(answer, 201)
  expect(Object.keys(made).toSorted()).toEqual(['clientId', 'clientSecret', 'id'])
  expect(answer.headers.get('Location')).toBe(`https://localhost:9443/api/v1/applications/${made.id}`)
  expect(await read(made.id)).toEqual({
    id: made.id,
    name: 'playground2',
    template: 'traditional-web-application',
    clientId: made.clientId,
    redirectUris: APPLICATION.redirectUris,
    grantTypes: ['authorization_code'],
    tokenEndpointAuthMethod: 'client_secret_basic',
    loginFlow: { steps: [{ options: ['password'] }] },
    outboundProvisioning: [],
    permissions: [],
    clientMetadata: {},
    created: expect.stringMatching(/Z$/),
    lastModified: expect.stringMatching(/Z$/),
  })
})

test('a public application has no secret', async () => {
  for (const [name, settings] of [
    ['spa', { template: 'single-page-application' }],
    ['none', { tokenEndpointAuthMethod: 'none' }],
  ] as const) {
    const made = await create({ name, ...settings })
    expect(made.clientSecret).toBeUndefined()
    expect(await read(made.id)).toMatchObject({ tokenEndpointAuthMethod: 'none' })
  }
})

test('PATCH changes what is given and keeps the rest, the secret too', async () => {
  const made = await create({ name: 'patched', description: 'first', loginFlow: flowOf() })
  const changed = await answered(
    api.tenant.api('PATCH', `/applications/${made.id}`, { name: 'renamed', description: null }),
  )
  expect(changed).toMatchObject({ name: 'renamed', clientId: made.clientId, loginFlow: flowOf() })
  expect(changed.description).toBeUndefined()
  const token = await api.tenant.fetch('/oauth2/token', {
    method: 'POST',
    body: new URLSearchParams({
      client_id: String(made.clientId),
      client_secret: String(made.clientSecret),
      grant_type: 'authorization_code',
      code: 'none',
    }),
  })
  expect(await token.json()).toMatchObject({ error: 'invalid_grant' })
})

test('a change that is under way when a new secret is made does not bring the old one back', async () => {
  const { id } = await create({ name: 'renewed' })
  const scope = await api.world.scope()
  const before = await getApplication(scope, id)
  const client = new Proxy(scope.db.$client, {
    get(target, name) {
      if (name !== 'batch') return Reflect.get(target, name).bind(target)
      return async (...args: Parameters<typeof target.batch>) => {
        await rotateClientSecret(scope, id)
        return target.batch(...args)
      }
    },
  })
  const db = new Proxy(scope.db, {
    get: (target, name) => (name === '$client' ? client : Reflect.get(target, name)),
  })
  await updateApplication({ ...scope, db }, id, { description: 'changed meanwhile' })
  const after = await getApplication(scope, id)
  expect(after.description).toBe('changed meanwhile')
  expect(after.clientSecretHash).not.toBe(before.clientSecretHash)
})

test('an application without a secret is not told to use one before it has one', async () => {
  const { id } = await create({ name: 'public at first', tokenEndpointAuthMethod: 'none' })
  const change = () => api.tenant.api('PATCH', `/applications/${id}`, { tokenEndpointAuthMethod: 'client_secret_post' })
  expect(fieldsOf(await problem(change()))).toEqual(['tokenEndpointAuthMethod'])
  await answered(api.tenant.api('POST', `/applications/${id}/client-secret`), 201)
  expect(await answered(change())).toMatchObject({ tokenEndpointAuthMethod: 'client_secret_post' })
})

describe('a body is refused with 400, and each wrong field is named', () => {
  test.each<[string, object, string[]]>([
    ['nothing', {}, ['name', 'redirectUris']],
    ['an empty name', { name: '  ', ...APPLICATION }, ['name']],
    ['no redirect URI', { name: 'x', redirectUris: [] }, ['redirectUris']],
    ['no word of redirect URIs', { name: 'x' }, ['redirectUris']],
    ['a redirect URI over http', { name: 'x', redirectUris: ['http://app.example/'] }, ['redirectUris.0']],
    [
      'a redirect URI with a fragment (RFC 6749 section 3.1.2)',
      { name: 'x', redirectUris: ['https://a.example/', 'https://a.example/#x'] },
      ['redirectUris.1'],
    ],
    ['a redirect URI that runs script', { name: 'x', redirectUris: ['javascript:alert(1)'] }, ['redirectUris.0']],
    [
      'a redirect URI with a wildcard host and a name in it',
      { name: 'x', redirectUris: ['https://a@b.example/'] },
      ['redirectUris.0'],
    ],
    [
      'the implicit grant (RFC 9700 section 2.1.2)',
      { name: 'x', ...APPLICATION, grantTypes: ['implicit'] },
      ['grantTypes.0'],
    ],
    ['a template that nobody knows', { name: 'x', ...APPLICATION, template: 'toaster' }, ['template']],
    [
      'a login flow without options',
      { name: 'x', ...APPLICATION, loginFlow: { steps: [{ options: [] }] } },
      ['loginFlow.steps.0.options'],
    ],
    [
      'a login flow that offers one thing twice',
      { name: 'x', ...APPLICATION, loginFlow: { steps: [{ options: ['password', 'password'] }] } },
      ['loginFlow.steps.0.options'],
    ],
    [
      'a connection that is not there',
      { name: 'x', ...APPLICATION, loginFlow: { steps: [{ options: [{ connection: 'x' }] }] } },
      ['loginFlow'],
    ],
    [
      'a connector that is not there',
      { name: 'x', ...APPLICATION, outboundProvisioning: [{ connection: 'x', connector: 'y' }] },
      ['outboundProvisioning.0.connector'],
    ],
  ])('%s', async (_what, body, fields) => {
    const refused = await problem(api.tenant.api('POST', '/applications', body))
    expect(refused.status).toBe(400)
    expect(fieldsOf(refused)).toEqual(fields)
  })

  test('JSON that is broken, and a body that is no JSON', async () => {
    expect((await problem(api.tenant.api('POST', '/applications', '{"name":'))).status).toBe(400)
    const headers = { Authorization: api.tenant.basic, 'Content-Type': 'text/plain' }
    const init = { method: 'POST', headers, body: JSON.stringify({ name: 'x', ...APPLICATION }) }
    expect((await problem(api.tenant.fetch('/api/v1/applications', init))).status).toBe(400)
  })

  test('a body that is too large: 413', async () => {
    const refused = await problem(api.tenant.api('POST', '/applications', { name: 'x'.repeat(300_000) }))
    expect(refused.status).toBe(413)
  })
})

test.each([
  'https://app.example/cb?x=1',
  'http://localhost:8080/playground2/oauth2client',
  'http://127.0.0.1/cb',
  'http://[::1]:3000/',
  'com.example.app:/callback',
])('%s is a redirect URI (RFC 8252 section 7)', async (redirectUri) => {
  const { id } = await create({ name: `at ${redirectUri}`, redirectUris: [redirectUri] })
  expect(await read(id)).toMatchObject({ redirectUris: [redirectUri] })
})

test('a name that is taken, in any case, is refused with 409: on creating, on renaming, and when two ask at once', async () => {
  await create({ name: 'taken' })
  const { id } = await create({ name: 'other' })
  const post = () => api.tenant.api('POST', '/applications', { name: 'Taken', ...APPLICATION })
  for (const answer of [post(), api.tenant.api('PATCH', `/applications/${id}`, { name: 'TAKEN' })]) {
    const refused = await problem(answer)
    expect([refused.status, fieldsOf(refused)]).toEqual([409, ['name']])
  }
  const raced = ['a', 'b', 'c'].map(() => api.tenant.api('POST', '/applications', { name: 'raced', ...APPLICATION }))
  expect((await Promise.all(raced)).map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
})

test('DELETE takes with it its provisioners and whatever sign-in was under way', async () => {
  const { id, clientId } = await create({
    name: 'leaving',
    outboundProvisioning: [{ connection: connectionId, connector: 'SCIM2' }],
  })
  const query = new URLSearchParams({
    client_id: String(clientId),
    redirect_uri: 'https://app.example/callback',
    response_type: 'code',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
  })
  expect((await api.tenant.fetch(`/oauth2/authorize?${query}`)).status).toBe(303)
  expect((await api.tenant.api('DELETE', `/applications/${id}`)).status).toBe(204)
  const { db } = api.world.platform
  const left = [
    await db.select({ id: provisioners.applicationId }).from(provisioners),
    await db.select({ id: authorizationRequests.applicationId }).from(authorizationRequests),
    await db.select({ id: authorizationCodes.applicationId }).from(authorizationCodes),
  ]
  expect(left.flat().filter((row) => row.id === id)).toEqual([])
  expect((await problem(api.tenant.api('GET', `/applications/${id}`))).status).toBe(404)
})

test('a list of applications has the provisioners of each, and costs as many statements however long it is', async () => {
  const provisioner = { connection: connectionId, connector: 'SCIM2', blocking: false, jit: false }
  const plans = await plansOf(api.world.platform.db)
  const list = () => answered(api.tenant.api('GET', '/applications?limit=200'))
  const before = await plans.statementsOf(list)
  const made = await Promise.all([
    create({ name: 'heard of', outboundProvisioning: [provisioner] }),
    ...['heard of by nobody', 'nor of this one'].map((name) => create({ name })),
  ])
  expect(await plans.demandIndexes(list)).toHaveLength(before.length)
  const { items } = (await list()) as unknown as { items: { id: string; outboundProvisioning: unknown }[] }
  const told = made.map(({ id }) => items.find((one) => one.id === id)?.outboundProvisioning)
  expect(told).toEqual([[provisioner], [], []])
})

test('the resident application’s provisioners are replaced as a whole, each once', async () => {
  const put = (outboundProvisioning: object[]) =>
    api.tenant.api('PUT', '/resident-application', { outboundProvisioning })
  const one = { connection: connectionId, connector: 'SCIM2', blocking: true, jit: true }
  expect(await answered(put([one]))).toEqual({ outboundProvisioning: [one] })
  expect(await answered(api.tenant.api('GET', '/resident-application'))).toEqual({ outboundProvisioning: [one] })
  expect(fieldsOf(await problem(put([one, one])))).toEqual(['outboundProvisioning.1.connector'])
  expect(await answered(put([]))).toEqual({ outboundProvisioning: [] })
})

test('a page of another site changes nothing with the Basic that a browser remembers', async () => {
  const headers = {
    Authorization: api.tenant.basic,
    Origin: 'https://evil.example',
    'Content-Type': 'application/json',
  }
  const init = { method: 'POST', headers, body: JSON.stringify({ name: 'from elsewhere', ...APPLICATION }) }
  expect((await problem(api.tenant.fetch('/api/v1/applications', init))).status).toBe(403)
})

test('what is not there is 404', async () => {
  for (const [method, path, body] of [
    ['GET', '/applications/x', undefined],
    ['PATCH', '/applications/x', { name: 'y' }],
    ['DELETE', '/applications/x', undefined],
    ['POST', '/applications/x/client-secret', undefined],
    ['GET', '/nothing', undefined],
  ] as const) {
    expect((await problem(api.tenant.api(method, path, body))).status).toBe(404)
  }
})

function flowOf() {
  return { steps: [{ options: ['password', { connection: connectionId }] }] }
}

test('an application is changed by nobody who has not got its permissions, and keeps its redirect URIs and its secret', async () => {
  const { id } = await create({ name: 'administration', permissions: ['roles:write'] })
  const person = { userName: 'developer', password: 'MyPa33w@rd' }
  const user = await answered(api.tenant.scim('POST', '/Users', person), 201)
  const permissions = ['applications:read', 'applications:write'].map((value) => ({ value }))
  const role = { displayName: 'Developers', permissions, users: [{ value: user.id }] }
  await answered(api.tenant.scim('POST', '/Roles', role), 201)
  const before = await getApplication(await api.world.scope(), id)
  const ask = (method: string, path: string, body?: object) =>
    api.tenant.fetch(`/api/v1/applications/${path}`, {
      method,
      headers: { Authorization: basicHeader(person.userName, person.password), 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  const tries: readonly [string, string, object?][] = [
    ['PATCH', id, { redirectUris: ['https://mine.example/callback'] }],
    ['PATCH', id, { permissions: [] }],
    ['POST', `${id}/client-secret`],
    ['DELETE', id],
  ]
  for (const one of tries) expect([one, (await ask(...one)).status]).toEqual([one, 403])
  expect(await getApplication(await api.world.scope(), id)).toEqual(before)
  const own = await create({ name: 'her own' })
  expect((await ask('PATCH', own.id, { redirectUris: ['https://mine.example/callback'] })).status).toBe(200)
})
