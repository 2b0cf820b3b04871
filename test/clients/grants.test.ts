/** The grants beside codes, as the stock clients go through them: openid-client 6 and oauth4webapi. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { DEVICE_CODE_GRANT, JWT_BEARER_GRANT, TOKEN_EXCHANGE_GRANT } from '../../src/applications/settings.ts'
import { decide, DEVICE_GRANTS } from '../oidc/device/world.ts'
import { ACCESS_TOKEN, API, tokensFor } from '../oidc/grants/world.ts'
import { type Client, type OidcWorld, oidcWorld, register } from '../oidc/world.ts'

let world: OidcWorld
let shop: Client
let tv: Client
let api: Client
let batch: Client
let assertion: () => Promise<string>
beforeAll(async () => {
  world = await oidcWorld('acme')
  shop = await register(world, { name: 'shop', clientMetadata: { resources: [API] } }, 'acme')
  tv = await register(world, { name: 'tv', redirectUris: [], grantTypes: DEVICE_GRANTS }, 'acme')
  const serves = { clientMetadata: { servesResources: [API] } }
  api = await register(world, { name: 'api', redirectUris: [], grantTypes: [TOKEN_EXCHANGE_GRANT], ...serves }, 'acme')
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const clientMetadata = { assertsUsers: true, jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] } }
  batch = await register(
    world,
    { name: 'batch', redirectUris: [], grantTypes: [JWT_BEARER_GRANT], clientMetadata },
    'acme',
  )
  assertion = () =>
    new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(batch.clientId)
      .setSubject('kim')
      .setAudience(world.issuer)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey)
})

const send = (url: string, init?: object) => Promise.resolve(world.app.request(url, init as RequestInit))

describe('openid-client', () => {
  async function configuration({ clientId, clientSecret }: Client): Promise<openid.Configuration> {
    const authentication = openid.ClientSecretBasic(clientSecret)
    return openid.discovery(new URL(world.issuer), clientId, undefined, authentication, { [openid.customFetch]: send })
  }

  test('finds out where a device asks, polls until the person has said yes, and has her tokens', async () => {
    const config = await configuration(tv)
    const begun = await openid.initiateDeviceAuthorization(config, { scope: 'openid email offline_access' })
    // It would wait for 5 seconds between two polls; the first one comes before she has decided.
    let isAsked = false
    config[openid.customFetch] = async (url, init) => {
      const answer = await send(url, init)
      if (!isAsked) await decide(world, begun.user_code)
      isAsked = true
      return answer
    }
    const tokens = await openid.pollDeviceAuthorizationGrant(config, { ...begun, interval: 0.001 })
    expect(tokens.claims()?.sub).toBe(world.kimId)
    expect(await openid.fetchUserInfo(config, tokens.access_token, world.kimId)).toMatchObject({
      email: 'kim@example.com',
    })
    expect((await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')).claims()?.sub).toBe(world.kimId)
  })

  test('is told that the person has denied it', async () => {
    const config = await configuration(tv)
    const begun = await openid.initiateDeviceAuthorization(config, { scope: 'openid' })
    await decide(world, begun.user_code, 'deny')
    const polling = openid.pollDeviceAuthorizationGrant(config, { ...begun, interval: 0.001 })
    await expect(polling).rejects.toMatchObject({ error: 'access_denied' })
  })

  test('exchanges a token, and gets one by an assertion', async () => {
    const { access_token } = await tokensFor(world, shop, { scope: 'openid profile', resource: API })
    const form = { subject_token: access_token, subject_token_type: ACCESS_TOKEN, scope: 'profile' }
    const exchanged = await openid.genericGrantRequest(await configuration(api), TOKEN_EXCHANGE_GRANT, form)
    expect(exchanged).toMatchObject({ issued_token_type: ACCESS_TOKEN, scope: 'profile', token_type: 'bearer' })
    const asserted = await openid.genericGrantRequest(await configuration(batch), JWT_BEARER_GRANT, {
      assertion: await assertion(),
      scope: 'openid',
    })
    expect(await openid.fetchUserInfo(await configuration(batch), asserted.access_token, world.kimId)).toEqual({
      sub: world.kimId,
    })
  })
})

describe('oauth4webapi', () => {
  const options = { [oauth.customFetch]: send as typeof fetch }
  const discover = async () => {
    const issuer = new URL(world.issuer)
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
  }

  test('goes through the device grant, and reads each of its answers', async () => {
    const server = await discover()
    expect(server.grant_types_supported).toContain(DEVICE_CODE_GRANT)
    const client = { client_id: tv.clientId }
    const auth = oauth.ClientSecretBasic(tv.clientSecret)
    const asked = await oauth.deviceAuthorizationRequest(server, client, auth, { scope: 'openid' }, options)
    const begun = await oauth.processDeviceAuthorizationResponse(server, client, asked)
    const poll = async () => {
      const answer = await oauth.deviceCodeGrantRequest(server, client, auth, begun.device_code, options)
      return oauth.processDeviceCodeResponse(server, client, answer)
    }
    await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending' })
    await expect(poll()).rejects.toMatchObject({ error: 'slow_down' })
    await decide(world, begun.user_code)
    expect(oauth.getValidatedIdTokenClaims(await poll())?.sub).toBe(world.kimId)
    await expect(poll()).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('reads what an exchange and an assertion give', async () => {
    const server = await discover()
    const ask = async ({ clientId, clientSecret }: Client, grant: string, form: Record<string, string>) => {
      const client = { client_id: clientId }
      const auth = oauth.ClientSecretBasic(clientSecret)
      const answer = await oauth.genericTokenEndpointRequest(server, client, auth, grant, form, options)
      return oauth.processGenericTokenEndpointResponse(server, client, answer)
    }
    const { access_token } = await tokensFor(world, shop, { scope: 'openid', resource: API })
    const form = { subject_token: access_token, subject_token_type: ACCESS_TOKEN }
    expect(await ask(api, TOKEN_EXCHANGE_GRANT, form)).toMatchObject({ scope: 'openid' })
    expect(await ask(batch, JWT_BEARER_GRANT, { assertion: await assertion() })).toMatchObject({ token_type: 'bearer' })
  })
})
