/** The whole code flow as a stock client goes through it, at the default tenant and at another one. */
import { createHash } from 'node:crypto'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as openid from 'openid-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { browserClient } from '../support/browser-client.ts'
import { answerIn, type Client, type OidcWorld, oidcWorld, REDIRECT_URI, register, signIn } from './world.ts'

/** What a client library needs to know of our provider: its issuer; the rest it reads there. */
async function discover(world: OidcWorld, { clientId }: Client, authentication?: openid.ClientAuth) {
  const request: openid.CustomFetch = (url, options) => Promise.resolve(world.app.request(url, options as RequestInit))
  return openid.discovery(new URL(world.issuer), clientId, undefined, authentication, {
    [openid.customFetch]: request,
    // The library checks the signature of the id_token by the provider's keys.
    execute: [openid.enableNonRepudiationChecks],
  })
}

/** Sends a browser through the sign-in; answers where it came back to and the checks that the library is to make. */
async function visit(world: OidcWorld, config: openid.Configuration, parameters: Record<string, string> = {}) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const checks = { pkceCodeVerifier, expectedNonce: openid.randomNonce(), expectedState: openid.randomState() }
  const address = openid.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email',
    nonce: checks.expectedNonce,
    state: checks.expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  })
  const browser = browserClient(world)
  const back = await signIn(browser, await browser.get(address.href.replace(world.platform.config.baseUrl, '')))
  return { checks, back, browser }
}

describe.each([
  ['the default tenant', ''],
  ['another tenant', 'acme'],
])('%s', (_which, slug) => {
  let world: OidcWorld
  beforeAll(async () => {
    world = await oidcWorld(slug)
  })

  test('signs a person in to a stock client: code, PKCE, nonce, state, iss, signed id_token, userinfo', async () => {
    const { clientSecret } = world.application
    const config = await discover(world, world.application, openid.ClientSecretBasic(clientSecret))
    const { back, checks } = await visit(world, config)
    const tokens = await openid.authorizationCodeGrant(config, new URL(back.path), checks)
    const claims = tokens.claims()
    expect(claims).toMatchObject({ iss: world.issuer, sub: world.kimId, aud: world.application.clientId })
    const person = await openid.fetchUserInfo(config, tokens.access_token, world.kimId)
    expect(person).toMatchObject({
      sub: world.kimId,
      name: 'Kim Berry',
      preferred_username: 'kim',
      email: 'kim@example.com',
    })
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'openid profile email' })
  })

  test('the answer names its issuer (RFC 9207) and gives back state, and comes by 303 (RFC 9700 section 4.12)', async () => {
    const config = await discover(world, world.application)
    const { back, checks } = await visit(world, config)
    expect(back.status).toBe(303)
    expect(answerIn(back)).toEqual({ code: expect.any(String), state: checks.expectedState, iss: world.issuer })
  })

  test('a client that sends its secret in the form (RFC 6749 section 2.3.1) gets tokens', async () => {
    const client = await register(world, { name: 'post', tokenEndpointAuthMethod: 'client_secret_post' }, slug)
    const config = await discover(world, client, openid.ClientSecretPost(client.clientSecret))
    const { back, checks } = await visit(world, config)
    const tokens = await openid.authorizationCodeGrant(config, new URL(back.path), checks)
    expect(tokens.claims()?.aud).toBe(client.clientId)
  })

  test('a public client gets tokens by PKCE alone (RFC 9700 section 2.1.1)', async () => {
    const client = await register(world, { name: 'spa', template: 'single-page-application' }, slug)
    expect(client.clientSecret).toBe('')
    const config = await discover(world, client, openid.None())
    const { back, checks } = await visit(world, config)
    const tokens = await openid.authorizationCodeGrant(config, new URL(back.path), checks)
    expect(tokens.claims()?.aud).toBe(client.clientId)
  })

  test('the id_token is RS256 with a kid of the tenant’s keys, at_hash, nonce and auth_time (OpenID Connect Core section 2)', async () => {
    const config = await discover(world, world.application, openid.ClientSecretBasic(world.application.clientSecret))
    const before = Math.floor(Date.now() / 1000)
    const { back, checks } = await visit(world, config)
    const { id_token = '', access_token } = await openid.authorizationCodeGrant(config, new URL(back.path), checks)
    const keys = await (await world.app.request(`${world.issuer}/oauth2/jwks`)).json()
    const { payload } = await jwtVerify(id_token, createLocalJWKSet(keys), { issuer: world.issuer })
    expect(decodeProtectedHeader(id_token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: keys.keys[0].kid })
    const half = createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url')
    expect(payload).toMatchObject({ nonce: checks.expectedNonce, at_hash: half })
    expect(payload.auth_time).toBeGreaterThanOrEqual(before)
    expect(payload.exp).toBe((payload.iat ?? 0) + 3600)
  })

  test('the access token is a JWT for this provider alone (RFC 9068 section 2), and is no id_token', async () => {
    const config = await discover(world, world.application, openid.ClientSecretBasic(world.application.clientSecret))
    const { back, checks } = await visit(world, config)
    const tokens = await openid.authorizationCodeGrant(config, new URL(back.path), checks)
    const keys = createLocalJWKSet(await (await world.app.request(`${world.issuer}/oauth2/jwks`)).json())
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, keys, { audience: world.issuer })
    expect(protectedHeader.typ).toBe('at+jwt')
    expect(payload).toMatchObject({ sub: world.kimId, client_id: world.application.clientId, iss: world.issuer })
    await expect(openid.fetchUserInfo(config, tokens.id_token ?? '', world.kimId)).rejects.toThrow()
  })

  test('a second application of the same person needs no second sign-in', async () => {
    const config = await discover(world, world.application)
    const { browser } = await visit(world, config)
    const address = openid.buildAuthorizationUrl(config, { redirect_uri: REDIRECT_URI, scope: 'openid' })
    const back = await browser.get(address.href.replace(world.platform.config.baseUrl, ''))
    expect(answerIn(back).code).toBeDefined()
  })
})
