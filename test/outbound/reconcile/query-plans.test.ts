/** What the poller asks all the time, and what each page asks, reads no table from end to end. */
import { beforeEach, expect, test } from 'vitest'
import { countDrifts, listDrifts } from '../../../src/outbound/reconcile/drifts/queries.ts'
import { repairAll } from '../../../src/outbound/reconcile/repair/commands.ts'
import { listDueReconciliations } from '../../../src/outbound/reconcile/queries.ts'
import { type Plans, plansOf } from '../../support/plans.ts'
import { driftingWorld, type Drifting } from './world.ts'

let world: Drifting
let plans: Plans
beforeEach(async () => {
  world = await driftingWorld()
  await world.deliver()
  plans = await plansOf(world.platform.db)
})

test('what is due is found by the index of what is planned, whatever else there is', async () => {
  const [statement] = await plans.demandIndexes(() => listDueReconciliations(world.platform.db, new Date(), 4))
  const plan = statement ? await plans.planOf(statement) : []
  expect(plan[0]).toMatch(/^SEARCH r USING INDEX reconciliations_due \(next_at<\?\)/)
})

test('a whole reconciliation that finds something of everything, and repairs it', async () => {
  const [kim, ben] = [await world.createUser('kim', { title: 'Cook' }), await world.createUser('ben')]
  await world.createGroup('Cooks', [kim])
  await world.createUser('ann')
  await world.createUser('zoe')
  await world.deliver()
  const gone = world.target.only('ben')
  await world.removeUser(ben)
  await world.deliver()
  world.target.users.set(String(gone.id), gone)
  world.target.users.delete(String(world.target.only('ann').id))
  world.target.only('kim').title = 'Chef'
  world.target.only('Cooks').members = []
  world.target.users.set('root', { id: 'root', userName: 'root' })
  const statements = await plans.demandIndexes(async () => {
    expect(await world.reconcile('report')).toHaveLength(4)
    await countDrifts(await world.scope(), world.connector)
    await listDrifts(await world.scope(), world.connector, { kind: 'changed', state: 'open' }, { limit: 10 })
    await repairAll(await world.scope(), await world.connectorRow())
    await world.deliver()
  })
  for (const table of ['drifts', 'reconciliations', 'provisioned_members']) {
    expect(
      statements.some(({ sql }) => sql.includes(table)),
      table,
    ).toBe(true)
  }
  expect(world.target.only('kim').title).toBe('Cook')
})
