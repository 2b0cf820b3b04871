/** Who is let into scim2, by what credential, and for what. */
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import {
  authorizePath,
  answerIn,
  KIM,
  type OidcWorld,
  oidcWorld,
  redeem,
  REDIRECT_URI,
  register,
  signIn,
} from '../oidc/world.ts'
import { browserClient } from '../support/browser-client.ts'
import {
  answered,
  clientOf,
  get,
  patchOf,
  post,
  refusal,
  refused,
  type Service,
  service,
  user,
} from '../conformance/world.ts'

const ROLE = 'urn:ietf:params:scim:schemas:extension:2.0:Role'

describe('a SCIM token', () => {
  let scim: Service
  beforeAll(async () => {
    scim = await service()
  })

  test('for reading reads everything and changes nothing', async () => {
    const reader = await clientOf(scim.tenant, 'strict', 'read')
    const { id } = await post(scim.strict, '/Users', user({ userName: 'ann' }))
    for (const path of ['/Users', `/Users/${id}`, '/Groups', '/Roles', '/', '/Schemas']) {
      expect((await reader('GET', path)).status, path).toBe(200)
    }
    const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] }
    expect((await reader('POST', '/Users/.search', search)).status).toBe(200)
    const bulk = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: [] }
    for (const [method, path, body] of [
      ['POST', '/Users', user({ userName: 'no' })],
      ['PUT', `/Users/${id}`, user({ userName: 'no' })],
      ['PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'title', value: 'no' })],
      ['DELETE', `/Users/${id}`, undefined],
      ['POST', '/Bulk', bulk],
    ] as const) {
      const answer = await reader(method, path, body)
      // RFC 6750 section 3.1.
      expect(answer.headers.get('WWW-Authenticate'), method).toBe(
        'Bearer error="insufficient_scope", scope="scim:write"',
      )
      expect((await refusal(answer)).detail).toContain('scim:write')
    }
    expect((await get(scim.strict, `/Users/${id}`)).meta.version).toBe('W/"1"')
  })

  test('for writing changes users and groups, and no roles', async () => {
    const body = { schemas: [ROLE], displayName: 'mine' }
    expect((await refusal(scim.strict('POST', '/Roles', body))).detail).toContain('roles:write')
  })

  test('is nobody: there is no Me behind it (RFC 7644 section 3.11)', async () => {
    expect(await refused(scim.strict('GET', '/Me'))).toEqual([404])
  })

  test('shows when it was used, about the minute; ends when it expires, and when it is revoked', async () => {
    const made = { description: 'brief', expiresAt: new Date(scim.world.platform.now().getTime() + 3_600_000) }
    const { id, token } = await answered(scim.tenant.api('POST', '/scim-tokens', made), 201)
    const ask = () => scim.tenant.scim('GET', '/Users?count=0', undefined, { Authorization: `Bearer ${token}` })
    const listed = async () =>
      (
        await answered<{ items: { id: string; lastUsed?: string }[] }>(scim.tenant.api('GET', '/scim-tokens'))
      ).items.find((one) => one.id === id)
    expect((await listed())?.lastUsed).toBeUndefined()
    expect((await ask()).status).toBe(200)
    const first = (await listed())?.lastUsed
    expect(first).toMatch(/Z$/)
    scim.world.advance(120_000)
    await ask()
    expect(Date.parse((await listed())?.lastUsed ?? '') - Date.parse(first ?? '')).toBeGreaterThanOrEqual(120_000)
    scim.world.advance(3_600_000)
    const { status, headers } = await ask()
    expect([status, headers.get('WWW-Authenticate')]).toEqual([401, expect.stringMatching(/^Basic .*, Bearer /)])
    const other = await clientOf(scim.tenant, 'lenient')
    const { items } = await answered<{ items: { id: string; description: string }[] }>(
      scim.tenant.api('GET', '/scim-tokens'),
    )
    expect((await other('GET', '/Users?count=0')).status).toBe(200)
    await scim.tenant.api('DELETE', `/scim-tokens/${items.at(-1)?.id}`)
    expect((await other('GET', '/Users?count=0')).status).toBe(401)
  })
})

describe('an access token', () => {
  let world: OidcWorld
  let made = 0
  beforeAll(async () => {
    world = await oidcWorld()
  })

  /** Kim's token for these scopes, by way of an application that may ask for those. */
  async function tokenFor(scope: string, permissions: string[]): Promise<string> {
    const application = await register(world, { name: `app ${scope} ${permissions} ${made++}`, permissions })
    const own = { ...world, application }
    const browser = browserClient(world)
    const begun = await browser.get(authorizePath(own, { scope: `openid ${scope}` }))
    const { code } = answerIn(begun.path.startsWith(REDIRECT_URI) ? begun : await signIn(browser, begun))
    return (await redeem(own, code ?? '')).access_token
  }
  const ask = async (token: string, method: string, path: string, body?: unknown) =>
    (await world.tenant()).scim(method, path, body, { Authorization: `Bearer ${token}` })

  test('does what the scope says, the application may ask for, and the person may do', async () => {
    const tenant = await world.tenant()
    const permissions = [{ value: 'scim:read' }, { value: 'scim:write' }]
    const { id } = await post(tenant.scim, '/Roles', {
      schemas: [ROLE],
      displayName: 'HR',
      permissions,
      users: [{ value: world.kimId }],
    })
    const both = await tokenFor('scim:read scim:write', ['scim:read', 'scim:write'])
    expect((await ask(both, 'GET', '/Users')).status).toBe(200)
    expect((await ask(both, 'POST', '/Users', user({ userName: 'made by kim' }))).status).toBe(201)
    const narrow = await tokenFor('scim:read', ['scim:read', 'scim:write'])
    expect((await ask(narrow, 'GET', '/Users')).status).toBe(200)
    expect(await refused(ask(narrow, 'POST', '/Users', user({ userName: 'no' })))).toEqual([403])
    const notAsked = await tokenFor('scim:read scim:write', [])
    expect(await refused(ask(notAsked, 'GET', '/Users'))).toEqual([403])
    // What the person may do no longer, her token may not either.
    await tenant.scim('DELETE', `/Roles/${id}`)
    expect(await refused(ask(both, 'GET', '/Users'))).toEqual([403])
  })

  test('is a person: Me is she, by her own address (RFC 7644 section 3.11)', async () => {
    const token = await tokenFor('scim:me', ['scim:me'])
    const answer = await ask(token, 'GET', '/Me')
    expect(answer.headers.get('Location')).toBe(`https://localhost:9443/scim2/Users/${world.kimId}`)
    expect(await answer.json()).toMatchObject({ id: world.kimId, userName: KIM.userName })
    expect(await refused(ask(token, 'GET', `/Users/${world.kimId}`))).toEqual([403])
    expect(await refused(ask(token, 'PATCH', '/Me', patchOf({ op: 'replace', path: 'title', value: 'x' })))).toEqual([
      403,
    ])
  })

  test('ends when the person is deactivated, deleted, or given another password', async () => {
    const tenant = await world.tenant()
    const token = await tokenFor('scim:me', ['scim:me'])
    const password = patchOf({ op: 'replace', path: 'password', value: 'An0ther-one!' })
    expect((await tenant.scim('PATCH', `/Users/${world.kimId}`, password)).status).toBe(200)
    expect(await refused(ask(token, 'GET', '/Me'))).toEqual([401])
  })
})

test('a person without roles reads herself with Basic, and nothing else', async () => {
  const scim = await service()
  const { id } = await post(scim.strict, '/Users', user({ userName: 'kim', password: 'MyPa33w@rd' }))
  const asKim = (method: string, path: string) =>
    scim.tenant.scim(method, path, undefined, { Authorization: basicHeader('kim', 'MyPa33w@rd') })
  expect(await (await asKim('GET', '/Me')).json()).toMatchObject({ id })
  expect(await refused(asKim('GET', `/Users/${id}`))).toEqual([403])
  expect(await refused(asKim('DELETE', '/Me'))).toEqual([403])
})
