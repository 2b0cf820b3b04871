/** What a dry run says is what is sent afterwards, and it sends nothing itself. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { getConnection, getConnector } from '../../src/connections/queries.ts'
import { listDifferences, type Place } from '../../src/outbound/sync/dry-run.ts'
import { startSync } from '../../src/outbound/sync/commands.ts'
import { plansOf } from '../support/plans.ts'
import { settle } from './settled.ts'
import { outboundWorld, SCIM, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await outboundWorld()
})
afterEach(() => world.target.down())

type Made = { connection: string; connector: string }
const BEGINNING: Place = { type: 'User', afterId: '' }

async function openOf(made: Made) {
  const scope = await world.scope()
  const connector = await getConnector(scope, made.connection, made.connector)
  return { connection: await getConnection(scope, made.connection), connector, secrets: {} }
}

async function differences(made: Made, from = BEGINNING, limit = 100) {
  return listDifferences(await world.scope(), await openOf(made), from, limit)
}

async function inShort(made: Made): Promise<string[]> {
  const { items } = await differences(made)
  return items.map(
    ({ kind, resourceName, attributes }) => `${kind} ${resourceName}: ${attributes.toSorted().join(' ')}`,
  )
}

test('who was here before the connector would be created; the target is not asked, and a sync does just that', async () => {
  const kim = await world.createUser('kim')
  await world.createGroup('Cooks', [kim])
  const made = await world.connect()
  const expected = ['create kim: active externalId schemas userName', 'create Cooks: displayName externalId schemas']
  expect(await inShort(made)).toEqual(expected)
  expect(world.target.requests).toEqual([])
  expect(await world.deliveries()).toEqual([])
  const { connector } = await openOf(made)
  await startSync(await world.scope(), connector)
  await world.deliver()
  expect(world.target.writes.slice(0, 2)).toEqual(['POST Users', 'POST Groups'])
  expect(await inShort(made)).toEqual([])
})

test('of who changed or left it says what differs, and that she would go', async () => {
  const made = await world.connect()
  const kim = await world.createUser('kim')
  const ann = await world.createUser('ann')
  const cooks = await world.createGroup('Cooks', [kim])
  await world.deliver()
  expect(await inShort(made)).toEqual([])
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [])
  await world.updateUser(kim, { displayName: 'Kim' })
  await world.updateGroup(cooks, { members: [] })
  await world.removeUser(ann)
  expect(await inShort(made)).toEqual(['replace kim: displayName', 'remove ann: ', 'replace Cooks: members'])
})

test('who is not for the connector is not in it: administrators, and who came just in time', async () => {
  const made = await world.connect()
  await world.createUser('kim', {}, { as: { ...SCIM, source: 'jit', connectionId: 'idp' } })
  expect(await inShort(made)).toEqual([])
  const { connection, connector } = made
  const provisioner = { connection, connector, blocking: false, jit: true }
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [provisioner])
  expect((await differences(made)).items).toMatchObject([{ kind: 'create', resourceName: 'kim' }])
})

test('it goes on where it stopped, through users and groups', async () => {
  for (let i = 0; i < 3; i++) await world.createUser(`user-${i}`)
  await world.createGroup('Cooks')
  const made = await world.connect()
  const names: string[] = []
  let from: Place | undefined = BEGINNING
  for (let pages = 0; from; pages++) {
    expect(pages).toBeLessThan(4)
    const { items, next } = await differences(made, from, 2)
    names.push(...items.map((one) => one.resourceName))
    from = next
  }
  expect(names).toEqual(['user-0', 'user-1', 'user-2', 'Cooks'])
})

test('where nobody differs a request looks at 500 and says where to go on', async () => {
  await settle(world, 550)
  const tenant = await world.tenant()
  const role = (await (await tenant.scim('POST', '/v2/Roles', { displayName: 'nobody' })).json()) as { id: string }
  const made = await world.connect({}, { roles: [role.id] })
  const { items, next } = await differences(made)
  // The administrator is one of them.
  expect({ items, next }).toEqual({ items: [], next: { type: 'User', afterId: 'settled-000499' } })
  expect(await differences(made, next)).toEqual({ items: [], next: undefined })
})

test('its statements use an index for every table', async () => {
  await world.createUser('kim')
  const made = await world.connect()
  const open = await openOf(made)
  const scope = await world.scope()
  const plans = await plansOf(world.platform.db)
  await plans.demandIndexes(() => listDifferences(scope, open, BEGINNING, 10))
})
