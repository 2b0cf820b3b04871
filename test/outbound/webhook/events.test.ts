/** What a webhook is told of users and groups. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { updateConnector } from '../../../src/connections/connectors/commands.ts'
import { startSync } from '../../../src/outbound/sync/commands.ts'
import { settle } from '../settled.ts'
import { GROUP, PASSWORD, USER } from '../world.ts'
import { webhookOf, webhookWorld, type WebhookWorld } from './world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

let world: WebhookWorld
beforeEach(async () => {
  world = await webhookWorld()
})
afterEach(() => world.receiver.down())

const events = () => world.taken().map(({ event }) => event)
const told = async () => {
  await world.deliver()
  return events()
}

describe('a user', () => {
  test('is told of when she is made, changed and deleted: as she is, by our id, with what changed', async () => {
    const kim = await world.createUser('kim', { externalId: 'e-1', displayName: 'Kim' })
    const [created, ...others] = await told()
    expect(others).toEqual([])
    expect(created).toEqual({
      type: 'user.created',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      data: {
        resource: { schemas: [USER], id: kim, userName: 'kim', externalId: 'e-1', displayName: 'Kim', active: true },
      },
    })
    await world.updateUser(kim, { displayName: 'Kimberly', externalId: undefined, active: false })
    const [updated] = await told()
    expect(updated?.type).toBe('user.updated')
    expect(updated?.data).toEqual({
      resource: { schemas: [USER], id: kim, userName: 'kim', displayName: 'Kimberly', active: false },
      changes: [
        { op: 'replace', path: 'active', value: false },
        { op: 'replace', path: 'displayName', value: 'Kimberly' },
        { op: 'remove', path: 'externalId' },
      ],
    })
    await world.removeUser(kim)
    const [deleted] = await told()
    expect(deleted).toMatchObject({ type: 'user.deleted', data: { resource: { id: kim, userName: 'kim' } } })
    expect((await world.delivery(kim)).state).toBe('delivered')
  })

  test('is told of by a POST of JSON, in which no password is, nor in anything that is written down', async () => {
    const kim = await world.createUser('kim', { password: PASSWORD })
    await world.updateUser(kim, { password: `${PASSWORD}2` })
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.deliver()
    const [first, ...others] = world.taken()
    expect(others).toEqual([])
    expect(first?.headers['content-type']).toBe('application/json')
    expect(first?.text).not.toContain(PASSWORD)
    expect(await world.written()).not.toContain(PASSWORD)
    await world.updateUser(kim, { password: `${PASSWORD}3` })
    expect(await told()).toEqual([])
  })

  test('names her manager by our id, though nothing was told of her yet', async () => {
    const boss = await world.createUser('boss')
    await world.createUser('kim', { schemas: [USER, ENTERPRISE], [ENTERPRISE]: { manager: { value: boss } } })
    const kim = (await told()).find(({ data }) => JSON.stringify(data).includes('"kim"'))
    expect(kim?.data.resource).toMatchObject({ [ENTERPRISE]: { manager: { value: boss } } })
  })

  test('who does not match the filter any more is told of as deleted', async () => {
    await updateConnector(await world.scope(), world.connection, world.connector, {
      ...webhookOf(world.receiver, { userFilter: 'title eq "cook"' }),
    })
    const kim = await world.createUser('kim', { title: 'cook' })
    await world.createUser('ann', { title: 'guest' })
    await world.deliver()
    await world.updateUser(kim, { title: 'guest' })
    await world.deliver()
    expect(events().map(({ type, data }) => [type, (data.resource as { id: string }).id])).toEqual([
      ['user.created', kim],
      ['user.deleted', kim],
    ])
  })

  test('who was here before the webhook is told of when everybody is provisioned', async () => {
    await settle(world as never, 30)
    await startSync(await world.scope(), await world.row())
    const all = await told()
    expect(all).toHaveLength(30)
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(['user.created']))
  })
})

describe('a group', () => {
  const membersOf = (data: Record<string, unknown>) => data.members as { added: Id[]; removed: Id[] } | undefined
  type Id = { value: string; type: string }

  test('is told of with who came and who left, and never with all of its members', async () => {
    const ids = await Promise.all(Array.from({ length: 250 }, (_, i) => world.createUser(`user${i}`)))
    await world.deliver()
    world.taken()
    const cooks = await world.createGroup('Cooks', ids)
    const [created, ...chunks] = await told()
    expect(created).toMatchObject({
      type: 'group.created',
      data: { resource: { schemas: [GROUP], id: cooks, displayName: 'Cooks' } },
    })
    expect(created?.data.members).toBeUndefined()
    expect(chunks.map(({ type, data }) => [type, membersOf(data)?.added.length, membersOf(data)?.removed])).toEqual([
      ['group.updated', 100, []],
      ['group.updated', 100, []],
      ['group.updated', 50, []],
    ])
    const added = chunks.flatMap(({ data }) => membersOf(data)?.added ?? [])
    expect(added.map(({ value }) => value).toSorted()).toEqual(ids.toSorted())
    expect(added[0]).toEqual({ value: expect.any(String), type: 'User' })

    const late = await world.createUser('late')
    await world.deliver()
    world.taken()
    await world.updateGroup(cooks, { members: [...ids.slice(1), late].map((value) => ({ value })) })
    const [change, ...rest] = await told()
    expect(rest).toEqual([])
    expect(change?.type).toBe('group.updated')
    expect(change?.data).toEqual({
      resource: { schemas: [GROUP], id: cooks, displayName: 'Cooks' },
      members: { added: [{ value: late, type: 'User' }], removed: [{ value: ids[0], type: 'User' }] },
    })
  })

  test('that is renamed and deleted is told of', async () => {
    const cooks = await world.createGroup('Cooks')
    await world.deliver()
    await world.updateGroup(cooks, { displayName: 'Chefs' })
    await world.deliver()
    await world.removeGroup(cooks)
    await world.deliver()
    expect(events().map(({ type, data }) => [type, data.changes])).toEqual([
      ['group.created', undefined],
      ['group.updated', [{ op: 'replace', path: 'displayName', value: 'Chefs' }]],
      ['group.deleted', undefined],
    ])
  })

  test('and her members come in an order in which nobody is named who was not told of', async () => {
    const kim = await world.createUser('kim')
    await world.createGroup('Cooks', [kim])
    expect((await told()).map(({ type }) => type)).toEqual(['user.created', 'group.created', 'group.updated'])
  })

  test('is not told of where the webhook wants none', async () => {
    const input = webhookOf(world.receiver, { groups: false })
    await updateConnector(await world.scope(), world.connection, world.connector, input)
    await world.createGroup('Cooks', [await world.createUser('kim')])
    expect((await told()).map(({ type }) => type)).toEqual(['user.created'])
    expect((await world.deliveries()).map(({ resourceType }) => resourceType)).toEqual(['User'])
  })
})
