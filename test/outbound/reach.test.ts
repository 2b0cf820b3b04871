/** Who and what goes to which target. */
import { and, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApplication, setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { applicationInput } from '../../src/applications/settings.ts'
import { enableConnector } from '../../src/connections/connectors/commands.ts'
import { newId } from '../../src/core/ids.ts'
import { deliveries, roleMembers, roles } from '../../src/db/schema.ts'
import { allRoles } from '../../src/directory/roles/queries.ts'
import { findUserByName } from '../../src/directory/users/queries.ts'
import { fakeTarget } from '../support/fake-target.ts'
import { outboundWorld, PASSWORD, type World } from './world.ts'

let world: World
beforeEach(async () => void (world = await outboundWorld()))
afterEach(() => world.target.down())

const names = () => [...world.target.users.values()].map(({ userName }) => userName).sort()

async function addRole(displayName: string): Promise<string> {
  const { db, tenantId, now } = await world.scope()
  const id = newId()
  await db.insert(roles).values({ tenantId, id, displayName, displayNameKey: displayName.toLowerCase(), created: now })
  return id
}

async function assign(userId: string, roleId: string): Promise<void> {
  const { db, tenantId } = await world.scope()
  await db.insert(roleMembers).values({ tenantId, memberId: userId, memberType: 'User', roleId })
}

async function withdraw(userId: string, roleId: string): Promise<void> {
  const { db, tenantId } = await world.scope()
  const mine = and(eq(roleMembers.tenantId, tenantId), eq(roleMembers.memberId, userId), eq(roleMembers.roleId, roleId))
  await db.delete(roleMembers).where(mine)
}

describe('without outbound roles', () => {
  test('administrators stay here: the target may have one of the same name', async () => {
    await world.connect()
    world.target.users.set('r1', { id: 'r1', userName: 'admin', displayName: 'Theirs' })
    const admin = await findUserByName(await world.scope(), 'admin')
    await world.updateUser(admin?.id ?? '', { displayName: 'Ours', password: PASSWORD })
    await world.createGroup('Operators', [admin?.id ?? '', await world.createUser('kim')])
    expect((await world.deliveries()).map(({ resourceName }) => resourceName).sort()).toEqual(['Operators', 'kim'])
    await world.deliver()
    expect(world.target.users.get('r1')).toMatchObject({ displayName: 'Theirs' })
    expect(names()).toEqual(['admin', 'kim'])
    const [operators] = world.target.named('Operators')
    expect(operators?.members).toMatchObject([{ value: world.target.named('kim')[0]?.id }])
  })
})

describe('who becomes an administrator', () => {
  test('while a change of hers waits keeps her account at the target', async () => {
    await world.connect()
    const kim = await world.createUser('kim')
    await world.deliver()
    await world.updateUser(kim, { displayName: 'Kim' })
    const admin = (await allRoles(await world.scope())).find(({ displayName }) => displayName === 'admin')
    await assign(kim, admin?.id ?? '')
    await world.deliver()
    expect(world.target.writes).toEqual(['POST Users', 'PUT Users'])
  })
})

describe('with outbound roles', () => {
  test('only who holds one of them goes out', async () => {
    const sales = await addRole('sales')
    await world.connect({}, { roles: [sales] })
    const [kim, ann] = [await world.createUser('kim'), await world.createUser('ann')]
    await assign(kim, sales)
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.updateUser(ann, { displayName: 'Ann' })
    await world.deliver()
    expect(names()).toEqual(['kim'])
    expect(await world.deliveries()).toHaveLength(1)
  })

  test('who lost hers goes from the target with her next change', async () => {
    const sales = await addRole('sales')
    await world.connect({}, { roles: [sales] })
    const kim = await world.createUser('kim')
    await assign(kim, sales)
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.deliver()
    await withdraw(kim, sales)
    await world.updateUser(kim, { displayName: 'Kimberly' })
    await world.deliver()
    expect(names()).toEqual([])
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', answers: ['DELETE 204'] })
    await world.updateUser(kim, { displayName: 'Kim' })
    expect(await world.deliver()).toBeUndefined()
    expect(world.target.writes).toEqual(['POST Users', 'DELETE Users'])
  })

  test('who lost hers while she waited is not sent', async () => {
    const sales = await addRole('sales')
    await world.connect({}, { roles: [sales] })
    const kim = await world.createUser('kim')
    await assign(kim, sales)
    await world.updateUser(kim, { displayName: 'Kim' })
    await withdraw(kim, sales)
    await world.deliver()
    expect(world.target.requests).toEqual([])
  })

  test('of which one is everyone, everyone goes out, administrators too', async () => {
    const everyone = (await allRoles(await world.scope())).find(({ displayName }) => displayName === 'everyone')
    await world.connect({}, { roles: [everyone?.id ?? ''] })
    await world.createUser('kim')
    const admin = await findUserByName(await world.scope(), 'admin')
    await world.updateUser(admin?.id ?? '', { displayName: 'Admin' })
    await world.deliver()
    expect(names()).toEqual(['admin', 'kim'])
  })
})

describe('an application', () => {
  const addApplication = async () => {
    const input = applicationInput.parse({ name: 'HR', redirectUris: ['https://hr.example/cb'] })
    return (await createApplication(await world.scope(), input)).row.id
  }

  test('without provisioners of its own provisions to those of the resident application', async () => {
    await world.connect()
    await world.createUser('kim', {}, { as: { source: 'scim', applicationId: await addApplication() } })
    await world.deliver()
    expect(names()).toEqual(['kim'])
  })

  test('with provisioners of its own provisions to those, and the resident application to its own', async () => {
    const own = await fakeTarget()
    const applicationId = await addApplication()
    await world.connect()
    await world.connect({}, { name: 'HR-IDP', applicationId, to: own })
    await world.createUser('kim', {}, { as: { source: 'scim', applicationId } })
    await world.createUser('ann')
    await world.deliver()
    expect(names()).toEqual(['ann'])
    expect([...own.users.values()]).toMatchObject([{ userName: 'kim' }])
    await own.down()
  })

  test('whose user is changed or deleted by somebody else: the target that has her hears of it', async () => {
    const applicationId = await addApplication()
    await world.connect({}, { applicationId })
    const kim = await world.createUser('kim', {}, { as: { source: 'scim', applicationId } })
    await world.deliver()
    await world.updateUser(kim, { active: false }, { as: { source: 'console' } })
    await world.deliver()
    expect(world.target.named('kim')).toMatchObject([{ active: false }])
    await world.removeUser(kim, { as: { source: 'console' } })
    await world.deliver()
    expect(names()).toEqual([])
  })

  test('that no longer provisions to a target leaves it alone, with what it has', async () => {
    await world.connect()
    const kim = await world.createUser('kim')
    await world.deliver()
    await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [])
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.removeUser(kim)
    await world.deliver()
    expect(world.target.writes).toEqual(['POST Users'])
  })
})

describe('a person who comes just in time', () => {
  const jit = { source: 'jit', connectionId: 'IDP-IS2' } as const

  test('goes out where the provisioner says so', async () => {
    await world.connect({}, { jit: true })
    await world.createUser('kim', {}, { as: jit })
    await world.deliver()
    expect(names()).toEqual(['kim'])
  })

  test('stays here where it does not', async () => {
    await world.connect()
    await world.createUser('kim', {}, { as: jit })
    await world.deliver()
    expect(world.target.requests).toEqual([])
  })
})

describe('two tenants', () => {
  test('with the same names and connectors do not meet', async () => {
    const acme = await fakeTarget()
    await world.connect()
    await world.connect({}, { slug: 'acme', to: acme })
    const ours = await world.createUser('kim', { password: PASSWORD })
    const theirs = await world.createUser('kim', { displayName: 'Theirs' }, { slug: 'acme' })
    expect(await world.platform.db.select().from(deliveries)).toHaveLength(2)
    await world.deliver()
    expect([...world.target.users.values()]).toMatchObject([{ userName: 'kim', externalId: ours }])
    expect([...acme.users.values()]).toMatchObject([{ userName: 'kim', externalId: theirs, displayName: 'Theirs' }])
    expect(acme.requests[0]?.body).not.toHaveProperty('password')
    expect(await world.deliveries()).toMatchObject([{ resourceId: ours }])
    expect(await world.deliveries('acme')).toMatchObject([{ resourceId: theirs }])
    await world.removeUser(theirs, { slug: 'acme' })
    await world.deliver()
    expect([world.target.users.size, acme.users.size]).toEqual([1, 0])
    await acme.down()
  })

  test('of which one has a target that is down: the other is delivered to', async () => {
    const acme = await fakeTarget()
    await world.connect()
    await world.connect({}, { slug: 'acme', to: acme })
    await world.target.down()
    await world.createUser('kim')
    await world.createUser('kim', {}, { slug: 'acme' })
    await world.deliver()
    expect(acme.users.size).toBe(1)
    await acme.down()
  })
})

describe('a connector', () => {
  test('that is off hears of no change', async () => {
    const { connection, connector } = await world.connect({ enabled: false })
    await world.createUser('kim')
    await enableConnector(await world.scope(), connection, connector, true)
    await world.deliver()
    expect(await world.deliveries()).toEqual([])
  })

  test('prefixes names with its user store, if that is not the primary one', async () => {
    await world.connect({ userStoreDomain: 'PARTNERS' })
    const kim = await world.createUser('kim')
    world.target.misbehave({ kind: 'drop' }, 'POST')
    await world.deliver()
    world.advance(2000)
    await world.deliver()
    expect(names()).toEqual(['PARTNERS/kim'])
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })
})
