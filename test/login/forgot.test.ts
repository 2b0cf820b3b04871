import { beforeEach, describe, expect, test } from 'vitest'
import { TooBusy } from '../../src/core/errors.ts'
import {
  answerIn,
  authorizePath,
  codeFor,
  KIM,
  oidcWorld,
  type OidcWorld,
  postToken,
  register,
  signIn,
} from '../oidc/world.ts'
import { enrol } from './factors/world.ts'
import { browserClient, signedIn } from '../support/browser-client.ts'
import { linkIn, mailsOf, tokenIn } from '../mail/world.ts'

const NEXT = 'An0ther-pa33word'
const AGAIN = 'Y3t-another-pa33word'

let world: OidcWorld
beforeEach(async () => {
  world = await oidcWorld()
})

async function ask(typed: string, base = '', fields = {}) {
  const browser = browserClient(world)
  await browser.get(`${base}/forgot`)
  return browser.send(`${base}/forgot`, { username: typed, ...fields })
}

/** Follows a link and sets a password. */
async function reset(link: string, password = NEXT) {
  const browser = browserClient(world)
  const page = await browser.get(link)
  if (page.status !== 200) return page
  const { pathname, searchParams } = new URL(link, 'https://localhost')
  return browser.post(pathname, { token: searchParams.get('token') ?? '', password })
}

async function mayIn(password: string, userName = KIM.userName): Promise<boolean> {
  const browser = browserClient(world)
  await browser.get('/login')
  return (await browser.send('/login', { username: userName, password })).status === 303
}

describe('a forgotten password', () => {
  test('a link goes to the address that the organization knows, and whoever follows it sets a password', async () => {
    const kim = await signedIn(world, KIM)
    const { refresh_token } = await refreshToken()
    expect((await ask('kim')).status).toBe(303)
    const [mail, ...others] = await mailsOf(world)
    expect(others).toEqual([])
    expect(mail).toMatchObject({ to: 'kim@example.com', subject: 'Set a new password at postern' })
    expect(mail?.html).toContain(linkIn(mail).replace('&', '&amp;'))
    expect(await reset(linkIn(mail))).toMatchObject({ status: 200 })
    expect([await mayIn(KIM.password), await mayIn(NEXT)]).toEqual([false, true])
    // Every session and grant that the old one opened is over.
    expect((await kim.get('/account')).path).toContain('/login')
    expect((await postToken(world, { grant_type: 'refresh_token', refresh_token })).status).toBe(400)
  })

  async function refreshToken(): Promise<{ refresh_token: string }> {
    const application = await register(world, {
      name: 'refresher',
      grantTypes: ['authorization_code', 'refresh_token'],
    })
    world = { ...world, application }
    const answer = await postToken(world, { code: await codeFor(world, { scope: 'openid offline_access' }) })
    return (await answer.json()) as { refresh_token: string }
  }

  test('the answer is the same whoever is named, and nobody is looked up for it', async () => {
    const answers = []
    for (const typed of ['kim', 'kim@example.com', 'nobody', 'nobody@example.com']) {
      const answer = await ask(typed)
      answers.push([answer.status, answer.headers.get('Location'), await answer.text()])
    }
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1)
    const waiting = await world.platform.db.$client.execute('select sealed from mail_deliveries')
    expect(waiting.rows).toHaveLength(4)
    expect(JSON.stringify(waiting.rows)).not.toContain('kim')
    expect((await mailsOf(world)).map(({ to }) => to)).toEqual(['kim@example.com', 'kim@example.com'])
  })

  test('of two who follow one link at once, one sets the password', async () => {
    await ask('kim')
    const [mail] = await mailsOf(world)
    const browsers = [browserClient(world), browserClient(world)]
    for (const browser of browsers) await browser.get(linkIn(mail))
    const passwords = [NEXT, AGAIN]
    const answers = await Promise.all(
      browsers.map((browser, i) => browser.send('/forgot/new', { token: tokenIn(mail), password: passwords[i] ?? '' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410])
    const winner = answers.findIndex(({ status }) => status === 200)
    expect(await mayIn(passwords[winner] ?? '')).toBe(true)
    expect(await mayIn(passwords[1 - winner] ?? '')).toBe(false)
  })

  test('a program that only reads the link does not use it up', async () => {
    await ask('kim')
    const [mail] = await mailsOf(world)
    for (let i = 0; i < 3; i++) expect((await browserClient(world).get(linkIn(mail))).status).toBe(200)
    expect(await reset(linkIn(mail))).toMatchObject({ status: 200 })
    expect(await reset(linkIn(mail))).toMatchObject({ status: 410 })
  })

  test('a password that the policy refuses leaves the link good, and is not shown again', async () => {
    await ask('kim')
    const [mail] = await mailsOf(world)
    const refused = await reset(linkIn(mail), 'weak')
    expect(refused).toMatchObject({ status: 422 })
    expect(refused.text).toContain('at least 8 characters')
    expect(refused.text).not.toContain('value="weak"')
    expect(await reset(linkIn(mail))).toMatchObject({ status: 200 })
  })

  test('a link stays good where nothing came of it, as when too many passwords wait to be hashed', async () => {
    await ask('kim')
    const [mail] = await mailsOf(world)
    const { scrypt } = world.platform
    Object.assign(world.platform, { scrypt: () => Promise.reject(new TooBusy()) })
    expect(await reset(linkIn(mail))).toMatchObject({ status: 503 })
    Object.assign(world.platform, { scrypt })
    expect(await reset(linkIn(mail))).toMatchObject({ status: 200 })
  })

  test('a link is over after 30 minutes', async () => {
    await ask('kim')
    const [mail] = await mailsOf(world)
    world.advance(30 * 60_000 + 1)
    expect(await reset(linkIn(mail))).toMatchObject({ status: 410 })
  })

  test('a link is over once the password, the address or the person’s being active has changed', async () => {
    const tenant = await world.tenant()
    const change = (path: string, value: unknown) =>
      tenant.scim('PATCH', `/Users/${world.kimId}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path, value }],
      })
    await ask('kim')
    const [first] = await mailsOf(world)
    await change('password', AGAIN)
    expect(await reset(linkIn(first))).toMatchObject({ status: 410 })
    await ask('kim')
    const [second] = await mailsOf(world)
    await change('emails', [{ value: 'kim@elsewhere.example', primary: true }])
    expect(await reset(linkIn(second))).toMatchObject({ status: 410 })
    await ask('kim')
    const [third] = await mailsOf(world)
    expect(third?.to).toBe('kim@elsewhere.example')
    await change('active', false)
    expect(await reset(linkIn(third))).toMatchObject({ status: 410 })
    expect(await mailsOf(world)).toEqual([])
  })

  test('five links an hour are mailed to one person, and no more', async () => {
    for (let i = 0; i < 7; i++) await ask(i % 2 === 0 ? 'kim' : 'KIM@example.com')
    expect(await mailsOf(world)).toHaveLength(5)
    expect(world.logs.filter(({ event }) => event === 'no mail')).toHaveLength(2)
    world.advance(3_600_001)
    await ask('kim')
    expect(await mailsOf(world)).toHaveLength(1)
  })

  test('a mail goes to the address as it is kept, not to another that folds to the same', async () => {
    const tenant = await world.tenant()
    const emails = [{ value: 'straße@example.com', primary: true }]
    await tenant.scim('POST', '/Users', { userName: 'anna', password: 'MyPa33w@rd', emails })
    await ask('STRASSE@example.com')
    expect((await mailsOf(world)).map(({ to }) => to)).toEqual(['straße@example.com'])
  })

  test('another tenant’s link opens nothing', async () => {
    await world.tenant('acme')
    await ask('kim')
    const [mail] = await mailsOf(world)
    expect(await reset(`/t/acme${linkIn(mail)}`)).toMatchObject({ status: 410 })
    expect(await reset(linkIn(mail))).toMatchObject({ status: 200 })
  })

  test('nobody is mailed at an address that neither the organization nor a link vouches for', async () => {
    await world.platform.db.$client.execute({
      sql: `update users set source = 'jit' where id = ?`,
      args: [world.kimId],
    })
    await ask('kim')
    await ask('kim@example.com')
    expect(await mailsOf(world)).toEqual([])
  })

  test('who signs in at another provider and has no password is told so, and gets none', async () => {
    const tenant = await world.tenant()
    const authenticator = {
      type: 'oidc',
      clientId: 'c',
      clientSecret: 's',
      authorizationEndpoint: 'https://idp.example/authorize',
      tokenEndpoint: 'https://idp.example/token',
    }
    const { id } = (await (await tenant.api('POST', '/connections', { name: 'Partner', authenticator })).json()) as {
      id: string
    }
    const { db } = world.platform
    const { tenantId } = await world.scope()
    await db.$client.execute({ sql: 'update users set password_hash = null where id = ?', args: [world.kimId] })
    await db.$client.execute({
      sql: `insert into federated_identities (tenant_id, connection_id, issuer, subject, user_id, created, last_sign_in)
        values (?, ?, 'https://idp.example', 'kim-there', ?, 0, 0)`,
      args: [tenantId, id, world.kimId],
    })
    await ask('kim')
    const [mail] = await mailsOf(world)
    expect(mail?.text).toContain('you sign in with Partner')
    expect(mail?.text).not.toContain('https://')
  })

  test('whoever had to wait after wrong passwords may in at once with the new one', async () => {
    for (let i = 0; i < 7; i++) await mayIn(`wrong-${i}`)
    expect(await mayIn(KIM.password)).toBe(false)
    await ask('kim')
    const [mail] = await mailsOf(world)
    await reset(linkIn(mail))
    expect(await mayIn(NEXT)).toBe(true)
  })

  test('who goes on guessing does not keep her out of the browser in which she set it', async () => {
    await ask('kim')
    const [mail] = await mailsOf(world)
    const own = browserClient(world)
    await own.get(linkIn(mail))
    await own.post('/forgot/new', { token: tokenIn(mail), password: NEXT })
    for (let i = 0; i < 7; i++) await mayIn(`wrong-${i}`)
    expect(await mayIn(NEXT)).toBe(false)
    await own.get('/login')
    expect((await own.send('/login', { username: 'kim', password: NEXT })).status).toBe(303)
  })

  test('but it is no browser of hers if she has a second factor: reading her mail gives no more guesses at that', async () => {
    await enrol(world, KIM)
    await ask('kim')
    const [mail] = await mailsOf(world)
    const reader = browserClient(world)
    await reader.get(linkIn(mail))
    await reader.post('/forgot/new', { token: tokenIn(mail), password: NEXT })
    for (let i = 0; i < 7; i++) await mayIn(`wrong-${i}`)
    await reader.get('/login')
    expect((await reader.send('/login', { username: 'kim', password: NEXT })).status).toBe(429)
  })

  test('she goes on with the application that she came for, if she reads the mail in the same browser', async () => {
    const browser = browserClient(world)
    const page = await browser.get(authorizePath(world))
    const request = new URL(page.path, 'https://localhost').searchParams.get('request') ?? ''
    expect(page.text).toContain(`/forgot?request=${request}`)
    await browser.get(`/forgot?request=${request}`)
    await browser.post('/forgot', { username: 'kim', request })
    const [mail] = await mailsOf(world)
    await browser.get(linkIn(mail))
    const done = await browser.post('/forgot/new', { token: tokenIn(mail), password: NEXT })
    expect(done.text).toContain(`href="/login?request=${request}"`)
    const answer = await signIn(browser, await browser.get(`/login?request=${request}`), { ...KIM, password: NEXT })
    expect(answerIn(answer).code).toBeDefined()
  })

  test('in another browser it leads to her account', async () => {
    const page = await browserClient(world).get(authorizePath(world))
    const request = new URL(page.path, 'https://localhost').searchParams.get('request') ?? ''
    await ask('kim', '', { request })
    const [mail] = await mailsOf(world)
    expect((await reset(linkIn(mail))).text).toContain('href="/login?return_to=%2Faccount"')
  })
})

test('the name is asked for when none is given, in the language of the browser', async () => {
  const browser = browserClient(world, { 'Accept-Language': 'de' })
  await browser.get('/forgot')
  const page = await browser.post('/forgot', { username: ' ' })
  expect(page.status).toBe(422)
  expect(page.text).toContain('Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein.')
})
