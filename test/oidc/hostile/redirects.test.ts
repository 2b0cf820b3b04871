/** A hostile client or link that wants the answer, or the person, to go elsewhere (RFC 9700 sections 4.1 and 4.11). */
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../../support/app.ts'
import { browserClient, signedIn } from '../../support/browser-client.ts'
import { asks, BACK, logoutPath, logoutWorld, signedInAt } from '../conformance/logout-world.ts'
import { authorizePath, type Client, KIM, type OidcWorld, register, signIn } from '../world.ts'

const NATIVE = ['http://127.0.0.1/callback', 'http://[::1]/callback', 'com.example.app:/callback']

let world: OidcWorld
let native: Client
beforeAll(async () => {
  world = await logoutWorld()
  native = await register(world, { name: 'native', redirectUris: NATIVE })
})

/** What an attacker makes of https://app.example/callback, which is registered. */
const TRICKS: readonly (readonly [string, string])[] = [
  ['userinfo before another host', 'https://app.example@evil.example/callback'],
  ['userinfo with a password', 'https://app.example:443@evil.example/callback'],
  ['userinfo before the own host', 'https://evil@app.example/callback'],
  ['an encoded @', 'https://app.example%40evil.example/callback'],
  ['the host as a subdomain', 'https://app.example.evil.example/callback'],
  ['a host that ends alike', 'https://evilapp.example/callback'],
  ['a trailing dot of the host', 'https://app.example./callback'],
  ['a host in other case', 'https://APP.example/callback'],
  ['a host of fullwidth letters', 'https://ａpp.example/callback'],
  ['a host with a Cyrillic letter', 'https://аpp.example/callback'],
  ['a host with an ideographic full stop', 'https://app。example/callback'],
  ['a soft hyphen in the host', 'https://app\u00ad.example/callback'],
  ['a null behind the host', 'https://app.example\0.evil.example/callback'],
  ['an encoded null', 'https://app.example%00.evil.example/callback'],
  ['a scheme in other case', 'HTTPS://app.example/callback'],
  ['another scheme', 'http://app.example/callback'],
  ['a script', 'javascript:alert(1)//https://app.example/callback'],
  ['a data URI', 'data:text/html,https://app.example/callback'],
  ['no scheme', '//app.example/callback'],
  ['one slash', 'https:/app.example/callback'],
  ['backslashes for slashes', 'https:\\\\app.example\\callback'],
  ['a backslash before the own path', 'https://evil.example\\@app.example/callback'],
  ['the default port', 'https://app.example:443/callback'],
  ['an empty port', 'https://app.example:/callback'],
  ['dots', 'https://app.example/callback/../open'],
  ['encoded dots', 'https://app.example/callback/%2e%2e/open'],
  ['dots with a parameter', 'https://app.example/callback/..;/open'],
  ['a path parameter', 'https://app.example/callback;/open'],
  ['an encoded slash', 'https://app.example/callback%2f..%2fopen'],
  ['a doubly encoded slash', 'https://app.example/callback%252f'],
  ['an encoded letter', 'https://app.example/c%61llback'],
  ['two slashes', 'https://app.example//callback'],
  ['a slash behind', 'https://app.example/callback/'],
  ['a query', 'https://app.example/callback?next=https://evil.example'],
  ['an empty query', 'https://app.example/callback?'],
  ['a fragment', 'https://app.example/callback#'],
  ['an encoded fragment', 'https://app.example/callback%23'],
  ['a newline behind', 'https://app.example/callback\n'],
  ['a newline within', 'https://app.example/call\nback'],
  ['an encoded line end with a header', 'https://app.example/callback%0d%0aSet-Cookie:%20a=b'],
  ['a line end with a header', 'https://app.example/callback\r\nSet-Cookie: a=b'],
  ['a tab', 'https://app.example/\tcallback'],
  ['a blank before', ' https://app.example/callback'],
  ['a blank behind', 'https://app.example/callback '],
  ['two addresses', 'https://app.example/callback https://evil.example'],
  ['a wildcard', 'https://*.example/callback'],
  ['the host alone', 'https://app.example'],
]

describe('a redirect_uri that is not the registered one to the letter leads nowhere (RFC 9700 section 4.1.3):', () => {
  test.each(TRICKS)('%s', async (_what, redirect_uri) => {
    const page = await browserClient(world).get(authorizePath(world, { redirect_uri }))
    expect(page.status).toBe(400)
    expect(page.headers.get('Location')).toBeNull()
    expect(page.path).toMatch(/^\/oauth2\/authorize/)
    expect(page.headers.get('Set-Cookie') ?? '').not.toContain('a=b')
    // Told to the person, and no link to click.
    expect(page.text).not.toContain('evil.example')
  })

  test('nor pushed (RFC 9126 section 2.1), nor with a code in exchange (RFC 6749 section 4.1.3)', async () => {
    const { clientId, clientSecret } = world.application
    const push = (path: string, form: Record<string, string>) =>
      world.app.request(`${world.issuer}/oauth2/${path}`, {
        method: 'POST',
        headers: { Authorization: basicHeader(clientId, clientSecret) },
        body: new URLSearchParams({ response_type: 'code', scope: 'openid', ...form }),
      })
    for (const [, redirect_uri] of TRICKS) {
      expect((await push('par', { redirect_uri })).status).toBe(400)
      const query = { grant_type: 'authorization_code', code: 'x'.repeat(43), redirect_uri }
      expect((await push('token', query)).status).toBe(400)
    }
  })
})

describe('a loopback address of a native application may have another port, and nothing else (RFC 8252 section 7.3):', () => {
  const answerTo = (redirect_uri: string) =>
    browserClient(world).get(authorizePath(world, { client_id: native.clientId, redirect_uri, prompt: 'none' }))

  test.each(['http://127.0.0.1:51004/callback', 'http://[::1]:1/callback', 'http://127.0.0.1/callback'])(
    '%s is taken',
    async (redirect_uri) => {
      expect((await answerTo(redirect_uri)).path).toMatch(`${redirect_uri}?error=login_required`)
    },
  )

  test.each([
    'http://127.1/callback',
    'http://127.0.0.2:80/callback',
    'http://2130706433/callback',
    'http://0x7f000001/callback',
    'http://0177.0.0.1/callback',
    'http://0.0.0.0/callback',
    'http://localhost/callback',
    'http://localhost.evil.example/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.1:80.evil.example/callback',
    'http://127.0.0.1:80@evil.example/callback',
    'http://evil@127.0.0.1:80/callback',
    'http://127.0.0.1:0/callback',
    'http://127.0.0.1:65536/callback',
    'http://127.0.0.1:+80/callback',
    'http://127.0.0.1:80/callback?a=b',
    'http://127.0.0.1:80/callback#a',
    'http://127.0.0.1:80/callback/..',
    'http://127.0.0.1:80\\callback',
    'https://127.0.0.1:80/callback',
    'http://[::]:80/callback',
    'http://[0:0:0:0:0:0:0:1]:80/callback',
    'http://[::1%25lo]:80/callback',
    'http://[::ffff:127.0.0.1]:80/callback',
    'com.example.app://callback',
    'com.example.app:/callback/evil',
    'com.example.app.evil:/callback',
  ])('%s is not', async (redirect_uri) => {
    const page = await answerTo(redirect_uri)
    expect([page.status, page.headers.get('Location')]).toEqual([400, null])
  })
})

describe('nobody is sent on from here to where a link says (RFC 9700 section 4.11.2):', () => {
  const PLACES = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '%2f%2fevil.example',
  ]

  test.each(PLACES)('by a sign-in with return_to=%s', async (return_to) => {
    const browser = browserClient(world)
    await browser.get(`/login?${new URLSearchParams({ return_to })}`)
    const fields = { username: KIM.userName, password: KIM.password, return_to }
    const answer = await browser.send('/login', fields)
    expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/account'])
  })

  test.each(PLACES)('by a sign-in that goes on with the request %s', async (request) => {
    const page = await browserClient(world).get(`/login?${new URLSearchParams({ request })}`)
    expect(page.status).toBe(400)
    const resumed = await browserClient(world).get(`/oauth2/authorize?${new URLSearchParams({ resume: request })}`)
    expect([resumed.status, resumed.headers.get('Location')]).toEqual([400, null])
  })

  test('by a sign-out: an address that is nearly registered is shown to the person, and not followed', async () => {
    const { browser, idToken } = await signedInAt(world)
    for (const [, uri] of TRICKS) {
      const post_logout_redirect_uri = uri.replace('/callback', '/signed-out')
      const page = await browser.get(logoutPath({ id_token_hint: idToken, post_logout_redirect_uri }))
      expect([page.status, page.headers.get('Location'), asks(page)]).toEqual([400, null, true])
    }
    const page = await browser.get(logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: BACK }))
    expect(page.path).toBe(BACK)
  })

  test('by an application that asks for nothing that can be: the error goes to its own address alone', async () => {
    const page = await browserClient(world).get(authorizePath(world, { response_type: 'evil', scope: 'openid' }))
    expect(page.path).toMatch(/^https:\/\/app\.example\/callback\?error=unsupported_response_type/)
  })
})

test('state and error cannot break out of the address or the headers (response splitting, RFC 9700 section 4.1)', async () => {
  const state = 'x\r\nSet-Cookie: a=b\r\n\r\n<script>&code=stolen#fragment'
  const page = await browserClient(world).get(authorizePath(world, { state, prompt: 'none' }))
  const back = new URL(page.path)
  expect(back.origin + back.pathname).toBe('https://app.example/callback')
  expect(Object.fromEntries(back.searchParams)).toMatchObject({ state, error: 'login_required' })
  expect([back.hash, back.searchParams.getAll('code')]).toEqual(['', []])
  expect(page.headers.get('Set-Cookie') ?? '').not.toContain('a=b')
})

test('state cannot break out of the page that posts the answer (Form Post Response Mode section 4)', async () => {
  const state = '"><script>alert(1)</script><input name="code" value="'
  const parameters = { state, prompt: 'none', response_mode: 'form_post' }
  const page = await browserClient(world).get(authorizePath(world, parameters))
  expect(page.text).toContain('&lt;script&gt;alert(1)')
  expect(page.text).not.toContain('<script>alert')
})

test('an administrator’s session is no way past the redirect URI: signing in answers to the application alone', async () => {
  const browser = await signedIn(world)
  const page = await browser.get(authorizePath(world, { redirect_uri: 'https://evil.example/' }))
  expect([page.status, page.headers.get('Location')]).toEqual([400, null])
  const other = browserClient(world)
  const back = await signIn(other, await other.get(authorizePath(world)))
  expect(back.path).toMatch(/^https:\/\/app\.example\/callback\?code=/)
})
