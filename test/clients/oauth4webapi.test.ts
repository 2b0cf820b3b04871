/** A code flow with refresh, introspection and revocation, as the stock client oauth4webapi goes through it. */
import * as oauth from 'oauth4webapi'
import { expect, test } from 'vitest'
import { answerIn, oidcWorld, REDIRECT_URI, register, signIn } from '../oidc/world.ts'
import { browserClient } from '../support/browser-client.ts'

test('oauth4webapi signs a person in, refreshes, introspects and revokes', async () => {
  const world = await oidcWorld('acme')
  const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials']
  const { clientId, clientSecret } = await register(world, { name: 'stock', grantTypes }, 'acme')
  const request = (url: string, init?: object) => Promise.resolve(world.app.request(url, init as RequestInit))
  const options = { [oauth.customFetch]: request as typeof fetch }
  const issuer = new URL(world.issuer)
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
  const client: oauth.Client = { client_id: clientId }
  const auth = oauth.ClientSecretBasic(clientSecret)

  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const address = new URL(server.authorization_endpoint ?? '')
  address.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid offline_access',
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString()
  const browser = browserClient(world)
  const back = await signIn(browser, await browser.get(address.href.replace(world.platform.config.baseUrl, '')))
  expect(answerIn(back).code).toBeDefined()
  const callback = oauth.validateAuthResponse(server, client, new URL(back.path), state)
  const tokens = await oauth.processAuthorizationCodeResponse(
    server,
    client,
    await oauth.authorizationCodeGrantRequest(server, client, auth, callback, REDIRECT_URI, verifier, options),
    { requireIdToken: true },
  )

  const refreshed = await oauth.processRefreshTokenResponse(
    server,
    client,
    await oauth.refreshTokenGrantRequest(server, client, auth, tokens.refresh_token ?? '', options),
  )
  expect(oauth.getValidatedIdTokenClaims(refreshed)?.sub).toBe(world.kimId)
  const introspect = async (token: string) =>
    oauth.processIntrospectionResponse(
      server,
      client,
      await oauth.introspectionRequest(server, client, auth, token, options),
    )
  expect(await introspect(refreshed.access_token)).toMatchObject({ active: true, sub: world.kimId })
  const revoked = await oauth.revocationRequest(server, client, auth, refreshed.refresh_token ?? '', options)
  await oauth.processRevocationResponse(revoked)
  expect(await introspect(refreshed.access_token)).toEqual({ active: false })

  const own = await oauth.processClientCredentialsResponse(
    server,
    client,
    await oauth.clientCredentialsGrantRequest(server, client, auth, {}, options),
  )
  expect(await introspect(own.access_token)).toMatchObject({ active: true, sub: clientId })
})
