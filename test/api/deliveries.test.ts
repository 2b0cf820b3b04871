import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { deliveries, deliveryAttempts, targets } from '../../src/db/schema.ts'
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

test('it is searched by connector, resource, type and time, together with what else is asked', async () => {
  const names = async (query: Record<string, string>) => (await page(query)).items.map((item) => item.resourceName)
  const { items } = await page()
  const [, d, c] = items
  expect(await names({ connector: 'SCIM2', resource: String(c?.resourceId) })).toEqual(['c'])
  expect(await names({ connector: 'other' })).toEqual([])
  expect(await names({ resource: 'D' })).toEqual(['d'])
  expect(await names({ resourceType: 'Group' })).toEqual([])
  expect(await names({ from: String(c?.created), to: String(d?.created) })).toEqual(['c'])
  expect(await names({ from: '2000-01-01T00:00:00+02:00', limit: '1', resourceType: 'User' })).toEqual(['e'])
  const first = await page({ from: String(c?.created), limit: '1' })
  expect(await names({ from: String(c?.created), cursor: first.nextCursor ?? '' })).toEqual(['d', 'c'])
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
  ['resourceType=Role', ['resourceType']],
  ['from=yesterday', ['from']],
  ['from=2030-01-01', ['from']],
  ['from=2030-01-02T00:00:00Z&to=2030-01-02T00:00:00Z', ['to']],
  [`resource=${'x'.repeat(1001)}`, ['resource']],
])('%s is refused with 400', async (query, fields) => {
  const refused = await problem(api.tenant.api('GET', `/provisioning/deliveries?${query}`))
  expect([refused.status, fieldsOf(refused)]).toEqual([400, fields])
})

test('a delivery that is not there is 404', async () => {
  expect((await problem(api.tenant.api('GET', '/provisioning/deliveries/x'))).status).toBe(404)
  expect((await problem(api.tenant.api('POST', '/provisioning/deliveries/x/retry'))).status).toBe(404)
})

test('a request is shown with the bodies that were recorded of it', async () => {
  const [first] = (await page()).items
  const { tenantId, db } = await api.world.scope()
  const attempt = { tenantId, deliveryId: first?.id ?? '', attempt: 1, at: new Date(0), method: 'POST', durationMs: 7 }
  await db.insert(deliveryAttempts).values([
    {
      ...attempt,
      id: '1',
      url: 'https://target.example/Users',
      status: 400,
      request: '{"a":1}',
      answer: '{"detail":"no',
    },
    { ...attempt, id: '2', url: 'https://target.example/Users' },
  ])
  const { requests } = await answered(api.tenant.api('GET', `/provisioning/deliveries/${first?.id}`))
  const shown = { attempt: 1, at: new Date(0).toISOString(), method: 'POST', url: expect.any(String), durationMs: 7 }
  expect(requests).toEqual([{ ...shown, status: 400, request: '{"a":1}', answer: '{"detail":"no' }, shown])
})

test('the health of a connection: what is open, what was delivered, and how each target fares', async () => {
  const health = () => answered(api.tenant.api('GET', `/connections/${connectionId}/health`))
  const { db, tenantId, now } = await api.world.scope()
  const { outbound } = (await answered(api.tenant.api('GET', `/connections/${connectionId}`))) as Json & {
    outbound: { connectors: { id: string }[] }
  }
  const connectorId = outbound.connectors[0]?.id ?? ''
  const before = await health()
  const [oldest] = (await page()).items.toReversed()
  const target = { id: connectorId, name: 'SCIM2', enabled: true }
  expect(before).toEqual({
    open: { pending: NAMES.length, retrying: 0, blocked: 0, dead: 0 },
    oldestUndelivered: oldest?.created,
    deliveredLastDay: 0,
    deliveredPerMinute: 0,
    hours: expect.any(Array),
    connectors: [target],
  })
  expect((before.hours as unknown[]).length).toBe(24)
  const [past, future] = [new Date(now.getTime() - 9000), new Date(now.getTime() + 900_000)]
  await db
    .update(deliveries)
    .set({ state: 'delivered', open: false, lastModified: now })
    .where(sql`true`)
  await db.insert(targets).values({
    tenantId,
    connectorId,
    pausedAt: past,
    pauseReason: '401',
    waitUntil: future,
    lastSuccess: past,
    lastFailure: now,
  })
  const paused = await health()
  expect(paused).toMatchObject({ open: { pending: 0 }, deliveredLastDay: NAMES.length })
  expect(paused.oldestUndelivered).toBeUndefined()
  expect(paused.connectors).toEqual([
    {
      ...target,
      paused: { since: past.toISOString(), reason: '401' },
      waitsUntil: future.toISOString(),
      lastSuccess: past.toISOString(),
      lastFailure: now.toISOString(),
    },
  ])
  // What is over is no news.
  await db
    .update(targets)
    .set({ pausedAt: null, waitUntil: past })
    .where(sql`true`)
  const [well] = (await health()).connectors as Json[]
  expect(well).not.toHaveProperty('paused')
  expect(well).not.toHaveProperty('waitsUntil')
  expect((await problem(api.tenant.api('GET', '/connections/x/health'))).status).toBe(404)
})

test('how long the log is kept is 90 days until it is set, and each tenant’s own', async () => {
  const settings = (tenant = api.tenant) => answered(tenant.api('GET', '/provisioning/log-settings'))
  expect(await settings()).toEqual({ keepDays: 90 })
  for (const keepDays of [1, 3650]) {
    expect(await answered(api.tenant.api('PUT', '/provisioning/log-settings', { keepDays }))).toEqual({ keepDays })
    expect(await settings()).toEqual({ keepDays })
  }
  expect(await settings(await api.world.tenant('acme'))).toEqual({ keepDays: 90 })
})

test.each([
  [{ keepDays: 0 }, 'keepDays'],
  [{ keepDays: 3651 }, 'keepDays'],
  [{ keepDays: 1.5 }, 'keepDays'],
  [{ keepDays: '7' }, 'keepDays'],
  [{}, 'keepDays'],
  [{ keepDays: 7, forever: true }, ''],
])('%j is refused with 400 as the settings of the log', async (body, field) => {
  const refused = await problem(api.tenant.api('PUT', '/provisioning/log-settings', body))
  expect([refused.status, fieldsOf(refused)]).toEqual([400, [field]])
})
