/** A blocking provisioner, and who leaves: her account is remembered as the engine would remember it. */
import { expect, onTestFinished, test } from 'vitest'
import { outboundWorld } from '../world.ts'

async function left() {
  const world = await outboundWorld()
  onTestFinished(() => world.target.down())
  await world.connect({ userFilter: 'userType eq "Employee"', leaving: 'deactivate' }, { blocking: true })
  const kim = await world.createUser('kim', { userType: 'Employee', title: 'Cook' })
  await world.updateUser(kim, { userType: 'Guest' })
  expect(world.target.only('kim')).toMatchObject({ active: false, title: 'Cook' })
  return { world, kim }
}

test('who was deactivated first is deleted when she is deleted', async () => {
  const { world, kim } = await left()
  await world.removeUser(kim)
  expect(world.target.users.size).toBe(0)
})

test('who was deactivated first is told to the target once, and comes back to her account by one request', async () => {
  const { world, kim } = await left()
  world.target.requests.length = 0
  await world.updateUser(kim, { title: 'Visitor' })
  await world.updateUser(kim, { userType: 'Employee' })
  expect(world.target.writes).toEqual(['PUT Users'])
  expect(world.target.only('kim')).toMatchObject({ active: true, title: 'Visitor' })
})
