/** Introspection (RFC 7662) and revocation (RFC 7009). */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { removeExpired } from '../../src/tenancy/commands.ts'
import { basicHeader } from '../support/app.ts'
import { contentsOf } from '../support/contents.ts'
import { type Client, codeFor, type OidcWorld, oidcWorld, postToken, register, userinfo } from './world.ts'

let world: OidcWorld
let client: Client
let other: Client
beforeAll(async () => {
  world = await oidcWorld()
  const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials']
  client = await register(world, { name: 'mine', grantTypes, permissions: ['scim:read'] })
  other = await register(world, { name: 'other', grantTypes })
})

const basicOf = ({ clientId, clientSecret }: Client) => basicHeader(clientId, clientSecret)

type Tokens = { access_token: string; refresh_token: string }

async function tokens(scope = 'openid offline_access'): Promise<Tokens> {
  const code = await codeFor(world, { client_id: client.clientId, scope })
  return (await (await postToken(world, { code }, basicOf(client))).json()) as Tokens
}

async function own(): Promise<string> {
  const answer = await postToken(world, { grant_type: 'client_credentials' }, basicOf(client))
  return ((await answer.json()) as Tokens).access_token
}

async function refresh(refresh_token: string): Promise<Response> {
  return postToken(world, { grant_type: 'refresh_token', refresh_token }, basicOf(client))
}

function post(endpoint: string, form: Record<string, string>, basic: string | null = basicOf(client)) {
  return world.app.request(`${world.issuer}/oauth2/${endpoint}`, {
    method: 'POST',
    headers: basic === null ? {} : { Authorization: basic },
    body: new URLSearchParams(form),
  })
}

async function introspect(token: string, who = client): Promise<Record<string, unknown>> {
  const answer = await post('introspect', { token }, basicOf(who))
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

async function revoke(token: string, who = client): Promise<void> {
  const answer = await post('revoke', { token }, basicOf(who))
  expect([answer.status, await answer.text()]).toEqual([200, ''])
}

describe('introspection', () => {
  test('says what an access token of the client is worth (RFC 7662 section 2.2)', async () => {
    const { access_token } = await tokens()
    const { jti, iat, exp } = decodeJwt(access_token)
    expect(await introspect(access_token)).toEqual({
      active: true,
      iss: world.issuer,
      aud: world.issuer,
      sub: world.kimId,
      client_id: client.clientId,
      scope: 'openid offline_access',
      token_type: 'Bearer',
      jti,
      iat,
      exp,
    })
    expect(await introspect(await own())).toMatchObject({ active: true, sub: client.clientId })
  })

  test('says what a refresh token is worth, until it is used', async () => {
    const { refresh_token } = await tokens()
    const { iat, exp, ...rest } = (await introspect(refresh_token)) as { iat: number; exp: number }
    expect(rest).toMatchObject({ active: true, sub: world.kimId, client_id: client.clientId })
    expect(exp - iat).toBe(30 * 86_400)
    await refresh(refresh_token)
    expect(await introspect(refresh_token)).toEqual({ active: false })
  })

  test('says nothing of another client’s token, nor of what is none', async () => {
    const { access_token, refresh_token } = await tokens()
    for (const token of [access_token, refresh_token, await own()]) {
      expect(await introspect(token, other)).toEqual({ active: false })
    }
    for (const token of ['nonsense', `${access_token}x`, 'a.b.c']) {
      expect(await introspect(token)).toEqual({ active: false })
    }
  })

  test('says nothing of a token that has expired', async () => {
    const { access_token } = await tokens()
    world.advance(3600_000)
    expect(await introspect(access_token)).toEqual({ active: false })
  })

  test('is for clients that prove who they are (section 2.1)', async () => {
    const { clientId } = await register(world, { name: 'public', tokenEndpointAuthMethod: 'none' })
    const named: Record<string, string>[] = [{}, { client_id: clientId }, { client_id: client.clientId }]
    for (const form of named) {
      const answer = await post('introspect', { token: 'any', ...form }, null)
      expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'invalid_client' }])
    }
  })
})

describe('revocation', () => {
  test('of an access token ends it alone (RFC 7009 section 2.1)', async () => {
    const first = await tokens()
    await revoke(first.access_token)
    expect(await introspect(first.access_token)).toEqual({ active: false })
    expect((await userinfo(world, first.access_token)).status).toBe(401)
    const next = (await (await refresh(first.refresh_token)).json()) as Tokens
    expect((await userinfo(world, next.access_token)).status).toBe(200)
    await revoke(next.access_token)
    expect((await userinfo(world, next.access_token)).status).toBe(401)
  })

  test('of an access token that no refresh token goes with, and of a client’s own', async () => {
    const { access_token } = await tokens('openid')
    await revoke(access_token)
    expect((await userinfo(world, access_token)).status).toBe(401)
    const its = await own()
    await revoke(its)
    expect(await introspect(its)).toEqual({ active: false })
  })

  test('of a refresh token ends its family and the access tokens of that (section 2.1)', async () => {
    const first = await tokens()
    const next = (await (await refresh(first.refresh_token)).json()) as Tokens
    await revoke(next.refresh_token)
    expect((await refresh(next.refresh_token)).status).toBe(400)
    expect((await userinfo(world, first.access_token)).status).toBe(401)
    expect((await userinfo(world, next.access_token)).status).toBe(401)
  })

  test('of another client’s token, or of what is none, is answered 200 and ends nothing (section 2.2)', async () => {
    const { access_token, refresh_token } = await tokens()
    const its = await own()
    for (const token of [access_token, refresh_token, its]) await revoke(token, other)
    await revoke('nonsense')
    expect(await introspect(access_token)).toMatchObject({ active: true })
    expect(await introspect(its)).toMatchObject({ active: true })
    expect((await refresh(refresh_token)).status).toBe(200)
  })

  test('needs the client, and a token', async () => {
    expect((await post('revoke', { token: 'any' }, null)).status).toBe(401)
    expect((await post('revoke', {})).status).toBe(400)
    expect((await post('introspect', {})).status).toBe(400)
  })

  test('is remembered no longer than the token would have lived', async () => {
    await revoke((await tokens()).access_token)
    const scope = await world.scope()
    const rows = async () => (await contentsOf(scope.db)).get('revoked_tokens')
    await removeExpired(scope.db, scope.tenantId, new Date(scope.now.getTime() + 3590_000))
    expect(await rows()).not.toBe('[]')
    await removeExpired(scope.db, scope.tenantId, new Date(scope.now.getTime() + 3601_000))
    expect(await rows()).toBe('[]')
  })
})
