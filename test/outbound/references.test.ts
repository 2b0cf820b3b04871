/** A user whose manager arrives at the target while she is on her way to it herself. */
import { afterEach, expect, test } from 'vitest'
import { outboundWorld, type World } from './world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
let world: World
afterEach(() => world.target.down())

test('she goes out again with her manager, who had not arrived when she was read', async () => {
  world = await outboundWorld()
  const boss = await world.createUser('boss')
  await world.connect()
  await world.createUser('kim', { [ENTERPRISE]: { manager: { value: boss } } })
  const held = world.target.hold('POST')
  const running = world.deliver()
  await held.arrived
  await world.updateUser(boss, { title: 'Boss' })
  await world.deliver()
  expect(world.target.named('boss')).toHaveLength(1)
  held.release()
  await running
  await world.deliver()
  expect(world.target.only('kim')[ENTERPRISE]).toEqual({ manager: { value: world.target.only('boss').id } })
})
