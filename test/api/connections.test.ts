import { beforeAll, describe, expect, test } from 'vitest'
import { getConnection, listConnectors, openClientSecret, openConnectorSecrets } from '../../src/connections/queries.ts'
import { pendingPasswords } from '../../src/db/schema.ts'
import { contentsOf } from '../support/contents.ts'
import { answered, type Api, AUTHENTICATOR, CONNECTOR, fieldsOf, managementApi, problem } from './world.ts'

let api: Api
beforeAll(async () => {
  api = await managementApi()
})

const create = (body: object) => answered(api.tenant.api('POST', '/connections', body), 201)
const read = (id: string) => answered(api.tenant.api('GET', `/connections/${id}`))
const patch = (id: string, body: object) => api.tenant.api('PATCH', `/connections/${id}`, body)

/** What stands sealed: the client secret, and each connector's secrets. */
async function secretsOf(id: string) {
  const scope = await api.world.scope()
  const connectors = await listConnectors(scope, id)
  return {
    clientSecret: await openClientSecret(scope, await getConnection(scope, id)),
    connectors: await Promise.all(connectors.map((row) => openConnectorSecrets(scope, row))),
  }
}

test('a connection is created under its Location, and comes back with all but its secrets', async () => {
  const outbound = { connectors: [{ ...CONNECTOR, defaultPassword: 'default-password' }], roles: ['everyone'] }
  const body = {
    name: 'both',
    description: 'in and out',
    authenticator: AUTHENTICATOR,
    jit: { enabled: true },
    outbound,
  }
  const answer = await api.tenant.api('POST', '/connections', body)
  const { id } = await answered(answer, 201)
  expect(answer.headers.get('Location')).toBe(`https://localhost:9443/api/v1/connections/${id}`)
  const { clientSecret: _, ...authenticator } = AUTHENTICATOR
  expect(await read(id)).toEqual({
    id,
    name: 'both',
    description: 'in and out',
    authenticator,
    domains: [],
    jit: { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' },
    outbound: {
      connectors: [
        {
          id: expect.any(String),
          type: 'scim2',
          name: 'SCIM2',
          enabled: true,
          authentication: { mode: 'basic', username: 'admin' },
          userEndpoint: CONNECTOR.userEndpoint,
          groupEndpoint: CONNECTOR.groupEndpoint,
          passwordProvisioning: true,
        },
      ],
      roles: [expect.any(String)],
      groups: [],
    },
    created: expect.stringMatching(/Z$/),
    lastModified: expect.stringMatching(/Z$/),
  })
})

describe('PATCH', () => {
  test('without the client secret keeps it, with one replaces it', async () => {
    const { id } = await create({ name: 'client secret', authenticator: AUTHENTICATOR })
    await answered(patch(id, { authenticator: { clientId: 'another' } }))
    expect((await secretsOf(id)).clientSecret).toBe(AUTHENTICATOR.clientSecret)
    expect(await read(id)).toMatchObject({
      authenticator: { clientId: 'another', tokenEndpoint: AUTHENTICATOR.tokenEndpoint },
    })
    await answered(patch(id, { authenticator: { clientSecret: 'a new one' } }))
    expect((await secretsOf(id)).clientSecret).toBe('a new one')
  })

  test.each<[string, object, object, object]>([
    ['basic', { username: 'admin', password: 'p' }, { username: 'other' }, { password: 'p' }],
    ['bearer', { token: 't' }, {}, { token: 't' }],
    ['apiKey', { header: 'X-Key', value: 'v' }, { header: 'X-Other' }, { value: 'v' }],
    [
      'clientCredentials',
      { tokenEndpoint: 'https://target.example/token', clientId: 'c', clientSecret: 's' },
      { tokenEndpoint: 'https://target.example/token', clientId: 'd' },
      { clientSecret: 's' },
    ],
  ])('without the secrets of a connector of mode %s keeps them', async (mode, first, second, kept) => {
    const connector = { ...CONNECTOR, authentication: { mode, ...first }, defaultPassword: 'default' }
    const { id } = await create({ name: `mode ${mode}`, outbound: { connectors: [connector] } })
    const { defaultPassword: _, ...again } = connector
    const connectors = [{ ...again, authentication: { mode, ...second } }]
    expect(await answered(patch(id, { outbound: { connectors } }))).toMatchObject({
      outbound: { connectors: [{ authentication: { mode, ...second } }] },
    })
    expect((await secretsOf(id)).connectors).toEqual([{ ...kept, defaultPassword: 'default' }])
  })

  test('to another mode leaves no secret of the old one behind, and demands the new one’s', async () => {
    const { id } = await create({ name: 'new mode', outbound: { connectors: [CONNECTOR] } })
    const withMode = (authentication: object) =>
      patch(id, { outbound: { connectors: [{ ...CONNECTOR, authentication }] } })
    expect(fieldsOf(await problem(withMode({ mode: 'bearer' })))).toEqual([
      'outbound.connectors.0.authentication.token',
    ])
    expect((await secretsOf(id)).connectors).toEqual([{ password: 'connector-password' }])
    await answered(withMode({ mode: 'bearer', token: 't' }))
    expect((await secretsOf(id)).connectors).toEqual([{ token: 't' }])
    await answered(withMode({ mode: 'none' }))
    expect((await secretsOf(id)).connectors).toEqual([{}])
  })

  test('changes what is given and keeps the rest', async () => {
    const { id } = await create({
      name: 'kept',
      description: 'd',
      authenticator: AUTHENTICATOR,
      jit: { enabled: true, scheme: 'consent' },
    })
    const changed = await answered(patch(id, { jit: { attributeSync: 'none' } }))
    expect(changed).toMatchObject({
      name: 'kept',
      description: 'd',
      jit: { enabled: true, scheme: 'consent', attributeSync: 'none' },
    })
    const without = await answered(patch(id, { authenticator: null, description: null }))
    expect([without.authenticator, without.description]).toEqual([undefined, undefined])
    expect((await secretsOf(id)).clientSecret).toBeUndefined()
  })

  test('with a list of connectors makes theirs what is in it, by name', async () => {
    const { id } = await create({
      name: 'list',
      outbound: { connectors: [CONNECTOR, { ...CONNECTOR, name: 'second' }] },
    })
    const idsOf = async () => ((await read(id)).outbound as { connectors: { id: string; name: string }[] }).connectors
    const before = await idsOf()
    await answered(patch(id, { outbound: { connectors: [{ ...CONNECTOR, name: 'third' }, CONNECTOR] } }))
    const after = await idsOf()
    expect(after.map(({ name }) => name).toSorted()).toEqual(['SCIM2', 'third'])
    expect(after.find(({ name }) => name === 'SCIM2')?.id).toBe(before.find(({ name }) => name === 'SCIM2')?.id)
  })
})

describe('a body is refused with 400, and each wrong field is named', () => {
  const withConnector = (change: object) => ({ name: 'x', outbound: { connectors: [{ ...CONNECTOR, ...change }] } })
  test.each<[string, object, string[]]>([
    ['no name', {}, ['name']],
    [
      'an authenticator without its secret',
      { name: 'x', authenticator: { ...AUTHENTICATOR, clientSecret: undefined } },
      ['authenticator.clientSecret'],
    ],
    [
      'an authenticator of a kind that is not built',
      { name: 'x', authenticator: { ...AUTHENTICATOR, type: 'saml' } },
      ['authenticator.type'],
    ],
    [
      'an endpoint that is no web address',
      { name: 'x', authenticator: { ...AUTHENTICATOR, tokenEndpoint: 'ftp://x/' } },
      ['authenticator.tokenEndpoint'],
    ],
    [
      'a connector without its secret',
      withConnector({ authentication: { mode: 'bearer' } }),
      ['outbound.connectors.0.authentication.token'],
    ],
    [
      'a key in a header that carries something else',
      withConnector({ authentication: { mode: 'apiKey', header: 'Host', value: 'v' } }),
      ['outbound.connectors.0.authentication.header'],
    ],
    [
      'a header with a line break in it',
      withConnector({ authentication: { mode: 'apiKey', header: 'X\r\nY', value: 'v' } }),
      ['outbound.connectors.0.authentication.header'],
    ],
    [
      'a token that no header can carry',
      withConnector({ authentication: { mode: 'bearer', token: 'to\u2026ken' } }),
      ['outbound.connectors.0.authentication.token'],
    ],
    [
      'a key with a line break in it',
      withConnector({ authentication: { mode: 'apiKey', header: 'X-Key', value: 'v\r\nX-Other: 1' } }),
      ['outbound.connectors.0.authentication.value'],
    ],
    [
      'two connectors of one name',
      { name: 'x', outbound: { connectors: [CONNECTOR, CONNECTOR] } },
      ['outbound.connectors'],
    ],
    ['a role that is not there', { name: 'x', outbound: { roles: ['nobody'] } }, ['outbound.roles']],
    ['a provisioning scheme that nobody knows', { name: 'x', jit: { scheme: 'loud' } }, ['jit.scheme']],
  ])('%s', async (_what, body, fields) => {
    const refused = await problem(api.tenant.api('POST', '/connections', body))
    expect(refused.status).toBe(400)
    expect(fieldsOf(refused)).toEqual(fields)
    const { items } = await answered(api.tenant.api('GET', '/connections?limit=200'))
    expect((items as { name: string }[]).map(({ name }) => name)).not.toContain('x')
  })
})

test('a name that is taken, in any case, is refused with 409', async () => {
  await create({ name: 'taken' })
  const { id } = await create({ name: 'free' })
  for (const answer of [api.tenant.api('POST', '/connections', { name: 'TAKEN' }), patch(id, { name: 'Taken' })]) {
    const refused = await problem(answer)
    expect([refused.status, fieldsOf(refused)]).toEqual([409, ['name']])
  }
})

test('DELETE takes everything of the connection with it: connectors, log, waiting passwords, and its place in login flows', async () => {
  const { id } = await create({ name: 'leaving', authenticator: AUTHENTICATOR, outbound: { connectors: [CONNECTOR] } })
  const outboundProvisioning = [{ connection: id, connector: 'SCIM2' }]
  await answered(api.tenant.api('PUT', '/resident-application', { outboundProvisioning }))
  const application = await answered(
    api.tenant.api('POST', '/applications', {
      name: 'federated',
      redirectUris: ['https://app.example/'],
      loginFlow: { steps: [{ options: [{ connection: id }] }] },
      outboundProvisioning,
    }),
    201,
  )
  await answered(api.tenant.scim('POST', '/Users', { userName: 'kim', password: 'MyPa33w@rd' }), 201)
  await api.tenant.fetch(`/login/connections/${id}`)
  const [connector] = await listConnectors(await api.world.scope(), id)
  expect(await rowsWith(id, connector?.id ?? '')).toEqual(
    expect.arrayContaining(['connections', 'connectors', 'deliveries', 'provisioners', 'applications']),
  )
  expect(await passwordsWaiting()).toBe(1)

  expect((await api.tenant.api('DELETE', `/connections/${id}`)).status).toBe(204)
  expect(await rowsWith(id, connector?.id ?? '')).toEqual([])
  expect(await passwordsWaiting()).toBe(0)
  const { loginFlow } = await answered(api.tenant.api('GET', `/applications/${application.id}`))
  expect(loginFlow).toEqual({ steps: [{ options: ['password'] }] })
  expect((await problem(api.tenant.api('GET', `/connections/${id}`))).status).toBe(404)
})

test('connections page with a cursor, by name', async () => {
  const all = (await answered(api.tenant.api('GET', '/connections?limit=200'))).items as { name: string }[]
  const first = await answered(api.tenant.api('GET', '/connections?limit=2'))
  const query = new URLSearchParams({ limit: '200', cursor: String(first.nextCursor) })
  const rest = await answered(api.tenant.api('GET', `/connections?${query}`))
  const names = (items: unknown) => (items as { name: string }[]).map(({ name }) => name)
  expect([...names(first.items), ...names(rest.items)]).toEqual(names(all))
  expect(rest.nextCursor).toBeUndefined()
})

/** The tables that have any of these ids in a row. */
async function rowsWith(...ids: string[]): Promise<string[]> {
  const contents = [...(await contentsOf(api.world.platform.db))]
  return contents.filter(([, rows]) => ids.some((id) => rows.includes(id))).map(([name]) => name)
}

async function passwordsWaiting(): Promise<number> {
  return (await api.world.platform.db.select().from(pendingPasswords)).length
}
