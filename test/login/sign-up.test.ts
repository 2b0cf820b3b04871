import { beforeEach, describe, expect, test } from 'vitest'
import { setSignUpPolicy } from '../../src/directory/sign-up/commands.ts'
import { answerIn, authorizePath, codeFor, KIM, oidcWorld, type OidcWorld, redeem, userinfo } from '../oidc/world.ts'
import { linkIn, mailsOf, tokenIn } from '../mail/world.ts'
import { testWorld } from '../support/app.ts'
import { browserClient } from '../support/browser-client.ts'

const PASSWORD = 'An0ther-pa33word'
const ANN = { email: 'ann@example.org', givenName: 'Ann', familyName: 'Ash' }

let world: OidcWorld
beforeEach(async () => {
  world = await oidcWorld()
  await setSignUpPolicy(await world.scope(), { enabled: true, userName: 'email' })
})

async function signUp(person: Readonly<Record<string, string>>, browser = browserClient(world)) {
  await browser.get('/signup')
  return browser.post('/signup', person)
}

async function users(): Promise<string[]> {
  const { rows } = await world.platform.db.$client.execute('select user_name from users order by user_name')
  return rows.map((row) => String(row.user_name))
}

describe('signing up', () => {
  test('is off unless the tenant says otherwise', async () => {
    await setSignUpPolicy(await world.scope(), { enabled: false, userName: 'email' })
    expect(await browserClient(world).get('/signup')).toMatchObject({ status: 403 })
    const browser = browserClient(world)
    await browser.get('/login')
    expect((await browser.send('/signup', ANN)).status).toBe(403)
    expect((await browserClient(world).get('/login')).text).not.toContain('/signup')
  })

  test('makes a user once she has followed the link that was mailed to her, and signs her in', async () => {
    expect((await browserClient(world).get('/login')).text).toContain('href="/signup"')
    expect((await signUp(ANN)).path).toBe('/signup/sent')
    expect(await users()).not.toContain('ann@example.org')
    const [mail] = await mailsOf(world)
    expect(mail?.to).toBe('ann@example.org')
    const browser = browserClient(world)
    await browser.get(linkIn(mail))
    const page = await browser.post('/signup/finish', { token: tokenIn(mail), password: PASSWORD })
    expect(page).toMatchObject({ status: 200, path: '/account' })
    expect(page.text).toContain('Ann Ash')
    const claims = await claimsOf(ANN.email)
    expect(claims).toMatchObject({ email: 'ann@example.org', email_verified: true, name: 'Ann Ash' })
  })

  async function claimsOf(userName: string): Promise<unknown> {
    const browser = browserClient(world)
    await browser.get('/login')
    await browser.send('/login', { username: userName, password: PASSWORD })
    const { access_token } = await redeem(world, await codeFor(world, { scope: 'openid profile email' }, browser))
    return (await userinfo(world, access_token)).json()
  }

  test('answers the same for an address that somebody has, and tells its owner by mail', async () => {
    const tenant = await world.tenant()
    await tenant.scim('POST', '/Users', { userName: 'ann@example.org', password: 'MyPa33w@rd' })
    const [taken, free, known] = [
      await signUp(ANN),
      await signUp({ ...ANN, email: 'new@example.org' }),
      // Kim's user name is another one.
      await signUp({ ...ANN, email: 'KIM@example.com' }),
    ]
    expect([taken.status, taken.path, taken.text]).toEqual([free.status, free.path, free.text])
    expect(known.text).toBe(free.text)
    const mails = await mailsOf(world)
    const subjectTo = (address: string) => mails.find(({ to }) => to === address)?.subject
    expect(subjectTo('ann@example.org')).toBe('Your account at postern')
    expect(subjectTo('KIM@example.com')).toBe('Your account at postern')
    expect(subjectTo('new@example.org')).toBe('Finish signing up at postern')
  })

  test('says beside the field that a chosen name is taken', async () => {
    await setSignUpPolicy(await world.scope(), { enabled: true, userName: 'chosen' })
    const page = await signUp({ ...ANN, userName: 'KIM' })
    expect(page.status).toBe(422)
    expect(page.text).toMatch(/id="field-userName-error">This name is taken/)
    expect(page.text).toContain('value="ann@example.org"')
    expect(await mailsOf(world)).toEqual([])
  })

  test('does not let anybody choose a name that is an address', async () => {
    await setSignUpPolicy(await world.scope(), { enabled: true, userName: 'chosen' })
    for (const userName of ['kim@example.com', '', 'zero\u200bwidth']) {
      expect(await signUp({ ...ANN, userName })).toMatchObject({ status: 422 })
    }
    expect(await mailsOf(world)).toEqual([])
  })

  test('lets her choose another name when hers was taken before she followed the link', async () => {
    await setSignUpPolicy(await world.scope(), { enabled: true, userName: 'chosen' })
    await signUp({ ...ANN, userName: 'ann' })
    const [mail] = await mailsOf(world)
    const tenant = await world.tenant()
    await tenant.scim('POST', '/Users', { userName: 'ann' })
    const browser = browserClient(world)
    await browser.get(linkIn(mail))
    const fields = { token: tokenIn(mail), password: PASSWORD }
    const refused = await browser.post('/signup/finish', { ...fields, userName: 'ann' })
    expect(refused.status).toBe(422)
    expect(refused.text).toContain('This name is taken')
    expect(await browser.post('/signup/finish', { ...fields, userName: 'ann2' })).toMatchObject({ path: '/account' })
    expect(await users()).toContain('ann2')
  })

  test('of two who follow one link at once, one becomes the user', async () => {
    await signUp(ANN)
    const [mail] = await mailsOf(world)
    const browsers = [browserClient(world), browserClient(world)]
    for (const browser of browsers) await browser.get(linkIn(mail))
    const answers = await Promise.all(
      browsers.map((browser) => browser.send('/signup/finish', { token: tokenIn(mail), password: PASSWORD })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410])
  })

  test('a link is over after a day, once used, and once nobody may sign up any more', async () => {
    await signUp(ANN)
    const [mail] = await mailsOf(world)
    await setSignUpPolicy(await world.scope(), { enabled: false, userName: 'email' })
    expect(await browserClient(world).get(linkIn(mail))).toMatchObject({ status: 410 })
    await setSignUpPolicy(await world.scope(), { enabled: true, userName: 'email' })
    expect(await browserClient(world).get(linkIn(mail))).toMatchObject({ status: 200 })
    world.advance(24 * 3_600_000 + 1)
    expect(await browserClient(world).get(linkIn(mail))).toMatchObject({ status: 410 })
  })

  test('keeps what was typed, and says what is wrong beside the field', async () => {
    const page = await signUp({ ...ANN, email: 'ann at example' })
    expect(page.status).toBe(422)
    expect(page.text).toContain('value="ann at example"')
    expect(page.text).toContain('id="field-email-error"')
  })
})

describe('prompt=create (Initiating User Registration via OpenID Connect 1.0)', () => {
  const path = () => authorizePath(world, { prompt: 'create', scope: 'openid email' })

  test('leads to the sign-up page, whoever is signed in, and back to the application', async () => {
    const browser = browserClient(world)
    await codeFor(world, {}, browser)
    const page = await browser.get(`${path()}&login_hint=ann%40example.org`)
    expect(page.path).toMatch(/^\/signup\?request=/)
    expect(page.text).toContain('value="ann@example.org"')
    expect(page.text).toContain('playground2')
    const request = new URL(page.path, 'https://localhost').searchParams.get('request') ?? ''
    await browser.post('/signup', { ...ANN, request })
    const [mail] = await mailsOf(world)
    await browser.get(linkIn(mail))
    const answer = answerIn(await browser.post('/signup/finish', { token: tokenIn(mail), password: PASSWORD }))
    const { access_token } = await redeem(world, answer.code ?? '')
    expect(await (await userinfo(world, access_token)).json()).toMatchObject({ email: 'ann@example.org' })
  })

  test('a link that is followed in another browser makes the user, who goes on with her account', async () => {
    const browser = browserClient(world)
    const { path: signUpPath } = await browser.get(path())
    const request = new URL(signUpPath, 'https://localhost').searchParams.get('request') ?? ''
    await browser.post('/signup', { ...ANN, request })
    const [mail] = await mailsOf(world)
    const other = browserClient(world)
    await other.get(linkIn(mail))
    const page = await other.post('/signup/finish', { token: tokenIn(mail), password: PASSWORD })
    expect(page).toMatchObject({ status: 200, path: '/account' })
  })

  test('who has an account already may sign in instead', async () => {
    const browser = browserClient(world)
    const { text } = await browser.get(path())
    const signIn = /href="(\/login\?request=[^"]+)"/.exec(text)?.[1] ?? ''
    const { searchParams } = new URL(signIn, 'https://localhost')
    await browser.get(signIn)
    const fields = { username: KIM.userName, password: KIM.password, request: searchParams.get('request') ?? '' }
    expect(answerIn(await browser.post('/login', fields))).toHaveProperty('code')
  })

  test('is in prompt_values_supported, and followed, only where the tenant lets people sign up', async () => {
    const metadata = async () =>
      (await (await world.app.request(`${world.issuer}/.well-known/openid-configuration`)).json()) as {
        prompt_values_supported: string[]
      }
    expect((await metadata()).prompt_values_supported).toContain('create')
    await setSignUpPolicy(await world.scope(), { enabled: false, userName: 'email' })
    expect((await metadata()).prompt_values_supported).not.toContain('create')
    expect(answerIn(await browserClient(world).get(path()))).toMatchObject({ error: 'invalid_request' })
  })
})

test('where nobody can be mailed, the password is chosen at once and the address is not verified', async () => {
  const plain = await testWorld({ env: { BASE_URL: 'https://login.example' } })
  await setSignUpPolicy(await plain.scope(), { enabled: true, userName: 'chosen' })
  const browser = browserClient(plain)
  await browser.get('/signup')
  const weak = await browser.post('/signup', { ...ANN, userName: 'ann', password: 'weak' })
  expect(weak).toMatchObject({ status: 422 })
  const page = await browser.post('/signup', { ...ANN, userName: 'ann', password: PASSWORD })
  expect(page).toMatchObject({ status: 200, path: '/account' })
  const { rows } = await plain.platform.db.$client.execute('select * from verified_emails')
  expect(rows).toEqual([])
  expect((await browser.get('/forgot')).text).toContain('This server sends no mail')
})
