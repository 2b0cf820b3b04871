import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { browserClient } from '../support/browser-client.ts'
import {
  answerIn,
  authorizePath,
  codeFor,
  KIM,
  type OidcWorld,
  oidcWorld,
  REDIRECT_URI,
  redeem,
  register,
  signIn,
} from './world.ts'

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld()
})

test('what was sent wrong comes back in the characters that error_description may have (RFC 6749 sections 4.1.2.1 and 5.2)', async () => {
  const browser = browserClient(world)
  const answer = answerIn(await browser.get(authorizePath(world, { prompt: '"\\ü💥\n' })))
  expect([answer.error, answer.error_description]).toEqual(['invalid_request', "prompt ''??? is not known"])
  const body = 'ü%22%0D=1&ü%22%0D=2'
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const token = await world.app.request(`${world.issuer}/oauth2/token`, { method: 'POST', headers, body })
  expect(await token.json()).toEqual({ error: 'invalid_request', error_description: "Sent twice: ?'?." })
})

describe('the request', () => {
  test('may come by POST (OpenID Connect Core 3.1.2.1)', async () => {
    const browser = browserClient(world)
    const { searchParams } = new URL(authorizePath(world), world.issuer)
    const page = await browser.post('/oauth2/authorize', Object.fromEntries(searchParams))
    expect(answerIn(await signIn(browser, page))).toHaveProperty('code')
  })

  test('comes by GET again if it came by POST: from another site a browser sends no cookie with a POST', async () => {
    const { searchParams } = new URL(authorizePath(world), world.issuer)
    const body = new URLSearchParams([...searchParams, ['resume', 'x']])
    const answer = await world.app.request(`${world.issuer}/oauth2/authorize`, { method: 'POST', body })
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, authorizePath(world)])
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  test('may be longer by POST than an address can be: it is kept until its browser comes', async () => {
    const names = Array.from({ length: 300 }, (_, i) => [`claim_${i}`, null])
    const claims = JSON.stringify({ id_token: { family_name: null }, userinfo: Object.fromEntries(names) })
    const posted = (more: Record<string, string> = {}) => {
      const { searchParams } = new URL(authorizePath(world, { claims, ...more }), world.issuer)
      return Object.fromEntries(searchParams)
    }
    const browser = browserClient(world)
    const answer = await browser.send('/oauth2/authorize', posted())
    expect(answer.headers.get('Location')?.length).toBeLessThan(300)
    const { code = '' } = answerIn(await signIn(browser, await browser.post('/oauth2/authorize', posted())))
    const { id_token } = await redeem(world, code)
    expect(decodeJwt(id_token).family_name).toBe('Berry')
    // What is wrong with it is said at once, and who has to push is not let off by it.
    expect(answerIn(await browser.post('/oauth2/authorize', posted({ prompt: 'x' }))).error).toBe('invalid_request')
    const unknown = await browser.post('/oauth2/authorize', posted({ redirect_uri: 'https://evil.example/' }))
    expect([unknown.status, unknown.headers.get('Location')]).toEqual([400, null])
    const clientMetadata = { requirePushedAuthorizationRequests: true }
    const pushing = await register(world, { name: 'pushes', clientMetadata })
    const refused = await browser.post('/oauth2/authorize', posted({ client_id: pushing.clientId }))
    expect(answerIn(refused).error_description).toMatch(/has to push/)
    const request_uri = 'urn:ietf:params:oauth:request_uri:x'
    expect((await browser.post('/oauth2/authorize', posted({ request_uri }))).status).toBe(400)
  })

  test('brings the person to the sign-in page of its application, with login_hint as user name', async () => {
    const page = await browserClient(world).get(authorizePath(world, { login_hint: 'kim@example.com' }))
    expect(page.path).toMatch(/^\/login\?request=/)
    expect(page.text).toContain('<strong>playground2</strong>')
    expect(page.text).toContain('value="kim@example.com"')
  })

  test('with an unknown client ends on a page, and nowhere else (RFC 6749 section 4.1.2.1)', async () => {
    const page = await browserClient(world).get(authorizePath(world, { client_id: 'nobody' }))
    expect(page.status).toBe(400)
    expect(page.headers.get('Content-Type')).toContain('text/html')
    expect(page.text).toContain('client_id')
  })

  test('with a redirect_uri that is not registered ends on a page, and nowhere else', async () => {
    const page = await browserClient(world).get(authorizePath(world, { redirect_uri: 'https://evil.example/callback' }))
    expect(page.status).toBe(400)
    expect(page.headers.get('Location')).toBeNull()
    expect(page.text).not.toContain('evil.example')
  })

  test('cannot put markup into the page that refuses it', async () => {
    const page = await browserClient(world).get(authorizePath(world, { client_id: '<script>alert(1)</script>' }))
    expect(page.text).not.toContain('<script>alert')
  })

  test('that says something twice is told so at the application, with state and iss (RFC 6749 section 3.1)', async () => {
    const page = await browserClient(world).get(`${authorizePath(world)}&scope=email`)
    const answer = answerIn(page)
    expect(answer).toMatchObject({ error: 'invalid_request', state: 'state-1', iss: world.issuer })
    expect(answer.code).toBeUndefined()
  })

  test('goes back behind the query that a redirect URI has (RFC 6749 section 3.1.2)', async () => {
    const redirect_uri = 'https://app.example/callback?fixed=1'
    const application = await register(world, { name: 'with query', redirectUris: [redirect_uri] })
    const parameters = { client_id: application.clientId, redirect_uri, prompt: 'none' }
    const page = await browserClient(world).get(authorizePath(world, parameters))
    const { searchParams } = new URL(page.path)
    expect([searchParams.get('fixed'), searchParams.get('error')]).toEqual(['1', 'login_required'])
  })

  test('with response_mode=form_post is answered by a form that posts to the application', async () => {
    const browser = browserClient(world)
    const page = await signIn(
      browser,
      await browser.get(authorizePath(world, { response_mode: 'form_post', state: '"><b>' })),
    )
    expect(page.status).toBe(200)
    expect(page.text).toContain(`<form method="post" action="${REDIRECT_URI}"`)
    expect(page.text).toMatch(/name="code" value="[\w-]{43}"/)
    expect(page.text).toContain(`name="iss" value="${world.issuer}"`)
    expect(page.text).toContain('name="state" value="&quot;&gt;&lt;b&gt;"')
    expect(page.headers.get('Cache-Control')).toBe('no-store')
    expect(page.headers.get('Content-Security-Policy')).toContain('https://app.example')
  })

  test('that is as long as no request is, is refused before it is read', async () => {
    const page = await browserClient(world).post('/oauth2/authorize', { state: 's'.repeat(300_000) })
    expect(page.status).toBe(413)
    expect(page.text).toContain('at the most')
  })
})

describe('prompt and max_age (OpenID Connect Core 3.1.2.1)', () => {
  test('prompt=none with nobody signed in gives login_required, and no page', async () => {
    const page = await browserClient(world).get(authorizePath(world, { prompt: 'none' }))
    expect(answerIn(page)).toMatchObject({ error: 'login_required', state: 'state-1', iss: world.issuer })
  })

  test('prompt=none with somebody signed in is silent, for the same person and the same sign-in', async () => {
    const browser = browserClient(world)
    const first = await claimsFrom(await codeFor(world, {}, browser))
    world.advance(5000)
    const page = await browser.get(authorizePath(world, { prompt: 'none' }))
    const second = await claimsFrom(answerIn(page).code ?? '')
    expect(second).toMatchObject({ sub: first.sub, auth_time: first.auth_time })
  })

  test.each([
    ['prompt=login', { prompt: 'login' }],
    ['prompt=select_account', { prompt: 'select_account' }],
    ['max_age that has passed', { max_age: '1' }],
    ['max_age=0', { max_age: '0' }],
  ])('%s asks again, and auth_time is that of the new sign-in', async (_what, parameters) => {
    const browser = browserClient(world)
    const first = await claimsFrom(await codeFor(world, {}, browser))
    world.advance(5000)
    const page = await browser.get(authorizePath(world, parameters))
    expect(page.path).toMatch(/^\/login\?request=/)
    const again = await claimsFrom(answerIn(await signIn(browser, page)).code ?? '')
    expect(again.auth_time).toBeGreaterThanOrEqual(first.auth_time + 5)
  })

  test('max_age that has not passed asks nothing', async () => {
    const browser = browserClient(world)
    await codeFor(world, {}, browser)
    expect(answerIn(await browser.get(authorizePath(world, { max_age: '10000' })))).toHaveProperty('code')
  })
})

describe('a request that waits for its person', () => {
  test('cannot be gone on with in another browser, where its id may have come by a link', async () => {
    const victim = browserClient(world)
    const waiting = (await browserClient(world).get(authorizePath(world))).path.replace('/login?request=', '')
    await codeFor(world, {}, victim)
    const resumed = await victim.get(`/oauth2/authorize?resume=${waiting}`)
    expect(resumed.status).toBe(400)
    expect((await victim.get(`/login?request=${waiting}`)).status).toBe(400)
  })

  test('gives one code, however often it is gone on with', async () => {
    const browser = browserClient(world)
    const page = await browser.get(authorizePath(world))
    const { searchParams } = new URL(page.path, world.issuer)
    const request = searchParams.get('request') ?? ''
    await browser.send('/login', { username: KIM.userName, password: KIM.password, request })
    const resumed = await Promise.all(
      Array.from({ length: 5 }, () => browser.get(`/oauth2/authorize?resume=${request}`)),
    )
    expect(resumed.filter(({ path }) => path.startsWith(REDIRECT_URI))).toHaveLength(1)
    expect(resumed.filter(({ status }) => status === 400)).toHaveLength(4)
  })

  test('can be answered by password, when the only connection of its login flow signs nobody in any more', async () => {
    const tenant = await world.tenant()
    const authenticator = {
      type: 'oidc',
      clientId: 'c',
      clientSecret: 's',
      authorizationEndpoint: 'https://idp.example/authorize',
      tokenEndpoint: 'https://idp.example/token',
    }
    const made = await tenant.api('POST', '/connections', { name: 'IDP-IS2', authenticator })
    const { id: connection } = (await made.json()) as { id: string }
    const loginFlow = { steps: [{ options: [{ connection }] }] }
    const { clientId } = await register(world, { name: 'federated', loginFlow })
    await tenant.api('PATCH', `/connections/${connection}`, { authenticator: null })
    const browser = browserClient(world)
    const page = await browser.get(authorizePath(world, { client_id: clientId }))
    expect(answerIn(await signIn(browser, page))).toHaveProperty('code')
  })

  test('is over after half an hour', async () => {
    const browser = browserClient(world)
    const page = await browser.get(authorizePath(world))
    world.advance(30 * 60 * 1000)
    expect((await browser.get(page.path)).status).toBe(400)
  })

  test('is answered nowhere if its redirect_uri was withdrawn meanwhile', async () => {
    const { id, clientId } = await register(world, { name: 'moved' })
    const browser = browserClient(world)
    const page = await browser.get(authorizePath(world, { client_id: clientId }))
    await (await world.tenant()).api('PATCH', `/applications/${id}`, { redirectUris: ['https://app.example/new'] })
    expect((await signIn(browser, page)).status).toBe(400)
  })

  test('is over if its application is removed meanwhile', async () => {
    const { id, clientId } = await register(world, { name: 'short-lived' })
    const browser = browserClient(world)
    const page = await browser.get(authorizePath(world, { client_id: clientId }))
    await (await world.tenant()).api('DELETE', `/applications/${id}`)
    expect((await browser.get(page.path)).status).toBe(400)
  })
})

async function claimsFrom(code: string): Promise<{ sub: string; auth_time: number }> {
  const { id_token } = await redeem(world, code)
  return JSON.parse(Buffer.from(id_token.split('.')[1] ?? '', 'base64url').toString())
}
