/**
 * The modules of the Dynamic OP plan (oidcc-dynamic-certification-test-plan), each under its own name, with clients that
 * register themselves (RFC 7591), and of third-party initiated sign-in (OpenID Connect Core section 4).
 */
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { initiateLoginAddress } from '../../../src/applications/initiate-login.ts'
import { browserClient, type Page } from '../../support/browser-client.ts'
import { answerIn, authorizePath, type OidcWorld, postToken, REDIRECT_URI, signIn } from '../world.ts'
import { userinfo } from '../world.ts'
import { servedWorld } from './served.ts'

const JWKS_URI = 'https://app.example/jwks'
const SECTOR_URI = 'https://sector.example/redirect_uris.json'
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let world: OidcWorld
/** What stands at the addresses of clients: JSON, and request objects. */
const documents = new Map<string, unknown>()
const texts = new Map<string, string>()
const pictures = new Map<string, Uint8Array<ArrayBuffer>>()
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
beforeAll(async () => {
  world = await servedWorld()
  // The plan's clients do no PKCE, and nobody can set that for each of them.
  const settings = { policy: 'open', requirePkce: false }
  expect((await (await world.tenant()).api('PUT', '/client-registration', settings)).status).toBe(200)
  const fetch = async (url: string) => {
    const text = texts.get(url.split('#')[0] ?? '')
    const picture = pictures.get(url)
    if (picture) return new Response(picture)
    if (text !== undefined) return new Response(text, { headers: { 'Content-Type': 'application/jwt' } })
    return documents.has(url) ? Response.json(documents.get(url)) : new Response('not here', { status: 404 })
  }
  Object.assign(world.platform, { fetch })
})
beforeEach(() => {
  documents.clear()
  texts.clear()
  pictures.clear()
})

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

/** What the token endpoint says to a client that signs. */
async function redeemed(own: OidcWorld, key: Key, form: Record<string, string>): Promise<unknown> {
  return (await postToken(own, { ...form, ...(await asSigned(own, key)) }, null)).json()
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

/** The plan's clients authenticate with private_key_jwt. */
const signing = async ({ jwk }: Key) => ({ jwks: { keys: [jwk] }, token_endpoint_auth_method: 'private_key_jwt' })

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
  test('oidcc-server: with private_key_jwt, whatever a client may leave out left out', async () => {
    const key = await keyPair('one')
    const own = await register(await signing(key))
    const { code = '' } = answerIn(await answer(own, { nonce: 'n-1' }))
    const { payload } = await verified(((await redeemed(own, key, { code })) as Tokens).id_token)
    expect(payload).toMatchObject({ iss: world.issuer, aud: own.application.clientId, sub: world.kimId, nonce: 'n-1' })
  })

  test('oidcc-refresh-token: of its own client alone', async () => {
    const [key, other] = [await keyPair('one'), await keyPair('one')]
    const grant_types = ['authorization_code', 'refresh_token']
    const own = await register({ ...(await signing(key)), grant_types })
    const stranger = await register({ ...(await signing(other)), grant_types })
    const { code = '' } = answerIn(await answer(own, { scope: 'openid offline_access', prompt: 'consent' }))
    const first = (await redeemed(own, key, { code })) as Tokens
    const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
    expect(await redeemed(stranger, other, form)).toMatchObject({ error: 'invalid_grant' })
    const second = (await redeemed(own, key, form)) as Tokens
    const [before, after] = [await verified(first.id_token), await verified(second.id_token)]
    for (const claim of ['iss', 'sub', 'aud', 'auth_time']) expect(after.payload[claim]).toEqual(before.payload[claim])
    expect((await userinfo(own, second.access_token)).status).toBe(200)
  })

  test('oidcc-ensure-request-object-with-redirect-uri: that of a signed object counts, and not the one beside it', async () => {
    const key = await keyPair('one')
    const own = await register(await signing(key))
    const { clientId } = own.application
    const said = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      state: 'in',
    }
    const request = await new SignJWT({ ...said, iss: clientId, aud: world.issuer })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(key.privateKey)
    const page = await answer(own, { request, redirect_uri: `${REDIRECT_URI}/other` })
    expect(answerIn(page)).toMatchObject({ code: expect.any(String), state: 'in' })
  })

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

  test('oidcc-registration-logo-uri: on the page, where people sign in, from this server', async () => {
    const [logo_uri, client_uri] = ['https://app.example/logo.png', 'https://app.example/about']
    pictures.set(logo_uri, PNG)
    const own = await register({ logo_uri, client_uri, client_name: 'With a logo' })
    expect(own.registration).toMatchObject({ logo_uri, client_uri })
    const page = await signInPage(own)
    expect(page.text).toContain('With a logo')
    expect(page.text).toContain(`href="${client_uri}"`)
    expect(page.text).not.toContain(logo_uri)
    expect(page.headers.get('Content-Security-Policy')).toContain("img-src 'self';")
    const [, src = ''] = /<img src="(\/branding\/application-logo[^"]+)"/.exec(page.text) ?? []
    const picture = await world.app.request(new URL(src, world.issuer))
    expect([picture.status, picture.headers.get('Content-Type')]).toEqual([200, 'image/png'])
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(PNG)
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

  /** A client whose request object stands at its request_uri, as the suite makes one: with a fragment, and without exp. */
  async function referring(signed: boolean) {
    const [key, uri] = [await keyPair('one'), `https://app.example/requesturi/${crypto.randomUUID()}`]
    const own = await register({
      ...(await signing(key)),
      request_uris: [`${uri}#hash`],
      ...(signed ? { request_object_signing_alg: 'RS256' } : {}),
    })
    const { clientId } = own.application
    const said = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: REDIRECT_URI,
      scope: 'openid',
      state: 'in',
    }
    const claims = { ...said, nonce: 'n-1', iss: clientId, aud: world.issuer }
    const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
    const none = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`
    const sign = () => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key.privateKey)
    texts.set(uri, signed ? await sign() : none)
    return { own, key, request_uri: `${uri}#hash` }
  }

  test('oidcc-request-uri-unsigned: skipped by the suite where none is not offered; refused in words', async () => {
    const metadata = await (await world.app.request(`${world.issuer}/.well-known/openid-configuration`)).json()
    expect(metadata).toMatchObject({ request_uri_parameter_supported: true, require_request_uri_registration: true })
    expect((metadata as Record<string, unknown>).request_object_signing_alg_values_supported).not.toContain('none')
    const { own, request_uri } = await referring(false)
    expect(answerIn(await signInPage(own, { request_uri })).error).toBe('request_uri_not_supported')
  })

  test('oidcc-request-uri-signed-rs256', async () => {
    const { own, key, request_uri } = await referring(true)
    expect(own.registration.request_uris).toEqual([request_uri])
    const { code = '', state } = answerIn(await answer(own, { request_uri, state: undefined, nonce: undefined }))
    expect(state).toBe('in')
    const redeemed = await postToken(own, { code, ...(await asSigned(own, key)) }, null)
    expect((await verified(((await redeemed.json()) as Tokens).id_token)).payload.nonce).toBe('n-1')
  })
})

describe('oidcc-3rdparty-init-login-certification-test-plan', () => {
  test('oidcc-3rd_party-init-login', async () => {
    const initiate_login_uri = 'https://app.example/start?from=postern'
    const own = await register({ initiate_login_uri })
    expect(own.registration.initiate_login_uri).toBe(initiate_login_uri)
    // The suite reads it again where the client is managed (Registration section 4.2).
    const { registration_client_uri: uri, registration_access_token: token } = own.registration
    const read = await world.app.request(String(uri), { headers: { Authorization: `Bearer ${String(token)}` } })
    expect([read.status, await read.json()]).toMatchObject([200, { initiate_login_uri }])
    const address = initiateLoginAddress(await world.scope(), {
      clientMetadata: { initiateLoginUri: initiate_login_uri },
    })
    expect(address).toBe(`${initiate_login_uri}&${new URLSearchParams({ iss: world.issuer })}`)
    // The application comes with a request of its own then.
    expect(answerIn(await answer(own))).toHaveProperty('code')
  })

  test('oidcc-3rd_party-init-login-nohttps', async () => {
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
