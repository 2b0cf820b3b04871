/** The keys of a tenant: made once, remembered for a minute, each for its own algorithm. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeProtectedHeader, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { signingKeys } from '../../src/db/schema.ts'
import { publicKeys, signingKey } from '../../src/oidc/keys.ts'
import { rotateSigningKeys } from '../../src/oidc/keys/rotation.ts'
import { verifyAccessToken } from '../../src/oidc/access-tokens.ts'
import { findGrant } from '../../src/oidc/queries.ts'
import { issueAccessToken } from '../../src/oidc/tokens.ts'
import { testWorld, type TestWorld } from '../support/app.ts'
import { plansOf } from '../support/plans.ts'
import { codeFor, type OidcWorld, oidcWorld, redeem, userinfo } from './world.ts'

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const

/** Two servers, as in two regions, on one database. */
async function twoServers(): Promise<[TestWorld, TestWorld]> {
  const url = `file:${join(mkdtempSync(join(tmpdir(), 'keys-')), 'postern.db')}`
  const servers: [TestWorld, TestWorld] = [await testWorld({ url }), await testWorld({ url })]
  for (const server of servers) server.hold(true)
  return servers
}

/** As RSA keys take their time to be made, what holds for all algorithms is shown with this one. */
const alg = 'ES256'
const kidOf = async (server: TestWorld) => (await signingKey(await server.scope(), alg)).kid

describe('two servers on one database', () => {
  test('make one key of each algorithm when both need the first at once', async () => {
    const servers = await twoServers()
    const scopes = await Promise.all(servers.map((server) => server.scope()))
    const made = await Promise.all(
      scopes.flatMap((scope) => ALGORITHMS.map(async (alg) => [alg, (await signingKey(scope, alg)).kid])),
    )
    const rows = await servers[0].platform.db.select().from(signingKeys)
    expect(rows.map(({ alg, state }) => [alg, state]).toSorted()).toEqual([
      ['ES256', 'active'],
      ['EdDSA', 'active'],
      ['RS256', 'active'],
    ])
    for (const [alg, kid] of made) expect(rows.find((row) => row.alg === alg)?.id).toBe(kid)
  })

  test('one takes at once what the other has signed with a key that it does not know yet', async () => {
    const [one, other] = await twoServers()
    await kidOf(one)
    await rotateSigningKeys(await other.scope(), { alg, immediately: true })
    const { kid, privateKey } = await signingKey(await other.scope(), alg)
    expect(await kidOf(one)).not.toBe(kid)
    const scope = await one.scope()
    const token = await new SignJWT({ iss: scope.issuer, aud: scope.issuer, sub: 'u', client_id: 'c', jti: 'j' })
      .setIssuedAt(Math.floor(scope.now.getTime() / 1000))
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .setExpirationTime('1h')
      .sign(privateKey)
    // The signature holds; no grant stands behind it.
    await expect(verifyAccessToken(scope, token, '', async () => undefined, findGrant)).rejects.toThrow('revoked')
  })

  test('one follows the other within a minute, by the clock', async () => {
    const [one, other] = await twoServers()
    await kidOf(one)
    await rotateSigningKeys(await other.scope(), { alg, immediately: true })
    const kid = await kidOf(other)
    one.advance(59_000)
    expect(await kidOf(one)).not.toBe(kid)
    one.advance(1_000)
    expect(await kidOf(one)).toBe(kid)
  })
})

describe('within one server', () => {
  let world: OidcWorld
  let token: string
  beforeAll(async () => {
    world = await oidcWorld()
    token = (await redeem(world, await codeFor(world))).access_token
  })

  test('access tokens are signed with ES256', () => {
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
  })

  test('a token is verified without a look at the keys in the database, and signed without one', async () => {
    const scope = await world.scope()
    const plans = await plansOf(scope.db)
    const grant = { clientId: 'c', userId: 'u', scope: '', tokenId: 't', authenticatedAt: scope.now, nonce: null }
    const asked = await plans.statementsOf(async () => {
      await verifyAccessToken(scope, token, '', async () => undefined, findGrant)
      await issueAccessToken(scope, grant, 3600)
    })
    expect(asked.map(({ sql }) => sql).filter((sql) => sql.includes('signing_keys'))).toEqual([])
  })

  test('a look at the keys, and each rotation, uses an index', async () => {
    const plans = await plansOf(world.platform.db)
    world.advance(61_000)
    await plans.demandIndexes(async () => publicKeys(await world.scope()))
    await plans.demandIndexes(async () => rotateSigningKeys(await world.scope(), { alg, immediately: true }))
    world.advance(400_000)
    await plans.demandIndexes(async () => rotateSigningKeys(await world.scope(), { alg }))
    token = (await redeem(world, await codeFor(world))).access_token
  })

  test.each(ALGORITHMS)('a token of another tenant’s %s key opens nothing', async (alg) => {
    await world.tenant('elsewhere')
    const { kid, privateKey } = await signingKey(await world.scope('elsewhere'), alg)
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const forged = await new SignJWT(payload).setProtectedHeader({ alg, typ: 'at+jwt', kid }).sign(privateKey)
    expect((await userinfo(world, forged)).status).toBe(401)
  })

  test('a token is taken with each of the three algorithms, and with none other (RFC 8725 section 3.1)', async () => {
    const scope = await world.scope()
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    for (const alg of ALGORITHMS) {
      const { kid, privateKey } = await signingKey(scope, alg)
      const sign = (header: object) =>
        new SignJWT(payload).setProtectedHeader({ alg, typ: 'at+jwt', kid, ...header }).sign(privateKey)
      expect((await userinfo(world, await sign({}))).status, alg).toBe(200)
      expect((await userinfo(world, await sign({ typ: 'JWT' }))).status, `${alg} as another kind of token`).toBe(401)
      expect((await userinfo(world, await sign({ kid: 'unknown' }))).status, `${alg} of no key`).toBe(401)
      expect((await userinfo(world, await sign({ kid: undefined }))).status, `${alg} without a kid`).toBe(401)
    }
  })

  test('a public key is no secret to sign HS256 with (RFC 8725 section 2.1)', async () => {
    const [key] = (await publicKeys(await world.scope())).keys
    const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const forged = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: String(key?.kid) })
      .sign(new TextEncoder().encode(JSON.stringify(key)))
    expect((await userinfo(world, forged)).status).toBe(401)
  })
})
