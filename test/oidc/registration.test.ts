/** Clients that register themselves: RFC 7591, RFC 7592, and the modules of OpenID's Dynamic plan that it is about. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testWorld, type TestWorld } from '../support/app.ts'

const REDIRECT_URI = 'https://client.example/callback'
let world: TestWorld
let tenant: Awaited<ReturnType<TestWorld['tenant']>>
beforeAll(async () => {
  world = await testWorld()
  tenant = await world.tenant('acme')
})
beforeEach(async () => {
  await policy('off')
  for (const list of ['/applications', '/client-registration/tokens']) {
    const { items } = (await (await tenant.api('GET', list)).json()) as { items: { id: string }[] }
    for (const { id } of items) await tenant.api('DELETE', `${list}/${id}`)
  }
})

type Sent = { readonly token?: string | undefined; readonly body?: unknown }
async function call(method: string, path: string, { token, body }: Sent = {}) {
  const answer = await world.app.request(`${world.platform.config.baseUrl}${tenant.base}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, json: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
}

const policy = (value: string) => tenant.api('PUT', '/client-registration', { policy: value })
const register = (body: Record<string, unknown> = {}, token?: string) =>
  call('POST', '/oauth2/register', { token, body: { redirect_uris: [REDIRECT_URI], ...body } })

async function registered(body: Record<string, unknown> = {}) {
  await policy('open')
  const { status, json } = await register(body)
  expect(status).toBe(201)
  const path = `/oauth2/register/${String(json.client_id)}`
  return { json, path, token: String(json.registration_access_token) }
}

describe('who may register a client (RFC 7591 section 3)', () => {
  test('nobody, unless the tenant says so', async () => {
    expect(await register()).toMatchObject({ status: 400, json: { error: 'access_denied' } })
  })

  test('everybody, where it is open', async () => {
    await policy('open')
    expect((await register()).status).toBe(201)
  })

  test('with a policy of tokens whoever has an initial access token of this tenant that is alive', async () => {
    await policy('token')
    const made = await tenant.api('POST', '/client-registration/tokens', { description: 'partner' })
    const { id, token } = (await made.json()) as { id: string; token: string }
    expect(await register()).toMatchObject({ status: 401, json: { error: 'invalid_token' } })
    expect((await register({}, 'wrong')).status).toBe(401)
    expect((await register({}, token)).status).toBe(201)

    const other = await world.tenant('other')
    await other.api('PUT', '/client-registration', { policy: 'token' })
    const elsewhere = await world.app.request(`${world.platform.config.baseUrl}${other.base}/oauth2/register`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [REDIRECT_URI] }),
    })
    expect(elsewhere.status).toBe(401)

    await tenant.api('DELETE', `/client-registration/tokens/${id}`)
    expect((await register({}, token)).status).toBe(401)
  })

  test('an initial access token is listed without itself, and a past end is refused', async () => {
    const made = await tenant.api('POST', '/client-registration/tokens', { description: 'partner' })
    const { token } = (await made.json()) as { token: string }
    const list = await (await tenant.api('GET', '/client-registration/tokens')).text()
    expect(JSON.parse(list)).toMatchObject({ items: [{ description: 'partner' }] })
    expect(list).not.toContain(token)
    const past = { description: 'late', expiresAt: '2020-01-01T00:00:00Z' }
    expect((await tenant.api('POST', '/client-registration/tokens', past)).status).toBe(400)
  })
})

describe('a registration (RFC 7591 section 3.2.1)', () => {
  test('says what the client is, its secret, and where it looks after itself', async () => {
    const { json, path } = await registered({ client_name: 'Shop' })
    expect(json).toMatchObject({
      client_name: 'Shop',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_basic',
      client_secret_expires_at: 0,
      registration_client_uri: `${world.platform.config.baseUrl}${tenant.base}${path}`,
    })
    expect(String(json.client_secret).length).toBeGreaterThan(40)
  })

  test('is an application of the tenant that people are asked about, and that may do nothing else', async () => {
    const { json } = await registered()
    const { items } = (await (await tenant.api('GET', '/applications')).json()) as { items: Record<string, unknown>[] }
    expect(items.find(({ clientId }) => clientId === json.client_id)).toMatchObject({
      clientMetadata: { firstParty: false },
      permissions: [],
    })
  })

  test('without a secret there is none', async () => {
    expect((await registered({ token_endpoint_auth_method: 'none' })).json).not.toHaveProperty('client_secret')
  })

  test('ignores what we do not know (section 2)', async () => {
    const { json } = await registered({ software_id: 'x', software_version: 3, logo_uri: 'https://client.example/l' })
    expect(json).not.toHaveProperty('software_id')
  })

  test('of a name that is taken gets another one', async () => {
    const [first, second] = [await registered({ client_name: 'Shop' }), await registered({ client_name: 'Shop' })]
    expect(first.json.client_name).toBe('Shop')
    expect(second.json.client_name).toMatch(/^Shop \(\S+\)$/)
  })

  test('oidcc-registration-jwks-uri: keeps where the client’s keys are', async () => {
    const uri = 'https://client.example/jwks'
    expect((await registered({ jwks_uri: uri })).json.jwks_uri).toBe(uri)
  })

  test.each([
    ['client_credentials'],
    ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    ['urn:ietf:params:oauth:grant-type:token-exchange'],
    ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
  ])(
    'for %s needs no redirect URI, and is answered nothing at the authorization endpoint (section 2.1)',
    async (...grants) => {
      const { json, path, token } = await registered({ redirect_uris: [], grant_types: grants, response_types: [] })
      expect(json).toMatchObject({ redirect_uris: [], grant_types: grants, response_types: [] })
      const change = { client_id: json.client_id, grant_types: ['authorization_code'] }
      const refused = await call('PUT', path, { token, body: change })
      expect(refused).toMatchObject({ status: 400, json: { error: 'invalid_redirect_uri' } })
      const changed = await call('PUT', path, { token, body: { ...change, redirect_uris: [REDIRECT_URI] } })
      expect(changed).toMatchObject({ status: 200, json: { response_types: ['code'] } })
    },
  )

  test.each([
    ['oidcc-redirect-uri-regfrag', { redirect_uris: ['https://client.example/callback#x'] }, 'invalid_redirect_uri'],
    ['no redirect URI', { redirect_uris: [] }, 'invalid_redirect_uri'],
    [
      'no redirect URI, and codes among its grants',
      { redirect_uris: [], grant_types: ['authorization_code', 'client_credentials'] },
      'invalid_redirect_uri',
    ],
    ['http elsewhere', { redirect_uris: ['http://client.example/'] }, 'invalid_redirect_uri'],
    ['the implicit grant', { grant_types: ['implicit'] }, 'invalid_client_metadata'],
    ['another response type', { response_types: ['token'] }, 'invalid_client_metadata'],
    [
      'pairwise subjects over two hosts (OpenID Connect Core section 8.1)',
      { subject_type: 'pairwise', redirect_uris: ['https://a.example/', 'https://b.example/'] },
      'invalid_client_metadata',
    ],
    ['a private key', { jwks: { keys: [{ kty: 'EC', d: 'x' }] } }, 'invalid_client_metadata'],
    ['an initiate_login_uri over http', { initiate_login_uri: 'http://client.example/' }, 'invalid_client_metadata'],
    ['HS256 and no method for it', { token_endpoint_auth_signing_alg: 'HS256' }, 'invalid_client_metadata'],
    ['private_key_jwt and no keys', { token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
    [
      'keys and their address',
      { jwks: { keys: [{ kty: 'EC' }] }, jwks_uri: 'https://a.example/' },
      'invalid_client_metadata',
    ],
    ['an address that is none', { backchannel_logout_uri: 'x' }, 'invalid_client_metadata'],
    ['a name that is no text', { client_name: 3 }, 'invalid_client_metadata'],
  ])('with %s is refused, and nothing is kept', async (_what, body, error) => {
    await policy('open')
    expect(await register(body)).toMatchObject({ status: 400, json: { error } })
    expect(await (await tenant.api('GET', '/applications')).json()).toMatchObject({ items: [] })
  })

  test('that is no JSON object is refused', async () => {
    await policy('open')
    expect((await call('POST', '/oauth2/register', { body: [1] })).json.error).toBe('invalid_client_metadata')
  })
})

describe('a client that looks after its registration (RFC 7592)', () => {
  test('reads it, without its secret', async () => {
    const { json, path, token } = await registered({ client_name: 'Shop' })
    const read = await call('GET', path, { token })
    expect(read).toMatchObject({ status: 200, json: { client_id: json.client_id, client_name: 'Shop' } })
    expect(JSON.stringify(read.json)).not.toContain(String(json.client_secret))
  })

  test('is told each time where it looks after itself, and with what (section 3)', async () => {
    const { json, path, token } = await registered()
    const { registration_client_uri, registration_access_token } = json
    const own = { registration_client_uri, registration_access_token }
    const read = await call('GET', path, { token })
    expect(read.json).toMatchObject(own)
    expect((await call('PUT', path, { token, body: read.json })).json).toMatchObject(own)
  })

  test('leaves out what is null (section 2.2)', async () => {
    const { json, path, token } = await registered({ client_uri: 'https://client.example/' })
    const nothing = { client_uri: null, response_types: null, grant_types: null, contacts: null, client_name: null }
    const body = { client_id: json.client_id, redirect_uris: [REDIRECT_URI], ...nothing }
    const changed = await call('PUT', path, { token, body })
    expect(changed).toMatchObject({ status: 200, json: { response_types: ['code'], client_name: json.client_name } })
    expect(changed.json).not.toHaveProperty('client_uri')
  })

  test('replaces it: what it leaves out is as by default, and what an administrator set stays', async () => {
    const { json, path, token } = await registered({ client_name: 'Shop', jwks_uri: 'https://client.example/jwks' })
    const { items } = (await (await tenant.api('GET', '/applications')).json()) as { items: { id: string }[] }
    await tenant.api('PATCH', `/applications/${items[0]?.id}`, {
      clientMetadata: { firstParty: true, accessTokenSeconds: 120, jwksUri: 'https://client.example/jwks' },
    })
    const uri = 'https://client.example/other'
    const { client_id } = json
    const changed = await call('PUT', path, { token, body: { client_id, redirect_uris: [uri] } })
    expect(changed).toMatchObject({ status: 200, json: { redirect_uris: [uri] } })
    expect(changed.json).not.toHaveProperty('jwks_uri')
    const after = (await (await tenant.api('GET', `/applications/${items[0]?.id}`)).json()) as Record<string, unknown>
    expect(after.clientMetadata).toEqual({ firstParty: true, accessTokenSeconds: 120 })
  })

  test.each([
    ['another client_id', { client_id: 'other' }],
    ['no client_id', {}],
    ['a secret of its choice', { client_secret: 'mine' }],
  ])('changes nothing with %s (section 2.2)', async (_what, body) => {
    const { json, path, token } = await registered({ client_name: 'Shop' })
    const own = 'client_secret' in body ? { client_id: json.client_id } : {}
    const sent = { redirect_uris: ['https://client.example/other'], ...own, ...body }
    expect((await call('PUT', path, { token, body: sent })).status).toBe(400)
    expect((await call('GET', path, { token })).json.redirect_uris).toEqual([REDIRECT_URI])
  })

  test('removes itself, and its token is worth nothing then', async () => {
    const { path, token } = await registered()
    expect((await call('DELETE', path, { token })).status).toBe(204)
    expect((await call('GET', path, { token })).status).toBe(401)
  })

  test.each(['GET', 'PUT', 'DELETE'])('is asked for its token by %s, and another one’s will not do', async (method) => {
    const [mine, other] = [await registered({ client_name: 'A' }), await registered({ client_name: 'B' })]
    const body = { client_id: mine.json.client_id, redirect_uris: [REDIRECT_URI] }
    for (const token of [undefined, other.token, String(mine.json.client_secret)]) {
      const sent = method === 'PUT' ? { token, body } : { token }
      expect((await call(method, mine.path, sent)).status).toBe(401)
    }
    expect((await call('GET', mine.path, { token: mine.token })).status).toBe(200)
  })

  test('made by an administrator it has no such token, and nobody gets at it', async () => {
    const made = await tenant.api('POST', '/applications', { name: 'Ours', redirectUris: [REDIRECT_URI] })
    const { clientId } = (await made.json()) as { clientId: string }
    for (const token of ['', 'x', undefined]) {
      expect((await call('GET', `/oauth2/register/${clientId}`, { token })).status).toBe(401)
    }
  })
})
