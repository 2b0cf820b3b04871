/** What a process remembers of an access token that it has verified outlives neither the token nor what it stands on. */
import { beforeAll, expect, test } from 'vitest'
import { rotateSigningKeys } from '../../src/oidc/keys/rotation.ts'
import { findVerified } from '../../src/oidc/verified-tokens.ts'
import { basicHeader } from '../support/app.ts'
import { codeFor, type OidcWorld, oidcWorld, redeem, userinfo } from './world.ts'

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld('acme')
})

/** One that was used, and is remembered. */
async function usedToken(): Promise<string> {
  const { access_token } = await redeem(world, await codeFor(world))
  expect((await userinfo(world, access_token)).status).toBe(200)
  expect(await findVerified(await world.scope('acme'), access_token)).toMatchObject({ subject: world.kimId })
  return access_token
}

test('a token is verified once, and not believed for its first half', async () => {
  const token = await usedToken()
  for (const other of [`${token}x`, token.slice(0, -1), `${token.split('.').slice(0, 2).join('.')}.`]) {
    expect((await userinfo(world, other)).status).toBe(401)
  }
})

test('it is nothing in another tenant', async () => {
  const token = await usedToken()
  expect(await findVerified(await world.scope(''), token)).toBeUndefined()
  expect((await userinfo({ ...world, issuer: world.platform.config.baseUrl }, token)).status).toBe(401)
})

test('it is refused from the moment in which it is revoked (RFC 7009)', async () => {
  const token = await usedToken()
  const revoked = await world.app.request(`${world.issuer}/oauth2/revoke`, {
    method: 'POST',
    headers: { Authorization: basicHeader(world.application.clientId, world.application.clientSecret) },
    body: new URLSearchParams({ token }),
  })
  expect(revoked.status).toBe(200)
  expect((await userinfo(world, token)).status).toBe(401)
})

test('it is refused from the moment in which its key is replaced, because that leaked', async () => {
  const token = await usedToken()
  await rotateSigningKeys(await world.scope('acme'), { immediately: true })
  expect((await userinfo(world, token)).status).toBe(401)
})

test('it is refused once it has expired', async () => {
  const token = await usedToken()
  world.advance(3_601_000)
  expect((await userinfo(world, token)).status).toBe(401)
})
