/**
 * The modules of the OpenID Foundation's Basic plan (oidcc-basic-certification-test-plan) that are about the
 * authorization endpoint, each under its own name, and of its Form Post plan, which has the same. The plans send no PKCE:
 * their client has requirePkce false. Those about the token and userinfo endpoints are in basic-tokens.test.ts.
 */
import { createHash } from 'node:crypto'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  authorizePath,
  CHALLENGE,
  type OidcWorld,
  postToken,
  signIn,
  type Tokens,
  userinfo,
  VERIFIER,
} from '../world.ts'
import { BASIC_PLANS, type Parameters, planOf } from './plans.ts'
import { servedWorld } from './served.ts'

let world: OidcWorld
beforeAll(async () => {
  world = await servedWorld()
  const tenant = await world.tenant()
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const value = {
    phoneNumbers: [{ value: '+49 30 1' }],
    addresses: [{ streetAddress: 'Allee 1', locality: 'Berlin', primary: true }],
  }
  await tenant.scim('PATCH', `/Users/${world.kimId}`, { schemas, Operations: [{ op: 'add', value }] })
})

describe.each(BASIC_PLANS)('%s', (_plan, responseMode) => {
  const { all, answerOf, authorize, codeFor, flow, newBrowser } = planOf(() => world, responseMode)

  async function expectFlow(parameters: Parameters): Promise<void> {
    const { claims, person } = await flow(parameters)
    expect([claims.sub, person.sub]).toEqual([world.kimId, world.kimId])
  }

  test('oidcc-server', async () => {
    const code = await codeFor()
    // RFC 6749 section 10.10: 128 bits at the least.
    expect(code).toMatch(/^[\w-]{43}$/)
    const answer = await postToken(world, { code })
    expect([answer.status, answer.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json\b/)
    const tokens = (await answer.json()) as Tokens & { token_type: string; expires_in: number }
    expect([tokens.token_type, tokens.expires_in]).toEqual(['Bearer', 3600])
    const jwks = (await (await world.app.request(`${world.issuer}/oauth2/jwks`)).json()) as JSONWebKeySet
    const { payload } = await jwtVerify(tokens.id_token, createLocalJWKSet(jwks), {
      issuer: world.issuer,
      audience: world.application.clientId,
      requiredClaims: ['sub', 'iat', 'exp'],
      currentDate: world.platform.now(),
    })
    const digest = createHash('sha256').update(tokens.access_token).digest()
    expect(payload).toMatchObject({ nonce: 'n-1', at_hash: digest.subarray(0, 16).toString('base64url') })
    // Nothing that nobody asked for.
    expect(payload).not.toHaveProperty('name')
    const person = (await (await userinfo(world, tokens.access_token)).json()) as { sub: string }
    expect(person.sub).toBe(payload.sub)
  })

  test('oidcc-response-type-missing', async () => {
    expect(answerOf(await authorize({ response_type: undefined }))).toMatchObject({
      error: 'invalid_request',
      state: 'state-1',
    })
  })

  test('oidcc-idtoken-signature', async () => {
    const { kid, alg } = decodeProtectedHeader((await flow()).id_token)
    const { keys } = (await (await world.app.request(`${world.issuer}/oauth2/jwks`)).json()) as {
      keys: { kid: string }[]
    }
    expect(alg).toBe('RS256')
    expect(keys.map((key) => key.kid)).toContain(kid)
  })

  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
    const { claims } = await flow({ nonce: undefined })
    expect(claims.nonce).toBeUndefined()
  })

  test('oidcc-scope-profile', async () => {
    const { person } = await flow({ scope: 'openid profile' })
    expect(person).toMatchObject({ given_name: 'Kim', family_name: 'Berry', preferred_username: 'kim' })
    expect(person.email).toBeUndefined()
  })

  test('oidcc-scope-email', async () => {
    expect((await flow({ scope: 'openid email' })).person).toEqual({
      sub: world.kimId,
      email: 'kim@example.com',
      email_verified: false,
    })
  })

  test('oidcc-scope-address', async () => {
    const address = { street_address: 'Allee 1', locality: 'Berlin' }
    expect((await flow({ scope: 'openid address' })).person).toEqual({ sub: world.kimId, address })
  })

  test('oidcc-scope-phone', async () => {
    const phone = { phone_number: '+49 30 1', phone_number_verified: false }
    expect((await flow({ scope: 'openid phone' })).person).toEqual({ sub: world.kimId, ...phone })
  })

  test('oidcc-scope-all', async () => {
    const { person } = await flow({ scope: 'openid profile email address phone' })
    expect(Object.keys(person)).toEqual(expect.arrayContaining(['sub', 'name', 'email', 'address', 'phone_number']))
  })

  test('oidcc-alternate-happy-flow', async () => {
    const [path, query] = authorizePath(world, all({ scope: 'email openid' })).split('?')
    const browser = newBrowser()
    const page = await browser.get(`${path}?${query?.split('&').reverse().join('&')}`)
    expect(answerOf(await signIn(browser, page))).toHaveProperty('code')
  })

  test('oidcc-display-page', () => expectFlow({ display: 'page' }))
  test('oidcc-display-popup', () => expectFlow({ display: 'popup' }))
  test('oidcc-ui-locales', () => expectFlow({ ui_locales: 'se de' }))
  test('oidcc-claims-locales', () => expectFlow({ claims_locales: 'se' }))

  test('oidcc-login-hint', async () => {
    expect((await authorize({ login_hint: 'kim@example.com' })).text).toContain('value="kim@example.com"')
    await expectFlow({ login_hint: 'kim@example.com' })
  })

  test('oidcc-prompt-login', async () => {
    const browser = newBrowser()
    const first = await flow({}, browser)
    world.advance(2000)
    expect((await authorize({ prompt: 'login' }, browser)).path).toMatch(/^\/login\?/)
    const second = await flow({ prompt: 'login' }, browser)
    expect(second.claims.sub).toBe(first.claims.sub)
    expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time)
  })

  test('oidcc-prompt-none-not-logged-in', async () => {
    const state = 's'.repeat(128)
    expect(answerOf(await authorize({ prompt: 'none', state }))).toEqual({
      error: 'login_required',
      error_description: expect.any(String),
      state,
      iss: world.issuer,
    })
  })

  test('oidcc-prompt-none-logged-in', async () => {
    const browser = newBrowser()
    const first = await flow({}, browser)
    world.advance(2000)
    expect(answerOf(await authorize({ prompt: 'none' }, browser))).toHaveProperty('code')
    const second = await flow({ prompt: 'none' }, browser)
    expect([second.claims.sub, second.claims.auth_time]).toEqual([first.claims.sub, first.claims.auth_time])
  })

  test('oidcc-max-age-1', async () => {
    const browser = newBrowser()
    const first = await flow({}, browser)
    world.advance(2000)
    expect((await authorize({ max_age: '1' }, browser)).path).toMatch(/^\/login\?/)
    const second = await flow({ max_age: '1' }, browser)
    expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time)
  })

  test('oidcc-max-age-10000', async () => {
    const browser = newBrowser()
    const first = await flow({}, browser)
    world.advance(2000)
    expect(answerOf(await authorize({ max_age: '10000' }, browser))).toHaveProperty('code')
    expect((await flow({ max_age: '10000' }, browser)).claims.auth_time).toBe(first.claims.auth_time)
  })

  test('oidcc-ensure-request-with-unknown-parameter-succeeds', () => expectFlow({ extra: 'foobar' }))

  test('oidcc-id-token-hint', async () => {
    const browser = newBrowser()
    const first = await flow({}, browser)
    const hint = { prompt: 'none', id_token_hint: first.id_token }
    expect((await flow(hint, browser)).claims.sub).toBe(first.claims.sub)
    // It is a hint and no credential: an old one will do (Core 3.1.2.1).
    world.advance(90 * 60_000)
    expect(answerOf(await authorize(hint, browser))).toHaveProperty('code')
  })

  test('oidcc-ensure-request-with-acr-values-succeeds', async () => {
    const metadata = await (await world.app.request(`${world.issuer}/.well-known/openid-configuration`)).json()
    const offered = (metadata as { acr_values_supported: string[] }).acr_values_supported
    const { claims } = await flow({ acr_values: offered.join(' ') })
    expect(offered).toContain(claims.acr)
    await expectFlow({ acr_values: '1 2' })
  })

  test('oidcc-ensure-registered-redirect-uri', async () => {
    const page = await authorize({ redirect_uri: 'https://app.example/callback/other' })
    expect([page.status, page.headers.get('Location')]).toEqual([400, null])
  })

  test('oidcc-ensure-post-request-succeeds', async () => {
    const { searchParams } = new URL(authorizePath(world, all({})), world.issuer)
    const browser = newBrowser()
    const page = await browser.post('/oauth2/authorize', Object.fromEntries(searchParams))
    expect(answerOf(await signIn(browser, page))).toHaveProperty('code')
  })

  test('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const request = `${part({ alg: 'none' })}.${part({ state: 'inside', client_id: world.application.clientId })}.`
    expect(answerOf(await authorize({ request })).error).toBe('request_not_supported')
  })

  test('oidcc-ensure-request-object-with-redirect-uri', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const request = `${part({ alg: 'none' })}.${part({ redirect_uri: 'https://evil.example/' })}.`
    expect(answerOf(await authorize({ request })).error).toBe('request_not_supported')
  })

  test('oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported', async () => {
    const answer = answerOf(await authorize({ request_uri: 'https://app.example/request' }))
    expect(answer.error).toBe('request_uri_not_supported')
  })

  test('oidcc-claims-essential', async () => {
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
    expect((await flow({ claims })).person).toEqual({ sub: world.kimId, name: 'Kim Berry' })
  })

  test('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
    const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
    expect((await flow(pkce, newBrowser(), { code_verifier: VERIFIER })).claims.sub).toBe(world.kimId)
  })
})
