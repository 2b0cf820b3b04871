import { beforeEach, describe, expect, test } from 'vitest'
import { countOpen, findHealth } from '../../../src/outbound/log/health/queries.ts'
import { plansOf } from '../../support/plans.ts'
import { DAY_MS, HOUR_MS, type LogWorld, logWorld } from './world.ts'

let world: LogWorld
let connection: { readonly id: string; readonly connectors: readonly string[] }
beforeEach(async () => {
  world = await logWorld()
  connection = await world.connection('A', ['Main', 'Spare'])
})

const health = async () => findHealth(await world.scope(), connection.id)
const [MAIN, SPARE] = [0, 1]
const connectorId = (which: number) => connection.connectors[which] ?? ''

test('what is open is counted by state, over the connectors of this connection alone', async () => {
  const [other = ''] = (await world.connection('B', ['Main'])).connectors
  for (const state of ['pending', 'pending', 'retrying', 'blocked', 'dead', 'delivered'] as const) {
    await world.delivery({ connectorId: connectorId(MAIN), state })
  }
  await world.delivery({ connectorId: connectorId(SPARE), state: 'pending' })
  await world.delivery({ connectorId: other, state: 'dead' })
  const open = { pending: 3, retrying: 1, blocked: 1, dead: 1 }
  expect((await health()).open).toEqual(open)
  expect(await countOpen(await world.scope(), connection.id)).toEqual(open)
})

test('the oldest is what waits the longest: what was given up waits no more', async () => {
  expect((await health()).oldest).toBeUndefined()
  await world.delivery({ connectorId: connectorId(MAIN), state: 'dead', created: world.ago(9 * DAY_MS) })
  await world.delivery({ connectorId: connectorId(MAIN), state: 'delivered', created: world.ago(8 * DAY_MS) })
  expect((await health()).oldest).toBeUndefined()
  await world.delivery({ connectorId: connectorId(MAIN), state: 'retrying', created: world.ago(2 * DAY_MS) })
  await world.delivery({ connectorId: connectorId(SPARE), state: 'blocked', created: world.ago(3 * DAY_MS) })
  expect((await health()).oldest).toEqual(world.ago(3 * DAY_MS))
})

test('what was delivered in the last 24 hours of the clock is counted by the hour in which it arrived', async () => {
  const now = world.platform.now().getTime()
  const thisHour = new Date(now - (now % HOUR_MS))
  const [other = ''] = (await world.connection('B', ['Main'])).connectors
  const arrived = (hours: number, ms = 0) => ({
    created: world.ago(9 * DAY_MS),
    lastModified: new Date(thisHour.getTime() - hours * HOUR_MS + ms),
  })
  for (const which of [MAIN, SPARE]) await world.delivery({ connectorId: connectorId(which), ...arrived(0) })
  await world.delivery({ connectorId: connectorId(MAIN), ...arrived(0, -1) })
  await world.delivery({ connectorId: connectorId(MAIN), ...arrived(23) })
  await world.delivery({ connectorId: connectorId(MAIN), ...arrived(23, -1) })
  await world.delivery({ connectorId: connectorId(MAIN), state: 'retrying', ...arrived(0) })
  await world.delivery({ connectorId: connectorId(MAIN), state: 'dead', open: false, ...arrived(0) })
  await world.delivery({ connectorId: other, ...arrived(0) })
  const { hours } = await health()
  expect(hours).toHaveLength(24)
  expect(hours[23]).toEqual({ from: thisHour, delivered: 2 })
  expect(hours[22]?.delivered).toBe(1)
  expect(hours[0]).toEqual({ from: new Date(thisHour.getTime() - 23 * HOUR_MS), delivered: 1 })
  expect(hours.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(4)
})

test('each connector is there with what is known of its target, or with nothing', async () => {
  const state = {
    waitUntil: world.ago(-HOUR_MS),
    pausedAt: world.ago(HOUR_MS),
    pauseReason: 'The target refused our credential: 401',
    lastSuccess: world.ago(3 * HOUR_MS),
    lastFailure: world.ago(2 * HOUR_MS),
  }
  await world.target({ connectorId: connectorId(SPARE), ...state })
  const calm = { quarantinedAt: null, quarantineReason: null, removalsHeldAt: null }
  const nothing = { waitUntil: null, pausedAt: null, pauseReason: null, lastSuccess: null, lastFailure: null }
  expect((await health()).targets).toEqual([
    { connectorId: connectorId(MAIN), connector: 'Main', enabled: true, ...calm, ...nothing },
    { connectorId: connectorId(SPARE), connector: 'Spare', enabled: true, ...calm, ...state },
  ])
})

describe('it costs what is open and what a day brought, not what the log holds:', () => {
  test('every count is by an index that has nothing else', async () => {
    const plans = await plansOf(world.platform.db)
    const statements = await plans.demandIndexes(health)
    const steps = (await Promise.all(statements.map((one) => plans.planOf(one)))).flat()
    const reads = steps.filter((step) => /SEARCH deliveries /.test(step))
    expect(reads).toEqual([
      expect.stringMatching(/deliveries_turn \(tenant_id=\? AND connector_id=\?/),
      ...Array(2).fill(expect.stringMatching(/deliveries_ended \(tenant_id=\? AND last_modified>\?\)/)),
    ])
  })
})
