/** What did not go out while a connector was off, or under other rules, goes when that ends. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { updateConnection } from '../../src/connections/commands.ts'
import { enableConnector, updateConnector } from '../../src/connections/connectors/commands.ts'
import { getConnector } from '../../src/connections/queries.ts'
import { connectionChange } from '../../src/connections/settings.ts'
import { startSync } from '../../src/outbound/sync/commands.ts'
import { findSync } from '../../src/outbound/sync/queries.ts'
import { connectorOf, outboundWorld, type World } from './world.ts'

let world: World
let ids: { connection: string; connector: string }
let kim: string
let old: string
beforeEach(async () => {
  world = await outboundWorld()
  old = await world.createUser('old')
  ids = await world.connect()
  kim = await world.createUser('kim')
  await world.deliver()
})
afterEach(() => world.target.down())

async function enable(enabled: boolean) {
  await enableConnector(await world.scope(), ids.connection, ids.connector, enabled)
}
const names = () => [...world.target.users.values()].map(({ userName }) => userName).sort()

async function changeEverybody(leaver: string) {
  await world.createUser('new')
  await world.updateUser(kim, { nickName: 'Kim' })
  await world.removeUser(leaver)
}

test('while it was disabled: who came, who changed and who went; who was here before it stays here', async () => {
  const ann = await world.createUser('ann')
  await world.deliver()
  await enable(false)
  await changeEverybody(ann)
  await world.deliver()
  expect(names()).toEqual(['ann', 'kim'])
  await enable(true)
  await world.deliver()
  expect(names()).toEqual(['kim', 'new'])
  expect(world.target.named('kim')).toMatchObject([{ nickName: 'Kim' }])
  expect(await findSync(await world.scope(), ids.connector)).toMatchObject({ kind: 'changed', state: 'done' })
  await world.updateUser(old, { nickName: 'Old' })
  await world.deliver()
  expect(names()).toEqual(['kim', 'new', 'old'])
})

test('while nobody provisioned through it', async () => {
  const ann = await world.createUser('ann')
  await world.deliver()
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [])
  await changeEverybody(ann)
  const woken = world.wakes.length
  const again = { connection: ids.connection, connector: ids.connector, blocking: false, jit: false }
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [again])
  expect(world.wakes).toHaveLength(woken + 1)
  await world.deliver()
  expect(names()).toEqual(['kim', 'new'])
})

test('with another filter who does not match it goes, and who does comes', async () => {
  await world.createUser('cook', { title: 'Cook' })
  await world.deliver()
  const filtered = connectorOf(world.target, { userFilter: 'title eq "Cook"' })
  await updateConnector(await world.scope(), ids.connection, ids.connector, filtered)
  await world.deliver()
  expect(names()).toEqual(['cook'])
  await updateConnector(await world.scope(), ids.connection, ids.connector, connectorOf(world.target))
  await world.deliver()
  expect(names()).toEqual(['cook', 'kim'])
})

test('with other outbound roles', async () => {
  const tenant = await world.tenant()
  const made = await tenant.scim('POST', '/v2/Roles', { displayName: 'staff', users: [] })
  const { id } = (await made.json()) as { id: string }
  const change = connectionChange.parse({ outbound: { roles: [id] } })
  await updateConnection(await world.scope(), ids.connection, change)
  await world.deliver()
  expect(names()).toEqual([])
})

test('a new credential alone begins nothing', async () => {
  const other = connectorOf(world.target, { authentication: { mode: 'bearer', token: 'another-secret-1' } })
  await updateConnector(await world.scope(), ids.connection, ids.connector, other)
  expect(await findSync(await world.scope(), ids.connector)).toBeUndefined()
})

test('a connector that is enabled for the first time begins with what changes from then on', async () => {
  const fresh = await world.connect({ enabled: false }, { name: 'Fresh' })
  await enableConnector(await world.scope(), fresh.connection, fresh.connector, true)
  expect(await findSync(await world.scope(), fresh.connector)).toBeUndefined()
})

test('a sync by hand after that is of everybody', async () => {
  await enable(false)
  await enable(true)
  await world.deliver()
  expect(names()).toEqual(['kim'])
  await startSync(await world.scope(), await getConnector(await world.scope(), ids.connection, ids.connector))
  await world.deliver()
  expect(await findSync(await world.scope(), ids.connector)).toMatchObject({ kind: 'everybody', state: 'done' })
  expect(names()).toEqual(['kim', 'old'])
})
