/** FAPI 2.0 as the stock client oauth4webapi does it: PAR, private_key_jwt, DPoP with nonces, and signed requests. */
import { exportJWK } from 'jose'
import * as oauth from 'oauth4webapi'
import { describe, expect, test } from 'vitest'
import { oidcWorld, REDIRECT_URI, register, signIn } from '../oidc/world.ts'
import { browserClient } from '../support/browser-client.ts'

/** As the library has it done: the error brings the nonce, and the same request is sent again. */
async function withNonce<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return ask()
  }
}

describe.each([
  ['ES256', false, ''],
  ['PS256', true, 'acme'],
  ['Ed25519', true, ''],
] as const)('with %s keys, signed requests: %s', (alg, isSigned, slug) => {
  test('a person signs in, the token opens userinfo, and is refreshed', async () => {
    const world = await oidcWorld(slug)
    const request = (url: string, init?: object) => Promise.resolve(world.app.request(url, init as RequestInit))
    const options = { [oauth.customFetch]: request as typeof fetch }
    const keys = await oauth.generateKeyPair(alg, { extractable: true })
    const settings = {
      name: 'bank',
      tokenEndpointAuthMethod: 'private_key_jwt',
      grantTypes: ['authorization_code', 'refresh_token'],
      clientMetadata: {
        profile: 'fapi2',
        requirePkce: undefined,
        requireDpopNonce: true,
        jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one' }] },
        ...(isSigned ? { requireSignedRequestObject: true } : {}),
      },
    }
    const { clientId } = await register(world, settings, slug)
    const client: oauth.Client = { client_id: clientId, id_token_signed_response_alg: 'ES256' }
    const issuer = new URL(world.issuer)
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
    const privateKey = { key: keys.privateKey, kid: 'one' }
    const auth = oauth.PrivateKeyJwt(privateKey)
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair(alg))
    const bound = { ...options, DPoP }

    const verifier = oauth.generateRandomCodeVerifier()
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
    const parameters = new URLSearchParams({
      client_id: clientId,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: 'openid offline_access',
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const signed = async () =>
      new URLSearchParams({ request: await oauth.issueRequestObject(server, client, parameters, privateKey) })
    const pushed = await withNonce(async () =>
      oauth.processPushedAuthorizationResponse(
        server,
        client,
        await oauth.pushedAuthorizationRequest(server, client, auth, isSigned ? await signed() : parameters, bound),
      ),
    )
    const address = new URL(server.authorization_endpoint ?? '')
    address.search = new URLSearchParams({ client_id: clientId, request_uri: pushed.request_uri }).toString()
    const browser = browserClient(world)
    const back = await signIn(browser, await browser.get(address.href.replace(world.platform.config.baseUrl, '')))
    const callback = oauth.validateAuthResponse(server, client, new URL(back.path), state)

    const tokens = await withNonce(async () =>
      oauth.processAuthorizationCodeResponse(
        server,
        client,
        await oauth.authorizationCodeGrantRequest(server, client, auth, callback, REDIRECT_URI, verifier, bound),
        { requireIdToken: true, expectedNonce: nonce },
      ),
    )
    expect(tokens.token_type).toBe('dpop')
    const userinfo = async (token: string) =>
      withNonce(async () =>
        oauth.processUserInfoResponse(
          server,
          client,
          world.kimId,
          await oauth.userInfoRequest(server, client, token, bound),
        ),
      )
    expect(await userinfo(tokens.access_token)).toMatchObject({ sub: world.kimId })

    const refreshed = await withNonce(async () =>
      oauth.processRefreshTokenResponse(
        server,
        client,
        await oauth.refreshTokenGrantRequest(server, client, auth, tokens.refresh_token ?? '', bound),
      ),
    )
    expect(refreshed.token_type).toBe('dpop')
    expect(await userinfo(refreshed.access_token)).toMatchObject({ sub: world.kimId })
  })
})
