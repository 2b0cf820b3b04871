/** Who was here before the connector reaches its target, all of them and each once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { enableConnector, removeConnector } from '../../src/connections/connectors/commands.ts'
import { getConnector } from '../../src/connections/queries.ts'
import { runBatch } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'
import { deliverDue } from '../../src/outbound/consumer.ts'
import { advanceSyncs } from '../../src/outbound/sync/advance.ts'
import { markPage, provisionNow, startSync, stopSync } from '../../src/outbound/sync/commands.ts'
import { findSync, listRunningSyncs } from '../../src/outbound/sync/queries.ts'
import { testWorld } from '../support/app.ts'
import { plansOf } from '../support/plans.ts'
import { settle } from './settled.ts'
import { outboundWorld, type World } from './world.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function begin(options: { url?: string; timeoutMs?: number } = {}): Promise<World> {
  const world = await outboundWorld(options)
  ends.push(() => world.target.down())
  return world
}

async function start(world: World, { connection, connector }: { connection: string; connector: string }) {
  const scope = await world.scope()
  return startSync(scope, await getConnector(scope, connection, connector))
}

async function syncOf(world: World, connector: string) {
  return findSync(await world.scope(), connector)
}

test('users and groups that were here before the connector arrive, the users first; administrators do not', async () => {
  const world = await begin()
  const kim = await world.createUser('kim')
  await world.createGroup('Cooks', [kim])
  const made = await world.connect()
  await world.deliver()
  expect(world.target.requests).toEqual([])
  expect(await start(world, made)).toMatchObject({ state: 'running', phase: 'User', total: 3, seen: 0, marked: 0 })
  await world.deliver()
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'done', total: 3, seen: 3, marked: 2 })
  expect(world.target.writes).toEqual(['POST Users', 'POST Groups'])
  expect((await world.delivery(kim)).operation).toBe('create')
  const [cooks] = world.target.named('Cooks')
  expect(cooks?.members).toEqual([{ value: world.target.named('kim')[0]?.id, type: 'User' }])
})

test('it wakes the consumer, and a second one cannot be started beside it', async () => {
  const world = await begin()
  const made = await world.connect()
  const woken = world.wakes.length
  await start(world, made)
  expect(world.wakes.length).toBe(woken + 1)
  await expect(start(world, made)).rejects.toMatchObject({ status: 409 })
  await world.deliver()
  expect(await start(world, made)).toMatchObject({ state: 'running', seen: 0 })
})

test('a connector that is disabled, or that nobody provisions through, cannot be synced', async () => {
  const world = await begin()
  const made = await world.connect()
  await enableConnector(await world.scope(), made.connection, made.connector, false)
  await expect(start(world, made)).rejects.toMatchObject({ status: 409 })
  await enableConnector(await world.scope(), made.connection, made.connector, true)
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [])
  await expect(start(world, made)).rejects.toMatchObject({ status: 409 })
})

test('the roles of the connection decide who goes out', async () => {
  const world = await begin()
  const kim = await world.createUser('kim')
  await world.createUser('ann')
  const acme = await world.tenant()
  const role = (await (
    await acme.scim('POST', '/v2/Roles', { displayName: 'staff', users: [{ value: kim }] })
  ).json()) as {
    id: string
  }
  const made = await world.connect({}, { roles: [role.id] })
  await start(world, made)
  await world.deliver()
  expect([...world.target.users.values()].map((one) => one.userName)).toEqual(['kim'])
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'done', seen: 3, marked: 1 })
})

test('who came just in time goes out where such people do, and nowhere else', async () => {
  const world = await begin()
  const made = await world.connect()
  await world.createUser('kim', {}, { as: { source: 'jit', connectionId: 'idp' } })
  await start(world, made)
  await world.deliver()
  expect(world.target.users.size).toBe(0)
  const { connection, connector } = made
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [
    { connection, connector, blocking: false, jit: true },
  ])
  await start(world, made)
  await world.deliver()
  expect(world.target.named('kim')).toHaveLength(1)
})

test('what the target has already as it is here costs no request', async () => {
  const world = await begin()
  const made = await world.connect()
  const kim = await world.createUser('kim')
  await world.deliver()
  const before = world.target.requests.length
  await start(world, made)
  await world.deliver()
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'done', marked: 1 })
  expect(world.target.requests).toHaveLength(before)
  expect((await world.delivery(kim)).operation).toBe('update')
})

test('what is on its way keeps its time and its turn; what was given up is tried again', async () => {
  const world = await begin()
  const made = await world.connect()
  const kim = await world.createUser('kim')
  const ann = await world.createUser('ann')
  world.target.misbehave({ kind: 'answer', status: 400, body: {} })
  await world.deliver()
  world.target.misbehave()
  const { db, tenantId } = await world.scope()
  await runBatch(db, [
    sql`update deliveries set state = 'dead', next_attempt_at = null where tenant_id = ${tenantId} and resource_id = ${kim}`,
    sql`update deliveries set state = 'retrying', next_attempt_at = 9e12 where tenant_id = ${tenantId}
      and resource_id = ${ann}`,
  ])
  await start(world, made)
  while (await advanceSyncs(world.platform));
  expect(await world.delivery(kim)).toMatchObject({ state: 'pending' })
  expect(await world.delivery(ann)).toMatchObject({ state: 'retrying', nextAttemptAt: new Date(9e12) })
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'done', marked: 2 })
})

test('no more than 2,000 deliveries are made ahead, and as soon as some have arrived it goes on', async () => {
  const world = await begin()
  await settle(world, 3200)
  const made = await world.connect()
  await start(world, made)
  const { db, tenantId } = await world.scope()
  while (await advanceSyncs(world.platform));
  // The administrator stands in the first page: after four of them there are 1,999.
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'running', phase: 'User', seen: 2500 })
  await runBatch(db, [
    sql`update deliveries set open = 0, state = 'delivered' where tenant_id = ${tenantId} and id in (
      select id from deliveries where tenant_id = ${tenantId} limit 600)`,
  ])
  while (await advanceSyncs(world.platform));
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'running', seen: 3000 })
  // What waits for somebody's help is not in the way of the rest.
  await runBatch(db, [sql`update deliveries set state = 'blocked' where tenant_id = ${tenantId} and open = 1`])
  while (await advanceSyncs(world.platform));
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'done', total: 3201, seen: 3201, marked: 3200 })
})

test('it waits while its connector is disabled, and goes on where it was', async () => {
  const world = await begin()
  await settle(world, 700)
  const made = await world.connect()
  await start(world, made)
  expect(await advanceSyncs(world.platform)).toBe(true)
  await enableConnector(await world.scope(), made.connection, made.connector, false)
  expect(await advanceSyncs(world.platform)).toBe(false)
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'running', seen: 500, marked: 499 })
  await enableConnector(await world.scope(), made.connection, made.connector, true)
  while (await advanceSyncs(world.platform));
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'done', seen: 701, marked: 700 })
})

test('once stopped it marks nobody else, not even the page at hand, and it ends once', async () => {
  const world = await begin()
  await settle(world, 700)
  const made = await world.connect()
  await start(world, made)
  await advanceSyncs(world.platform)
  const [atHand] = await listRunningSyncs(world.platform.db, 2000)
  expect(await stopSync(await world.scope(), made.connector)).toBe(true)
  expect(await stopSync(await world.scope(), made.connector)).toBe(false)
  const next = { state: 'running', phase: 'Group', afterId: '' } as const
  const page = { lastId: 'settled-000700', size: 200, next }
  expect(atHand && (await markPage(await world.scope(), atHand, page))).toBe(false)
  expect(await advanceSyncs(world.platform)).toBe(false)
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'stopped', seen: 500, marked: 499 })
  const { rows } = await world.platform.db.$client.execute('select count(*) as n from deliveries')
  expect(rows[0]?.n).toBe(499)
})

test('nobody else is marked once no provisioner names the connector any more', async () => {
  const world = await begin()
  await settle(world, 700)
  const made = await world.connect()
  await start(world, made)
  await advanceSyncs(world.platform)
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [])
  while (await advanceSyncs(world.platform));
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'done', seen: 701, marked: 499 })
})

test('a page of an earlier sync is not taken for one of the next', async () => {
  const world = await begin()
  await settle(world, 10)
  const made = await world.connect()
  await start(world, made)
  const [earlier] = await listRunningSyncs(world.platform.db, 2000)
  await stopSync(await world.scope(), made.connector)
  await start(world, made)
  const page = { lastId: 'settled-000010', size: 11, next: { state: 'running', phase: 'Group', afterId: '' } } as const
  expect(earlier && (await markPage(await world.scope(), earlier, page))).toBe(false)
  expect(await syncOf(world, made.connector)).toMatchObject({ phase: 'User', seen: 0 })
})

test('a page that two consumers come with is done by one of them', async () => {
  const world = await begin()
  await settle(world, 700)
  const made = await world.connect()
  await start(world, made)
  await Promise.all([advanceSyncs(world.platform), advanceSyncs(world.platform)])
  expect(await syncOf(world, made.connector)).toMatchObject({ seen: 500, marked: 499 })
  while (await advanceSyncs(world.platform));
  expect(await syncOf(world, made.connector)).toMatchObject({ state: 'done', seen: 701, marked: 700 })
})

test('left by one server in the midst of it, another goes on beside what that one still sends; each arrives once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-sync-'))
  ends.push(() => rmSync(folder, { recursive: true }))
  const url = `file:${join(folder, 'postern.db')}`
  // However slow this machine is: the request that is held back is not given up, and no lease ends.
  const first = await begin({ url, timeoutMs: 600_000 })
  first.hold(true)
  await settle(first, 1200)
  const kim = await first.createUser('kim')
  await first.createGroup('Cooks', [kim, 'settled-000001', 'settled-001200'])
  const made = await first.connect()
  await start(first, made)
  expect(await advanceSyncs(first.platform)).toBe(true)
  const held = first.target.hold('POST')
  const unfinished = first.deliver()
  await held.arrived
  const second = await testWorld({ url, fetch: first.platform.fetch })
  ends.push(() => second.platform.db.$client.close())
  second.hold(true)
  second.advance(1000)
  await deliverDue(second.platform)
  held.release()
  await unfinished
  await deliverDue(second.platform)
  // The administrator is looked at, and is nobody's business.
  expect(await syncOf(first, made.connector)).toMatchObject({ state: 'done', total: 1203, seen: 1203, marked: 1202 })
  const names = [...first.target.users.values()].map((one) => String(one.userName))
  expect(names).toHaveLength(1201)
  expect(new Set(names).size).toBe(1201)
  expect(first.target.writes.filter((one) => one === 'POST Users')).toHaveLength(1201)
  expect(first.target.named('Cooks')).toMatchObject([{ members: { length: 3 } }])
  const { rows } = await first.platform.db.$client.execute('select count(*) as n from deliveries where open = 1')
  expect(rows[0]?.n).toBe(0)
})

test('one tenant’s sync marks nobody of another', async () => {
  const world = await begin()
  await world.createUser('kim')
  await world.createUser('zoe', {}, { slug: 'acme' })
  await start(world, await world.connect())
  await world.connect({}, { slug: 'acme' })
  await world.deliver()
  expect([...world.target.users.values()].map((one) => one.userName)).toEqual(['kim'])
})

test('a connector that is removed takes its sync along', async () => {
  const world = await begin()
  const made = await world.connect()
  await start(world, made)
  await removeConnector(await world.scope(), made.connection, made.connector)
  expect(await syncOf(world, made.connector)).toBeUndefined()
})

test('one who is not for the target by its filter cannot be provisioned now, unless the target has her', async () => {
  const world = await begin()
  const made = await world.connect({ userFilter: 'title eq "Cook"', groupFilter: 'displayName eq "Cooks"' })
  const provision = async (type: 'User' | 'Group', id: string) =>
    provisionNow(await world.scope(), await connectorOf(world, made), type, id)
  const kim = await world.createUser('kim', { title: 'Cook' })
  const guides = await world.createGroup('Guides')
  await world.deliver()
  await expect(provision('Group', guides)).rejects.toMatchObject({ status: 409 })
  const ann = await world.createUser('ann', { title: 'Guide' })
  await world.deliver()
  await expect(provision('User', ann)).rejects.toMatchObject({
    status: 409,
    message: 'The connector does not provision this user.',
  })
  await world.updateUser(kim, { title: 'Guide' })
  await provision('User', kim)
  await world.deliver()
  expect(world.target.users.size).toBe(0)
})

test('the statements of a sync use an index for every table', async () => {
  const world = await begin()
  await settle(world, 600)
  const made = await world.connect()
  const plans = await plansOf(world.platform.db)
  await start(world, made)
  await plans.demandIndexes(async () => {
    while (await advanceSyncs(world.platform));
  })
  await plans.demandIndexes(async () =>
    provisionNow(await world.scope(), await connectorOf(world, made), 'User', 'settled-000001'),
  )
})

async function connectorOf(world: World, { connection, connector }: { connection: string; connector: string }) {
  return getConnector(await world.scope(), connection, connector)
}
