/** The grants beside codes, with what holds for all: DPoP (RFC 9449), pairwise subjects, and consent that is taken back. */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../../src/app.ts'
import { DEVICE_CODE_GRANT, TOKEN_EXCHANGE_GRANT } from '../../../src/applications/settings.ts'
import { withdrawConsent } from '../../../src/oidc/consent/commands.ts'
import { basicHeader } from '../../support/app.ts'
import { begin, decide, DEVICE_GRANTS, poll } from '../device/world.ts'
import { type ClientKey, clientKey, hashOf, proofFor } from '../dpop/world.ts'
import { type Client, codeFor, type OidcWorld, oidcWorld, REDIRECT_URI, register, userinfo } from '../world.ts'
import { ACCESS_TOKEN, API, errorOf, introspect, post, type Tokens, tokensFor, tokensOf } from './world.ts'

let world: OidcWorld
let key: ClientKey
let other: ClientKey
beforeAll(async () => {
  world = await oidcWorld('acme')
  world.hold(true)
  ;[key, other] = await Promise.all([clientKey(), clientKey()])
})

/** A token request with a proof of this key; without a client's secret it is a public one. */
async function bound(client: Client, by: ClientKey, form: Record<string, string>): Promise<Response> {
  const url = `${world.issuer}/oauth2/token`
  const isPublic = client.clientSecret === ''
  const headers = {
    DPoP: await proofFor(world, by, ['POST', url]),
    ...(isPublic ? {} : { Authorization: basicHeader(client.clientId, client.clientSecret) }),
  }
  const body = new URLSearchParams({ ...form, ...(isPublic ? { client_id: client.clientId } : {}) })
  return world.app.request(url, { method: 'POST', headers, body })
}

async function boundTokensFor(client: Client, parameters: Record<string, string>): Promise<Tokens> {
  const code = await codeFor(world, { client_id: client.clientId, ...parameters })
  return tokensOf(bound(client, key, { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, code }))
}

/** Userinfo with a DPoP proof for this token. */
async function openedBy(by: ClientKey, token: string): Promise<number> {
  const url = `${world.issuer}/oauth2/userinfo`
  const DPoP = await proofFor(world, by, ['GET', url], { ath: hashOf(token) })
  return (await world.app.request(url, { headers: { Authorization: `DPoP ${token}`, DPoP } })).status
}

describe('with DPoP', () => {
  test('a device without a secret has tokens that are bound, and refreshes with the same key alone (RFC 9449 section 5)', async () => {
    const settings = { redirectUris: [], grantTypes: DEVICE_GRANTS, tokenEndpointAuthMethod: 'none' }
    const tv = await register(world, { name: 'tv', ...settings }, 'acme')
    const url = `${world.issuer}/oauth2/device_authorize`
    const body = new URLSearchParams({ client_id: tv.clientId, scope: 'openid offline_access' })
    const begun = (await (await world.app.request(url, { method: 'POST', body })).json()) as Record<string, string>
    await decide(world, begun.user_code ?? '')
    const form = { grant_type: DEVICE_CODE_GRANT, device_code: begun.device_code ?? '' }
    const tokens = await tokensOf(bound(tv, key, form))
    expect(tokens.token_type).toBe('DPoP')
    expect(await openedBy(key, tokens.access_token)).toBe(200)
    expect(await openedBy(other, tokens.access_token)).toBe(401)
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    expect(await errorOf(bound(tv, other, refresh))).toBe('invalid_grant')
    expect((await tokensOf(bound(tv, key, refresh))).token_type).toBe('DPoP')
  })

  test('an opaque token is bound as a JWT is, and introspection says to what (section 6.2)', async () => {
    const client = await register(world, { name: 'opaque', clientMetadata: { accessTokenFormat: 'opaque' } }, 'acme')
    const { access_token, token_type } = await boundTokensFor(client, { scope: 'openid' })
    expect([access_token.slice(0, 3), token_type]).toEqual(['at.', 'DPoP'])
    expect(await introspect(world, client, access_token)).toMatchObject({ token_type: 'DPoP', cnf: { jkt: key.jkt } })
    expect(await openedBy(key, access_token)).toBe(200)
    expect(await openedBy(other, access_token)).toBe(401)
    expect((await userinfo(world, access_token)).status).toBe(401)
  })

  test('a bound token is exchanged by its own client with its key alone, and by the API that it is for with the API’s', async () => {
    const grantTypes = ['authorization_code', TOKEN_EXCHANGE_GRANT]
    const shop = await register(world, { name: 'shop', grantTypes, clientMetadata: { resources: [API] } }, 'acme')
    const serves = { redirectUris: [], grantTypes: [TOKEN_EXCHANGE_GRANT], clientMetadata: { servesResources: [API] } }
    const api = await register(world, { name: 'api', ...serves }, 'acme')
    const open = await register(world, { name: 'open api', ...serves, tokenEndpointAuthMethod: 'none' }, 'acme')
    const { access_token } = await boundTokensFor(shop, { scope: 'openid', resource: API })
    const form = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token: access_token, subject_token_type: ACCESS_TOKEN }
    expect(await errorOf(post(world, shop, form))).toBe('invalid_request')
    expect(await errorOf(bound(shop, other, form))).toBe('invalid_request')
    expect(await errorOf(bound(open, other, form))).toBe('invalid_request')
    const own = await tokensOf(bound(shop, key, form))
    expect(decodeJwt(own.access_token).cnf).toEqual({ jkt: key.jkt })
    const given = await tokensOf(bound(api, other, form))
    expect(decodeJwt(given.access_token)).toMatchObject({ client_id: api.clientId, cnf: { jkt: other.jkt } })
    expect((await tokensOf(post(world, api, form))).token_type).toBe('Bearer')
  })
})

test('a token that is bound to a certificate is exchanged by its own client with that certificate alone (RFC 8705)', async () => {
  const certificate = (thumbprint: string) => ({ thumbprint, isVerified: false, subject: [], alternativeNames: [] })
  let shown = certificate('one')
  const platform = { ...world.platform, clientCertificate: () => shown }
  const app = createApp(platform)
  const held: OidcWorld = { ...world, app, platform }
  const clientMetadata = { tlsClientCertificateBoundAccessTokens: true }
  const grantTypes = ['authorization_code', TOKEN_EXCHANGE_GRANT]
  const shop = await register(held, { name: 'shop with a certificate', grantTypes, clientMetadata }, 'acme')
  const { access_token } = await tokensFor(held, shop, { scope: 'openid' })
  const form = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token: access_token, subject_token_type: ACCESS_TOKEN }
  expect(decodeJwt((await tokensOf(post(held, shop, form))).access_token).cnf).toEqual({ 'x5t#S256': 'one' })
  shown = certificate('two')
  expect(await errorOf(post(held, shop, form))).toBe('invalid_request')
})

test('an exchanged token has the sub by which its own application knows the person (OpenID Connect Core section 8)', async () => {
  const pairwise = (host: string, clientMetadata: object = {}) => ({
    name: host,
    redirectUris: [`https://${host}/callback`],
    clientMetadata: { subjectType: 'pairwise', ...clientMetadata },
  })
  const clientMetadata = { subjectType: 'pairwise', resources: [API] }
  const shop = await register(world, { name: 'pairwise shop', clientMetadata }, 'acme')
  const api = await register(
    world,
    {
      ...pairwise('api.example', { servesResources: [API] }),
      grantTypes: ['authorization_code', TOKEN_EXCHANGE_GRANT],
    },
    'acme',
  )
  const { access_token } = await tokensFor(world, shop, { scope: 'openid', resource: API })
  const form = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token: access_token, subject_token_type: ACCESS_TOKEN }
  const given = await tokensOf(post(world, api, form))
  const [before, after] = [decodeJwt(access_token).sub, decodeJwt(given.access_token).sub]
  expect(new Set([before, after, world.kimId]).size).toBe(3)
  expect(await introspect(world, api, given.access_token)).toMatchObject({ active: true, sub: after })
})

test('who takes back what she let an application takes back what a device waits to fetch, too', async () => {
  const tv = await register(world, { name: 'waiting tv', redirectUris: [], grantTypes: DEVICE_GRANTS }, 'acme')
  const { user_code, device_code } = await begin(world, tv)
  await decide(world, user_code)
  expect(await withdrawConsent(await world.scope('acme'), world.kimId, tv.id)).toBe(true)
  expect(await errorOf(poll(world, tv, device_code))).toBe('invalid_grant')
})
