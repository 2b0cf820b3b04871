/** A provider tells of a sign-out (OpenID Connect Back-Channel Logout 1.0), and what began through it here ends. */
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rowsOf, runBatch } from '../../../src/db/open.ts'
import { sql } from '../../../src/db/sql.ts'
import { removeExpired } from '../../../src/tenancy/commands.ts'
import { CLIENT } from '../../support/fake-idp.ts'
import { type BrowserClient, browserClient } from '../../support/browser-client.ts'
import { answerIn, authorizePath, type Client } from '../../oidc/world.ts'
import { comeBack, type TwoProviders, twoProviders } from '../../login/first/world.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
let providers: TwoProviders
let either: Client
let strict: Client
let number = 0
beforeAll(async () => {
  providers = await twoProviders()
  const [a, b] = [{ connection: providers.connections.a }, { connection: providers.connections.b }]
  const told = { clientMetadata: { backchannelLogoutUri: 'https://app.example/logout' } }
  either = await providers.application('either', { steps: [{ options: [a, b] }] }, told)
  strict = await providers.application('strict', { secondFactor: 'always', steps: [{ options: [a] }] })
})
afterAll(() => providers.close())
beforeEach(() => {
  for (const idp of [providers.a, providers.b]) {
    idp.misbehaviour = {}
    idp.idTokenClaims = {}
  }
})

/** Somebody signed in through a connection, in a browser of her own. */
async function signedIn(by: 'a' | 'b', sub: string, sid?: string): Promise<BrowserClient> {
  const idp = providers[by]
  idp.person = { sub, preferred_username: sub }
  idp.misbehaviour = {}
  const { iat, exp } = claims()
  idp.idTokenClaims = { iat, exp, ...(sid === undefined ? {} : { sid }) }
  const browser = browserClient(providers.world)
  const parameters = { client_id: either.clientId, connection: providers.connections[by] }
  const away = await browser.get(authorizePath(providers.world, parameters))
  expect(answerIn(await comeBack(providers.world, browser, away))).toHaveProperty('code')
  return browser
}

async function isIn(browser: BrowserClient): Promise<boolean> {
  const path = authorizePath(providers.world, { client_id: either.clientId, prompt: 'none' })
  return 'code' in answerIn(await browser.get(path))
}

function claims(change: Record<string, unknown> = {}) {
  const now = Math.floor(providers.world.platform.now().getTime() / 1000)
  const proper = { iss: providers.a.origin, aud: CLIENT.clientId, iat: now, exp: now + 120, jti: `jti-${++number}` }
  return { ...proper, events: { [EVENT]: {} }, ...change }
}

const token = (change: Record<string, unknown>, header: Record<string, unknown> = { typ: 'logout+jwt' }) =>
  providers.a.sign(claims(change), header)

function send(logoutToken: string, connection = providers.connections.a, base = ''): Promise<Response> {
  const url = `${providers.world.platform.config.baseUrl}${base}/login/connections/${connection}/backchannel-logout`
  const body = new URLSearchParams({ logout_token: logoutToken })
  return Promise.resolve(providers.world.app.request(url, { method: 'POST', body }))
}

describe('a logout token of the provider', () => {
  test('ends the sessions that began in that session there, no others, and their applications are told', async () => {
    const [laptop, phone, other] = [
      await signedIn('a', 'ann', 'laptop'),
      await signedIn('a', 'ann', 'phone'),
      await signedIn('a', 'zoe', 'other'),
    ]
    const answer = await send(await token({ sid: 'laptop' }))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect([await isIn(laptop), await isIn(phone), await isIn(other)]).toEqual([false, true, true])
    const { db, tenantId } = await providers.world.scope()
    const told = await rowsOf(
      db,
      sql`select l.application_id id from logout_deliveries l join users u on u.tenant_id = l.tenant_id
        and u.id = l.user_id where l.tenant_id = ${tenantId} and u.user_name = 'ann'`,
    )
    expect(told).toEqual([{ id: either.id }])
    expect(providers.world.wakes.length).toBeGreaterThan(0)
  })

  test('ends all of somebody’s who came from there, where it names her and no session', async () => {
    const [one, two, other] = [await signedIn('a', 'bob', '1'), await signedIn('a', 'bob'), await signedIn('a', 'zoe')]
    expect((await send(await token({ sub: 'bob' }))).status).toBe(200)
    expect([await isIn(one), await isIn(two), await isIn(other)]).toEqual([false, false, true])
  })

  test('that names both ends what is of both', async () => {
    const browser = await signedIn('a', 'cat', 'c1')
    expect((await send(await token({ sub: 'dog', sid: 'c1' }))).status).toBe(200)
    expect(await isIn(browser)).toBe(true)
    await send(await token({ sub: 'cat', sid: 'c1' }))
    expect(await isIn(browser)).toBe(false)
  })

  test('ends nothing of another connection, whoever has the same name there', async () => {
    const [here, there] = [await signedIn('a', 'eve', 's'), await signedIn('b', 'eve', 's')]
    await send(await token({ sub: 'eve', sid: 's' }))
    expect([await isIn(here), await isIn(there)]).toEqual([false, true])
  })

  test('ends nothing of another connection to the same provider', async () => {
    const browser = await signedIn('a', 'jan', 'jan-sid')
    const { db, tenantId } = await providers.world.scope()
    await runBatch(db, [
      sql`update federated_sessions set connection_id = 'another' where tenant_id = ${tenantId} and subject = 'jan'`,
    ])
    expect((await send(await token({ sub: 'jan', sid: 'jan-sid' }))).status).toBe(200)
    expect(await isIn(browser)).toBe(true)
  })

  test('of a session that is none of ours is answered all the same: she is signed out (section 2.8)', async () => {
    expect((await send(await token({ sid: 'unknown' }))).status).toBe(200)
  })

  test('counts once, also if it comes twice at once, until nobody could send it any more (section 2.6, 8)', async () => {
    const once = await token({ sub: 'fay' })
    const answers = await Promise.all([send(once), send(once), send(once)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400])
    const browser = await signedIn('a', 'fay')
    expect(await (await send(once)).json()).toEqual({
      error: 'invalid_request',
      error_description: 'logout_token: it was sent before',
    })
    expect(await isIn(browser)).toBe(true)
    const { db, tenantId, now } = await providers.world.scope()
    await removeExpired(db, tenantId, new Date(now.getTime() + 200_000))
    const left = await rowsOf(db, sql`select jti_hash from used_assertions where tenant_id = ${tenantId}`)
    expect(left).toEqual([])
  })

  test('ends a sign-in that still owes its second step', async () => {
    providers.a.person = { sub: 'gil', preferred_username: 'gil' }
    const browser = browserClient(providers.world)
    const away = await browser.get(authorizePath(providers.world, { client_id: strict.clientId }))
    const second = await comeBack(providers.world, browser, away)
    expect(second.text).toContain('Set up a second step')
    await send(await token({ sub: 'gil' }))
    expect((await browser.get(second.path)).text).not.toContain('Set up a second step')
  })

  test('is verified with new keys, where the provider has changed them', async () => {
    const browser = await signedIn('a', 'hal')
    providers.world.advance(31_000)
    await providers.a.rotate()
    expect((await send(await token({ sub: 'hal' }))).status).toBe(200)
    expect(await isIn(browser)).toBe(false)
  })

  test('without a kid is verified by whichever key it is', async () => {
    const browser = await signedIn('a', 'ida')
    providers.a.misbehaviour = { keys: 'several-without-kid' }
    providers.world.advance(6 * 60_000)
    expect((await send(await token({ sub: 'ida' }, { kid: undefined }))).status).toBe(200)
    expect(await isIn(browser)).toBe(false)
    providers.world.advance(6 * 60_000)
  })
})

describe('is refused, and ends nothing, what is no logout token of this provider for us:', () => {
  let victim: BrowserClient
  beforeAll(async () => {
    victim = await signedIn('a', 'vic', 'vic-sid')
  })
  const whose = { sub: 'vic', sid: 'vic-sid' }

  test.each<[string, () => string | Promise<string>]>([
    ['an id_token', () => providers.a.sign(claims({ ...whose, events: undefined, nonce: 'n' }), { typ: 'JWT' })],
    ['one of another issuer', () => token({ ...whose, iss: providers.b.origin })],
    ['one for another client', () => token({ ...whose, aud: 'another' })],
    ['one without events', () => token({ ...whose, events: undefined })],
    ['one with a nonce', () => token({ ...whose, nonce: 'n' })],
    ['one without jti', () => token({ ...whose, jti: undefined })],
    ['one that is over', () => token({ ...whose, iat: 1, exp: 2 })],
    ['an access token', () => token(whose, { typ: 'at+jwt' })],
    ['an unsigned one', () => new UnsecuredJWT(claims(whose)).encode()],
    [
      'one by another key under the same kid',
      async () => {
        const { privateKey } = await generateKeyPair('RS256')
        return new SignJWT(claims(whose)).setProtectedHeader({ alg: 'RS256', kid: 'fake' }).sign(privateKey)
      },
    ],
    [
      'one signed with the client secret',
      () =>
        new SignJWT(claims(whose))
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(CLIENT.clientSecret)),
    ],
    ['no JWT', () => 'nonsense'],
    ['a JWT with no JSON in it', () => 'e30.bm9uc2Vuc2U.AAAA'],
    ['nothing', () => ''],
  ])('%s', async (_what, make) => {
    const answer = await send(await make())
    expect(answer.status).toBe(400)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' })
    expect(await isIn(victim)).toBe(true)
  })

  test('one that is sent to another connection, to another tenant, or to none', async () => {
    await providers.world.tenant('acme')
    const good = await token(whose)
    expect((await send(good, providers.connections.b)).status).toBe(400)
    expect((await send(good, providers.connections.a, '/t/acme')).status).toBe(400)
    expect((await send(good, 'nobody')).status).toBe(400)
    expect(await isIn(victim)).toBe(true)
  })

  test('two at once, or none, or more than a token can be', async () => {
    const url = `${providers.world.issuer}/login/connections/${providers.connections.a}/backchannel-logout`
    const post = (body: URLSearchParams) => providers.world.app.request(url, { method: 'POST', body })
    const good = await token(whose)
    const twice = new URLSearchParams([
      ['logout_token', good],
      ['logout_token', good],
    ])
    expect((await post(twice)).status).toBe(400)
    expect((await post(new URLSearchParams())).status).toBe(400)
    const long = await post(new URLSearchParams({ logout_token: 'x'.repeat(40_000) }))
    expect([long.status, await long.json()]).toMatchObject([413, { error: 'invalid_request' }])
    expect(await isIn(victim)).toBe(true)
  })

  test('one of a provider whose keys cannot be had, which is not asked for them at each attempt', async () => {
    providers.world.advance(6 * 60_000)
    providers.a.misbehaviour = { broken: ['/jwks'] }
    const before = providers.a.calls.filter((path) => path === '/jwks').length
    for (let i = 0; i < 3; i++) expect((await send(await token(whose))).status).toBe(400)
    expect(providers.a.calls.filter((path) => path === '/jwks').length - before).toBe(1)
    expect(await isIn(victim)).toBe(true)
  })
})
