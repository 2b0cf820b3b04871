/** Straight to a provider: because the application says so, or because there is no other way. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { basicHeader } from '../../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { answerIn, authorizePath, type Client } from '../../oidc/world.ts'
import { askedAt, comeBack, type TwoProviders, twoProviders } from './world.ts'

let providers: TwoProviders
/** Offers a password and A; A alone. */
let both: Client
let onlyA: Client
let browser: BrowserClient
beforeAll(async () => {
  providers = await twoProviders()
  const a = { connection: providers.connections.a }
  both = await providers.application('both', { steps: [{ options: ['password', a] }] })
  onlyA = await providers.application('only A', { steps: [{ options: [a] }] })
})
afterAll(() => providers.close())
beforeEach(() => {
  providers.a.misbehaviour = {}
  browser = browserClient(providers.world)
})

const open = (client: Client, parameters: Record<string, string | undefined> = {}): Promise<Page> =>
  browser.get(authorizePath(providers.world, { client_id: client.clientId, ...parameters }))
const isPage = (page: Page) => page.status === 200 && page.path.startsWith('/login?request=')

describe('an authorization request that names the way', () => {
  test('by a connection’s id or name, as `connection` or as WSO2 `fidp`, leads there without a page of ours', async () => {
    for (const parameters of [
      { connection: providers.connections.a },
      { connection: 'idp-a' },
      { fidp: 'IDP-A' },
      { domain_hint: 'A.example' },
    ]) {
      browser = browserClient(providers.world)
      const away = await open(both, parameters)
      askedAt(providers.a, away)
      expect(answerIn(await comeBack(providers.world, browser, away))).toHaveProperty('code')
    }
  })

  test('that the application does not offer, or that does not exist, shows the ordinary page: the two look alike', async () => {
    for (const parameters of [
      { connection: providers.connections.b },
      { connection: 'IDP-B' },
      { connection: 'nobody' },
      { domain_hint: 'b.example' },
      { domain_hint: 'nobody.example' },
      { fidp: 'nobody' },
    ]) {
      const page = await open(both, parameters)
      expect(isPage(page)).toBe(true)
      expect(page.text).toContain('name="password"')
      expect(page.text).not.toMatch(/IDP-B|nobody/)
    }
  })

  test('counts in a pushed request as well (RFC 9126)', async () => {
    const query = new URL(
      authorizePath(providers.world, { client_id: both.clientId, connection: 'IDP-A' }),
      'https://x',
    )
    const pushed = await providers.world.app.request(`${providers.world.issuer}/oauth2/par`, {
      method: 'POST',
      headers: { Authorization: basicHeader(both.clientId, both.clientSecret) },
      body: query.searchParams,
    })
    const { request_uri = '' } = (await pushed.json()) as { request_uri?: string }
    askedAt(
      providers.a,
      await browser.get(`/oauth2/authorize?${new URLSearchParams({ client_id: both.clientId, request_uri })}`),
    )
  })

  test('with prompt=none goes to no provider (OpenID Connect Core section 3.1.2.1)', async () => {
    const calls = providers.a.calls.length
    for (const client of [both, onlyA]) {
      expect(answerIn(await open(client, { connection: 'IDP-A', prompt: 'none' }))).toMatchObject({
        error: 'login_required',
      })
    }
    expect(providers.a.calls.length).toBe(calls)
  })

  test('is answered by a session that will do', async () => {
    await comeBack(providers.world, browser, await open(onlyA))
    expect(answerIn(await open(both, { connection: 'IDP-A' }))).toHaveProperty('code')
  })
})

describe('a login flow of one connection alone', () => {
  test('has no page with a single button', async () => {
    const away = await open(onlyA)
    askedAt(providers.a, away)
    expect(answerIn(await comeBack(providers.world, browser, away))).toHaveProperty('code')
  })

  test('has one where the application wants an account to be chosen (prompt=select_account)', async () => {
    const page = await open(onlyA, { prompt: 'select_account' })
    expect(isPage(page)).toBe(true)
    expect(page.text).toContain('Sign In With IDP-A')
  })

  test('has one after a failure at the provider, and leads there from its button alone', async () => {
    const away = await open(onlyA)
    providers.a.misbehaviour = { error: 'access_denied' }
    const failure = await comeBack(providers.world, browser, away)
    expect(failure.status).toBe(403)
    const [, back = ''] = /href="(\/oauth2\/authorize\?resume=[^"]+)"/.exec(failure.text) ?? []
    const page = await browser.get(back)
    expect(isPage(page)).toBe(true)
    const [, button = ''] = /href="(\/login\/connections\/[^"]+)"/.exec(page.text) ?? []
    providers.a.misbehaviour = {}
    const again = await browser.get(button.replaceAll('&amp;', '&'))
    expect(answerIn(await comeBack(providers.world, browser, again))).toHaveProperty('code')
    expect(button).toContain(providers.connections.a)
  })

  test('has one after a failure also where the application named the way', async () => {
    const away = await open(both, { connection: 'IDP-A' })
    providers.a.misbehaviour = { error: 'server_error' }
    const failure = await comeBack(providers.world, browser, away)
    const [, back = ''] = /href="(\/oauth2\/authorize\?resume=[^"]+)"/.exec(failure.text) ?? []
    expect((await browser.get(back)).text).toContain('name="password"')
  })
})

test('a page of one’s own can be linked to through a connection; one that is not there is the ordinary page', async () => {
  askedAt(providers.a, await browser.get('/login?return_to=/account&connection=IDP-A'))
  expect((await browser.get('/login?connection=nobody')).text).toContain('name="password"')
  // The console knows its people by password and passkey.
  const console = await browser.get('/login?return_to=/console&connection=IDP-A')
  expect(console.text).toContain('name="password"')
  expect(console.text).not.toContain('IDP-A')
})

test('login_hint stays ours unless it is an address of that provider’s people that she typed here', async () => {
  const away = await open(onlyA, { login_hint: 'somebody@private.example' })
  expect(askedAt(providers.a, away)).not.toHaveProperty('login_hint')
})
