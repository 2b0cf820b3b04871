/** A webhook that was off hears of what changed, groups as well. */
import { expect, onTestFinished, test } from 'vitest'
import { enableConnector } from '../../../src/connections/connectors/commands.ts'
import { findSync } from '../../../src/outbound/sync/queries.ts'
import { webhookWorld } from './world.ts'

test('of users and groups that changed, came and went while it was off, and its progress counts both', async () => {
  const world = await webhookWorld({ groups: true })
  onTestFinished(() => world.receiver.down())
  const [kim, ann] = [await world.createUser('kim'), await world.createUser('ann')]
  const [cooks, guides] = [await world.createGroup('Cooks', [kim]), await world.createGroup('Guides')]
  await world.deliver()
  const enable = async (enabled: boolean) =>
    enableConnector(await world.scope(), world.connection, world.connector, enabled)
  await enable(false)
  await world.removeUser(ann)
  await world.removeGroup(guides)
  await world.updateGroup(cooks, { displayName: 'Chefs', members: [] })
  await world.createGroup('New')
  world.taken()
  await enable(true)
  // The administrator is looked at, too.
  expect(await findSync(await world.scope(), world.connector)).toMatchObject({ total: 4 })
  await world.deliver()
  const told = world.taken().map(({ event }) => event.type)
  expect(told.sort()).toEqual(['group.created', 'group.deleted', 'group.updated', 'group.updated', 'user.deleted'])
})
