/** What becomes of the account of who is not to go out any more, and of who was deleted. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { outboundWorld, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await outboundWorld()
})
afterEach(() => world.target.down())

const FILTER = { userFilter: 'userType eq "Employee"' }

async function employee(change: Record<string, unknown> = {}) {
  await world.connect({ ...FILTER, ...change })
  const kim = await world.createUser('kim', { userType: 'Employee', title: 'Cook' })
  await world.deliver()
  return kim
}

describe('who does not match the filter any more', () => {
  test('is deleted there unless the connector says otherwise', async () => {
    const kim = await employee()
    await world.updateUser(kim, { userType: 'Guest' })
    await world.deliver()
    expect(world.target.users.size).toBe(0)
  })

  test.each([
    ['PUT', 'put'],
    ['PATCH', 'patch'],
  ] as const)('is deactivated by %s if it says so, and is what she was for the rest', async (method, updateMethod) => {
    world.target.takes = new Set([method])
    const kim = await employee({ leaving: 'deactivate', updateMethod })
    await world.updateUser(kim, { userType: 'Guest', title: 'Thief' })
    await world.deliver()
    expect(world.target.only('kim')).toMatchObject({ active: false, title: 'Cook', externalId: kim })
    expect(world.target.writes).toEqual(['POST Users', `${method} Users`])
  })

  test('is told to the target once, however often she changes after that', async () => {
    const kim = await employee({ leaving: 'deactivate' })
    await world.updateUser(kim, { userType: 'Guest' })
    await world.deliver()
    await world.updateUser(kim, { title: 'Visitor' })
    await world.deliver()
    expect(world.target.writes).toEqual(['POST Users', 'PUT Users'])
  })

  test('comes back to her own account, active and up to date', async () => {
    const kim = await employee({ leaving: 'deactivate' })
    const { id } = world.target.only('kim')
    await world.updateUser(kim, { userType: 'Guest' })
    await world.deliver()
    await world.updateUser(kim, { userType: 'Employee', title: 'Chef' })
    await world.deliver()
    expect(world.target.only('kim')).toMatchObject({ id, active: true, title: 'Chef' })
    expect(world.target.writes).toEqual(['POST Users', 'PUT Users', 'PUT Users'])
  })

  test('is not made there, if she never was', async () => {
    await world.connect({ ...FILTER, leaving: 'deactivate' })
    await world.createUser('kim', { userType: 'Guest' })
    await world.deliver()
    expect(world.target.requests).toEqual([])
  })

  test('is not made there again, if somebody deleted her there meanwhile', async () => {
    const kim = await employee({ leaving: 'deactivate' })
    world.target.users.clear()
    await world.updateUser(kim, { userType: 'Guest' })
    await world.deliver()
    expect(world.target.users.size).toBe(0)
    expect((await world.delivery(kim)).state).toBe('delivered')
  })

  test('is deactivated even if nobody heard whether she had arrived', async () => {
    await world.connect({ ...FILTER, leaving: 'deactivate' })
    world.target.misbehave({ kind: 'drop' }, 'POST')
    const kim = await world.createUser('kim', { userType: 'Employee', title: 'Cook' })
    await world.deliver()
    world.target.misbehave()
    await world.updateUser(kim, { userType: 'Guest' })
    world.advance(3_600_000)
    await world.deliver()
    expect(world.target.only('kim')).toMatchObject({ active: false, title: 'Cook' })
  })

  test('stays in those groups there that she is in here, and leaves those that she leaves', async () => {
    const kim = await employee({ leaving: 'deactivate' })
    const [stays, leaves] = [await world.createGroup('Stays', [kim]), await world.createGroup('Leaves', [kim])]
    await world.deliver()
    await world.updateUser(kim, { userType: 'Guest' })
    await world.updateGroup(leaves, { members: [] })
    for (let i = 0; i < 3; i++) await world.deliver()
    const { id } = world.target.only('kim')
    expect(world.target.only('stays').members).toMatchObject([{ value: id }])
    expect(world.target.only('leaves').members).toEqual([])
    expect(stays).not.toBe(leaves)
  })
})

describe('who was deleted here', () => {
  test('is deleted there, though leavers are deactivated', async () => {
    await world.removeUser(await employee({ leaving: 'deactivate' }))
    await world.deliver()
    expect(world.target.users.size).toBe(0)
  })

  test('is deactivated there if the connector says so', async () => {
    await world.removeUser(await employee({ deletion: 'deactivate' }))
    await world.deliver()
    expect(world.target.only('kim')).toMatchObject({ active: false, title: 'Cook' })
  })

  test('has her account again when somebody of her name comes, and it is active then', async () => {
    await world.removeUser(await employee({ deletion: 'deactivate' }))
    await world.deliver()
    const { id } = world.target.only('kim')
    const second = await world.createUser('kim', { userType: 'Employee' })
    await world.deliver()
    expect(world.target.users.size).toBe(1)
    expect(world.target.only('kim')).toMatchObject({ id, active: true, externalId: second })
  })

  test('is deleted there, though she left before and was deactivated', async () => {
    const kim = await employee({ leaving: 'deactivate' })
    await world.updateUser(kim, { userType: 'Guest' })
    await world.deliver()
    await world.removeUser(kim)
    await world.deliver()
    expect(world.target.users.size).toBe(0)
  })
})
