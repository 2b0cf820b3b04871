/** Every flow as the stock client openid-client goes through it, which checks what it is answered. */
import { decodeJwt, exportJWK, generateKeyPair } from 'jose'
import * as oidc from 'openid-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { type OidcWorld, oidcWorld, REDIRECT_URI, register, signIn } from '../oidc/world.ts'
import { type BrowserClient, browserClient } from '../support/browser-client.ts'

const SIGNED_OUT = 'https://app.example/signed-out'
const GRANT_TYPES = ['authorization_code', 'refresh_token', 'client_credentials']

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld('acme')
})

let made = 0
/** An application, and the configuration that openid-client has of it. */
async function configure(
  settings: Record<string, unknown> = {},
  auth?: oidc.ClientAuth,
  own: Partial<oidc.ClientMetadata> = {},
): Promise<{ readonly config: oidc.Configuration; readonly clientId: string }> {
  const { clientMetadata, ...others } = settings
  const { clientId, clientSecret } = await register(
    world,
    {
      name: `openid-client ${++made}`,
      grantTypes: GRANT_TYPES,
      ...others,
      clientMetadata: { requirePkce: true, ...(clientMetadata as object | undefined) },
    },
    'acme',
  )
  const send: oidc.CustomFetch = async (url, init) => world.app.request(url, init as RequestInit)
  const known = clientSecret === '' ? own : { ...own, client_secret: clientSecret }
  const config = await oidc.discovery(new URL(world.issuer), clientId, known, auth, { [oidc.customFetch]: send })
  return { config, clientId }
}

type Flow = { readonly tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers; browser: BrowserClient }

/** From the address of an authorization request to the tokens. */
async function codeFlow(
  config: oidc.Configuration,
  begin: (config: oidc.Configuration, parameters: Record<string, string>) => URL | Promise<URL>,
  browser = browserClient(world),
): Promise<Flow> {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()]
  const address = await begin(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email offline_access',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const page = await browser.get(address.href.replace(world.platform.config.baseUrl, ''))
  const back = page.path.startsWith(REDIRECT_URI) ? page : await signIn(browser, page)
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  return { tokens: await oidc.authorizationCodeGrant(config, new URL(back.path), checks), browser }
}

describe('openid-client', () => {
  test('signs a person in with PKCE, state and nonce, and reads userinfo', async () => {
    const { config, clientId } = await configure()
    const { tokens } = await codeFlow(config, oidc.buildAuthorizationUrl)
    expect(tokens.claims()).toMatchObject({ sub: world.kimId, aud: clientId, iss: world.issuer })
    const claims = await oidc.fetchUserInfo(config, tokens.access_token, world.kimId)
    expect(claims).toMatchObject({ sub: world.kimId, given_name: 'Kim', email: 'kim@example.com' })
  })

  test('verifies the id_token’s signature with the keys of jwks_uri', async () => {
    const { config } = await configure({ clientMetadata: { idTokenSignedResponseAlg: 'ES256' } }, undefined, {
      id_token_signed_response_alg: 'ES256',
    })
    oidc.enableNonRepudiationChecks(config)
    const { tokens } = await codeFlow(config, oidc.buildAuthorizationUrl)
    expect(tokens.claims()?.sub).toBe(world.kimId)
  })

  test('refreshes, introspects and revokes; what it revoked is worth nothing', async () => {
    const { config, clientId } = await configure()
    const { tokens } = await codeFlow(config, oidc.buildAuthorizationUrl)
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')
    expect(refreshed.claims()?.sub).toBe(world.kimId)
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
    expect(await oidc.tokenIntrospection(config, refreshed.access_token)).toMatchObject({
      active: true,
      sub: world.kimId,
      client_id: clientId,
    })
    await oidc.tokenRevocation(config, refreshed.refresh_token ?? '')
    expect(await oidc.tokenIntrospection(config, refreshed.access_token)).toEqual({ active: false })
    await expect(oidc.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    await expect(oidc.fetchUserInfo(config, refreshed.access_token, world.kimId)).rejects.toThrow()
  })

  test('gets a token of its own with each way to say who it is', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
    const post = await configure({ tokenEndpointAuthMethod: 'client_secret_post' })
    const keys = await configure(
      { tokenEndpointAuthMethod: 'private_key_jwt', clientMetadata: { jwks: { keys: [jwk] } } },
      oidc.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
    )
    for (const { config, clientId } of [await configure(), post, keys]) {
      const own = await oidc.clientCredentialsGrant(config)
      expect(await oidc.tokenIntrospection(config, own.access_token)).toMatchObject({ active: true, sub: clientId })
    }
  })

  test('signs in as a public client, which has no secret', async () => {
    const { config } = await configure(
      { tokenEndpointAuthMethod: 'none', grantTypes: ['authorization_code', 'refresh_token'] },
      oidc.None(),
    )
    const { tokens } = await codeFlow(config, oidc.buildAuthorizationUrl)
    expect((await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).claims()?.sub).toBe(world.kimId)
  })

  test('pushes its request, and is answered with a signed JWT, where both are asked for (RFC 9126, JARM)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
    const { config } = await configure(
      {
        tokenEndpointAuthMethod: 'private_key_jwt',
        clientMetadata: { jwks: { keys: [jwk] }, requirePushedAuthorizationRequests: true },
      },
      oidc.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
    )
    oidc.useJwtResponseMode(config)
    const { tokens } = await codeFlow(config, oidc.buildAuthorizationUrlWithPAR)
    expect(tokens.claims()?.sub).toBe(world.kimId)
  })

  test('signs its request, with a number and an object in it, and pushes it signed, too (RFC 9101)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }
    const { config } = await configure({
      clientMetadata: { jwks: { keys: [jwk] }, requireSignedRequestObject: true, resources: ['https://api.example/'] },
    })
    const signed = (of: oidc.Configuration, parameters: Record<string, string>) => {
      const all = new URLSearchParams({ ...parameters, max_age: '600', resource: world.issuer })
      all.set('claims', JSON.stringify({ id_token: { family_name: null } }))
      all.append('resource', 'https://api.example/')
      return oidc.buildAuthorizationUrlWithJAR(of, all, { key: privateKey, kid: 'one' })
    }
    const { tokens } = await codeFlow(config, signed)
    expect(tokens.claims()).toMatchObject({ sub: world.kimId, family_name: 'Berry', auth_time: expect.any(Number) })
    expect(decodeJwt(tokens.access_token).aud).toEqual([world.issuer, 'https://api.example/'])
    const pushed = async (of: oidc.Configuration, parameters: Record<string, string>) =>
      oidc.buildAuthorizationUrlWithPAR(of, (await signed(of, parameters)).searchParams)
    expect((await codeFlow(config, pushed)).tokens.claims()?.sub).toBe(world.kimId)
  })

  test('goes through a second flow of the same browser without a page, and ends the session', async () => {
    const { config } = await configure({ clientMetadata: { postLogoutRedirectUris: [SIGNED_OUT] } })
    const { browser } = await codeFlow(config, oidc.buildAuthorizationUrl)
    const silently = (of: oidc.Configuration, parameters: Record<string, string>) =>
      oidc.buildAuthorizationUrl(of, { ...parameters, prompt: 'none' })
    const { tokens } = await codeFlow(config, silently, browser)
    const address = oidc.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: SIGNED_OUT,
      state: 'out',
    })
    const out = await browser.get(address.href.replace(world.platform.config.baseUrl, ''))
    expect(out.path).toBe(`${SIGNED_OUT}?state=out`)
    await expect(codeFlow(config, silently, browser)).rejects.toMatchObject({ error: 'login_required' })
  })

  test('refuses an answer that another issuer gave (RFC 9207)', async () => {
    const { config } = await configure()
    const other = await register(world, { name: 'of another tenant' })
    const query = new URLSearchParams({
      client_id: other.clientId,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid',
      state: 'same-state',
      prompt: 'none',
    })
    const back = await browserClient(world).get(`/oauth2/authorize?${query}`)
    const checks = { expectedState: 'same-state', pkceCodeVerifier: oidc.randomPKCECodeVerifier() }
    const refusal = await oidc.authorizationCodeGrant(config, new URL(back.path), checks).catch((error: Error) => error)
    expect(String((refusal as Error).cause)).toMatch(/"iss"/)
  })
})
