/** A sign-out here goes on to the provider (OpenID Connect RP-Initiated Logout 1.0 section 2), where a connection says so. */
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rowsOf } from '../../../src/db/open.ts'
import { federatedIdentities } from '../../../src/db/schema.ts'
import { sql } from '../../../src/db/sql.ts'
import { basicHeader } from '../../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { CLIENT, type FakeIdp } from '../../support/fake-idp.ts'
import { answerIn, authorizePath, type Client, postToken, signIn } from '../../oidc/world.ts'
import { comeBack, type TwoProviders, twoProviders } from '../../login/first/world.ts'

const AFTER = 'https://app.example/after?x=1'
let providers: TwoProviders
let either: Client
let framed: Client
let browser: BrowserClient
beforeAll(async () => {
  providers = await twoProviders({ passSignOut: true })
  const options = [{ connection: providers.connections.a }, { connection: providers.connections.b }]
  const clientMetadata = { postLogoutRedirectUris: [AFTER] }
  either = await providers.application('either', { steps: [{ options }] }, { clientMetadata })
  const told = { frontchannelLogoutUri: 'https://app.example/front' }
  framed = await providers.application('framed', { steps: [{ options }] }, { clientMetadata: told })
  // Kim is kim at both of them.
  const { db, tenantId, now } = await providers.world.scope()
  for (const by of ['a', 'b'] as const) {
    const link = { tenantId, connectionId: providers.connections[by], issuer: providers[by].origin, subject: 'kim' }
    await db
      .insert(federatedIdentities)
      .values({ ...link, userId: providers.world.kimId, created: now, lastSignIn: now })
  }
})
afterAll(() => providers.close())
beforeEach(() => {
  browser = browserClient(providers.world)
  for (const idp of [providers.a, providers.b]) {
    idp.misbehaviour = {}
    idp.metadata = { end_session_endpoint: `${idp.origin}/end-session` }
    idp.person = { sub: 'kim', preferred_username: 'kim' }
    idp.idTokenClaims = { iat: providers.world.platform.now().getTime() / 1000, exp: 4_000_000_000 }
    idp.asked.length = 0
  }
})

/** Signs Kim in through a connection; answers the id_token that the application was given. */
async function signInBy(by: 'a' | 'b', client = either): Promise<string> {
  const parameters = { client_id: client.clientId, connection: providers.connections[by], prompt: 'login' }
  const away = await browser.get(authorizePath(providers.world, parameters))
  const { code = '' } = answerIn(await comeBack(providers.world, browser, away))
  const answer = await postToken(providers.world, { code }, basicHeader(client.clientId, client.clientSecret))
  return ((await answer.json()) as { id_token: string }).id_token
}

const signOut = async (): Promise<Page> => {
  await browser.get('/logout')
  return browser.post('/logout')
}
/** Where the page leads by itself. */
const refreshOf = ({ headers }: Page) => /^(\d+); url=(.+)$/.exec(headers.get('Refresh') ?? '')?.slice(1) ?? []
const asPage = (path: string): Page => ({ status: 303, path, text: '', headers: new Headers() })
const signOutsAt = (idp: FakeIdp) => idp.asked.filter(({ path }) => path === '/end-session').map(({ query }) => query)
const isSignedIn = async () => (await browser.get('/logout')).text.includes('<strong>kim</strong>')
const ask = (idToken: string, more: Record<string, string> = {}) =>
  browser.get(`/oidc/logout?${new URLSearchParams({ id_token_hint: idToken, ...more })}`)

describe('signing out here', () => {
  test('ends the session and leads to the provider with its id_token, and from there to the page that says so', async () => {
    await signInBy('a')
    const page = await signOut()
    const [seconds, href = ''] = refreshOf(page)
    expect(seconds).toBe('0')
    expect(page.text).toContain('You are being signed out where you signed in as well.')
    expect(await isSignedIn()).toBe(false)
    const done = await comeBack(providers.world, browser, asPage(href))
    expect(done.path).toBe('/logout')
    expect(done.text).toContain('You are signed out here.')
    const [query] = signOutsAt(providers.a)
    expect(query?.get('client_id')).toBe(CLIENT.clientId)
    expect(query?.get('post_logout_redirect_uri')).toBe(`${providers.world.issuer}/commonauth/logout`)
    expect(query?.get('state')).toMatch(/^[\w-]{43}$/)
    expect(decodeJwt(query?.get('id_token_hint') ?? '')).toMatchObject({ iss: providers.a.origin, sub: 'kim' })
  })

  test('for an application goes on to it behind the provider, with its state', async () => {
    const away = await ask(await signInBy('a'), { post_logout_redirect_uri: AFTER, state: 'theirs' })
    expect(away.path).toContain(`${providers.a.origin}/end-session?`)
    const back = await comeBack(providers.world, browser, away)
    expect(back.path).toBe(`${AFTER}&state=theirs`)
    expect(await isSignedIn()).toBe(false)
  })

  test('after having been asked leads there over a page, whose policy lets it (CSP form-action)', async () => {
    await signInBy('a')
    await browser.get(`/oidc/logout?client_id=${either.clientId}`)
    const [seconds, href = ''] = refreshOf(await browser.post('/oidc/logout/confirm', { client_id: either.clientId }))
    expect([seconds, href.split('?')[0]]).toEqual(['0', `${providers.a.origin}/end-session`])
  })

  test('shows the frames of applications first (Front-Channel Logout 1.0)', async () => {
    await signInBy('a', framed)
    const page = await signOut()
    const [seconds, href = ''] = refreshOf(page)
    expect(page.text).toContain('src="https://app.example/front?iss=')
    expect(Number(seconds)).toBeGreaterThan(0)
    expect(href).toContain(`${providers.a.origin}/end-session?`)
  })

  test('does not lead to a provider that vouched for a session which ran out, in which she signed in anew', async () => {
    await signInBy('a')
    providers.world.advance(3 * 3600_000)
    const page = await browser.get(authorizePath(providers.world))
    expect(await signIn(browser, page)).toMatchObject({ path: expect.stringContaining('code=') })
    expect(refreshOf(await signOut())).toEqual([])
  })

  test('goes through each of several providers that vouched for the session, the latest first', async () => {
    await signInBy('a')
    providers.world.advance(1000)
    const away = await ask(await signInBy('b'), { post_logout_redirect_uri: AFTER })
    expect(away.path).toContain(`${providers.b.origin}/end-session?`)
    const next = await comeBack(providers.world, browser, away)
    expect(next.path).toContain(`${providers.a.origin}/end-session?`)
    expect((await comeBack(providers.world, browser, next)).path).toBe(AFTER)
  })
})

describe('signing out here is done, and the person goes on,', () => {
  test('where the provider has no page for it', async () => {
    providers.a.metadata = {}
    providers.world.advance(6 * 60_000)
    providers.a.idTokenClaims = { iat: providers.world.platform.now().getTime() / 1000, exp: 4_000_000_000 }
    const page = await ask(await signInBy('a'), { post_logout_redirect_uri: AFTER })
    expect(page.path).toBe(AFTER)
    expect(await isSignedIn()).toBe(false)
    providers.world.advance(6 * 60_000)
  })

  test('where the provider is away', async () => {
    const idToken = await signInBy('a')
    providers.a.misbehaviour = { broken: ['/.well-known/openid-configuration'] }
    providers.world.advance(6 * 60_000)
    expect((await ask(idToken, { post_logout_redirect_uri: AFTER })).path).toBe(AFTER)
    expect(await isSignedIn()).toBe(false)
    providers.world.advance(11_000)
  })
})

test('a state counts once, in the browser that it was made in, and for nothing else', async () => {
  const away = await ask(await signInBy('b'), { post_logout_redirect_uri: AFTER })
  const state = new URL(away.path).searchParams.get('state') ?? ''
  const back = `/commonauth/logout?${new URLSearchParams({ state })}`
  expect((await browserClient(providers.world).get(back)).path).toBe('/logout')
  for (const forged of [state, `sign-out ${state}`]) {
    expect((await browser.get(`/commonauth?${new URLSearchParams({ state: forged, code: 'c' })}`)).status).toBe(400)
  }
  const both = await Promise.all([browser.get(back), browser.get(back)])
  expect(both.map(({ path }) => path).toSorted()).toEqual(['/logout', AFTER])
  expect((await browser.get('/commonauth/logout')).path).toBe('/logout')
})

test('the provider’s id_token goes to no page that the connection is pointed at since', async () => {
  const idToken = await signInBy('b')
  const tenant = await providers.world.tenant()
  const point = (endSessionEndpoint: string | null) =>
    tenant.api('PATCH', `/connections/${providers.connections.b}`, { authenticator: { endSessionEndpoint } })
  expect((await point('https://elsewhere.example/end-session')).status).toBe(200)
  const away = new URL((await ask(idToken, { post_logout_redirect_uri: AFTER })).path)
  await point(null)
  expect(away.origin).toBe('https://elsewhere.example')
  expect(away.searchParams.get('state')).toMatch(/^[\w-]{43}$/)
  expect(away.searchParams.has('id_token_hint')).toBe(false)
})

test('the provider’s id_token is kept sealed, and only where it is needed', async () => {
  const { db, tenantId } = await providers.world.scope()
  const kept = () =>
    rowsOf<{ sealed: string | null }>(
      db,
      sql`select sealed_id_token sealed from federated_sessions where tenant_id = ${tenantId}
        and connection_id = ${providers.connections.b} order by created desc limit 1`,
    )
  await signInBy('b')
  const [one] = await kept()
  expect(one?.sealed).toEqual(expect.any(String))
  expect(providers.b.secrets.filter((secret) => secret.length > 100 && one?.sealed?.includes(secret))).toEqual([])
  const told = JSON.stringify(providers.world.logs)
  expect(providers.b.secrets.filter((secret) => told.includes(secret))).toEqual([])
  const tenant = await providers.world.tenant()
  await tenant.api('PATCH', `/connections/${providers.connections.b}`, { authenticator: { passSignOut: false } })
  browser = browserClient(providers.world)
  const idToken = await signInBy('b')
  expect(await kept()).toEqual([{ sealed: null }])
  const page = await ask(idToken, { post_logout_redirect_uri: AFTER })
  expect(page.path).toBe(AFTER)
})
