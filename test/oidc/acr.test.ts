/** acr, amr and the second step of an application's flow, over the whole way from authorize to the id_token. */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { browserClient, type BrowserClient, type Page } from '../support/browser-client.ts'
import { basicHeader } from '../support/app.ts'
import { codesIn, enrol, enrolmentIn, phoneOf, queryIn, secondStep } from '../login/factors/world.ts'
import {
  answerIn,
  authorizePath,
  type Client,
  KIM,
  type OidcWorld,
  oidcWorld,
  postToken,
  REDIRECT_URI,
  register,
  signIn,
} from './world.ts'

const [ONE, TWO] = ['urn:postern:acr:1fa', 'urn:postern:acr:2fa']
const STEP_MS = 30_000
const LEE = { userName: 'lee', password: 'MyPa33w@rd' }
let world: OidcWorld
let phone: Awaited<ReturnType<typeof enrol>>['phone']
/** One that never asks for a second factor, one that wants two steps of everybody, and one that may ask while she is away. */
let lax: Client
let strict: Client
let offline: Client

beforeAll(async () => {
  world = await oidcWorld()
  await (await world.tenant()).scim('POST', '/Users', LEE)
  phone = (await enrol(world, KIM)).phone
  world.advance(STEP_MS)
  const steps = [{ options: ['password'] }]
  lax = await register(world, { name: 'lax', loginFlow: { steps, secondFactor: 'never' } })
  strict = await register(world, { name: 'strict', loginFlow: { steps: [...steps, { options: ['totp'] }] } })
  offline = await register(world, { name: 'offline', grantTypes: ['authorization_code', 'refresh_token'] })
})

function authorize(browser: BrowserClient, client: Client, parameters: Record<string, string> = {}): Promise<Page> {
  return browser.get(authorizePath(world, { client_id: client.clientId, ...parameters }))
}

async function tokensOf(client: Client, page: Page) {
  const { code = '' } = answerIn(page)
  const answer = await postToken(world, { code }, basicHeader(client.clientId, client.clientSecret))
  expect(answer.status).toBe(200)
  return (await answer.json()) as { id_token: string; refresh_token?: string }
}

const claimsOf = ({ id_token }: { id_token: string }) => decodeJwt(id_token)

/** A code of the phone that was not used yet. */
async function code(): Promise<string> {
  world.advance(STEP_MS)
  return phone.code()
}

describe('the second step of a login flow', () => {
  test('who has none makes one in a session that is recent, and signs in again first in one that was left open', async () => {
    const mae = { userName: 'mae', password: 'MyPa33w@rd' }
    await (await world.tenant()).scim('POST', '/Users', mae)
    const browser = browserClient(world)
    await signIn(browser, await authorize(browser, lax), mae)
    const recent = await authorize(browser, strict)
    expect(recent.path).toMatch(/^\/login\/second\?request=/)
    world.advance(16 * 60_000)
    const stale = await authorize(browser, strict)
    expect(stale.path).toMatch(/^\/login\?request=/)
    const fields = { way: 'set-up-totp', enrolment: enrolmentIn(recent), code: await phoneOf(world, recent).code() }
    expect((await browser.post('/login/second', { ...queryIn(stale), ...fields })).path).toMatch(/^\/login\?/)
    const asked = await signIn(browser, await authorize(browser, strict), mae)
    expect(asked.path).toMatch(/^\/login\/second\?sign_in=/)
    const made = { way: 'set-up-totp', enrolment: enrolmentIn(asked), code: await phoneOf(world, asked).code() }
    expect(codesIn(await browser.post('/login/second', { ...queryIn(asked), ...made }))).toHaveLength(10)
  })

  test('who has a factor is asked for it at an application of before, and its id_token says so (RFC 8176)', async () => {
    const browser = browserClient(world)
    await authorize(browser, world.application)
    const page = await signIn(browser, await authorize(browser, world.application))
    const done = await secondStep(browser, page, { code: await code() })
    const claims = claimsOf(await tokensOf(world.application, done))
    expect(claims).toMatchObject({ acr: TWO, amr: ['pwd', 'otp', 'mfa'] })
    expect(claims.auth_time).toBeTypeOf('number')
  })

  test('who has none is not, and the id_token says one factor', async () => {
    const browser = browserClient(world)
    const page = await signIn(browser, await authorize(browser, world.application), LEE)
    expect(claimsOf(await tokensOf(world.application, page))).toMatchObject({ acr: ONE, amr: ['pwd'] })
  })

  test('a session of one factor is asked for the second alone where more is wanted, and goes on under a new id', async () => {
    const browser = browserClient(world)
    const first = claimsOf(await tokensOf(lax, await signIn(browser, await authorize(browser, lax))))
    expect(first).toMatchObject({ acr: ONE, amr: ['pwd'] })
    world.advance(5_000)
    const page = await authorize(browser, strict)
    expect(page.path).toMatch(/^\/login\/second\?request=/)
    expect(page.text).not.toContain('type="password"')
    const before = (await browser.get('/logout')).text
    expect(before).toContain('<strong>kim</strong>')
    await browser.get(page.path)
    const fields = { way: 'totp', ...queryIn(page), code: await code() }
    const raised = await browser.send('/login/second', fields)
    expect(raised.headers.getSetCookie().some((cookie) => cookie.includes('postern-session'))).toBe(true)
    const done = await browser.get(raised.headers.get('Location') ?? '')
    const second = claimsOf(await tokensOf(strict, done))
    expect(second).toMatchObject({ acr: TWO, sid: first.sid, auth_time: first.auth_time })
    // And once is enough.
    expect((await authorize(browser, world.application)).path.startsWith(REDIRECT_URI)).toBe(true)
  })

  test('the console asks a session of one factor for the second one', async () => {
    const browser = browserClient(world)
    await signIn(browser, await authorize(browser, lax))
    expect((await browser.get('/console')).path).toBe('/login/second?return_to=%2Fconsole')
  })

  test('prompt=none is answered login_required where the second step is owed (OpenID Connect Core 3.1.2.6)', async () => {
    const browser = browserClient(world)
    await signIn(browser, await authorize(browser, lax))
    expect(answerIn(await authorize(browser, strict, { prompt: 'none' }))).toMatchObject({ error: 'login_required' })
  })

  test('prompt=login asks for both steps again (OpenID Connect Core 3.1.2.1)', async () => {
    const browser = browserClient(world)
    const sign = async (page: Page) => secondStep(browser, await signIn(browser, page), { code: await code() })
    await sign(await authorize(browser, strict))
    const again = await authorize(browser, strict, { prompt: 'login' })
    expect(again.path).toMatch(/^\/login\?request=/)
    const claims = claimsOf(await tokensOf(strict, await sign(again)))
    expect(claims).toMatchObject({ acr: TWO })
  })

  test('who has none makes one while she signs in, sees her recovery codes, and is in', async () => {
    const mia = { userName: 'mia', password: 'MyPa33w@rd' }
    await (await world.tenant()).scim('POST', '/Users', mia)
    const browser = browserClient(world)
    const page = await signIn(browser, await authorize(browser, strict), mia)
    expect(page.text).toContain('Set up a second step')
    const own = phoneOf(world, page)
    const fields = { way: 'set-up-totp', enrolment: enrolmentIn(page) }
    const wrong = await secondStep(browser, page, { ...fields, code: '000000' })
    expect(wrong.status).toBe(422)
    const done = await secondStep(browser, page, { ...fields, code: await own.code() })
    expect(codesIn(done)).toHaveLength(10)
    const [, next = ''] = /href="([^"]*resume=[^"]*)"/.exec(done.text) ?? []
    const answer = await browser.get(next.replaceAll('&amp;', '&'))
    expect(claimsOf(await tokensOf(strict, answer))).toMatchObject({ acr: TWO, amr: ['pwd', 'otp', 'mfa'] })
  })

  test('what the page does not offer is not taken: nobody with a factor makes another one by her password alone', async () => {
    const browser = browserClient(world)
    const page = await signIn(browser, await authorize(browser, strict))
    const fields = { way: 'set-up-totp', enrolment: 'v1.x.y', code: '000000' }
    const answer = await secondStep(browser, page, fields)
    expect(answer.text).toContain('Code of your authenticator app')
    expect(answer.text).not.toContain('QR code')
  })
})

describe('acr_values and the acr claim (OpenID Connect Core 3.1.2.1 and 5.5.1.1)', () => {
  const essential = (...values: string[]) => JSON.stringify({ id_token: { acr: { essential: true, values } } })

  test('a wish steps her up who can, though the flow asks for nothing', async () => {
    const browser = browserClient(world)
    const page = await signIn(browser, await authorize(browser, lax, { acr_values: `${TWO} ${ONE}` }))
    expect(page.path).toMatch(/^\/login\/second\?request=/)
    const done = await secondStep(browser, page, { code: await code() })
    expect(claimsOf(await tokensOf(lax, done))).toMatchObject({ acr: TWO })
  })

  test.each([
    ['that she cannot meet', { acr_values: TWO ?? '' }],
    ['that nobody knows', { acr_values: 'urn:other:gold' }],
    ['by the claim, without essential', { claims: JSON.stringify({ id_token: { acr: { values: [TWO] } } }) }],
  ])('a wish %s is no error, and the acr is what it is', async (_what, parameters) => {
    const browser = browserClient(world)
    const page = await signIn(browser, await authorize(browser, lax, parameters), LEE)
    expect(claimsOf(await tokensOf(lax, page))).toMatchObject({ acr: ONE })
  })

  test.each([
    ['two factors', TWO ?? ''],
    ['a class that is none of ours', 'urn:other:gold'],
  ])('essential, and she cannot: %s is unmet_authentication_requirements', async (_what, value) => {
    const browser = browserClient(world)
    const page = await signIn(browser, await authorize(browser, lax, { claims: essential(value) }), LEE)
    expect(answerIn(page)).toMatchObject({ error: 'unmet_authentication_requirements', state: 'state-1' })
  })

  test('essential, and she can: she does the second step', async () => {
    const browser = browserClient(world)
    await signIn(browser, await authorize(browser, lax))
    const page = await authorize(browser, lax, { claims: essential(TWO ?? '') })
    expect(page.path).toMatch(/^\/login\/second\?request=/)
    const done = await secondStep(browser, page, { code: await code() })
    expect(claimsOf(await tokensOf(lax, done))).toMatchObject({ acr: TWO })
  })

  test('with prompt=none a wish is passed over, and what is essential is login_required', async () => {
    const browser = browserClient(world)
    await signIn(browser, await authorize(browser, lax))
    const wish = await authorize(browser, lax, { prompt: 'none', acr_values: TWO ?? '' })
    expect(claimsOf(await tokensOf(lax, wish))).toMatchObject({ acr: ONE })
    const demand = await authorize(browser, lax, { prompt: 'none', claims: essential(TWO ?? '') })
    expect(answerIn(demand)).toMatchObject({ error: 'login_required' })
  })

  test('two factors are one, too: who did both is not asked for less', async () => {
    const browser = browserClient(world)
    const page = await signIn(browser, await authorize(browser, strict))
    await secondStep(browser, page, { code: await code() })
    const answer = await authorize(browser, lax, { claims: essential(ONE ?? '') })
    expect(claimsOf(await tokensOf(lax, answer))).toMatchObject({ acr: TWO })
  })

  test('a refreshed id_token says the same of the sign-in (OpenID Connect Core 12.2)', async () => {
    const browser = browserClient(world)
    const page = await signIn(browser, await authorize(browser, offline, { scope: 'openid offline_access' }))
    const done = await secondStep(browser, page, { code: await code() })
    const first = await tokensOf(offline, done)
    world.advance(3600_000)
    const answer = await postToken(
      world,
      { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' },
      basicHeader(offline.clientId, offline.clientSecret),
    )
    const { acr, amr, auth_time } = claimsOf(first)
    expect(claimsOf((await answer.json()) as { id_token: string })).toMatchObject({ acr, amr, auth_time })
    expect(acr).toBe(TWO)
  })

  test('discovery lists them (OpenID Connect Discovery section 3)', async () => {
    const answer = await world.app.request(`${world.issuer}/.well-known/openid-configuration`)
    const metadata = (await answer.json()) as Record<string, string[]>
    expect(metadata.acr_values_supported).toEqual([ONE, TWO])
    expect(metadata.claims_supported).toEqual(expect.arrayContaining(['acr', 'amr', 'auth_time']))
  })
})
