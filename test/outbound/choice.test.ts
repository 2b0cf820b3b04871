/** Who and what is chosen to go out: by groups, and of groups by a filter. */
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { getConnection, getConnector } from '../../src/connections/queries.ts'
import { updateConnection } from '../../src/connections/commands.ts'
import { newId } from '../../src/core/ids.ts'
import { roleMembers, roles } from '../../src/db/schema.ts'
import { listDifferences } from '../../src/outbound/sync/dry-run.ts'
import { startSync } from '../../src/outbound/sync/commands.ts'
import { plansOf } from '../support/plans.ts'
import { outboundWorld, type World } from './world.ts'

let world: World
beforeEach(async () => void (world = await outboundWorld()))
afterEach(() => world.target.down())

const names = () => [...world.target.users.values()].map(({ userName }) => userName).sort()
async function deliverAll() {
  for (let i = 0; i < 4; i++) await world.deliver()
}

describe('with outbound groups', () => {
  test('only who is in one of them goes out, also through a group in it', async () => {
    const inner = await world.createGroup('Inner', [await world.createUser('deep')])
    const staff = await world.createGroup('Staff', [inner, await world.createUser('kim')])
    await world.createUser('stranger')
    const { connection, connector } = await world.connect({}, { groups: ['Staff'] })
    expect((await getConnection(await world.scope(), connection)).outboundGroups).toEqual([staff])
    const scope = await world.scope()
    await startSync(scope, await getConnector(scope, connection, connector))
    await deliverAll()
    expect(names()).toEqual(['deep', 'kim'])
  })

  test('joining makes an account, leaving takes it away, without a change of the user', async () => {
    const [inner, staff] = [await world.createGroup('Inner'), await world.createGroup('Staff')]
    await world.connect({}, { groups: [staff] })
    const kim = await world.createUser('kim')
    await deliverAll()
    expect(names()).toEqual([])
    await world.updateGroup(inner, { members: [{ value: kim }] })
    await world.updateGroup(staff, { members: [{ value: inner }] })
    await deliverAll()
    expect(names()).toEqual(['kim'])
    await world.updateGroup(staff, { members: [] })
    await deliverAll()
    expect(names()).toEqual([])
  })

  test('a group that is chosen later tells who is in it and who is not, without anybody’s change', async () => {
    const { connection } = await world.connect()
    await world.createUser('stranger')
    await world.createGroup('Staff', [await world.createUser('kim')])
    await deliverAll()
    expect(names()).toEqual(['kim', 'stranger'])
    const connected = await world.scope()
    await updateConnection(connected, connection, { outbound: { groups: ['Staff'] } })
    await deliverAll()
    expect(names()).toEqual(['kim'])
  })

  test('roles let others out beside them', async () => {
    const { db, tenantId, now } = await world.scope()
    const role = newId()
    await db.insert(roles).values({ tenantId, id: role, displayName: 'Cook', displayNameKey: 'cook', created: now })
    const staff = await world.createGroup('Staff')
    await world.connect({}, { groups: [staff], roles: [role] })
    const cook = await world.createUser('cook')
    await db.insert(roleMembers).values({ tenantId, memberId: cook, memberType: 'User', roleId: role })
    await world.updateUser(cook, { title: 'Cook' })
    await world.updateGroup(staff, { members: [{ value: await world.createUser('kim') }] })
    await world.createUser('stranger')
    await deliverAll()
    expect(names()).toEqual(['cook', 'kim'])
  })

  test('an administrator in one of them goes out', async () => {
    const { rows } = await (await world.scope()).db.run("select id from users where user_name = 'admin'")
    const staff = await world.createGroup('Staff')
    await world.connect({}, { groups: [staff] })
    await world.updateGroup(staff, { members: [{ value: String(rows[0]?.id) }] })
    await deliverAll()
    expect(names()).toEqual(['admin'])
  })
})

describe('what chose people and was deleted', () => {
  test('a group: who was in it leaves, and nobody else goes out in their place', async () => {
    const staff = await world.createGroup('Staff')
    const { connection } = await world.connect({}, { groups: [staff] })
    const kim = await world.createUser('kim')
    await world.updateGroup(staff, { members: [{ value: kim }] })
    await deliverAll()
    expect(names()).toEqual(['kim'])
    await world.removeGroup(staff)
    await world.createUser('stranger')
    await deliverAll()
    expect(names()).toEqual([])
    const scope = await world.scope()
    expect((await getConnection(scope, connection)).outboundGroups).toEqual([staff])
    // What is read can be sent back; a group that never was cannot be named.
    await updateConnection(scope, connection, { outbound: { groups: [staff] } })
    await expect(updateConnection(scope, connection, { outbound: { groups: ['nobody'] } })).rejects.toMatchObject({
      errors: [{ field: 'outbound.groups', message: 'there is no group nobody' }],
    })
  })

  test('a group in the chosen one, or one that gives the chosen role: who was in it leaves', async () => {
    const kim = await world.createUser('kim')
    const inner = await world.createGroup('Inner', [kim])
    const staff = await world.createGroup('Staff')
    await world.connect({}, { groups: [staff] })
    await world.updateGroup(staff, { members: [{ value: inner }] })
    await deliverAll()
    expect(names()).toEqual(['kim'])
    await world.removeGroup(inner)
    await deliverAll()
    expect(names()).toEqual([])
  })

  test('the last role: nobody goes out', async () => {
    const { db, tenantId, now } = await world.scope()
    const role = newId()
    await db.insert(roles).values({ tenantId, id: role, displayName: 'Cook', displayNameKey: 'cook', created: now })
    const { connection, connector } = await world.connect({}, { roles: [role] })
    await db.delete(roles).where(eq(roles.id, role))
    await world.createUser('kim')
    const scope = await world.scope()
    const row = await getConnector(scope, connection, connector)
    await startSync(scope, row)
    await deliverAll()
    expect(names()).toEqual([])
    const open = { connection: await getConnection(scope, connection), connector: row, secrets: {} }
    expect((await listDifferences(scope, open, { type: 'User', afterId: '' }, 10)).items).toEqual([])
  })
})

describe('with a group filter', () => {
  const FILTER = { groupFilter: 'displayName sw "App-"' }
  const groups = () => [...world.target.groups.values()].map(({ displayName }) => displayName).sort()

  test('only groups that match it go out', async () => {
    await world.connect(FILTER)
    await world.createGroup('App-Cooks')
    await world.createGroup('Cooks')
    await deliverAll()
    expect(groups()).toEqual(['App-Cooks'])
  })

  test('a group that does not match it any more is removed there, and comes again when it does', async () => {
    await world.connect({ ...FILTER, leaving: 'deactivate' })
    const cooks = await world.createGroup('App-Cooks', [await world.createUser('kim')])
    await deliverAll()
    await world.updateGroup(cooks, { displayName: 'Cooks' })
    await deliverAll()
    expect(groups()).toEqual([])
    expect(world.target.only('kim').active).toBe(true)
    await world.updateGroup(cooks, { displayName: 'App-Chefs' })
    await deliverAll()
    expect(world.target.only('app-chefs').members).toMatchObject([{ value: world.target.only('kim').id }])
  })

  test('a group that does not go out is no member of one that does', async () => {
    await world.connect(FILTER)
    const kim = await world.createUser('kim')
    const inner = await world.createGroup('Inner', [kim])
    await world.createGroup('App-Cooks', [inner, kim])
    await deliverAll()
    expect(world.target.only('app-cooks').members).toMatchObject([{ value: world.target.only('kim').id, type: 'User' }])
    expect((await world.deliveries()).every(({ state }) => state === 'delivered')).toBe(true)
  })
})

test('a change of who is in which group finds everybody concerned by an index', async () => {
  const staff = await world.createGroup('Staff')
  await world.connect({ groupFilter: 'displayName pr', leaving: 'deactivate' }, { groups: [staff] })
  const kim = await world.createUser('kim')
  const plans = await plansOf((await world.scope()).db)
  await plans.demandIndexes(async () => {
    await world.updateGroup(staff, { members: [{ value: kim }] })
    await world.updateUser(kim, { title: 'Cook' })
    await world.removeGroup(staff)
  })
})
