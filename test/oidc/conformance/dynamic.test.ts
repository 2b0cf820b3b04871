/**
 * The modules of the Dynamic OP plan (oidcc-dynamic-certification-test-plan), each under its own name, with clients that
 * register themselves (RFC 7591), and of third-party initiated sign-in (OpenID Connect Core section 4).
 */
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { initiateLoginAddress } from '../../../src/applications/initiate-login.ts'
import { browserClient, type Page } from '../../support/browser-client.ts'
import { answerIn, authorizePath, type OidcWorld, oidcWorld, postToken, REDIRECT_URI, signIn } from '../world.ts'
import { userinfo } from '../world.ts'

const JWKS_URI = 'https://app.example/jwks'
const SECTOR_URI = 'https://sector.example/redirect_uris.json'
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let world: OidcWorld
/** What stands at the addresses of clients. */
const documents = new Map<string, unknown>()
beforeAll(async () => {
  world = await oidcWorld()
  // The plan's clients do no PKCE, and nobody can set that for each of them.
  const settings = { policy: 'open', requirePkce: false }
  expect((await (await world.tenant()).api('PUT', '/client-registration', settings)).status).toBe(200)
  const fetch = async (url: string) =>
    documents.has(url) ? Response.json(documents.get(url)) : new Response('not here', { status: 404 })
  Object.assign(world.platform, { fetch })
})
beforeEach(() => documents.clear())

type Registered = Record<string, unknown> & { client_id: string; client_secret?: string }

async function post(metadata: Record<string, unknown>) {
  const answer = await world.app.request(`${world.issuer}/oauth2/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ redirect_uris: [REDIRECT_URI], ...metadata }),
  })
  return { status: answer.status, json: (await answer.json()) as Registered & { error?: string } }
}

async function register(metadata: Record<string, unknown> = {}): Promise<OidcWorld & { registration: Registered }> {
  const { status, json } = await post(metadata)
  expect([status, json.error]).toEqual([201, undefined])
  const application = { id: '', clientId: json.client_id, clientSecret: json.client_secret ?? '' }
  return { ...world, application, registration: json }
}

/** Signs Kim in, who lets the client know what it asks for. */
async function answer(own: OidcWorld, parameters: Record<string, string | undefined> = {}) {
  const browser = browserClient(world)
  const page = await signIn(browser, await browser.get(authorizePath(own, parameters)))
  const hidden = [...page.text.matchAll(/type="hidden" name="(request|asked)" value="([^"]*)"/g)]
  const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
  return browser.post('/consent', { ...fields, decision: 'allow' })
}

async function signInPage(own: OidcWorld, parameters: Record<string, string | undefined> = {}): Promise<Page> {
  const browser = browserClient(world)
  return browser.get(authorizePath(own, parameters))
}

type Tokens = { access_token: string; id_token: string; refresh_token: string }
async function flow(own: OidcWorld, parameters: Record<string, string | undefined> = {}): Promise<Tokens> {
  const { code = '' } = answerIn(await answer(own, parameters))
  const redeemed = await postToken(own, { code })
  expect(redeemed.status).toBe(200)
  return (await redeemed.json()) as Tokens
}

async function verified(token: string) {
  const keys = await (await world.app.request(`${world.issuer}/oauth2/jwks`)).json()
  return jwtVerify(token, createLocalJWKSet(keys), { currentDate: world.platform.now() })
}

async function keyPair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  return { privateKey, kid, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } }
}
type Key = Awaited<ReturnType<typeof keyPair>>

function assertion(own: OidcWorld, { privateKey, kid }: Key, claims: JWTPayload = {}): Promise<string> {
  const { clientId } = own.application
  const now = Math.floor(world.platform.now().getTime() / 1000)
  return new SignJWT({ iss: clientId, sub: clientId, jti: crypto.randomUUID(), iat: now, exp: now + 60, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setAudience(claims.aud ?? `${world.issuer}/oauth2/token`)
    .sign(privateKey)
}

async function asSigned(own: OidcWorld, key: Key, claims: JWTPayload = {}) {
  return { client_assertion_type: TYPE, client_assertion: await assertion(own, key, claims) }
}

describe('oidcc-dynamic-certification-test-plan', () => {
  test('oidcc-idtoken-rs256', async () => {
    const own = await register({ id_token_signed_response_alg: 'RS256' })
    const { protectedHeader, payload } = await verified((await flow(own)).id_token)
    expect([protectedHeader.alg, payload.aud]).toEqual(['RS256', own.application.clientId])
  })

  test('oidcc-userinfo-rs256', async () => {
    const own = await register({ userinfo_signed_response_alg: 'RS256' })
    const told = await userinfo(own, (await flow(own)).access_token)
    expect(told.headers.get('Content-Type')).toBe('application/jwt')
    expect((await verified(await told.text())).payload).toMatchObject({ sub: world.kimId, iss: world.issuer })
  })

  test('oidcc-ensure-redirect-uri-in-authorization-request', async () => {
    const page = await signInPage(await register(), { redirect_uri: undefined })
    expect([page.status, page.headers.get('Location')]).toEqual([400, null])
  })

  test('oidcc-redirect-uri-query-OK', async () => {
    const uri = `${REDIRECT_URI}?foo=bar`
    const page = await answer(await register({ redirect_uris: [uri] }), { redirect_uri: uri })
    expect(page.path.startsWith(`${uri}&code=`)).toBe(true)
  })

  test.each([
    ['oidcc-redirect-uri-query-mismatch', `${REDIRECT_URI}?foo=bar`, `${REDIRECT_URI}?bar=foo`],
    ['oidcc-redirect-uri-query-added', REDIRECT_URI, `${REDIRECT_URI}?foo=bar`],
  ])('%s', async (_module, registered, redirect_uri) => {
    const page = await signInPage(await register({ redirect_uris: [registered] }), { redirect_uri })
    expect([page.status, page.headers.get('Location')]).toEqual([400, null])
  })

  test('oidcc-redirect-uri-regfrag', async () => {
    expect(await post({ redirect_uris: [`${REDIRECT_URI}#foobar`] })).toMatchObject({
      status: 400,
      json: { error: 'invalid_redirect_uri' },
    })
  })

  test.each([
    ['oidcc-registration-policy-uri', 'policy_uri', 'Privacy policy'],
    ['oidcc-registration-tos-uri', 'tos_uri', 'Terms of service'],
  ])('%s', async (_module, name, label) => {
    const uri = `https://app.example/${name}?a=1&b=2`
    const own = await register({ [name]: uri, client_name: `With ${name}` })
    expect(own.registration[name]).toBe(uri)
    const { text } = await signInPage(own)
    expect(text).toContain(`href="https://app.example/${name}?a=1&amp;b=2"`)
    expect(text).toContain(label)
    const german = await signInPage(own, { ui_locales: 'de' })
    expect(german.text).not.toContain(label)
  })

  test('oidcc-registration-logo-uri: kept and told, and no page loads it: the name stands there, with client_uri', async () => {
    const [logo_uri, client_uri] = ['https://app.example/logo.png', 'https://app.example/about']
    const own = await register({ logo_uri, client_uri, client_name: 'With a logo' })
    expect(own.registration).toMatchObject({ logo_uri, client_uri })
    const page = await signInPage(own)
    expect(page.text).toContain('With a logo')
    expect(page.text).toContain(`href="${client_uri}"`)
    expect(page.text).not.toContain(logo_uri)
    expect(page.headers.get('Content-Security-Policy')).toContain("img-src 'self';")
  })

  test('oidcc-registration-jwks-uri', async () => {
    const key = await keyPair('one')
    documents.set(JWKS_URI, { keys: [key.jwk] })
    const own = await register({ jwks_uri: JWKS_URI, token_endpoint_auth_method: 'private_key_jwt' })
    expect(own.registration.jwks_uri).toBe(JWKS_URI)
    const { code = '' } = answerIn(await answer(own))
    expect((await postToken(own, { code, ...(await asSigned(own, key)) }, null)).status).toBe(200)
  })

  test('oidcc-registration-sector-uri', async () => {
    const redirect_uris = [REDIRECT_URI, 'https://other.example/cb']
    documents.set(SECTOR_URI, redirect_uris)
    const own = await register({ redirect_uris, sector_identifier_uri: SECTOR_URI, subject_type: 'pairwise' })
    expect(own.registration).toMatchObject({ sector_identifier_uri: SECTOR_URI, subject_type: 'pairwise' })
    const { payload } = await verified((await flow(own)).id_token)
    expect(payload.sub).not.toBe(world.kimId)
  })

  test('oidcc-registration-sector-bad', async () => {
    documents.set(SECTOR_URI, ['https://somebody.else.example/cb'])
    const refused = await post({ sector_identifier_uri: SECTOR_URI })
    expect(refused).toMatchObject({ status: 400, json: { error: 'invalid_client_metadata' } })
  })

  test('oidcc-refresh-token-rp-key-rotation', async () => {
    const uri = `${JWKS_URI}/rotated`
    const [old, renewed] = [await keyPair('old'), await keyPair('renewed')]
    documents.set(uri, { keys: [old.jwk] })
    const own = await register({
      jwks_uri: uri,
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['authorization_code', 'refresh_token'],
    })
    const { code = '' } = answerIn(await answer(own, { scope: 'openid offline_access', prompt: 'consent' }))
    const first = await postToken(own, { code, ...(await asSigned(own, old)) }, null)
    const { refresh_token } = (await first.json()) as Tokens
    documents.set(uri, { keys: [renewed.jwk] })
    // Keys that lack one are not fetched again for ten seconds.
    world.advance(10_000)
    const form = { grant_type: 'refresh_token', refresh_token, ...(await asSigned(own, renewed)) }
    const again = await postToken(own, form, null)
    expect([again.status, await again.json()]).toMatchObject([200, { token_type: 'Bearer' }])
  })

  test('oidcc-ensure-client-assertion-with-iss-aud-succeeds', async () => {
    const key = await keyPair('one')
    const jwks = { keys: [key.jwk] }
    const own = await register({ jwks, token_endpoint_auth_method: 'private_key_jwt' })
    const { code = '' } = answerIn(await answer(own))
    const form = { code, ...(await asSigned(own, key, { aud: world.issuer })) }
    expect((await postToken(own, form, null)).status).toBe(200)
  })

  test('oidcc-request-uri-unsigned: refused in words', async () => {
    const page = await signInPage(await register(), { request_uri: 'https://app.example/request' })
    expect(answerIn(page).error).toBe('request_uri_not_supported')
  })

  test('oidcc-request-uri-signed-rs256: refused in words', async () => {
    const page = await signInPage(await register(), { request_uri: 'https://app.example/signed.jwt' })
    expect(answerIn(page)).toMatchObject({ error: 'request_uri_not_supported', state: 'state-1' })
  })
})

describe('oidcc-3rdparty-init-login-certification-test-plan', () => {
  test('oidcc-3rdparty-init-login', async () => {
    const initiate_login_uri = 'https://app.example/start?from=postern'
    const own = await register({ initiate_login_uri })
    expect(own.registration.initiate_login_uri).toBe(initiate_login_uri)
    const address = initiateLoginAddress(await world.scope(), {
      clientMetadata: { initiateLoginUri: initiate_login_uri },
    })
    expect(address).toBe(`${initiate_login_uri}&${new URLSearchParams({ iss: world.issuer })}`)
    // The application comes with a request of its own then.
    expect(answerIn(await answer(own))).toHaveProperty('code')
  })

  test('oidcc-3rdparty-init-login-nohttps', async () => {
    const refused = await post({ initiate_login_uri: 'http://app.example/start' })
    expect(refused).toMatchObject({ status: 400, json: { error: 'invalid_client_metadata' } })
  })
})

test('PKCE is demanded of clients that register themselves unless the tenant says otherwise, and of public ones always', async () => {
  const shop = await register({ client_name: 'public', token_endpoint_auth_method: 'none' })
  expect(answerIn(await signInPage(shop)).error).toBe('invalid_request')
  const tenant = await world.tenant()
  await tenant.api('PUT', '/client-registration', { policy: 'open' })
  expect(await (await tenant.api('GET', '/client-registration')).json()).toEqual({ policy: 'open', requirePkce: true })
  expect(answerIn(await signInPage(await register())).error).toBe('invalid_request')
})
