/** How long the log is kept (issue 4, point 6). */
import { beforeEach, describe, expect, test } from 'vitest'
import { deliveries, deliveryAttempts, pendingPasswords, signInFailures } from '../../../src/db/schema.ts'
import { deliverDue } from '../../../src/outbound/consumer.ts'
import { removeDeadDeliveries, removeEndedDeliveries, setLogSettings } from '../../../src/outbound/log/commands.ts'
import { findLogSettings } from '../../../src/outbound/log/queries.ts'
import { listTenants } from '../../../src/tenancy/queries.ts'
import { plansOf } from '../../support/plans.ts'
import { DAY_MS, type LogWorld, logWorld } from './world.ts'

let world: LogWorld
let connectorId: string
beforeEach(async () => {
  world = await logWorld()
  connectorId = (await world.connection('A', ['Main'])).connectors[0] ?? ''
})

const tenantId = async (slug = '') => (await world.scope(slug)).tenantId
/** A delivery with the time of its last news. */
const write = (id: string, state: 'delivered' | 'dead' | 'retrying', ms: number, slug = '') =>
  world.delivery({ id, connectorId, state, created: world.ago(9999 * DAY_MS), lastModified: world.ago(ms) }, slug)

/** The ids that are left, of deliveries; those of attempts must be the same. */
async function left(): Promise<string[]> {
  const { db } = world.platform
  const ids = (await db.select().from(deliveries)).map(({ id }) => id).toSorted()
  const attempts = (await db.select().from(deliveryAttempts)).map(({ deliveryId }) => deliveryId).toSorted()
  expect(attempts).toEqual(ids)
  return ids
}

describe('what has ended goes with its attempts', () => {
  beforeEach(async () => {
    await write('old', 'delivered', 90 * DAY_MS + 1)
    await write('young', 'delivered', 90 * DAY_MS)
    await write('waits', 'retrying', 900 * DAY_MS)
    await write('theirs', 'delivered', 90 * DAY_MS + 1, 'acme')
  })

  test('after 90 days where nothing else was set; what waits stays, and so does another tenant’s', async () => {
    await removeEndedDeliveries(world.platform.db, await tenantId(), world.platform.now())
    expect(await left()).toEqual(['theirs', 'waits', 'young'])
  })

  test('after the days that its own tenant set', async () => {
    await setLogSettings(await world.scope(), { keepDays: 5 })
    await setLogSettings(await world.scope(), { keepDays: 89 })
    await setLogSettings(await world.scope('acme'), { keepDays: 91 })
    for (const slug of ['', 'acme']) {
      await removeEndedDeliveries(world.platform.db, await tenantId(slug), world.platform.now())
    }
    expect(await left()).toEqual(['theirs', 'waits'])
    expect([await findLogSettings(await world.scope()), await findLogSettings(await world.scope('acme'))]).toEqual([
      { keepDays: 89 },
      { keepDays: 91 },
    ])
  })
})

describe('what was given up goes', () => {
  test('in every tenant after its own days', async () => {
    await setLogSettings(await world.scope(), { keepDays: 10 })
    await write('old', 'dead', 10 * DAY_MS + 1)
    await write('young', 'dead', 10 * DAY_MS)
    await write('waits', 'retrying', 900 * DAY_MS)
    await write('theirs', 'dead', 90 * DAY_MS, 'acme')
    await write('theirs-old', 'dead', 90 * DAY_MS + 1, 'acme')
    await removeDeadDeliveries(world.platform.db, world.platform.now())
    expect(await left()).toEqual(['theirs', 'waits', 'young'])
  })

  test('with the password that nobody waits for any more, and no other', async () => {
    const row = { connectorId, withPassword: true, lastModified: world.ago(91 * DAY_MS) }
    await world.delivery({ ...row, id: 'old', state: 'dead', resourceId: 'kim' })
    await world.delivery({ ...row, id: 'waits', state: 'retrying', resourceId: 'bo' })
    const tenant = await tenantId()
    const passwords = ['kim', 'bo'].map((userId) => ({ tenantId: tenant, userId, sealed: 'sealed' }))
    await world.platform.db.insert(pendingPasswords).values(passwords)
    await removeDeadDeliveries(world.platform.db, world.platform.now())
    expect(await left()).toEqual(['waits'])
    const kept = await world.platform.db.select().from(pendingPasswords)
    expect(kept.map(({ userId }) => userId)).toEqual(['bo'])
  })
})

test('more than goes at once goes all the same', async () => {
  const tenant = await tenantId()
  const { db } = world.platform
  await write('first', 'delivered', 91 * DAY_MS)
  const [first] = await db.select().from(deliveries)
  if (!first) throw new Error('there is no delivery')
  for (let part = 0; part < 5; part++) {
    await db.insert(deliveries).values(Array.from({ length: 500 }, (_, i) => ({ ...first, id: `${part}-${i}` })))
  }
  await removeEndedDeliveries(db, tenant, world.platform.now())
  expect(await left()).toEqual([])
})

test('the consumer does it once an hour', async () => {
  await write('old', 'delivered', 91 * DAY_MS)
  await write('dead', 'dead', 91 * DAY_MS)
  await deliverDue(world.platform)
  expect(await left()).toEqual([])
})

test('of many tenants it does some in each run, and each of them within the hour', async () => {
  for (let i = 0; i < 24; i++) await world.tenant(`tenant-${i}`)
  const { db } = world.platform
  const values = (await listTenants(db)).map(({ id }) => ({
    tenantId: id,
    userNameKey: 'kim',
    failures: 1,
    lastFailure: world.ago(2 * DAY_MS),
  }))
  await db.insert(signInFailures).values(values)
  await deliverDue(world.platform)
  expect(await db.$count(signInFailures)).toBe(5)
  await deliverDue(world.platform)
  expect(await db.$count(signInFailures)).toBe(0)
})

test('it finds them by the index of what has ended, and of what has no next attempt', async () => {
  const plans = await plansOf(world.platform.db)
  const tenant = await tenantId()
  const now = world.platform.now()
  const run = async () => {
    await removeEndedDeliveries(world.platform.db, tenant, now)
    await removeDeadDeliveries(world.platform.db, now)
  }
  const statements = (await plans.statementsOf(run)).filter(({ sql }) => /delete from deliver/.test(sql))
  expect(statements).toHaveLength(4)
  const steps = (await Promise.all(statements.map((one) => plans.planOf(one)))).flat()
  expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([])
  expect(steps.filter((step) => step.includes('deliveries_ended (tenant_id=? AND last_modified<?)'))).toHaveLength(2)
  expect(steps.filter((step) => step.includes('deliveries_due (next_attempt_at=?)'))).toHaveLength(2)
})
