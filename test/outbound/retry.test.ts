/** Trying again by hand. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { retryDelivery, retryStuck } from '../../src/outbound/retry/commands.ts'
import { scimError } from '../support/fake-target.ts'
import { outboundWorld, type World } from './world.ts'

let world: World
let ids: { connection: string; connector: string }
beforeEach(async () => {
  world = await outboundWorld()
  ids = await world.connect()
})
afterEach(() => world.target.down())

test('a delivery of a paused connector is not tried again, and the refusal says what to do', async () => {
  const kim = await world.createUser('kim')
  world.target.misbehave({ kind: 'answer', status: 401 })
  await world.deliver()
  const { id } = await world.delivery(kim)
  await expect(retryDelivery(await world.scope(), id)).rejects.toMatchObject({
    status: 409,
    message: expect.stringMatching(/paused.*resume/),
  })
})

test('all that is blocked through a connection goes again at once, and nothing of another connection', async () => {
  const other = await world.connect({}, { name: 'Other' })
  world.target.misbehave({ kind: 'answer', ...scimError(400, 'nickName is required') })
  const users = [await world.createUser('kim'), await world.createUser('ann')]
  await world.deliver()
  expect(await retryStuck(await world.scope(), ids.connection, ['dead'])).toBe(0)
  expect(await retryStuck(await world.scope(), ids.connection, ['blocked', 'dead'])).toBe(2)
  world.target.misbehave()
  await world.deliver()
  const rows = (await world.deliveries()).filter(({ resourceId }) => users.includes(resourceId))
  const statesOf = (connector: string) => rows.filter((row) => row.connectorId === connector).map(({ state }) => state)
  expect(statesOf(ids.connector)).toEqual(['delivered', 'delivered'])
  expect(statesOf(other.connector)).toEqual(['blocked', 'blocked'])
})
