/** How a connection proves who it is: the secret or the key goes in, its public half out, and no further than it was given for. */
import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { getConnection, openClientSecret, openPrivateKey } from '../../src/connections/queries.ts'
import { testWorld, type TestTenant, type TestWorld } from '../support/app.ts'

let world: TestWorld
let tenant: TestTenant
let count = 0
const ISSUER = 'https://idp.example'
const pem = (kind: 'P-256' | 'rsa') =>
  (kind === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: kind })
  ).privateKey
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()

beforeAll(async () => {
  world = await testWorld()
  tenant = await world.tenant()
})

async function make(authenticator: Record<string, unknown>): Promise<string> {
  const body = { name: `c${++count}`, authenticator: { clientId: 'us', issuer: ISSUER, ...authenticator } }
  const answer = await tenant.api('POST', '/connections', body)
  expect(answer.status, await answer.clone().text()).toBe(201)
  return ((await answer.json()) as { id: string }).id
}
const patch = (id: string, authenticator: Record<string, unknown>) =>
  tenant.api('PATCH', `/connections/${id}`, { authenticator })
async function secretsOf(id: string) {
  const scope = await world.scope()
  const row = await getConnection(scope, id)
  const [secret, key] = [await openClientSecret(scope, row), await openPrivateKey(scope, row)]
  return { secret, key, kid: row.publicKey?.kid, alg: row.publicKey?.alg }
}
const keysAt = async (id: string) => tenant.fetch(`/login/connections/${id}/jwks`)

describe('private_key_jwt', () => {
  test('has a key that is made here, whose public half the provider reads, and anybody may keep', async () => {
    const id = await make({ clientAuthentication: 'private_key_jwt' })
    const made = await secretsOf(id)
    expect(made).toMatchObject({
      secret: undefined,
      key: expect.stringContaining('PRIVATE KEY') as string,
      alg: 'ES256',
    })
    const answer = await keysAt(id)
    expect(answer.headers.get('Cache-Control')).toBe('public, max-age=300')
    expect(await answer.json()).toEqual({
      keys: [expect.objectContaining({ kty: 'EC', kid: made.kid, use: 'sig' })],
    })
    const shown = await (await tenant.api('GET', `/connections/${id}`)).text()
    expect(shown).toContain(String(made.kid))
    expect(shown).not.toMatch(/PRIVATE|"d":|sealed/)
  })

  test('takes a key that is uploaded, under the name that the provider knows', async () => {
    const id = await make({ clientAuthentication: 'private_key_jwt', privateKey: pem('rsa'), keyId: 'ours' })
    expect(await secretsOf(id)).toMatchObject({ kid: 'ours', alg: 'RS256' })
    const refused = await patch(id, { privateKey: pem('P-256'), keyAlgorithm: 'RS256' })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ errors: [{ field: 'authenticator.privateKey' }] })
  })

  test('keeps its key in a change that does not concern it, and has another at another host', async () => {
    const id = await make({ clientAuthentication: 'private_key_jwt' })
    const before = await secretsOf(id)
    expect((await patch(id, { scopes: ['openid'], issuer: `${ISSUER}/other` })).status).toBe(200)
    expect(await secretsOf(id)).toEqual(before)
    expect((await patch(id, { issuer: 'https://evil.example' })).status).toBe(200)
    const after = await secretsOf(id)
    expect(after.kid).not.toBe(before.kid)
    expect(after.key).not.toBe(before.key)
  })

  test('leaves no secret behind, and no key when there is a secret again', async () => {
    const id = await make({ clientSecret: 'first' })
    expect((await patch(id, { clientAuthentication: 'private_key_jwt' })).status).toBe(200)
    expect(await secretsOf(id)).toMatchObject({ secret: undefined, alg: 'ES256' })
    expect((await patch(id, { clientAuthentication: null })).status).toBe(400)
    expect((await patch(id, { clientAuthentication: 'client_secret_post', clientSecret: 'second' })).status).toBe(200)
    expect(await secretsOf(id)).toMatchObject({ secret: 'second', key: undefined, kid: undefined })
    expect((await keysAt(id)).status).toBe(404)
  })
})

describe('Apple', () => {
  const APPLE = { preset: 'apple', issuer: undefined, teamId: 'TEAM', keyId: 'KEY' }

  test('has the key that it gave, and nothing of it is told', async () => {
    const id = await make({ ...APPLE, privateKey: pem('P-256') })
    expect(await secretsOf(id)).toMatchObject({ key: expect.stringContaining('PRIVATE KEY') as string, kid: undefined })
    expect((await keysAt(id)).status).toBe(404)
    expect((await patch(id, { scopes: ['openid', 'email'] })).status).toBe(200)
  })

  test.each([
    ['without a key', {}, 'privateKey'],
    ['with a key for RSA', { privateKey: pem('rsa') }, 'privateKey'],
    ['without the team', { privateKey: pem('P-256'), teamId: undefined }, 'teamId'],
  ])('%s is refused beside that field', async (_fact, change, field) => {
    const body = { name: `c${++count}`, authenticator: { clientId: 'us', ...APPLE, ...change } }
    const answer = await tenant.api('POST', '/connections', body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ errors: [{ field: `authenticator.${field}` }] })
  })
})

describe('a secret', () => {
  test.each([
    ['the issuer, which says where the token endpoint is', { issuer: 'https://evil.example' }],
    ['the endpoint for pushed requests', { pushedAuthorizationRequestEndpoint: 'https://evil.example/par' }],
    ['userinfo, which is told the person’s access token', { userinfoEndpoint: 'https://evil.example/userinfo' }],
    ['the preset', { preset: 'google', issuer: null }],
  ])('is wanted again by whoever points elsewhere %s', async (_fact, change) => {
    const id = await make({ clientSecret: 'first' })
    const answer = await patch(id, change)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ errors: [{ field: 'authenticator.clientSecret' }] })
    expect((await patch(id, { ...change, clientSecret: 'second' })).status).toBe(200)
    expect(await secretsOf(id)).toMatchObject({ secret: 'second' })
  })
})

test('the keys of a connection of another tenant are nowhere', async () => {
  const id = await make({ clientAuthentication: 'private_key_jwt' })
  const acme = await world.tenant('acme')
  expect((await acme.fetch(`/login/connections/${id}/jwks`)).status).toBe(404)
})

test('Microsoft Entra ID for people of any directory is refused, beside the list that would be needed', async () => {
  const authenticator = { preset: 'entra', tenant: 'organizations', clientId: 'us', clientSecret: 's' }
  const answer = await tenant.api('POST', '/connections', { name: 'Entra', authenticator })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ errors: [{ field: 'authenticator.allowedTenants' }] })
})
