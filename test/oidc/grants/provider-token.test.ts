/** Tokens of a connection's provider: kept or not, and given to an application by token exchange (RFC 8693). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { TOKEN_EXCHANGE_GRANT } from '../../../src/applications/settings.ts'
import { basicHeader, type TestTenant } from '../../support/app.ts'
import { type BrowserClient, browserClient, signedIn } from '../../support/browser-client.ts'
import { contentsOf } from '../../support/contents.ts'
import { fakeIdp, type FakeIdp } from '../../support/fake-idp.ts'
import { type ClientKey, clientKey, proofFor } from '../dpop/world.ts'
import { type Client, codeFor, KIM, oidcWorld, type OidcWorld, REDIRECT_URI, register } from '../world.ts'
import { ACCESS_TOKEN, type Form, post, setActive, tokensFor, tokensOf } from './world.ts'

const PROVIDER_TOKEN = 'urn:postern:token-type:provider-access-token'
const GRANTS = ['authorization_code', 'refresh_token', TOKEN_EXCHANGE_GRANT]

let world: OidcWorld
let tenant: TestTenant
let idp: FakeIdp
let connection: string
let shop: Client
/** Kim's own access token for the shop. */
let subject: string
beforeAll(async () => void (idp = await fakeIdp()))
afterAll(() => idp.close())
beforeEach(async () => {
  world = await oidcWorld('acme')
  tenant = await world.tenant('acme')
  idp.refreshes = true
  idp.keepsRefreshTokens = false
  idp.misbehaviour = {}
  idp.person = { sub: 'kim-there', email: 'kim@idp.example' }
  connection = await connect('IDP', true)
  const clientMetadata = { providerTokensOf: [connection] }
  shop = await register(world, { name: 'shop', grantTypes: GRANTS, clientMetadata }, 'acme')
  subject = (await tokensFor(world, shop, { scope: 'openid' })).access_token
  await give('linked-accounts', { connection, subject: 'kim-there' })
})

async function connect(name: string, keepTokens?: boolean): Promise<string> {
  const authenticator = { ...idp.authenticator, ...(keepTokens === undefined ? {} : { keepTokens }) }
  const answer = await tenant.api('POST', '/connections', { name, authenticator })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}
const give = async (what: string, body: object) =>
  expect((await tenant.api('POST', `/users/${world.kimId}/${what}`, body)).status).toBe(201)

async function signInAtProvider(id = connection, browser: BrowserClient = browserClient(world)): Promise<void> {
  const away = await browser.get(`/t/acme/login/connections/${id}`)
  const back = await fetch(away.path, { redirect: 'manual' })
  await browser.get((back.headers.get('Location') ?? '').replace(world.platform.config.baseUrl, ''))
  expect((await browser.get('/t/acme/account')).path).toBe('/t/acme/account')
}

function exchange(form: Form = {}, client = shop, subject_token = subject): Promise<Response> {
  const asked = { requested_token_type: PROVIDER_TOKEN, connection }
  const all = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token, subject_token_type: ACCESS_TOKEN, ...asked, ...form }
  return post(world, client, all)
}
async function refusal(answer: Response | Promise<Response>): Promise<[number, string]> {
  const { error } = (await (await answer).json()) as { error: string }
  return [(await answer).status, error]
}
const rows = async () => (await world.platform.db.$client.execute('select * from provider_tokens')).rows
/** Whom the provider knows by a token. */
async function subjectAt(token: string): Promise<unknown> {
  const answer = await fetch(`${idp.origin}/userinfo`, { headers: { Authorization: `Bearer ${token}` } })
  return ((await answer.json()) as { sub?: string }).sub
}
const refreshes = () => idp.calls.filter((path) => path === '/token').length

describe('what is kept', () => {
  test('is nothing unless the connection says so: no token of the provider is in the database', async () => {
    const other = await connect('Other')
    await give('linked-accounts', { connection: other, subject: 'kim-there' })
    await signInAtProvider(other)
    expect(await rows()).toEqual([])
    const all = [...(await contentsOf(world.platform.db)).values()].join('\n')
    for (const secret of idp.secrets) expect(all).not.toContain(secret)
  })

  test('is sealed, is of the last sign-in, and stands in no log', async () => {
    await signInAtProvider()
    const [first] = await rows()
    expect(first).toMatchObject({ subject: 'kim-there', scope: 'openid profile email', has_refresh_token: 1 })
    await signInAtProvider()
    const again = await rows()
    expect(again).toHaveLength(1)
    expect(again[0]?.sealed).not.toBe(first?.sealed)
    const all = [...(await contentsOf(world.platform.db)).values(), JSON.stringify(world.logs)].join('\n')
    for (const secret of idp.secrets) expect(all).not.toContain(secret)
  })

  test('comes with an account that is made just in time, and with one that she links herself', async () => {
    const { id } = (await (
      await tenant.api('POST', '/connections', {
        name: 'JIT',
        authenticator: { ...idp.authenticator, keepTokens: true },
        jit: { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'none' },
      })
    ).json()) as { id: string }
    await signInAtProvider(id)
    expect(await rows()).toMatchObject([{ connection_id: id, subject: 'kim-there' }])
    const own = await connect('Own', true)
    const kim = await signedIn(world, KIM, '/t/acme')
    await kim.get(`/t/acme/account/linked/${own}/link`)
    const away = (await kim.send(`/t/acme/account/linked/${own}/link`)).headers.get('Location') ?? ''
    const back = (await fetch(away, { redirect: 'manual' })).headers.get('Location') ?? ''
    await kim.get(back.replace(world.platform.config.baseUrl, ''))
    expect((await rows()).map((row) => row.connection_id).toSorted()).toEqual([id, own].toSorted())
  })

  test('comes with an account that is made once she was asked, and its token has lived meanwhile', async () => {
    const jit = { enabled: true, scheme: 'consent', userStore: 'PRIMARY', attributeSync: 'none' }
    const authenticator = { ...idp.authenticator, keepTokens: true }
    const { id } = (await (await tenant.api('POST', '/connections', { name: 'Asks', authenticator, jit })).json()) as {
      id: string
    }
    const browser = browserClient(world)
    const away = await browser.get(`/t/acme/login/connections/${id}`)
    const back = (await fetch(away.path, { redirect: 'manual' })).headers.get('Location') ?? ''
    const page = await browser.get(back.replace(world.platform.config.baseUrl, ''))
    expect(await rows()).toEqual([])
    const [, print = ''] = /name="print" value="([^"]+)"/.exec(page.text) ?? []
    world.advance(100_000)
    const { pathname, searchParams } = new URL(page.path, 'https://localhost')
    await browser.post(pathname, { ...Object.fromEntries(searchParams), print, act: 'create' })
    const [row] = await rows()
    expect(row).toMatchObject({ connection_id: id, subject: 'kim-there' })
    expect(Number(row?.expires_at) - Number(row?.last_modified)).toBeLessThanOrEqual(200_000)
  })

  test('keeps the refresh token of a provider that gives one once', async () => {
    await signInAtProvider()
    idp.refreshes = false
    await signInAtProvider()
    idp.refreshes = true
    world.advance(600_000)
    expect(await subjectAt((await tokensOf(exchange())).access_token)).toBe('kim-there')
  })

  test.each<[string, () => Promise<Response>]>([
    ['the link', () => tenant.api('DELETE', `/users/${world.kimId}/linked-accounts/${connection}`)],
    ['the user', () => tenant.scim('DELETE', `/Users/${world.kimId}`)],
    ['the connection', () => tenant.api('DELETE', `/connections/${connection}`)],
    ['the setting', () => tenant.api('PATCH', `/connections/${connection}`, { authenticator: { keepTokens: false } })],
    ['the authenticator', () => tenant.api('PATCH', `/connections/${connection}`, { authenticator: null })],
  ])('goes with %s', async (_what, remove) => {
    await signInAtProvider()
    expect(await rows()).toHaveLength(1)
    expect((await remove()).status).toBeLessThan(300)
    expect(await rows()).toEqual([])
  })

  test('stays when something else of the connection changes', async () => {
    await signInAtProvider()
    const change = { name: 'Renamed', authenticator: { scopes: ['openid', 'email'] } }
    expect((await tenant.api('PATCH', `/connections/${connection}`, change)).status).toBe(200)
    expect(await rows()).toHaveLength(1)
  })
})

describe('an application that may', () => {
  beforeEach(() => signInAtProvider())

  test('gets the access token by the id or the name of the connection, and no refresh token (RFC 8693 section 2.2.1)', async () => {
    const answer = await exchange()
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const given = await tokensOf(answer)
    expect(given).toEqual({
      access_token: expect.any(String),
      issued_token_type: PROVIDER_TOKEN,
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'openid profile email',
    })
    expect(given.expires_in).toBeLessThanOrEqual(300)
    expect(await subjectAt(given.access_token)).toBe('kim-there')
    expect((await tokensOf(exchange({ connection: 'idp' }))).access_token).toBe(given.access_token)
  })

  test('gets a fresh one when it is over or nearly so, and the refresh token that came with it counts (RFC 6749 section 6)', async () => {
    const first = await tokensOf(exchange())
    world.advance(200_000)
    expect((await tokensOf(exchange())).access_token).toBe(first.access_token)
    world.advance(45_000)
    const second = await tokensOf(exchange())
    expect(second.access_token).not.toBe(first.access_token)
    expect(second.expires_in).toBe(300)
    world.advance(600_000)
    const third = await tokensOf(exchange())
    expect([await subjectAt(second.access_token), await subjectAt(third.access_token)]).toEqual([
      'kim-there',
      'kim-there',
    ])
  })

  test('keeps a refresh token that the provider does not replace', async () => {
    idp.keepsRefreshTokens = true
    await signInAtProvider()
    for (const _ of [1, 2]) {
      world.advance(600_000)
      expect((await exchange()).status).toBe(200)
    }
  })

  test('burns no refresh token by asking twice at once: one refreshes, the other is told to ask again', async () => {
    world.advance(600_000)
    const before = refreshes()
    const answers = await Promise.all([exchange(), exchange(), exchange()])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 503, 503])
    const later = answers.find(({ status }) => status === 503) as Response
    expect(later.headers.get('Retry-After')).toMatch(/^\d+$/)
    expect(((await later.json()) as { error: string }).error).toBe('temporarily_unavailable')
    expect(refreshes() - before).toBe(1)
    expect((await exchange()).status).toBe(200)
    expect(refreshes() - before).toBe(1)
  })

  test('is given what is there while somebody else refreshes it, as long as that is good', async () => {
    world.advance(250_000)
    const answers = await Promise.all([exchange(), exchange()])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  test('gets a token again after a process died in the middle of a refresh', async () => {
    world.advance(600_000)
    const taken = world.platform.now().getTime()
    await world.platform.db.$client.execute(
      `update provider_tokens set has_refresh_token = 0, last_modified = ${taken}`,
    )
    expect((await exchange()).status).toBe(503)
    world.advance(30_001)
    expect((await exchange()).status).toBe(200)
  })

  test('is told that she has to sign in there again when the provider refuses, and nothing stays: invalid_grant', async () => {
    // Used up elsewhere.
    const { clientId, clientSecret } = idp.authenticator
    const headers = { Authorization: basicHeader(clientId, clientSecret) }
    for (const refresh_token of idp.secrets.slice(-4)) {
      const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token })
      await fetch(`${idp.origin}/token`, { method: 'POST', headers, body })
    }
    world.advance(600_000)
    const refused = await exchange()
    expect(await refusal(refused)).toEqual([400, 'invalid_grant'])
    expect(await rows()).toEqual([])
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
    await signInAtProvider()
    expect((await exchange()).status).toBe(200)
  })

  test('is told to ask again when the provider does not answer, and gets one when it does', async () => {
    world.advance(600_000)
    idp.misbehaviour = { broken: ['/token'] }
    expect(await refusal(exchange())).toEqual([503, 'temporarily_unavailable'])
    idp.misbehaviour = {}
    expect((await exchange()).status).toBe(200)
  })

  test('is told so where there is no refresh token and the access token is over', async () => {
    await world.platform.db.$client.execute('delete from provider_tokens')
    idp.refreshes = false
    await signInAtProvider()
    expect((await exchange()).status).toBe(200)
    world.advance(301_000)
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
  })

  test('is not told when a token ends of which the provider does not say it', async () => {
    idp.misbehaviour = { tokens: { expires_in: undefined } }
    await signInAtProvider()
    expect(await tokensOf(exchange())).not.toHaveProperty('expires_in')
  })

  test('may name scopes that were granted, and no others', async () => {
    expect((await exchange({ scope: 'email' })).status).toBe(200)
    expect(await refusal(exchange({ scope: 'email calendar' }))).toEqual([400, 'invalid_scope'])
  })
})

describe('refused:', () => {
  beforeEach(() => signInAtProvider())

  test('an application that may not, a connection that it may not, and none', async () => {
    const other = await register(world, { name: 'other', grantTypes: GRANTS }, 'acme')
    const { access_token } = await tokensFor(world, other, { scope: 'openid' })
    expect(await refusal(exchange({}, other, access_token))).toEqual([400, 'invalid_target'])
    const elsewhere = await connect('Elsewhere', true)
    expect(await refusal(exchange({ connection: elsewhere }))).toEqual([400, 'invalid_target'])
    expect(await refusal(exchange({ connection: 'none' }))).toEqual([400, 'invalid_target'])
    expect(await refusal(exchange({ connection: [] }))).toEqual([400, 'invalid_request'])
  })

  test('an application without the grant, and one that does not prove who it is', async () => {
    const clientMetadata = { providerTokensOf: [connection] }
    const other = await register(world, { name: 'other', clientMetadata }, 'acme')
    const { access_token } = await tokensFor(world, other, { scope: 'openid' })
    expect(await refusal(exchange({}, other, access_token))).toEqual([400, 'unauthorized_client'])
    expect((await exchange({}, { ...shop, clientSecret: 'wrong' })).status).toBe(401)
  })

  test('the token of another application, unless an administrator has named it', async () => {
    const clientMetadata = { providerTokensOf: [connection] }
    const other = await register(world, { name: 'other', grantTypes: GRANTS, clientMetadata }, 'acme')
    expect(await refusal(exchange({}, other))).toEqual([400, 'invalid_request'])
    const named = { ...clientMetadata, exchangesTokensOf: [shop.clientId] }
    const trusted = await register(world, { name: 'trusted', grantTypes: GRANTS, clientMetadata: named }, 'acme')
    expect((await exchange({}, trusted)).status).toBe(200)
  })

  test('another tenant’s application, by its own name and with ours', async () => {
    const foreign = await register(world, {
      name: 'foreign',
      grantTypes: GRANTS,
      clientMetadata: { providerTokensOf: [connection] },
    })
    const inRoot = { ...world, issuer: world.platform.config.baseUrl }
    const asked = { requested_token_type: PROVIDER_TOKEN, connection, subject_token: subject }
    const form = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token_type: ACCESS_TOKEN, ...asked }
    expect(await refusal(post(inRoot, foreign, form))).toEqual([400, 'invalid_request'])
  })

  test('a grant that was revoked, a person who was deactivated, a token that is over', async () => {
    const { access_token, refresh_token } = await tokensFor(world, shop, { scope: 'openid offline_access' })
    expect((await exchange({}, shop, access_token)).status).toBe(200)
    await post(world, shop, { token: refresh_token }, '/oauth2/revoke')
    expect(await refusal(exchange({}, shop, access_token))).toEqual([400, 'invalid_request'])
    await setActive(world, 'acme', false)
    expect(await refusal(exchange())).toEqual([400, 'invalid_request'])
    await setActive(world, 'acme', true)
    world.advance(2 * 3_600_000)
    expect(await refusal(exchange())).toEqual([400, 'invalid_request'])
  })

  test('a token that is bound to a key which is not shown (RFC 9449), as that key alone makes it worth anything', async () => {
    const key = await clientKey()
    const url = `${world.issuer}/oauth2/token`
    const sendBy = async (by: ClientKey | undefined, form: Record<string, string>) =>
      world.app.request(url, {
        method: 'POST',
        headers: {
          Authorization: basicHeader(shop.clientId, shop.clientSecret),
          ...(by ? { DPoP: await proofFor(world, by, ['POST', url]) } : {}),
        },
        body: new URLSearchParams(form),
      })
    const code = await codeFor(world, { client_id: shop.clientId })
    const redeemed = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI }
    const bound = await tokensOf(sendBy(key, redeemed))
    expect(bound.token_type).toBe('DPoP')
    const asked = { requested_token_type: PROVIDER_TOKEN, connection, subject_token: bound.access_token }
    const form = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token_type: ACCESS_TOKEN, ...asked }
    expect(await refusal(sendBy(undefined, form))).toEqual([400, 'invalid_request'])
    expect(await refusal(sendBy(await clientKey(), form))).toEqual([400, 'invalid_request'])
    // It is the provider's token, and no key of ours is in it.
    expect((await tokensOf(sendBy(key, form))).token_type).toBe('Bearer')
  })

  test('a token of the application itself, an actor, and a connection that keeps none any more', async () => {
    const machine = { name: 'machine', grantTypes: [TOKEN_EXCHANGE_GRANT, 'client_credentials'], redirectUris: [] }
    const clientMetadata = { providerTokensOf: [connection] }
    const client = await register(world, { ...machine, clientMetadata }, 'acme')
    const own = await tokensOf(post(world, client, { grant_type: 'client_credentials' }))
    expect(await refusal(exchange({}, client, own.access_token))).toEqual([400, 'invalid_request'])
    const actor = { actor_token: subject, actor_token_type: ACCESS_TOKEN }
    expect(await refusal(exchange(actor))).toEqual([400, 'invalid_request'])
    await tenant.api('PATCH', `/connections/${connection}`, { authenticator: { keepTokens: null } })
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
  })

  test('what another provider gave, once the connection is pointed elsewhere: its refresh token goes nowhere', async () => {
    const elsewhere = await fakeIdp()
    const { authorizationEndpoint, tokenEndpoint, clientSecret } = elsewhere.authenticator
    const authenticator = { authorizationEndpoint, tokenEndpoint, clientSecret }
    expect((await tenant.api('PATCH', `/connections/${connection}`, { authenticator })).status).toBe(200)
    world.advance(600_000)
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
    expect(elsewhere.calls).not.toContain('/token')
    await elsewhere.close()
  })

  test('what was kept, once other endpoints speak for the same issuer: no refresh token goes there', async () => {
    await signInAtProvider()
    const elsewhere = await fakeIdp()
    const { authorizationEndpoint, tokenEndpoint, clientSecret } = elsewhere.authenticator
    const named = { issuer: idp.origin, jwksUri: `${elsewhere.origin}/jwks` }
    const authenticator = { authorizationEndpoint, tokenEndpoint, clientSecret, ...named }
    expect((await tenant.api('PATCH', `/connections/${connection}`, { authenticator })).status).toBe(200)
    world.advance(600_000)
    expect(await refusal(exchange())).toEqual([400, 'invalid_grant'])
    expect(elsewhere.calls).not.toContain('/token')
    expect(await rows()).toEqual([])
    await elsewhere.close()
  })

  test('a client that registers itself gets it by nothing that it says (RFC 7591)', async () => {
    await tenant.api('PUT', '/client-registration', { policy: 'open' })
    const body = {
      redirect_uris: ['https://app.example/callback'],
      grant_types: GRANTS,
      providerTokensOf: [connection],
      provider_tokens_of: [connection],
    }
    const answer = await tenant.fetch('/oauth2/register', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    const told = JSON.stringify(await answer.json())
    expect(told).not.toContain(connection)
    const { rows: clients } = await world.platform.db.$client.execute('select client_metadata from applications')
    expect(clients.filter((row) => String(row.client_metadata).includes(connection))).toHaveLength(1)
  })

  test('an administrator of applications alone cannot say so: it takes connections:write', async () => {
    const role = await tenant.scim('POST', '/Roles', {
      displayName: 'Application people',
      permissions: [{ value: 'applications:write' }, { value: 'applications:read' }],
    })
    const { id } = (await role.json()) as { id: string }
    const Operations = [{ op: 'add', path: 'users', value: [{ value: world.kimId }] }]
    await tenant.scim('PATCH', `/Roles/${id}`, { Operations })
    const create = (clientMetadata: object) =>
      tenant.fetch('/api/v1/applications', {
        method: 'POST',
        headers: { Authorization: basicHeader(KIM.userName, KIM.password), 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: 'mine', redirectUris: ['https://app.example/'], clientMetadata }),
      })
    expect((await create({ providerTokensOf: [connection] })).status).toBe(403)
    expect((await create({})).status).toBe(201)
  })
})

test('an ordinary exchange goes on as before, and another type is refused by name', async () => {
  expect((await exchange({ requested_token_type: ACCESS_TOKEN, connection: [] })).status).toBe(200)
  const refused = await exchange({ requested_token_type: 'urn:x' })
  expect(await refusal(refused)).toEqual([400, 'invalid_request'])
})
