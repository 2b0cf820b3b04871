import { beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../../src/core/ids.ts'
import { type DeliveryFilter, getDelivery, listDeliveries } from '../../../src/outbound/log/queries.ts'
import type { Scope } from '../../../src/platform.ts'
import { type Plans, plansOf } from '../../support/plans.ts'
import { HOUR_MS, type LogWorld, logWorld } from './world.ts'

const KIM = newId()
let world: LogWorld
let scope: Scope
let plans: Plans
let ids: {
  readonly a: string
  readonly b: string
  readonly main: string
  readonly spare: string
  readonly other: string
}
beforeAll(async () => {
  world = await logWorld()
  const a = await world.connection('A', ['Main', 'Spare'])
  const b = await world.connection('B', ['Main'])
  const [main = '', spare = ''] = a.connectors
  const [other = ''] = b.connectors
  ids = { a: a.id, b: b.id, main, spare, other }
  const write = (resourceName: string, hoursAgo: number, row: Parameters<typeof world.delivery>[0]) =>
    world.delivery({ resourceName, created: world.ago(hoursAgo * HOUR_MS), ...row })
  await write('Kim.Lee', 9, { connectorId: main, resourceId: KIM })
  await write('cooks', 8, { connectorId: main, resourceType: 'Group', state: 'dead' })
  await write('bo', 7, { connectorId: spare, state: 'retrying' })
  await write('kim.lee', 6, { connectorId: other, resourceId: KIM, state: 'blocked' })
  await write('100%_sure', 5, { connectorId: other })
  await write('mim', 4, { connectorId: main, state: 'pending' })
  await write('theirs', 3, { connectorId: (await world.connection('A', ['Main'], 'acme')).connectors[0] ?? '' })
  scope = await world.scope()
  plans = await plansOf(scope.db)
})

const namesIn = async (filter: DeliveryFilter, limit = 20) =>
  (await listDeliveries(scope, filter, { limit })).map((row) => row.resourceName)

describe('the log is searched by', () => {
  test.each<[string, () => DeliveryFilter, string[]]>([
    ['nothing, the newest first', () => ({}), ['mim', '100%_sure', 'kim.lee', 'bo', 'cooks', 'Kim.Lee']],
    ['connection', () => ({ connectionId: ids.b }), ['100%_sure', 'kim.lee']],
    ['connector', () => ({ connector: ids.main }), ['mim', 'cooks', 'Kim.Lee']],
    [
      'the name of a connector, in every connection',
      () => ({ connector: 'Main' }),
      ['mim', '100%_sure', 'kim.lee', 'cooks', 'Kim.Lee'],
    ],
    ['both', () => ({ connectionId: ids.a, connector: 'Main' }), ['mim', 'cooks', 'Kim.Lee']],
    ['the id of a resource', () => ({ resource: KIM }), ['kim.lee', 'Kim.Lee']],
    ['a resource at one connector', () => ({ resource: KIM, connector: ids.main }), ['Kim.Lee']],
    ['a part of a name, in any case', () => ({ resource: 'KIM' }), ['kim.lee', 'Kim.Lee']],
    ['a part of a name that has a meaning in SQL', () => ({ resource: '%' }), ['100%_sure']],
    ['type', () => ({ resourceType: 'Group' }), ['cooks']],
    ['state, where it is over', () => ({ state: 'delivered' }), ['100%_sure', 'Kim.Lee']],
    ['state, where it is not', () => ({ state: 'blocked' }), ['kim.lee']],
    [
      'time, from the first on and before the second',
      () => ({ from: world.ago(8 * HOUR_MS), to: world.ago(6 * HOUR_MS) }),
      ['bo', 'cooks'],
    ],
    ['time among what is open', () => ({ state: 'retrying', from: world.ago(6 * HOUR_MS) }), []],
    [
      'all at once',
      () => ({ connectionId: ids.a, connector: 'Spare', resource: 'b', state: 'retrying', resourceType: 'User' }),
      ['bo'],
    ],
    ['a connection of another tenant', () => ({ connectionId: 'nothing' }), []],
  ])('%s', async (_what, filter, names) => {
    expect(await namesIn(filter())).toEqual(names)
  })
})

test('each page begins behind the last one, over all connectors', async () => {
  const seen: string[] = []
  let after: { created: Date; id: string } | undefined
  for (;;) {
    const rows = await listDeliveries(scope, {}, { after, limit: 2 })
    seen.push(...rows.map((row) => row.resourceName))
    after = rows.at(-1)
    if (!after) break
  }
  expect(seen).toEqual(await namesIn({}))
})

test('what was made at one moment is on one page alone', async () => {
  const twins = await logWorld()
  const { connectors } = await twins.connection('A', ['Main', 'Spare'])
  for (let i = 0; i < 9; i++) await twins.delivery({ connectorId: connectors[i % 2] ?? '' })
  const here = await twins.scope()
  const all = (await listDeliveries(here, {}, { limit: 20 })).map(({ id }) => id)
  expect(new Set(all).size).toBe(9)
  const place = await getDelivery(here, all[3] ?? '')
  expect((await listDeliveries(here, {}, { after: place, limit: 20 })).map(({ id }) => id)).toEqual(all.slice(4))
})

describe('it is read by an index', () => {
  const after = { created: new Date(0), id: 'x' }
  test.each<[string, () => DeliveryFilter, RegExp]>([
    [
      'everything, from the end of each connector',
      () => ({}),
      /one USING INDEX deliveries_log \(tenant_id=\? AND connector_id=\?/,
    ],
    [
      'a connector, in its order',
      () => ({ connector: 'Main', state: 'delivered' }),
      /one USING INDEX deliveries_log \(tenant_id=\? AND connector_id=\?/,
    ],
    [
      'a time',
      () => ({ from: new Date(0), to: new Date(1) }),
      /deliveries_log \(tenant_id=\? AND connector_id=\? AND created>\? AND created<\?\)/,
    ],
    [
      'a resource',
      () => ({ resource: KIM }),
      /one USING INDEX deliveries_of_resource \(tenant_id=\? AND resource_id=\?/,
    ],
    [
      'what is open, of which there is little',
      () => ({ state: 'dead' }),
      /one USING INDEX deliveries_turn \(tenant_id=\? AND connector_id=\?/,
    ],
  ])('%s', async (_what, filter, expected) => {
    for (const page of [{ limit: 20 }, { after, limit: 20 }]) {
      const [statement] = await plans.demandIndexes(() => listDeliveries(scope, filter(), page))
      const plan = statement ? await plans.planOf(statement) : []
      expect(plan.find((step) => step.includes('SEARCH one '))).toMatch(expected)
      expect(plan.find((step) => step.includes('SEARCH deliveries '))).toMatch(/\(tenant_id=\? AND id=\?\)/)
    }
  })

  test('and not sorted where the index has it in order', async () => {
    const [statement] = await plans.statementsOf(() => listDeliveries(scope, { connector: 'Main' }, { limit: 20 }))
    const plan = statement ? await plans.planOf(statement) : []
    expect(plan).toContain('USE TEMP B-TREE FOR RIGHT PART OF ORDER BY')
  })
})
