/** The deletion guard where a target takes a removal first. */
import { expect, onTestFinished, test } from 'vitest'
import { users } from '../../../src/db/schema.ts'
import { outboundWorld } from '../world.ts'

async function begin(connector: object = {}) {
  const world = await outboundWorld()
  onTestFinished(() => world.target.down())
  await world.connect({ ...connector }, { blocking: true })
  const ids: string[] = []
  for (let i = 0; i < 12; i++) ids.push(await world.createUser(`user-${i}`))
  return { world, ids }
}

test('a deletion beyond its share is refused in words, and nothing is on its way', async () => {
  const { world, ids } = await begin()
  for (const id of ids.slice(0, 10)) await world.removeUser(id)
  const [eleventh = ''] = ids.slice(10)
  await expect(world.removeUser(eleventh)).rejects.toThrow('its deletion guard lets no more go within a day')
  expect(world.target.users.size).toBe(2)
  expect((await world.deliveries()).filter(({ state }) => state !== 'delivered')).toEqual([])
  await world.updateUser(eleventh, { title: 'stays' })
  expect(world.target.only('user-10').title).toBe('stays')
  world.advance(25 * 3_600_000)
  await world.removeUser(eleventh)
  expect(world.target.users.size).toBe(1)
})

test('who was made there in vain is taken away without it', async () => {
  const { world, ids } = await begin()
  for (const id of ids.slice(0, 10)) await world.removeUser(id)
  const held = world.target.hold('POST')
  const change = world.createUser('kim').catch((error: unknown) => error)
  await held.arrived
  // The name is given away behind its back, as an import would.
  const { db, tenantId } = await world.scope()
  const user = await db.query.users.findFirst({ where: (row, { eq }) => eq(row.id, ids[11] ?? '') })
  if (!user) throw new Error('there is no user')
  await db.insert(users).values({ ...user, tenantId, id: 'another', userName: 'kim', userNameKey: 'kim' })
  held.release()
  expect(await change).toMatchObject({ scimType: 'uniqueness' })
  expect(world.target.named('kim')).toHaveLength(1)
  await world.deliver()
  expect(world.target.named('kim')).toEqual([])
})
