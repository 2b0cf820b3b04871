/** Home realm discovery: an application that asks who somebody is before anything else, and the hint where it does not. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { answerIn, authorizePath, type Client, KIM } from '../../oidc/world.ts'
import { askedAt, comeBack, queryOf, type TwoProviders, twoProviders } from './world.ts'

let providers: TwoProviders
let nameFirst: Client
let plain: Client
let partners: Client
let browser: BrowserClient
beforeAll(async () => {
  providers = await twoProviders()
  const [a, b] = [{ connection: providers.connections.a }, { connection: providers.connections.b }]
  nameFirst = await providers.application('name first', {
    identifierFirst: true,
    steps: [{ options: ['password', 'passkey', a] }],
  })
  plain = await providers.application('plain', { steps: [{ options: ['password', a] }] })
  partners = await providers.application('partners', { identifierFirst: true, steps: [{ options: [a, b] }] })
})
afterAll(() => providers.close())
beforeEach(() => {
  browser = browserClient(providers.world)
})

const open = (client: Client, parameters: Record<string, string> = {}): Promise<Page> =>
  browser.get(authorizePath(providers.world, { client_id: client.clientId, ...parameters }))
const say = (page: Page, fields: Record<string, string>): Promise<Page> =>
  browser.post(page.path, { ...queryOf(page), ...fields })

/** A page without what is never twice the same. */
const bare = (page: Page) => page.text.replace(/name="_token" value="[^"]+"/g, '').replace(/data-options="[^"]*"/g, '')

describe('an application that asks for the name first', () => {
  test('asks for nothing else, and shows no button of a connection that is found by its domains', async () => {
    const page = await open(nameFirst)
    expect(page.text).toContain('name="username"')
    expect(page.text).toContain('Username or email address')
    expect(page.text).not.toContain('name="password"')
    expect(page.text).not.toContain('IDP-A')
  })

  test('sends an address of a connection’s domain there, with the address as login_hint (OpenID Connect Core 3.1.2.1)', async () => {
    const away = await say(await open(nameFirst), { username: ' Ann@A.Example ' })
    expect(askedAt(providers.a, away).login_hint).toBe('Ann@A.Example')
    expect(answerIn(await comeBack(providers.world, browser, away))).toHaveProperty('code')
  })

  test('asks for the password otherwise, with the name kept and shown, and signs in with both', async () => {
    const first = await open(nameFirst)
    const page = await say(first, { username: KIM.userName })
    expect(page.status).toBe(200)
    expect(page.text).toMatch(/name="username" value="kim"[^>]*readonly/)
    expect(page.text).toContain('name="password"')
    expect(answerIn(await say(first, { username: KIM.userName, password: KIM.password }))).toHaveProperty('code')
  })

  test('lets her change the name on the page of the password', async () => {
    const first = await open(nameFirst)
    await say(first, { username: 'kimm' })
    const page = await say(first, { username: 'kimm', back: 'on' })
    expect(page.text).toContain('value="kimm"')
    expect(page.text).not.toContain('name="password"')
  })

  test('answers to a name that exists and to one that does not alike: nobody learns who has an account', async () => {
    const first = await open(nameFirst)
    const known = bare(await say(first, { username: KIM.userName }))
    const unknown = bare(await say(first, { username: 'xyz' }))
    expect(known.replaceAll(KIM.userName, 'xyz')).toBe(unknown)
    const address = bare(await say(first, { username: 'kim@example.com' }))
    expect(address.replaceAll('kim@example.com', 'xyz')).toBe(unknown)
  })

  test('stays at the password when that was wrong, and asks for a name that is missing', async () => {
    const first = await open(nameFirst)
    const wrong = await say(first, { username: KIM.userName, password: 'wrong' })
    expect(wrong.status).toBe(401)
    expect(wrong.text).toMatch(/name="username" value="kim"[^>]*readonly/)
    const missing = await say(first, { username: '  ' })
    expect(missing.status).toBe(422)
    expect(missing.text).toContain('Enter your username or email address.')
    expect((await say(first, { username: '', password: 'x' })).text).toContain('Username or email address')
  })

  test('does not lead to a connection that the application does not offer, whoever’s domain it is', async () => {
    const page = await say(await open(nameFirst), { username: 'bea@b.example' })
    expect(page.status).toBe(200)
    expect(page.text).toContain('name="password"')
    expect(page.text).not.toContain('IDP-B')
  })

  test('goes straight to the provider of the login_hint, and shows any other hint in the field', async () => {
    expect(askedAt(providers.a, await open(nameFirst, { login_hint: 'ann@a.example' })).login_hint).toBe(
      'ann@a.example',
    )
    expect((await open(nameFirst, { login_hint: 'kim@example.com' })).text).toContain('value="kim@example.com"')
    expect((await open(plain, { login_hint: 'ann@a.example' })).text).toContain('value="ann@a.example"')
  })

  test('without a password finds the provider by the address alone, and says so if there is none', async () => {
    const first = await open(partners)
    expect(first.text).toContain('Email address')
    expect(first.text).not.toMatch(/IDP-[AB]/)
    const nobody = await say(first, { username: 'kim@example.com' })
    expect(nobody.status).toBe(422)
    expect(nobody.text).toContain('Nobody signs in here with an address like this.')
    expect((await say(first, { username: '' })).text).toContain('Enter your email address.')
    expect((await say(first, { username: 'kim', password: KIM.password })).status).toBe(422)
    askedAt(providers.b, await say(first, { username: 'bea@b.example' }))
  })
})

describe('the ordinary form', () => {
  test('tells a person of a connection’s domain who was refused where to sign in, whether she has an account or not', async () => {
    await (await providers.world.tenant()).scim('POST', '/Users', { userName: 'cat@a.example', password: KIM.password })
    const first = await open(plain)
    const unknown = await say(first, { username: 'dog@a.example', password: 'wrong' })
    expect(unknown.status).toBe(401)
    expect(unknown.text).toContain('People of a.example sign in with IDP-A.')
    const [href = ''] = /\/login\/connections\/[^"]+login_hint=dog%40a.example/.exec(unknown.text) ?? []
    const away = await browser.get(href.replaceAll('&amp;', '&'))
    expect(askedAt(providers.a, away).login_hint).toBe('dog@a.example')
    const known = await say(first, { username: 'cat@a.example', password: 'wrong' })
    expect(bare(known).replaceAll('cat', 'dog')).toBe(bare(unknown))
    expect((await say(first, { username: 'cat@a.example', password: '' })).text).toContain('People of a.example')
  })

  test('signs in who has a password here, whatever her domain, and says nothing of other domains', async () => {
    const first = await open(plain)
    expect(answerIn(await say(first, { username: 'cat@a.example', password: KIM.password }))).toHaveProperty('code')
    browser = browserClient(providers.world)
    const refused = await say(await open(plain), { username: 'bea@b.example', password: 'wrong' })
    expect(refused.text).not.toContain('People of')
  })

  test('of the console says nothing of any provider', async () => {
    const page = await browser.get('/login?return_to=/console')
    const refused = await say(page, { username: 'ann@a.example', password: 'wrong' })
    expect(refused.status).toBe(401)
    expect(refused.text).not.toContain('IDP-A')
  })
})
