import { beforeEach, describe, expect, test } from 'vitest'
import { consents } from '../../src/db/schema.ts'
import { type BrowserClient, browserClient, type Page } from '../support/browser-client.ts'
import { answerIn, authorizePath, type Client, type OidcWorld, oidcWorld, register, signIn } from './world.ts'

let world: OidcWorld
let partner: Client
beforeEach(async () => {
  world = await oidcWorld()
  partner = await register(world, { name: 'partner', clientMetadata: { firstParty: false } })
})

/** Asks for the partner; signs Kim in if she is not yet. */
async function ask(browser: BrowserClient, parameters: Record<string, string> = {}): Promise<Page> {
  const page = await browser.get(authorizePath(world, { client_id: partner.clientId, ...parameters }))
  return /\/login\?/.test(page.path) ? signIn(browser, page) : page
}

/** Presses a button of the consent page. */
function decide(browser: BrowserClient, page: Page, decision: string): Promise<Page> {
  expect(page.path).toMatch(/^\/consent\?request=/)
  return browser.post('/consent', { ...fieldsOf(page), decision })
}

function fieldsOf({ text }: Page): Record<string, string> {
  const fields = [...text.matchAll(/name="(request|asked)" value="([^"]*)"/g)]
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))
}

async function given(): Promise<string[][]> {
  const rows = await world.platform.db.select().from(consents)
  return rows.map(({ scopes }) => scopes.toSorted())
}

describe('an application of somebody else (OpenID Connect Core 3.1.2.4)', () => {
  test('is named to the person with what it asks for in words, and gets a code once she allows it', async () => {
    const browser = browserClient(world)
    const page = await ask(browser, { scope: 'openid email unknown offline_access' })
    expect(page.status).toBe(200)
    expect(page.text).toContain('<strong>partner</strong>')
    expect(page.text).toContain('See your e-mail address')
    expect(page.text).not.toMatch(/unknown|phone number|while you are away/)
    const answer = answerIn(await decide(browser, page, 'allow'))
    expect(answer).toEqual({ code: expect.any(String), state: 'state-1', iss: world.issuer })
    expect(await given()).toEqual([['email', 'openid']])
  })

  test('is told access_denied if she denies it (RFC 6749 section 4.1.2.1), and nothing is remembered', async () => {
    const browser = browserClient(world)
    const page = await ask(browser)
    const answer = answerIn(await decide(browser, page, 'deny'))
    expect(answer).toMatchObject({ error: 'access_denied', state: 'state-1', iss: world.issuer })
    expect(answer.code).toBeUndefined()
    expect(await given()).toEqual([])
    expect((await browser.post('/consent', { ...fieldsOf(page), decision: 'allow' })).status).toBe(400)
  })

  test('is shown once: the next request, in whatever browser, asks nothing', async () => {
    const browser = browserClient(world)
    await decide(browser, await ask(browser, { scope: 'openid email' }), 'allow')
    expect(answerIn(await ask(browser, { scope: 'openid' }))).toHaveProperty('code')
    expect(answerIn(await ask(browserClient(world), { scope: 'email openid' }))).toHaveProperty('code')
  })

  test('that asks for more is shown again, with what is new; both are remembered', async () => {
    const browser = browserClient(world)
    await decide(browser, await ask(browser, { scope: 'openid email' }), 'allow')
    const page = await ask(browser, { scope: 'openid phone' })
    expect(page.text).toMatch(/See your phone number\s*<strong>\(new\)/)
    expect(page.text).not.toMatch(/recognise you when you come again\s*<strong>\(new\)/)
    await decide(browser, page, 'allow')
    expect(await given()).toEqual([['email', 'openid', 'phone']])
  })

  test('is asked about for a claim that it asks for by itself, in the words of its scope (section 5.5)', async () => {
    const claims = JSON.stringify({ userinfo: { phone_number: null } })
    const page = await ask(browserClient(world), { claims })
    expect(page.text).toContain('See your phone number')
  })

  test('what one person allows is not allowed by another', async () => {
    await (await world.tenant()).scim('POST', '/Users', { userName: 'lee', password: 'MyPa33w@rd' })
    const browser = browserClient(world)
    await decide(browser, await ask(browser), 'allow')
    const other = browserClient(world)
    const atSignIn = await other.get(authorizePath(world, { client_id: partner.clientId }))
    const page = await signIn(other, atSignIn, { userName: 'lee', password: 'MyPa33w@rd' })
    expect(page.path).toMatch(/^\/consent\?/)
  })

  test('prompt=none gives consent_required until she has agreed (section 3.1.2.6)', async () => {
    const browser = browserClient(world)
    const page = await ask(browser)
    expect(answerIn(await ask(browser, { prompt: 'none' })).error).toBe('consent_required')
    await browser.get(page.path)
    await decide(browser, page, 'allow')
    expect(answerIn(await ask(browser, { prompt: 'none' }))).toHaveProperty('code')
    expect(answerIn(await ask(browser, { prompt: 'none', scope: 'openid email' })).error).toBe('consent_required')
  })

  test('with response_mode=form_post hears of a denial by a form', async () => {
    const browser = browserClient(world)
    const page = await decide(browser, await ask(browser, { response_mode: 'form_post' }), 'deny')
    expect(page.text).toContain('name="error" value="access_denied"')
  })
})

test('prompt=consent asks again although it was allowed, and of an application of the tenant too', async () => {
  const browser = browserClient(world)
  await decide(browser, await ask(browser), 'allow')
  expect((await ask(browser, { prompt: 'consent' })).path).toMatch(/^\/consent\?/)
  const own = await ask(browser, { client_id: world.application.clientId, prompt: 'consent' })
  expect(answerIn(await decide(browser, own, 'allow'))).toHaveProperty('code')
})

test('an application of which nobody said whose it is, is the tenant’s own: nobody is asked', async () => {
  expect(answerIn(await ask(browserClient(world), { client_id: world.application.clientId }))).toHaveProperty('code')
})

describe('the page', () => {
  test('may be followed by the application: browsers hold that against its form-action (Content-Security-Policy 3)', async () => {
    const page = await ask(browserClient(world))
    expect(page.headers.get('Content-Security-Policy')).toContain("form-action 'self' https: http:")
    expect(page.headers.get('Cache-Control')).toBe('no-store')
  })

  test('agrees to nothing without its form token, from another site, or in another browser', async () => {
    const browser = browserClient(world)
    const page = await ask(browser)
    const fields = { ...fieldsOf(page), decision: 'allow' }
    expect((await browser.send('/consent', { ...fields, _token: 'x' })).status).toBe(403)
    const other = browserClient(world)
    await ask(other, { client_id: world.application.clientId })
    await other.get('/logout')
    expect((await other.send('/consent', fields)).status).toBe(400)
    expect(await given()).toEqual([])
  })

  test('agrees to what it showed, and is shown again if the application may ask for more since', async () => {
    const browser = browserClient(world)
    const page = await ask(browser, { scope: 'openid scim:me' })
    expect(page.text).not.toContain('On your behalf')
    await (await world.tenant()).api('PATCH', `/applications/${partner.id}`, { permissions: ['scim:me'] })
    const again = await decide(browser, page, 'allow')
    expect(again.path).toMatch(/^\/consent\?/)
    expect(again.text).toContain('On your behalf')
    expect(await given()).toEqual([])
  })

  test('that is sent twice at once gives one code', async () => {
    const browser = browserClient(world)
    const page = await ask(browser)
    const fields = { ...fieldsOf(page), decision: 'allow' }
    const pages = await Promise.all([browser.post('/consent', fields), browser.post('/consent', fields)])
    expect(pages.filter(({ path }) => path.includes('code='))).toHaveLength(1)
    expect(await given()).toEqual([['openid']])
  })

  test('sends who has signed out meanwhile to sign in', async () => {
    const browser = browserClient(world)
    const page = await ask(browser)
    await browser.get('/logout')
    await browser.post('/logout')
    expect((await browser.get(page.path)).path).toMatch(/^\/login\?request=/)
  })
})

test('what was agreed to goes with the person, and with the application', async () => {
  const tenant = await world.tenant()
  const browser = browserClient(world)
  await decide(browser, await ask(browser), 'allow')
  await tenant.api('DELETE', `/applications/${partner.id}`)
  expect(await given()).toEqual([])
  partner = await register(world, { name: 'second', clientMetadata: { firstParty: false } })
  await decide(browser, await ask(browser), 'allow')
  await tenant.scim('DELETE', `/Users/${world.kimId}`)
  expect(await given()).toEqual([])
})
