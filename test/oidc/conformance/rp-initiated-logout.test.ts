/**
 * The modules of oidcc-rp-initiated-logout-certification-test-plan, named as there (OpenID Connect RP-Initiated Logout
 * 1.0), and what the section leaves to the provider.
 */
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { browserClient, type BrowserClient, type Page, signedIn } from '../../support/browser-client.ts'
import { authorizePath, codeFor, type OidcWorld, redeem, register } from '../world.ts'
import { asks, BACK, confirm, isSignedIn, logoutPath, logoutWorld, signedInAt } from './logout-world.ts'

let world: OidcWorld
let browser: BrowserClient
let idToken: string
beforeAll(async () => {
  world = await logoutWorld()
})
beforeEach(async () => {
  ;({ browser, idToken } = await signedInAt(world))
})

/** Nobody was sent anywhere, and the person is asked, or told what is wrong; she is still signed in. */
async function demandNoRedirect(page: Page): Promise<void> {
  expect(page.path).toMatch(/^\/oidc\/logout/)
  expect(asks(page)).toBe(true)
  expect(await isSignedIn(world, browser)).toBe(true)
}

/** She confirms, and stays here. */
async function demandEndsHere(page: Page): Promise<void> {
  const end = await confirm(browser, page)
  expect(end.path).toBe('/logout')
  expect(end.text).toContain('Signed Out')
  expect(await isSignedIn(world, browser)).toBe(false)
}

function unsigned(token: string): string {
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
  return `${none}.${token.split('.')[1]}.`
}

test('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
  const metadata = await (await world.app.request(`${world.issuer}/.well-known/openid-configuration`)).json()
  expect(metadata).toMatchObject({ end_session_endpoint: `${world.issuer}/oidc/logout` })
})

test('oidcc-rp-initiated-logout', async () => {
  const asked = { id_token_hint: idToken, post_logout_redirect_uri: BACK, state: 'a state & more' }
  const page = await browser.get(logoutPath(asked))
  expect(page.path).toBe(`${BACK}?state=a+state+%26+more`)
  expect(page.status).toBe(303)
  expect(await isSignedIn(world, browser)).toBe(false)
})

test('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri', async () => {
  for (const uri of ['https://evil.example/', `${BACK}/`, `${BACK}#f`, BACK.toUpperCase(), 'javascript:alert(1)']) {
    const page = await browser.get(logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: uri, state: 's' }))
    expect(page.status).toBe(400)
    await demandNoRedirect(page)
  }
  const page = await browser.get(logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: 'https://x.example' }))
  await demandEndsHere(page)
})

test('oidcc-rp-initiated-logout-modified-id-token-hint', async () => {
  const asked = { id_token_hint: unsigned(idToken), post_logout_redirect_uri: BACK, state: 's' }
  const page = await browser.get(logoutPath(asked))
  await demandNoRedirect(page)
  await demandEndsHere(page)
})

test('oidcc-rp-initiated-logout-bad-id-token-hint', async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const { kid } = JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString())
  const foreign = await new SignJWT(JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()))
    .setProtectedHeader({ alg: 'RS256', kid, jwk: await exportJWK(publicKey) })
    .sign(privateKey)
  const page = await browser.get(logoutPath({ id_token_hint: foreign, post_logout_redirect_uri: BACK, state: 's' }))
  await demandNoRedirect(page)
  await demandEndsHere(page)
})

test('oidcc-rp-initiated-logout-no-id-token-hint', async () => {
  await demandNoRedirect(await browser.get(logoutPath({ post_logout_redirect_uri: BACK, state: 's' })))
})

test('oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri', async () => {
  const asked = { id_token_hint: idToken, post_logout_redirect_uri: `${BACK}?foo=bar`, state: 's' }
  await demandNoRedirect(await browser.get(logoutPath(asked)))
})

test('oidcc-rp-initiated-logout-no-params', async () => {
  const page = await browser.get('/oidc/logout')
  await demandNoRedirect(page)
  await demandEndsHere(page)
})

test('oidcc-rp-initiated-logout-no-post-logout-redirect-uri', async () => {
  const page = await browser.get(logoutPath({ id_token_hint: idToken, state: 's' }))
  expect(page.path).toBe('/logout')
  expect(page.text).toContain('Signed Out')
  expect(await isSignedIn(world, browser)).toBe(false)
})

test('oidcc-rp-initiated-logout-only-state', async () => {
  const page = await browser.get(logoutPath({ state: 's' }))
  await demandNoRedirect(page)
  await demandEndsHere(page)
})

test('oidcc-rp-initiated-logout-no-state', async () => {
  const page = await browser.get(logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: BACK }))
  expect(page.path).toBe(BACK)
  expect(await isSignedIn(world, browser)).toBe(false)
})

describe('id_token_hint', () => {
  test('is taken however old it is (section 4), while the session lives', async () => {
    const remembered = browserClient(world)
    await remembered.get('/login')
    await remembered.post('/login', { username: 'kim', password: 'MyPa33w@rd', remember: 'on' })
    world.advance(3 * 24 * 3600_000)
    const page = await remembered.get(logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: BACK }))
    expect(page.path).toBe(BACK)
    expect(await isSignedIn(world, remembered)).toBe(false)
  })

  test('of another person signs nobody out unasked', async () => {
    const admin = await signedIn(world)
    const page = await admin.get(logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: BACK, state: 's' }))
    expect(page.text).toContain('<strong>admin</strong>')
    expect(asks(page)).toBe(true)
    expect((await admin.get('/console')).path).toBe('/console')
    expect((await confirm(admin, page)).path).toBe(`${BACK}?state=s`)
  })

  test('is no access token, and none of another tenant', async () => {
    const { access_token } = await redeem(world, await codeFor(world))

    await demandNoRedirect(await browser.get(logoutPath({ id_token_hint: access_token })))
    await world.tenant('acme')
    const page = await browser.get(`/t/acme${logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: BACK })}`)
    expect(page.status).toBe(400)
    expect(page.path).toMatch(/^\/t\/acme\/oidc\/logout/)
  })

  test('has to be of the application that client_id names', async () => {
    const other = await register(world, { name: 'other' })
    const asked = { id_token_hint: idToken, client_id: other.clientId, post_logout_redirect_uri: BACK }
    await demandNoRedirect(await browser.get(logoutPath(asked)))
  })
})

test('with client_id alone the person confirms, and goes back where that application has registered', async () => {
  const asked = { client_id: world.application.clientId, post_logout_redirect_uri: BACK, state: 's' }
  const page = await browser.get(logoutPath(asked))
  await demandNoRedirect(page)
  expect(page.headers.get('Content-Security-Policy')).toMatch(/form-action 'self' https: http:/)
  expect((await confirm(browser, page)).path).toBe(`${BACK}?state=s`)
  expect(await isSignedIn(world, browser)).toBe(false)
})

test('the confirmation does not send anybody where nothing is registered, whatever the form says', async () => {
  await browser.get('/oidc/logout')
  const form = { client_id: world.application.clientId, post_logout_redirect_uri: 'https://evil.example/' }
  expect((await browser.post('/oidc/logout/confirm', form)).path).toBe('/logout')
})

test('a confirmation that another site sends is refused', async () => {
  await browser.get('/oidc/logout')
  expect((await browser.send('/oidc/logout/confirm', { _token: 'guessed' })).status).toBe(403)
  expect(await isSignedIn(world, browser)).toBe(true)
})

test('without a session nobody is asked: a hint leads back, and nothing else does', async () => {
  const nobody = browserClient(world)
  const back = await nobody.get(logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: BACK }))
  expect(back.path).toBe(BACK)
  const asked = { client_id: world.application.clientId, post_logout_redirect_uri: BACK }
  expect((await nobody.get(logoutPath(asked))).path).toBe('/logout')
})

test('a POST does the same (section 2), by way of a GET that the cookie comes with', async () => {
  const page = await browser.post('/oidc/logout', { id_token_hint: idToken, post_logout_redirect_uri: BACK })
  expect(page.path).toBe(BACK)
  expect(await isSignedIn(world, browser)).toBe(false)
})

test('a uri with a query of its own keeps it, and state comes behind', async () => {
  const asked = { id_token_hint: idToken, post_logout_redirect_uri: `${BACK}?from=postern`, state: 's' }
  expect((await browser.get(logoutPath(asked))).path).toBe(`${BACK}?from=postern&state=s`)
})

test('an app goes back to a scheme of its own (section 3.1); no other scheme can be registered', async () => {
  const [redirectUri, uri] = ['com.example.app:/cb', 'com.example.app:/signed-out']
  const clientMetadata = { postLogoutRedirectUris: [uri] }
  const app = await register(world, { name: 'app', redirectUris: [redirectUri], clientMetadata })
  const code = new URL(
    (await browser.get(authorizePath({ ...world, application: app }, { redirect_uri: redirectUri }))).path,
  ).searchParams.get('code')
  const tokens = await redeem({ ...world, application: app }, code ?? '', { redirect_uri: redirectUri })
  const asked = { id_token_hint: tokens.id_token, post_logout_redirect_uri: uri, state: 's' }
  expect((await browser.get(logoutPath(asked))).path).toBe(`${uri}?state=s`)
  const tenant = await world.tenant()
  for (const other of ['javascript:alert(1)', 'data:text/html,x', 'com.example.app:/out#x', 'app:/out', '/out']) {
    const answer = await tenant.api('PATCH', `/applications/${app.id}`, {
      clientMetadata: { postLogoutRedirectUris: [other] },
    })
    expect([other, answer.status]).toEqual([other, 400])
  }
})
