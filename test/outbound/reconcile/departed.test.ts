/** Who left or was deleted, and whose account stays at the target: as it should be, and no drift. */
import { expect, test } from 'vitest'
import { driftingWorld } from './world.ts'

const EMPLOYEES = { userFilter: 'userType eq "Employee"' }
const KIM = { userType: 'Employee', title: 'Cook' }

test.each(['put', 'patch'] as const)(
  'who left and is inactive there, as she should be, is no drift (%s)',
  async (updateMethod) => {
    const world = await driftingWorld({ ...EMPLOYEES, leaving: 'deactivate', updateMethod })
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.updateUser(kim, { userType: 'Guest' })
    await world.deliver()
    const writes = world.target.writes.length
    expect(await world.reconcile('overwrite')).toEqual([])
    await world.deliver()
    expect(world.target.writes).toHaveLength(writes)
    expect(world.target.only('kim')).toMatchObject({ active: false, title: 'Cook' })
  },
)

test.each(['put', 'patch'] as const)(
  'who left and was switched on there is switched off again, and keeps what she had (%s)',
  async (updateMethod) => {
    const world = await driftingWorld({ ...EMPLOYEES, leaving: 'deactivate', updateMethod })
    const kim = await world.createUser('kim', KIM)
    await world.deliver()
    await world.updateUser(kim, { userType: 'Guest' })
    await world.deliver()
    world.target.only('kim').active = true
    expect(await world.reconcile('overwrite')).toEqual(['leftover repaired kim'])
    await world.deliver()
    expect(world.target.only('kim')).toMatchObject({ active: false, title: 'Cook', externalId: kim })
    expect(await world.reconcile('overwrite')).toEqual([])
    await world.updateUser(kim, { userType: 'Employee', title: 'Chef' })
    await world.deliver()
    expect(world.target.only('kim')).toMatchObject({ active: true, title: 'Chef' })
  },
)

test('who was deleted here, and stays there inactive, is nobody of ours any more', async () => {
  const world = await driftingWorld({ deletion: 'deactivate', updateMethod: 'put' })
  const kim = await world.createUser('kim', KIM)
  await world.deliver()
  await world.removeUser(kim)
  await world.deliver()
  expect(await world.reconcile('overwrite')).toEqual([])
  world.target.only('kim').active = true
  expect(await world.reconcile('overwrite')).toEqual(['leftover repaired kim'])
  await world.deliver()
  expect(world.target.only('kim')).toMatchObject({ active: false, title: 'Cook' })
  expect(await world.reconcile('overwrite')).toEqual([])
})

test('who was switched off without our hearing that she had arrived goes when she is deleted', async () => {
  const world = await driftingWorld({ ...EMPLOYEES, leaving: 'deactivate' })
  world.target.misbehave({ kind: 'drop' }, 'POST')
  const kim = await world.createUser('kim', KIM)
  await world.deliver()
  world.target.misbehave()
  await world.updateUser(kim, { userType: 'Guest' })
  world.advance(3_600_000)
  await world.deliver()
  expect(world.target.only('kim')).toMatchObject({ active: false, title: 'Cook' })
  await world.removeUser(kim)
  await world.deliver()
  expect(world.target.users.size).toBe(0)
})
