/** Versions, discovery, tenants and what is kept from logs: RFC 7644 sections 3.14, 4, 6 and 7.5.2. */
import { beforeAll, expect, test } from 'vitest'
import { requirement } from './requirements.ts'
import {
  answered,
  clientOf,
  get,
  group,
  type Json,
  listed,
  patchOf,
  post,
  query,
  refused,
  type Resource,
  SEARCH_REQUEST,
  type Service,
  service,
  user,
} from './world.ts'

let scim: Service
beforeAll(async () => {
  scim = await service()
})

requirement(
  'versions',
  'RFC 7644 §3.14: the ETag is meta.version and weak; If-Match of another version is 412, If-None-Match of the present one 304, and * stands for any',
  () => {
    test.each<[string, Json]>([
      ['/Users', user({ userName: 'versioned' })],
      ['/Groups', group({ displayName: 'versioned' })],
    ])('%s', async (path, body) => {
      const created = await scim.strict('POST', path, body)
      const made = await answered(created, 201)
      const { version } = made.meta
      const own = `${path}/${made.id}`
      const asked = (headers: Record<string, string>) => scim.strict('GET', own, undefined, headers)
      expect(version).toMatch(/^W\/"[^"]+"$/)
      expect([created.headers.get('ETag'), (await asked({})).headers.get('ETag')]).toEqual([version, version])
      for (const header of [version, `W/"other", ${version}`, '*']) {
        const answer = await asked({ 'If-None-Match': header })
        expect([answer.status, await answer.text(), answer.headers.get('ETag')]).toEqual([304, '', version])
      }
      expect((await asked({ 'If-None-Match': 'W/"other"' })).status).toBe(200)

      const patch = patchOf({ op: 'add', path: 'externalId', value: 'e' })
      const stale = { 'If-Match': 'W/"other"' }
      expect(await refused(scim.strict('PUT', own, { ...body, externalId: 'e' }, stale))).toEqual([412])
      expect(await refused(scim.strict('PATCH', own, patch, stale))).toEqual([412])
      expect(await refused(scim.strict('DELETE', own, undefined, stale))).toEqual([412])
      expect(await get(scim.strict, own)).toEqual(made)

      const changed = await scim.strict('PATCH', own, patch, { 'If-Match': version })
      const next = (await get(scim.strict, own)).meta.version
      expect([changed.status < 300, changed.headers.get('ETag')]).toEqual([true, next])
      expect(next).not.toBe(version)
      expect((await scim.strict('PUT', own, body, { 'If-Match': '*' })).status).toBe(200)
      expect(await refused(scim.strict('DELETE', own, undefined, { 'If-Match': next }))).toEqual([412])
      const last = (await get(scim.strict, own)).meta.version
      expect((await scim.strict('DELETE', own, undefined, { 'If-Match': last })).status).toBe(204)
    })

    test('a list has the version of each resource, and no ETag of its own', async () => {
      const made = await post(scim.strict, '/Users', user({ userName: 'in a list' }))
      const answer = await scim.strict('GET', query('/Users', { filter: `id eq "${made.id}"` }))
      expect(answer.headers.get('ETag')).toBeNull()
      expect((await answered<{ Resources: Resource[] }>(answer)).Resources[0]?.meta.version).toBe(made.meta.version)
    })
  },
)

requirement(
  'discovery endpoints',
  'RFC 7644 §4: discovery takes no filter (403), passes over paging, sorting and attributes, and is read only',
  () => {
    const LISTS = ['/ResourceTypes', '/Schemas']

    test.each(['/ServiceProviderConfig', ...LISTS, '/ResourceTypes/User'])('%s', async (path) => {
      expect(await refused(scim.strict('GET', `${path}?filter=id%20pr`))).toEqual([403])
      const plain = await get<Json>(scim.strict, path)
      const decorated = { startIndex: '2', count: '1', sortBy: 'id', sortOrder: 'descending', attributes: 'id' }
      expect(await get<Json>(scim.strict, query(path, decorated))).toEqual(plain)
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await scim.strict(method, path, method === 'DELETE' ? undefined : {})
        expect(answer.headers.get('Allow')).toContain('GET')
        expect(await refused(answer)).toEqual([405])
      }
    })

    test.each(LISTS)('%s is a ListResponse of all that there is', async (path) => {
      const list = await listed(scim.strict, path, {})
      expect(list.totalResults).toBe(list.Resources.length)
      expect(list.Resources.length).toBeGreaterThan(2)
    })

    test('/ServiceProviderConfigs is the configuration, too (erratum 4978)', async () => {
      const config = await get<Json>(scim.strict, '/ServiceProviderConfig')
      expect(await get<Json>(scim.strict, '/ServiceProviderConfigs')).toEqual(config)
    })

    test('what is not described is 404', async () => {
      expect(await refused(scim.strict('GET', '/Schemas/urn:x:y'))).toEqual([404])
      expect(await refused(scim.strict('GET', '/ResourceTypes/Users'))).toEqual([404])
    })

    test('resources have no other methods, either', async () => {
      for (const [method, path] of [
        ['PUT', '/Users'],
        ['DELETE', '/Groups'],
        ['POST', '/Users/x'],
        ['GET', '/Users/.search/x'],
        ['GET', '/Bulk'],
        ['PUT', '/.search'],
      ] as const) {
        expect((await refused(scim.strict(method, path)))[0]).toEqual(expect.toBeOneOf([404, 405]))
      }
    })
  },
)

requirement(
  'tenancy',
  'RFC 7644 §6: ids, names, cursors, versions and credentials are of one tenant; in another they are 404, free, or wrong',
  () => {
    let acme: Service
    let made: Resource
    beforeAll(async () => {
      acme = await service('acme', scim.world)
      made = await post(scim.strict, '/Users', user({ userName: 'shared', externalId: 'shared' }))
      await post(scim.strict, '/Users', user({ userName: 'shared too' }))
    })

    test('what one tenant has, another does not', async () => {
      const path = `/Users/${made.id}`
      const patch = patchOf({ op: 'add', path: 'title', value: 'T' })
      expect(await refused(acme.strict('GET', path))).toEqual([404])
      expect(
        await refused(acme.strict('PUT', path, user({ userName: 'x' }), { 'If-Match': made.meta.version })),
      ).toEqual([404])
      expect(await refused(acme.strict('PATCH', path, patch))).toEqual([404])
      expect(await refused(acme.strict('DELETE', path))).toEqual([404])
      const team = group({ displayName: 'team', members: [{ value: made.id }] })
      expect(await refused(acme.strict('POST', '/Groups', team))).toEqual([400, 'invalidValue'])
      expect((await listed(acme.strict, '/', { filter: `id eq "${made.id}"` })).totalResults).toBe(0)
      expect(await get(scim.strict, path)).toEqual(made)
    })

    test('the same names are free there, under addresses of its own', async () => {
      const theirs = await post(acme.strict, '/Users', user({ userName: 'shared', externalId: 'shared' }))
      expect((theirs.meta as Json).location).toBe(`https://localhost:9443/t/acme/scim2/Users/${theirs.id}`)
      expect(theirs.id).not.toBe(made.id)
    })

    test('a cursor goes on in its own tenant alone', async () => {
      const { nextCursor } = await listed(scim.strict, '/Users', { cursor: '', count: '1' })
      const next = query('/Users', { cursor: String(nextCursor), count: '1' })
      expect((await scim.strict('GET', next)).status).toBe(200)
      expect(await refused(acme.strict('GET', next))).toEqual([400, 'invalidCursor'])
    })

    test('a credential of one tenant opens no other, and a tenant that is not there is 404', async () => {
      const { tenant } = scim
      const answer = await tenant.api('POST', '/scim-tokens', { description: 'x', conformance: 'strict' })
      const { token } = (await answer.json()) as { token: string }
      const headers = { Authorization: `Bearer ${token}` }
      expect((await tenant.fetch('/scim2/Users', { headers })).status).toBe(200)
      expect(await refused(tenant.fetch('/t/acme/scim2/Users', { headers }))).toEqual([401])
      expect(await refused(tenant.fetch('/t/nobody/scim2/Users', { headers }))).toEqual([404])
    })
  },
)

requirement(
  'sensitive queries',
  'RFC 7644 §7.5.2: what must not stand in an address is asked for by POST .search, and neither it nor a credential is logged',
  () => {
    test('no log line has the filter, the address that was looked for or the token', async () => {
      const client = await clientOf(scim.tenant, 'strict')
      const filter = 'emails.value eq "whistle@blower.example"'
      const search = { schemas: [SEARCH_REQUEST], filter }
      expect((await client('POST', '/Users/.search', search)).status).toBe(200)
      expect((await client('GET', query('/Users', { filter }))).status).toBe(200)
      const wrong = { ...search, filter: `${filter} and shoeSize eq "whistle@blower.example"` }
      expect((await client('POST', '/Users/.search', wrong)).status).toBe(400)
      expect((await client('POST', '/Users', user({ userName: 'logged', password: 'short1!' }))).status).toBe(400)
      const logged = JSON.stringify(scim.world.logs)
      expect(logged).toContain('request refused')
      expect(logged).not.toMatch(/whistle|short1!|Bearer [\w-]{20}/)
    })
  },
)
