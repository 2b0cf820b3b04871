/** What stock clients do around a code flow: register themselves, sign their requests, show keys, read signed answers. */
import { exportJWK, generateKeyPair } from 'jose'
import * as oauth from 'oauth4webapi'
import * as oidc from 'openid-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { answerInForm } from '../oidc/conformance/plans.ts'
import { type OidcWorld, oidcWorld, REDIRECT_URI, register, signIn } from '../oidc/world.ts'
import { browserClient, type Page } from '../support/browser-client.ts'

let world: OidcWorld
let send: (url: string, init?: object) => Promise<Response>
beforeAll(async () => {
  world = await oidcWorld('acme')
  send = (url, init) => Promise.resolve(world.app.request(url, init as RequestInit))
  const tenant = await world.tenant('acme')
  expect((await tenant.api('PUT', '/client-registration', { policy: 'open' })).status).toBe(200)
})

function fieldsOf({ text }: Page): Record<string, string> {
  const fields = [...text.matchAll(/name="(request|asked)" value="([^"]*)"/g)]
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))
}

/** Kim signs in, and agrees where she is asked. */
async function passThrough(address: URL): Promise<Page> {
  const browser = browserClient(world)
  const page = await signIn(browser, await browser.get(address.href.replace(world.platform.config.baseUrl, '')))
  if (!page.path.startsWith('/t/acme/consent')) return page
  return browser.post('/t/acme/consent', { ...fieldsOf(page), decision: 'allow' })
}

const METADATA = {
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
}

describe('openid-client', () => {
  type Begin = (config: oidc.Configuration, parameters: Record<string, string>) => URL | Promise<URL>

  async function configure(
    settings: Record<string, unknown>,
    own: Partial<oidc.ClientMetadata> = {},
    auth?: (secret: string) => oidc.ClientAuth,
  ): Promise<oidc.Configuration> {
    const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials']
    const all = { name: crypto.randomUUID(), grantTypes, ...settings }
    const { clientId, clientSecret } = await register(world, all, 'acme')
    const known = { ...own, client_secret: clientSecret }
    const options = { [oidc.customFetch]: send as oidc.CustomFetch }
    return oidc.discovery(new URL(world.issuer), clientId, known, auth?.(clientSecret), options)
  }

  async function signedIn(
    config: oidc.Configuration,
    begin: Begin = oidc.buildAuthorizationUrl,
    {
      DPoP,
      read = (page) => new URL(page.path),
    }: { DPoP?: oidc.DPoPHandle; read?: (page: Page) => URL | Request } = {},
  ) {
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
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
    return oidc.authorizationCodeGrant(
      config,
      read(await passThrough(address)),
      checks,
      undefined,
      DPoP ? { DPoP } : {},
    )
  }

  test('registers itself, signs a person in who agrees, and refreshes (RFC 7591)', async () => {
    const options = { [oidc.customFetch]: send as oidc.CustomFetch }
    const config = await oidc.dynamicClientRegistration(new URL(world.issuer), METADATA, undefined, options)
    const tokens = await signedIn(config)
    expect(tokens.claims()).toMatchObject({ sub: world.kimId, aud: config.clientMetadata().client_id })
    expect((await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '')).claims()?.sub).toBe(world.kimId)
  })

  test('signs its request (RFC 9101)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }
    const config = await configure({ clientMetadata: { jwks, requireSignedRequestObject: true } })
    const begin: Begin = (of, parameters) =>
      oidc.buildAuthorizationUrlWithJAR(of, parameters, { key: privateKey, kid: 'one' })
    expect((await signedIn(config, begin)).claims()?.sub).toBe(world.kimId)
  })

  test('binds its tokens to a key, reads userinfo and refreshes with it (RFC 9449)', async () => {
    const config = await configure({ clientMetadata: { dpopBoundAccessTokens: true, requireDpopNonce: true } })
    const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair())
    const tokens = await signedIn(config, undefined, { DPoP })
    expect(tokens.token_type).toBe('dpop')
    const userinfo = (token: string) => oidc.fetchUserInfo(config, token, world.kimId, { DPoP })
    expect(await userinfo(tokens.access_token)).toMatchObject({ email: 'kim@example.com' })
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, { DPoP })
    expect(await userinfo(refreshed.access_token)).toMatchObject({ sub: world.kimId })
    await expect(oidc.fetchUserInfo(config, refreshed.access_token, world.kimId)).rejects.toThrow()
  })

  test('reads a signed userinfo, and verifies each signature', async () => {
    const config = await configure(
      { clientMetadata: { userinfoSignedResponseAlg: 'ES256' } },
      { userinfo_signed_response_alg: 'ES256' },
    )
    oidc.enableNonRepudiationChecks(config)
    const tokens = await signedIn(config)
    expect(await oidc.fetchUserInfo(config, tokens.access_token, world.kimId)).toMatchObject({ given_name: 'Kim' })
  })

  test('is answered by a form (OAuth 2.0 Form Post Response Mode)', async () => {
    const config = await configure({})
    const begin: Begin = (of, parameters) =>
      oidc.buildAuthorizationUrl(of, { ...parameters, response_mode: 'form_post' })
    const read = (page: Page) =>
      new Request(REDIRECT_URI, { method: 'POST', body: new URLSearchParams(answerInForm(page)) })
    expect((await signedIn(config, begin, { read })).claims()?.sub).toBe(world.kimId)
  })

  test('signs with its secret who it is (client_secret_jwt)', async () => {
    const config = await configure({ tokenEndpointAuthMethod: 'client_secret_jwt' }, {}, oidc.ClientSecretJwt)
    const own = await oidc.clientCredentialsGrant(config)
    expect(await oidc.tokenIntrospection(config, own.access_token)).toMatchObject({ active: true })
  })
})

describe('oauth4webapi', () => {
  const discovered = async () => {
    const [issuer, options] = [new URL(world.issuer), { [oauth.customFetch]: send as typeof fetch }]
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
    return { server, options }
  }

  test('registers itself, has its answer signed (JARM), and a resource server verifies the token (RFC 9068)', async () => {
    const { server, options } = await discovered()
    const made = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(server, METADATA, options),
    )
    const client: oauth.Client = { client_id: made.client_id, id_token_signed_response_alg: 'RS256' }
    const auth = oauth.ClientSecretBasic(String(made.client_secret))
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()]
    const address = new URL(server.authorization_endpoint ?? '')
    address.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      response_mode: 'jwt',
      scope: 'openid offline_access',
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString()
    const back = new URL((await passThrough(address)).path)
    const callback = await oauth.validateJwtAuthResponse(server, client, back, state, options)
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      auth,
      callback,
      REDIRECT_URI,
      verifier,
      options,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, { requireIdToken: true })
    const headers = { Authorization: `Bearer ${tokens.access_token}` }
    const claims = await oauth.validateJwtAccessToken(
      server,
      new Request('https://api.example', { headers }),
      world.issuer,
      options,
    )
    expect(claims).toMatchObject({ iss: world.issuer, sub: world.kimId, client_id: made.client_id })
  })
})
