import { beforeAll, describe, expect, test } from 'vitest'
import { testWorld, type TestWorld } from '../support/app.ts'

const ORIGIN = 'https://localhost:9443'
let world: TestWorld
beforeAll(async () => {
  world = await testWorld()
  await world.tenant('acme')
})

/** The issuer that answers at a path: each tenant tells its own. */
async function issuerAt(path: string, headers: Record<string, string> = {}): Promise<unknown> {
  const answer = await world.app.request(`${ORIGIN}${path}/.well-known/openid-configuration`, { headers })
  return answer.status === 200 ? ((await answer.json()) as { issuer: string }).issuer : answer.status
}

describe('the tenant of a request', () => {
  test.each([
    ['', ORIGIN],
    ['/t/acme', `${ORIGIN}/t/acme`],
    ['/t/nobody', 404],
    ['/t/ACME', 404],
    ['/t/acme%2f..', 404],
    // The same path, otherwise written (RFC 3986 section 6.2.2.2).
    ['/t/%61cme', `${ORIGIN}/t/acme`],
    ['/%74/acme', `${ORIGIN}/t/acme`],
    ['/t/acme/t/acme', 404],
    ['/t', 404],
    ['/t/', 404],
    ['//t/acme', 404],
  ])('is named by the path alone: %j leads to %s', async (path, issuer) => {
    expect(await issuerAt(path)).toBe(issuer)
  })

  test('is not named by a header', async () => {
    const headers = {
      Host: 'acme.localhost',
      'X-Tenant': 'acme',
      'X-Forwarded-Prefix': '/t/acme',
      'X-Original-URL': '/t/acme',
    }
    expect(await issuerAt('', headers)).toBe(ORIGIN)
  })

  test('that was made a moment ago is there at once', async () => {
    expect(await issuerAt('/t/late')).toBe(404)
    await world.tenant('late')
    expect(await issuerAt('/t/late')).toBe(`${ORIGIN}/t/late`)
  })
})

test('a scope has the tenant’s own issuer and paths, and the moment of the request', async () => {
  world.advance(60_000)
  const scope = await world.scope('acme')
  expect(scope).toMatchObject({ issuer: `${ORIGIN}/t/acme`, base: '/t/acme', tenant: { slug: 'acme' } })
  expect(scope.tenantId).toBe(scope.tenant.id)
  expect(scope.now.getTime()).toBeGreaterThan(Date.now() + 59_000)
})

test('the front of a tenant leads to its own console, and from there to its own sign-in', async () => {
  for (const [path, base] of [
    ['/', ''],
    ['/t/acme', '/t/acme'],
  ]) {
    const front = await world.app.request(`${ORIGIN}${path}`)
    expect([front.status, front.headers.get('Location')]).toEqual([303, `${base}/console`])
    const console_ = await world.app.request(`${ORIGIN}${base}/console`)
    expect(console_.headers.get('Location')).toBe(`${base}/login?return_to=${encodeURIComponent(`${base}/console`)}`)
  }
})
