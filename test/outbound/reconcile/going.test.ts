/** How a reconciliation goes on: beside the deliveries, by one process, through failures and deaths, on its schedule. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { setProvisioners } from '../../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../../src/applications/queries.ts'
import { enableConnector, removeConnector, updateConnector } from '../../../src/connections/connectors/commands.ts'
import { rowsOf, runBatch } from '../../../src/db/open.ts'
import { sql } from '../../../src/db/sql.ts'
import { deliverDue } from '../../../src/outbound/consumer.ts'
import { stopReconciliation, takeTurn } from '../../../src/outbound/reconcile/commands.ts'
import { testWorld } from '../../support/app.ts'
import { scimError } from '../../support/fake-target.ts'
import { connectorOf } from '../world.ts'
import { driftingWorld } from './world.ts'

const HOUR = 3_600_000
const ends: (() => unknown)[] = []
afterEach(() => ends.splice(0).forEach((end) => end()))

const lists = (world: Awaited<ReturnType<typeof driftingWorld>>) =>
  world.target.requests.filter(({ path }) => /^\/scim\/Users\?.*count=/.test(path)).map(({ path }) => path)

test('one that was killed between two pages goes on behind the page that was written down', async () => {
  const world = await driftingWorld()
  for (let i = 0; i < 150; i++) world.target.users.set(`r${i}`, { id: `r${i}`, userName: `remote${i}` })
  await world.start()
  world.advance(1)
  let pages = 0
  // Stopped as by SIGTERM, behind the first page.
  await world.deliver({ isStopped: () => pages > 0 || (pages = lists(world).length) > 0 })
  expect(await world.row()).toMatchObject({ state: 'running', counts: { seen: 100 } })
  // As by SIGKILL: the turn is taken, and whoever took it is gone.
  expect(await takeTurn(await world.scope(), world.connector)).toBeDefined()
  await world.deliver()
  expect(lists(world)).toHaveLength(1)
  world.advance(120_000)
  await world.deliver()
  expect(lists(world).map((path) => new URL(path, 'http://x').searchParams.get('startIndex'))).toEqual(['1', '101'])
  expect(await world.row()).toMatchObject({ state: 'done', counts: { seen: 150, unmanaged: 150 } })
})

test('a page that is cut short because its process ends is handed over as it stands, and asked for again at once', async () => {
  const world = await driftingWorld()
  await world.start()
  world.advance(1)
  const cut = new AbortController()
  const held = world.target.hold('GET')
  const running = world.deliver({ signal: cut.signal })
  await held.arrived
  cut.abort()
  await running
  held.release()
  expect(await world.row()).toMatchObject({ state: 'running', attempts: 0, error: null, turn: null })
  await world.deliver()
  expect(await world.row()).toMatchObject({ state: 'done' })
})

test('of two processes on one database each page is read by one', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'postern-'))
  ends.push(() => rmSync(directory, { recursive: true, force: true }))
  const url = `file:${directory}/postern.db`
  const world = await driftingWorld({}, { url })
  for (let i = 0; i < 450; i++) world.target.users.set(`r${i}`, { id: `r${i}`, userName: `remote${i}` })
  const other = await testWorld({ url, fetch: world.platform.fetch })
  await world.start()
  world.advance(10)
  other.advance(10)
  await Promise.all([world.deliver(), deliverDue(other.platform)])
  await Promise.all([world.deliver(), deliverDue(other.platform)])
  expect(new Set(lists(world)).size).toBe(lists(world).length)
  expect(await world.row()).toMatchObject({ state: 'done', counts: { seen: 450, unmanaged: 450 } })
})

test('a target that takes its time with a page holds up no delivery to another one', async () => {
  const world = await driftingWorld()
  await world.start()
  world.advance(1)
  const held = world.target.hold('GET')
  const { fakeTarget } = await import('../../support/fake-target.ts')
  const other = await fakeTarget()
  ends.push(() => other.down())
  const made = await world.connect({}, { name: 'other', to: other })
  const kim = await world.createUser('kim')
  const running = world.deliver()
  await held.arrived
  while (other.named('kim').length === 0) await new Promise((resolve) => setImmediate(resolve))
  held.release()
  await running
  expect([made.connector, kim].every(Boolean)).toBe(true)
  expect(await world.row()).toMatchObject({ state: 'done' })
})

test('a page that fails is tried again, ever later, and given up with its reason after hours', async () => {
  const world = await driftingWorld()
  world.target.misbehave({ kind: 'answer', status: 503 }, 'GET')
  await world.start()
  for (let i = 1; i < 12; i++) {
    world.advance(25 * HOUR)
    await world.deliver()
    expect(await world.row()).toMatchObject({ state: 'running', attempts: i })
  }
  world.advance(25 * HOUR)
  await world.deliver()
  expect(await world.row()).toMatchObject({ state: 'failed', error: expect.stringContaining('503'), nextAt: null })
  world.target.misbehave()
  expect(await world.reconcile()).toEqual([])
  expect(await world.row()).toMatchObject({ state: 'done', error: null })
})

test.each([
  ['a credential that may not read', scimError(403, 'Not for you.')],
  ['an address where nothing is', { status: 404, body: 'nothing here' }],
])('%s fails it at once', async (_what, answer) => {
  const world = await driftingWorld()
  world.target.misbehave({ kind: 'answer', ...answer }, 'GET')
  await world.reconcile()
  expect(await world.row()).toMatchObject({ state: 'failed', error: expect.stringContaining(String(answer.status)) })
})

test('Retry-After holds up the whole target, deliveries too', async () => {
  const world = await driftingWorld()
  world.target.misbehave({ kind: 'answer', status: 429, headers: { 'Retry-After': '600' } }, 'GET')
  await world.reconcile()
  world.target.misbehave()
  await world.createUser('kim')
  await world.deliver()
  expect(world.target.writes).toEqual([])
  world.advance(700_000)
  await world.deliver()
  await world.deliver()
  expect(world.target.writes).toEqual(['POST Users'])
  expect(await world.row()).toMatchObject({ state: 'done' })
})

test('nothing is read while the connector is paused or disabled', async () => {
  const world = await driftingWorld()
  await world.start()
  world.advance(1)
  await enableConnector(await world.scope(), world.connection, world.connector, false)
  await world.deliver()
  await enableConnector(await world.scope(), world.connection, world.connector, true)
  await runBatch((await world.scope()).db, [
    sql`insert into targets (tenant_id, connector_id, paused_at)
      values (${(await world.scope()).tenantId}, ${world.connector}, 1)`,
  ])
  await world.deliver()
  expect(lists(world)).toEqual([])
})

test('it can be stopped, also while a page is on its way; a second one cannot be begun beside it', async () => {
  const world = await driftingWorld()
  world.target.users.set('r1', { id: 'r1', userName: 'root' })
  await world.start()
  await expect(world.start()).rejects.toMatchObject({ status: 409 })
  world.advance(1)
  const held = world.target.hold('GET')
  const running = world.deliver()
  await held.arrived
  expect(await stopReconciliation(await world.scope(), await world.connectorRow())).toBe(true)
  held.release()
  await running
  expect(await world.row()).toMatchObject({ state: 'stopped', counts: { seen: 0 }, turn: null })
  expect(await world.listed()).toEqual([])
  expect(await stopReconciliation(await world.scope(), await world.connectorRow())).toBe(false)
})

test('a connector that is disabled, or that nobody provisions through, cannot be reconciled', async () => {
  const world = await driftingWorld()
  await enableConnector(await world.scope(), world.connection, world.connector, false)
  await expect(world.start()).rejects.toMatchObject({ status: 409 })
  await enableConnector(await world.scope(), world.connection, world.connector, true)
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [])
  await expect(world.start()).rejects.toMatchObject({ status: 409 })
})

test('one that is planned begins within the hour, and again as often as is set, with the policy that is set', async () => {
  const world = await driftingWorld({ reconciliation: { everyHours: 24, policy: 'overwrite' } })
  await world.createUser('kim', { title: 'Cook' })
  await world.deliver()
  expect(await world.row()).toMatchObject({ state: 'planned' })
  world.target.only('kim').title = 'Chef'
  world.advance(HOUR + 1000)
  await world.deliver()
  await world.deliver()
  expect(await world.row()).toMatchObject({ state: 'done', trigger: 'schedule', policy: 'overwrite' })
  expect(world.target.only('kim').title).toBe('Cook')
  const first = lists(world).length
  world.advance(23 * HOUR)
  await world.deliver()
  expect(lists(world)).toHaveLength(first)
  world.advance(2 * HOUR)
  await world.deliver()
  expect(lists(world)).toHaveLength(2 * first)
})

test('a schedule that is taken away begins nothing more', async () => {
  const world = await driftingWorld({ reconciliation: { everyHours: 1, policy: 'report' } })
  const input = connectorOf(world.target)
  await updateConnector(await world.scope(), world.connection, world.connector, input)
  expect((await world.row())?.nextAt).toBeNull()
  world.advance(3 * HOUR)
  await world.deliver()
  expect(lists(world)).toEqual([])
})

test('what is planned while nobody provisions through the connector is put off', async () => {
  const world = await driftingWorld({ reconciliation: { everyHours: 1, policy: 'report' } })
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [])
  world.advance(2 * HOUR)
  await world.deliver()
  expect(lists(world)).toEqual([])
  expect(await world.row()).toMatchObject({ state: 'planned' })
  expect((await world.row())?.nextAt?.getTime()).toBeGreaterThan(world.platform.now().getTime())
})

test('with the connector goes what is known of its reconciliation', async () => {
  const world = await driftingWorld()
  world.target.users.set('r1', { id: 'r1', userName: 'root' })
  await world.reconcile()
  await removeConnector(await world.scope(), world.connection, world.connector)
  const { db, tenantId } = await world.scope()
  const rows = await rowsOf(
    db,
    sql`select 1 from reconciliations where tenant_id = ${tenantId} union all select 1 from drifts where tenant_id = ${tenantId}`,
  )
  expect(rows).toEqual([])
})
