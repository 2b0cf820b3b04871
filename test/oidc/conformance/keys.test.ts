/** The modules of Basic OP and Dynamic OP about keys and the signature of the id_token. */
import { createHash } from 'node:crypto'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { rotateSigningKeys } from '../../../src/oidc/keys/rotation.ts'
import { codeFor, type OidcWorld, redeem, register } from '../world.ts'
import { servedWorld } from './served.ts'

let world: OidcWorld
beforeAll(async () => {
  world = await servedWorld()
})

async function jwks(): Promise<JSONWebKeySet> {
  const answer = await world.app.request(`${world.issuer}/oauth2/jwks`)
  expect(answer.headers.get('Cache-Control')).toBe('public, max-age=300')
  return (await answer.json()) as JSONWebKeySet
}

let clients = 0
async function tokensFor(clientMetadata: Record<string, unknown>) {
  const application = await register(world, { name: `client ${++clients}`, clientMetadata })
  const own = { ...world, application }
  return { application, ...(await redeem(own, await codeFor(own))) }
}

test('oidcc-idtoken-signature, oidcc-idtoken-rs256: RS256 unless the client asked otherwise, with a kid of the jwks', async () => {
  const { id_token, application } = await tokensFor({})
  const { alg, kid } = decodeProtectedHeader(id_token)
  const keys = await jwks()
  expect(alg).toBe('RS256')
  expect(keys.keys.filter((key) => key.kid === kid)).toHaveLength(1)
  const expected = { issuer: world.issuer, audience: application.clientId, algorithms: ['RS256'] }
  await expect(jwtVerify(id_token, createLocalJWKSet(keys), expected)).resolves.toBeDefined()
})

describe.each([
  ['RS256', 'sha256'],
  ['ES256', 'sha256'],
  ['EdDSA', 'sha512'],
])('id_token_signed_response_alg %s (OpenID Connect Registration section 2)', (alg, hash) => {
  test('signs the id_token, and its hash makes at_hash (OpenID Connect Core section 3.1.3.6)', async () => {
    const { id_token, access_token } = await tokensFor({ idTokenSignedResponseAlg: alg })
    const { payload, protectedHeader } = await jwtVerify(id_token, createLocalJWKSet(await jwks()))
    expect(protectedHeader.alg).toBe(alg)
    const digest = createHash(hash).update(access_token).digest()
    expect(payload.at_hash).toBe(digest.subarray(0, digest.length / 2).toString('base64url'))
  })
})

test('oidcc-server-rotate-keys: new keys appear and sign, the old ones stay, and verify what they signed', async () => {
  const before = await jwks()
  const old = await tokensFor({})
  const scope = await world.scope()
  await expect(rotateSigningKeys(scope, {})).rejects.toMatchObject({ status: 409 })
  world.advance(400_000)
  const ahead = await jwks()
  await rotateSigningKeys(await world.scope(), {})
  const after = await jwks()
  const kids = ({ keys }: JSONWebKeySet) => keys.map(({ kid }) => kid)
  expect(kids(after)).toEqual(expect.arrayContaining(kids(before)))
  const { id_token } = await tokensFor({})
  const { kid } = decodeProtectedHeader(id_token)
  expect(kids(before)).not.toContain(kid)
  // Whoever has the jwks of before the rotation can verify what is signed after it.
  expect(kids(ahead)).toContain(kid)
  await expect(jwtVerify(old.id_token, createLocalJWKSet(after))).resolves.toBeDefined()
})
