import { beforeAll, expect, test } from 'vitest'
import { testWorld, type TestWorld } from '../support/app.ts'
import { ORIGIN, refusal } from './world.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld()
  await world.tenant('acme')
})

const get = (path: string) => Promise.resolve(world.app.request(`${ORIGIN}${path}`))

test('says without a credential what the service can do, and claims no more (RFC 7644 section 4)', async () => {
  const answer = await get('/scim2/ServiceProviderConfig')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/scim\+json/)
  expect(await answer.json()).toMatchObject({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 8 * 1024 * 1024 },
    filter: { supported: true, maxResults: 1000 },
    sort: { supported: true },
    changePassword: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: 100,
      maxPageSize: 1000,
      cursorTimeout: 86400,
    },
    etag: { supported: true },
    authenticationSchemes: [{ type: 'oauthbearertoken' }, { type: 'httpbasic' }],
  })
})

test.each([
  ['ResourceTypes', ['User', 'Group', 'Role']],
  [
    'Schemas',
    [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
      'urn:ietf:params:scim:schemas:core:2.0:Group',
    ],
  ],
])('lists %s, and has each one under the location that it names', async (path, ids) => {
  const { Resources, totalResults } = (await (await get(`/scim2/${path}`)).json()) as {
    Resources: { id: string; meta: { location: string } }[]
    totalResults: number
  }
  expect(Resources.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
  expect(totalResults).toBe(Resources.length)
  for (const document of Resources) {
    expect(document.meta.location).toBe(`${ORIGIN}/scim2/${path}/${document.id}`)
    expect(await (await get(document.meta.location.replace(ORIGIN, ''))).json()).toEqual(document)
  }
})

test('a resource type names the endpoint under which it is', async () => {
  const tenant = await world.tenant()
  const { Resources } = (await (await get('/scim2/ResourceTypes')).json()) as { Resources: { endpoint: string }[] }
  for (const { endpoint } of Resources) expect((await tenant.scim('GET', endpoint)).status).toBe(200)
})

test('the documents of a tenant name its own addresses', async () => {
  const text = await (await get('/t/acme/scim2/ResourceTypes')).text()
  expect(text).toContain(`${ORIGIN}/t/acme/scim2/ResourceTypes/User`)
})

test('a filter is refused: 403 (RFC 7644 section 4)', async () => {
  for (const path of ['ServiceProviderConfig', 'ResourceTypes', 'Schemas']) {
    expect((await refusal(get(`/scim2/${path}?filter=id%20pr`))).status).toBe(403)
  }
})

test('a document that is not there is 404', async () => {
  for (const path of ['ResourceTypes/Device', 'Schemas/urn:nothing']) {
    expect((await refusal(get(`/scim2/${path}`))).status).toBe(404)
  }
})
