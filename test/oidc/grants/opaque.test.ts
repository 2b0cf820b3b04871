/** Opaque access tokens: whatever takes a JWT takes one of these, for as long as the same things hold. */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { TOKEN_EXCHANGE_GRANT } from '../../../src/applications/settings.ts'
import { removeExpired } from '../../../src/tenancy/commands.ts'
import { basicHeader } from '../../support/app.ts'
import { contentsOf } from '../../support/contents.ts'
import { type Client, KIM, type OidcWorld, oidcWorld, postToken, register, userinfo } from '../world.ts'
import { ACCESS_TOKEN, API, errorOf, introspect, post, setActive, tokensFor, tokensOf } from './world.ts'

const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials', TOKEN_EXCHANGE_GRANT]
const SCOPE = 'openid profile offline_access scim:me scim:read applications:read'

let world: OidcWorld
let client: Client
let api: Client
beforeAll(async () => {
  world = await oidcWorld('acme')
  world.hold(true)
  const permissions = ['scim:me', 'scim:read', 'applications:read']
  const clientMetadata = { accessTokenFormat: 'opaque', resources: [API] }
  client = await register(world, { name: 'opaque', grantTypes: GRANTS, permissions, clientMetadata }, 'acme')
  api = await register(world, { name: 'api', clientMetadata: { servesResources: [API] } }, 'acme')
})

const tokens = (parameters: Record<string, string> = {}) => tokensFor(world, client, { scope: SCOPE, ...parameters })

async function call(token: string, path: string): Promise<number> {
  const acme = await world.tenant('acme')
  return (await acme.fetch(path, { headers: { Authorization: `Bearer ${token}` } })).status
}

describe('an opaque access token', () => {
  test('says nothing, and is kept as a hash alone', async () => {
    const { access_token, id_token } = await tokens()
    expect(access_token).toMatch(/^at\.[\w-]{43}$/)
    expect(decodeJwt(id_token).at_hash).toEqual(expect.any(String))
    const all = await contentsOf(world.platform.db)
    expect([...all.values()].join('\n')).not.toContain(access_token)
    expect(all.get('opaque_tokens')).toContain(world.kimId)
  })

  test('opens userinfo, scim2 and the management API as far as a JWT does', async () => {
    const { access_token } = await tokens()
    expect(await (await userinfo(world, access_token)).json()).toMatchObject({ sub: world.kimId, name: 'Kim Berry' })
    expect(await call(access_token, '/scim2/Me')).toBe(200)
    // Kim may not read others, whatever the application may.
    expect(await call(access_token, '/scim2/Users')).toBe(403)
    expect(await call(access_token, '/api/v1/applications')).toBe(403)
    const none = await tokens({ scope: 'openid' })
    expect(await call(none.access_token, '/scim2/Me')).toBe(403)
  })

  test('is read by introspection, of the client that has it and of whom it is for (RFC 7662)', async () => {
    const { access_token } = await tokens({ resource: API })
    const known = {
      active: true,
      sub: world.kimId,
      client_id: client.clientId,
      aud: API,
      iss: world.issuer,
      scope: SCOPE,
    }
    expect(await introspect(world, client, access_token)).toMatchObject(known)
    expect(await introspect(world, api, access_token)).toMatchObject(known)
    expect(await introspect(world, api, (await tokens()).access_token)).toEqual({ active: false })
    expect(await introspect(world, client, `${access_token}x`)).toEqual({ active: false })
  })

  test('is nothing in another tenant', async () => {
    const { access_token } = await tokens()
    const root = { ...world, base: '', issuer: world.platform.config.baseUrl }
    expect((await userinfo(root, access_token)).status).toBe(401)
  })

  test('comes of a refresh, of client credentials and of an exchange as well', async () => {
    const { refresh_token, access_token } = await tokens()
    const refreshed = await tokensOf(post(world, client, { grant_type: 'refresh_token', refresh_token }))
    const own = await tokensOf(post(world, client, { grant_type: 'client_credentials' }))
    const form = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token: access_token, subject_token_type: ACCESS_TOKEN }
    const exchanged = await tokensOf(post(world, client, form))
    for (const one of [refreshed, own, exchanged]) expect(one.access_token).toMatch(/^at\./)
    expect((await userinfo(world, exchanged.access_token)).status).toBe(200)
    expect(await introspect(world, client, own.access_token)).toMatchObject({ active: true, sub: client.clientId })
  })
})

describe('it is worth nothing any more', () => {
  const opens = async (token: string) => (await userinfo(world, token)).status

  test('when it was revoked (RFC 7009), by its client alone', async () => {
    const { access_token } = await tokens()
    await post(world, api, { token: access_token }, '/oauth2/revoke')
    expect(await opens(access_token)).toBe(200)
    await post(world, client, { token: access_token }, '/oauth2/revoke')
    expect(await opens(access_token)).toBe(401)
    expect(await introspect(world, client, access_token)).toEqual({ active: false })
  })

  test('when its grant has ended: a refresh token that is revoked, a code that is replayed', async () => {
    const one = await tokens()
    await post(world, client, { token: one.refresh_token }, '/oauth2/revoke')
    expect(await opens(one.access_token)).toBe(401)
    const two = await tokens({ scope: 'openid' })
    expect(await opens(two.access_token)).toBe(200)
    expect(await errorOf(postToken(world, { code: two.code }, basicHeader(client.clientId, client.clientSecret)))).toBe(
      'invalid_grant',
    )
    expect(await opens(two.access_token)).toBe(401)
  })

  test('when its person was deactivated, or has another password', async () => {
    const one = await tokens()
    await setActive(world, 'acme', false)
    await setActive(world, 'acme', true)
    expect(await opens(one.access_token)).toBe(401)
    const two = await tokens()
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    const acme = await world.tenant('acme')
    for (const value of ['An0ther-p4ss', KIM.password]) {
      const body = { schemas, Operations: [{ op: 'replace', path: 'password', value }] }
      expect((await acme.scim('PATCH', `/Users/${world.kimId}`, body)).status).toBe(200)
    }
    expect(await opens(two.access_token)).toBe(401)
  })

  test('when it has expired; and then it is swept', async () => {
    const { access_token } = await tokens()
    world.advance(3600_000)
    expect(await opens(access_token)).toBe(401)
    const { tenantId } = await world.scope('acme')
    world.advance(1000)
    await removeExpired(world.platform.db, tenantId, world.platform.now())
    expect((await contentsOf(world.platform.db)).get('opaque_tokens') ?? '').not.toContain(world.kimId)
  })

  test('when its application is gone, and nothing of it is kept', async () => {
    const acme = await world.tenant('acme')
    const gone = await register(world, { name: 'gone', clientMetadata: { accessTokenFormat: 'opaque' } }, 'acme')
    const { access_token } = await tokensFor(world, gone, { scope: 'openid' })
    expect(await opens(access_token)).toBe(200)
    expect((await acme.api('DELETE', `/applications/${gone.id}`)).status).toBe(204)
    expect(await opens(access_token)).toBe(401)
    expect((await contentsOf(world.platform.db)).get('opaque_tokens') ?? '').not.toContain(gone.id)
  })
})
