import { beforeAll, expect, test } from 'vitest'
import { answered, type Api, CONNECTOR, fieldsOf, type Json, managementApi, problem } from './world.ts'

let api: Api
let connectionId: string
const NAMES = ['a', 'b', 'c', 'd', 'e']
beforeAll(async () => {
  api = await managementApi()
  const connection = { name: 'SCIM-IDP', outbound: { connectors: [CONNECTOR] } }
  connectionId = (await answered(api.tenant.api('POST', '/connections', connection), 201)).id
  await answered(api.tenant.api('POST', '/connections', { name: 'other', outbound: { connectors: [CONNECTOR] } }), 201)
  const outboundProvisioning = [{ connection: connectionId, connector: 'SCIM2' }]
  await answered(api.tenant.api('PUT', '/resident-application', { outboundProvisioning }))
  for (const userName of NAMES) {
    await answered(api.tenant.scim('POST', '/Users', { userName }), 201)
    api.world.advance(1000)
  }
})

async function page(query: Record<string, string> = {}): Promise<{ items: Json[]; nextCursor?: string }> {
  return (await answered(api.tenant.api('GET', `/provisioning/deliveries?${new URLSearchParams(query)}`))) as never
}

test('the outbound log shows each delivery, the newest first, and the consumer was woken for each', async () => {
  const { items } = await page()
  expect(items.map(({ resourceName }) => resourceName)).toEqual(NAMES.toReversed())
  expect(items[0]).toEqual({
    id: expect.any(String),
    connection: connectionId,
    connector: 'SCIM2',
    resourceType: 'User',
    resourceId: expect.any(String),
    resourceName: 'e',
    operation: 'create',
    state: 'pending',
    attempts: 0,
    nextAttemptAt: expect.any(String),
    created: expect.any(String),
    lastModified: expect.any(String),
  })
  expect(api.world.wakes).toHaveLength(NAMES.length)
})

test('it pages with a cursor, each delivery once', async () => {
  const names: unknown[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await page({ limit: '2', ...(cursor === undefined ? {} : { cursor }) })
    names.push(...items.map(({ resourceName }) => resourceName))
    cursor = nextCursor
  } while (cursor !== undefined)
  expect(names).toEqual(NAMES.toReversed())
})

test('it is narrowed to a connection and to a state', async () => {
  expect((await page({ connection: connectionId, state: 'pending' })).items).toHaveLength(NAMES.length)
  expect((await page({ connection: 'nothing' })).items).toEqual([])
  expect((await page({ state: 'dead' })).items).toEqual([])
})

test('a delivery shows its requests, and can be tried again', async () => {
  const [first] = (await page()).items
  expect(await answered(api.tenant.api('GET', `/provisioning/deliveries/${first?.id}`))).toMatchObject({
    ...first,
    requests: [],
  })
  const woken = api.world.wakes.length
  const again = await answered(api.tenant.api('POST', `/provisioning/deliveries/${first?.id}/retry`), 202)
  expect(again).toMatchObject({ id: first?.id, state: 'pending' })
  expect(api.world.wakes.length).toBe(woken + 1)
})

test.each([
  ['state=lost', ['state']],
  ['limit=0', ['limit']],
  ['cursor=bm90aGluZw', []],
])('%s is refused with 400', async (query, fields) => {
  const refused = await problem(api.tenant.api('GET', `/provisioning/deliveries?${query}`))
  expect([refused.status, fieldsOf(refused)]).toEqual([400, fields])
})

test('a delivery that is not there is 404', async () => {
  expect((await problem(api.tenant.api('GET', '/provisioning/deliveries/x'))).status).toBe(404)
  expect((await problem(api.tenant.api('POST', '/provisioning/deliveries/x/retry'))).status).toBe(404)
})
