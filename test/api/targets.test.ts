import { beforeEach, expect, test } from 'vitest'
import { runBatch } from '../../src/db/open.ts'
import { targets } from '../../src/db/schema.ts'
import { readTargetState } from '../../src/outbound/target/queries.ts'
import { answered, type Api, CONNECTOR, managementApi, problem } from './world.ts'

let api: Api
let connection: string
let connector: string
beforeEach(async () => {
  api = await managementApi()
  const body = { name: 'SCIM-IDP', outbound: { connectors: [CONNECTOR] } }
  connection = (await answered(api.tenant.api('POST', '/connections', body), 201)).id
  const { outbound } = (await answered(api.tenant.api('GET', `/connections/${connection}`))) as never
  connector = (outbound as { connectors: [{ id: string }] }).connectors[0].id
  const { db, tenantId, now } = await api.world.scope()
  const paused = { tenantId, connectorId: connector, pausedAt: now, pauseReason: '401', waitUntil: now }
  await runBatch(db, [db.insert(targets).values(paused)])
})

const stateOf = async () => readTargetState(await api.world.scope(), connector)

test('a paused connector is resumed by its id or its name, and the consumer is woken', async () => {
  const wakes = api.world.wakes.length
  await answered(api.tenant.api('POST', `/connections/${connection}/connectors/${connector}/resume`), 204)
  expect(await stateOf()).toMatchObject({ pausedAt: undefined, pauseReason: undefined, waitUntil: undefined })
  expect(api.world.wakes).toHaveLength(wakes + 1)
  await answered(api.tenant.api('POST', `/connections/${connection}/connectors/SCIM2/resume`), 204)
})

test('a connector of another connection or tenant is not there', async () => {
  const other = await answered(api.tenant.api('POST', '/connections', { name: 'other' }), 201)
  const elsewhere = await api.world.tenant('elsewhere')
  const refused = [
    api.tenant.api('POST', `/connections/${other.id}/connectors/${connector}/resume`),
    elsewhere.api('POST', `/connections/${connection}/connectors/${connector}/resume`),
    api.tenant.api('POST', `/connections/${other.id}/connectors/${connector}/removals/allow`),
    elsewhere.api('POST', `/connections/${connection}/connectors/${connector}/removals/allow`),
    elsewhere.api('POST', '/provisioning/deliveries/retry', { connection }),
  ]
  for (const answer of refused) expect((await problem(answer)).status).toBe(404)
  expect((await stateOf()).pausedAt).toBeDefined()
})

test('removals that nobody holds are no question: 409', async () => {
  const path = `/connections/${connection}/connectors/${connector}/removals/allow`
  expect((await problem(api.tenant.api('POST', path))).status).toBe(409)
})

test('what is blocked or dead is tried again together; of which states, the caller says', async () => {
  const retry = (body: unknown) => api.tenant.api('POST', '/provisioning/deliveries/retry', body)
  expect(await answered(retry({ connection }), 202)).toEqual({ retried: 0 })
  expect((await problem(retry({ connection, states: ['delivered'] }))).status).toBe(400)
  expect((await problem(retry({ connection: 'none' }))).status).toBe(404)
})
