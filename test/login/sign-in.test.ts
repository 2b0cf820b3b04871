import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, testWorld, type TestWorld } from '../support/app.ts'
import { browserClient, signedIn } from '../support/browser-client.ts'

const KIM = { userName: 'kim', password: 'MyPa33w@rd' }
const ORIGIN = 'https://localhost:9443'
const PKCE = { code_challenge: 'c'.repeat(43), code_challenge_method: 'S256' }

let world: TestWorld
beforeAll(async () => {
  world = await testWorld()
  await create(KIM)
})

async function create(user: Record<string, unknown>): Promise<string> {
  const answer = await (await world.tenant()).scim('POST', '/Users', user)
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

/** A browser that has the sign-in page before it. */
async function atSignIn(path = '/login') {
  const browser = browserClient(world)
  const page = await browser.get(path)
  return { browser, page }
}

/** What the page says on top of its form. */
function alertOf(text: string): string {
  return /role="alert"[\s\S]*?<li>([\s\S]*?)<\/li>/.exec(text)?.[1]?.trim() ?? ''
}

describe('the page', () => {
  test('has the fields and the button of the tutorial', async () => {
    const { page } = await atSignIn()
    expect(page.status).toBe(200)
    expect(page.text).toContain('<h1>Sign In</h1>')
    for (const label of ['Username', 'Password', 'Remember me on this computer']) {
      expect(page.text).toMatch(new RegExp(`<label[^>]*>[\\s\\S]{0,200}${label}`))
    }
    expect(page.text).toContain('placeholder="Enter your username"')
    expect(page.text).toContain('placeholder="Enter your password"')
    expect(page.text).toMatch(/<button[^>]*>\s*Sign In\s*<\/button>/)
    expect(page.text).toMatch(/name="password"[^>]*autocomplete="current-password"/)
    expect(page.text).toContain('Sign in with a passkey')
  })

  test('has, behind OR, a button for each connection of the application’s login flow', async () => {
    const tenant = await world.tenant()
    const authenticator = {
      type: 'oidc',
      clientId: 'c',
      clientSecret: 's',
      authorizationEndpoint: 'https://idp.example/authorize',
      tokenEndpoint: 'https://idp.example/token',
    }
    const connection = await (await tenant.api('POST', '/connections', { name: 'IDP-IS2', authenticator })).json()
    const application = await (
      await tenant.api('POST', '/applications', {
        name: 'playground2',
        redirectUris: ['https://app.example/cb'],
        loginFlow: { steps: [{ options: ['password', { connection: connection.id }] }] },
      })
    ).json()
    const query = {
      client_id: application.clientId,
      redirect_uri: 'https://app.example/cb',
      response_type: 'code',
      ...PKCE,
    }
    const { page } = await atSignIn(`/oauth2/authorize?${new URLSearchParams(query)}`)
    expect(page.text).toMatch(/OR[\s\S]*Sign In With IDP-IS2/)
    expect(page.text).toContain(`href="/login/connections/${connection.id}?request=`)
  })

  test('is not stored, not framed, and runs nothing of others (RFC 9700 sections 4.2 and 4.16)', async () => {
    const { page } = await atSignIn()
    expect(page.headers.get('Cache-Control')).toBe('no-store')
    expect(page.headers.get('X-Frame-Options')).toBe('DENY')
    const policy = page.headers.get('Content-Security-Policy') ?? ''
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ]) {
      expect(policy).toContain(rule)
    }
    expect(policy).not.toContain('unsafe-inline')
    expect(page.headers.get('Referrer-Policy')).toBe('same-origin')
    expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  test('shows again what was typed, but never the password', async () => {
    const { browser } = await atSignIn()
    const page = await browser.post('/login', { username: '"><b>kim', password: 'Wr0ng-password', remember: 'on' })
    expect(page.text).toContain('value="&quot;&gt;&lt;b&gt;kim"')
    expect(page.text).not.toContain('Wr0ng-password')
    expect(page.text).toMatch(/name="remember"[^>]*checked|checked[^>]*name="remember"/)
  })

  test('says which field is empty', async () => {
    const { browser } = await atSignIn()
    const page = await browser.post('/login', { username: ' ', password: '' })
    expect(page.status).toBe(422)
    expect(page.text).toContain('Enter your username.')
    expect(page.text).toContain('Enter your password.')
  })
})

describe('who is refused', () => {
  test('is told the same, whether the user is unknown, deactivated, without a password, or the password is wrong', async () => {
    await create({ userName: 'gone', password: KIM.password, active: false })
    await create({ userName: 'federated' })
    const tries = [
      { username: 'nobody', password: KIM.password },
      { username: 'gone', password: KIM.password },
      { username: 'federated', password: KIM.password },
      { username: 'kim', password: 'Wr0ng-password' },
    ]
    const answers = await Promise.all(
      tries.map(async (fields) => {
        const { browser } = await atSignIn()
        const page = await browser.post('/login', fields)
        return { status: page.status, alert: alertOf(page.text) }
      }),
    )
    expect(answers[0]).toEqual({ status: 401, alert: 'The username or the password is wrong.' })
    for (const answer of answers) expect(answer).toEqual(answers[0])
  })

  test('the log says why, without the password', async () => {
    const { browser } = await atSignIn()
    await browser.post('/login', { username: 'nobody-at-all', password: 'Typ3d-by-mistake' })
    expect(world.logs).toContainEqual(expect.objectContaining({ event: 'sign-in refused', why: 'unknown' }))
    expect(JSON.stringify(world.logs)).not.toContain('Typ3d-by-mistake')
  })

  test('a user name counts in any case (RFC 7643 section 4.1.1), a password as it is', async () => {
    const upper = await atSignIn()
    expect((await upper.browser.send('/login', { username: ' KIM ', password: KIM.password })).status).toBe(303)
    const other = await atSignIn()
    const refused = await other.browser.send('/login', { username: 'kim', password: KIM.password.toUpperCase() })
    expect(refused.status).toBe(401)
  })
})

describe('after five wrong passwords', () => {
  beforeAll(() => world.hold(true))
  afterAll(() => world.hold(false))

  /** A name, known or not, with `failures` wrong passwords behind it. */
  async function failing(userName: string, failures: number) {
    const { browser } = await atSignIn()
    for (let i = 0; i < failures; i++) await browser.post('/login', { username: userName, password: 'Wr0ng' })
    return browser
  }

  test('the name has to wait, even with the right password; then it is let in, and the count is over', async () => {
    await create({ userName: 'lee', password: KIM.password })
    const browser = await failing('lee', 6)
    const waiting = await browser.post('/login', { username: 'lee', password: KIM.password })
    expect(waiting.status).toBe(429)
    expect(Number(waiting.headers.get('Retry-After'))).toBeGreaterThanOrEqual(1)
    expect(alertOf(waiting.text)).toMatch(/^Too many wrong passwords\. Try again in \d+ seconds?\.$/)
    world.advance(2000)
    expect((await browser.send('/login', { username: 'lee', password: KIM.password })).status).toBe(303)
    const again = await failing('lee', 4)
    expect((await again.send('/login', { username: 'lee', password: 'Wr0ng' })).status).toBe(401)
  })

  test('a name that nobody has waits as well: no telling who has an account', async () => {
    const browser = await failing('nobody-here', 5)
    expect((await browser.post('/login', { username: 'nobody-here', password: 'Wr0ng' })).status).toBe(429)
  })

  test('guesses that come all at once count each', async () => {
    await create({ userName: 'ann', password: KIM.password })
    const { browser } = await atSignIn()
    await Promise.all(Array.from({ length: 6 }, () => browser.send('/login', { username: 'ann', password: 'Wr0ng' })))
    expect((await browser.send('/login', { username: 'ann', password: KIM.password })).status).toBe(429)
  })

  test('other names, and other tenants, do not wait', async () => {
    await failing('kim', 5)
    const acme = await world.tenant('acme')
    await acme.scim('POST', '/Users', KIM)
    await expect(signedIn(world, KIM, '/t/acme')).resolves.toBeDefined()
    await expect(signedIn(world)).resolves.toBeDefined()
  })
})

describe('a form is refused', () => {
  test('without the token that the page gave this browser (CSRF)', async () => {
    const { browser } = await atSignIn()
    const body = { username: KIM.userName, password: KIM.password }
    for (const _token of ['', 'x'.repeat(43)]) {
      expect((await browser.send('/login', { ...body, _token })).status).toBe(403)
    }
    const other = await atSignIn()
    const theirs = /name="_token" value="([^"]+)"/.exec(other.page.text)?.[1] ?? ''
    expect((await browser.send('/login', { ...body, _token: theirs })).status).toBe(403)
  })

  test('from another site, whatever token it has', async () => {
    const cookieOf = (answer: Response) =>
      answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ')
    const page = await world.app.request(`${ORIGIN}/login`)
    const _token = /name="_token" value="([^"]+)"/.exec(await page.clone().text())?.[1] ?? ''
    const post = (Origin: string) =>
      world.app.request(`${ORIGIN}/login`, {
        method: 'POST',
        headers: { Origin, Cookie: cookieOf(page) },
        body: new URLSearchParams({ _token, username: ADMIN.userName, password: ADMIN.password }),
      })
    for (const origin of ['https://evil.example', 'null', 'https://localhost:9444']) {
      expect((await post(origin)).status).toBe(403)
    }
    expect((await post(ORIGIN)).status).toBe(303)
  })

  test('that is longer than any form of ours, before it is read', async () => {
    const { browser } = await atSignIn()
    expect((await browser.post('/login', { username: 'k'.repeat(300_000), password: 'x' })).status).toBe(413)
  })

  test('for a request that offers no password', async () => {
    const tenant = await world.tenant()
    const [connection] = ((await (await tenant.api('GET', '/connections')).json()) as { items: { id: string }[] }).items
    const application = await tenant.api('POST', '/applications', {
      name: 'federated only',
      redirectUris: ['https://app.example/cb'],
      loginFlow: { steps: [{ options: [{ connection: connection?.id }] }] },
    })
    const { clientId } = (await application.json()) as { clientId: string }
    const query = { client_id: clientId, redirect_uri: 'https://app.example/cb', response_type: 'code', ...PKCE }
    const { browser, page } = await atSignIn(`/oauth2/authorize?${new URLSearchParams(query)}`)
    expect(page.text).not.toContain('name="password"')
    const request = new URL(page.path, ORIGIN).searchParams.get('request') ?? ''
    await browser.get('/login')
    expect((await browser.send('/login', { username: 'lee', password: KIM.password, request })).status).toBe(403)
  })
})
