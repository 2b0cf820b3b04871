/** Access tokens as an API of somebody else's reads them: JWTs of RFC 9068, by the keys of jwks_uri alone. */
import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { type OidcWorld, oidcWorld, register, userinfo } from '../world.ts'
import { API, introspect, post, tokensFor, tokensOf } from './world.ts'

const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials']

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld('acme')
})

async function read(token: string, audience: string) {
  const jwks = await (await world.app.request(`${world.issuer}/oauth2/jwks`)).json()
  return jwtVerify(token, createLocalJWKSet(jwks), { issuer: world.issuer, audience, typ: 'at+jwt' })
}

test.each([
  ['ES256', undefined],
  ['RS256', 'RS256'],
  ['EdDSA', 'EdDSA'],
])(
  'are signed with %s where the application has %s (RFC 9068 section 2.1)',
  async (alg, accessTokenSignedResponseAlg) => {
    const settings = { grantTypes: GRANTS, clientMetadata: { resources: [API], accessTokenSignedResponseAlg } }
    const client = await register(world, { name: alg, ...settings }, 'acme')
    const first = await tokensFor(world, client, { scope: 'openid offline_access', resource: API })
    const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
    const refreshed = await tokensOf(post(world, client, form))
    const own = await tokensOf(post(world, client, { grant_type: 'client_credentials', resource: API }))
    for (const { access_token } of [first, refreshed, own]) {
      const { payload, protectedHeader } = await read(access_token, API)
      expect(protectedHeader).toEqual({ alg, typ: 'at+jwt', kid: expect.any(String) })
      // RFC 9068 section 2.2: all that it demands.
      expect(payload).toMatchObject({ iss: world.issuer, aud: API, client_id: client.clientId })
      for (const name of ['exp', 'iat', 'sub', 'jti']) expect(payload).toHaveProperty(name)
      expect(await introspect(world, client, access_token)).toMatchObject({ active: true, jti: payload.jti })
    }
    const { access_token } = await tokensFor(world, client)
    expect((await userinfo(world, access_token)).status).toBe(200)
  },
)

test('are not signed with RS256 for a FAPI 2.0 application (section 5.4.1)', async () => {
  const clientMetadata = { profile: 'fapi2', accessTokenSignedResponseAlg: 'RS256', jwksUri: 'https://a.example/jwks' }
  const settings = { name: 'bank', redirectUris: ['https://a.example/'], tokenEndpointAuthMethod: 'private_key_jwt' }
  const answer = await (await world.tenant('acme')).api('POST', '/applications', { ...settings, clientMetadata })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ errors: [{ field: 'clientMetadata.accessTokenSignedResponseAlg' }] })
})
