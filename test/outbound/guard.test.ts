/** The deletion guard: a mistake that would empty a target stops, and asks. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { allowRemovals } from '../../src/outbound/guard/commands.ts'
import { countHeldRemovals, findGuard } from '../../src/outbound/guard/queries.ts'
import { isTooMuch } from '../../src/outbound/guard/rules.ts'
import { findHealth } from '../../src/outbound/log/health/queries.ts'
import { retryStuck } from '../../src/outbound/retry/commands.ts'
import { scimError } from '../support/fake-target.ts'
import { outboundWorld, type World } from './world.ts'

const DAY = 24 * 3_600_000

test.each([
  ['a quarter of what is there', { base: 100, done: 0, waiting: 25 }, 25, false],
  ['one more', { base: 100, done: 0, waiting: 26 }, 25, true],
  ['one more, of which most have gone already', { base: 100, done: 25, waiting: 1 }, 25, true],
  ['ten of a small directory', { base: 12, done: 4, waiting: 6 }, 25, false],
  ['eleven of a small directory', { base: 12, done: 5, waiting: 6 }, 25, true],
  ['more than ten, where nothing may go unasked', { base: 1000, done: 0, waiting: 11 }, 0, true],
  ['everybody, where nobody is asked', { base: 100, done: 0, waiting: 100 }, 100, false],
])('%s', (_what, removals, percent, expected) => {
  expect(isTooMuch(removals, percent)).toBe(expected)
})

let world: World
let ids: { connection: string; connector: string }
let users: string[]
beforeEach(async () => {
  world = await outboundWorld()
  ids = await world.connect()
  users = []
  for (let i = 0; i < 40; i++) users.push(await world.createUser(`user${i}`))
  await world.deliver()
})
afterEach(() => world.target.down())

const guard = async () => findGuard(await world.scope(), ids.connector)
const held = async () => countHeldRemovals(await world.scope(), ids.connector)
async function removeUsers(from: number, to: number) {
  for (const id of users.slice(from, to)) await world.removeUser(id)
}

describe('when more is to go than a quarter', () => {
  beforeEach(async () => {
    await removeUsers(0, 11)
    await world.deliver()
  })

  test('nothing goes, each says why, and the health of the connection says that it asks', async () => {
    expect(world.target.users.size).toBe(40)
    expect(await held()).toBe(11)
    const delivery = await world.delivery(users[0] ?? '')
    expect(delivery).toMatchObject({ state: 'blocked', nextAttemptAt: null, answers: [] })
    expect(delivery.lastError).toMatch(/deletion guard/i)
    const { targets } = await findHealth(await world.scope(), ids.connection)
    expect(targets[0]?.removalsHeldAt).toBeInstanceOf(Date)
  })

  test('everything else goes out meanwhile', async () => {
    await world.updateUser(users[39] ?? '', { nickName: 'Kim' })
    await world.createUser('new')
    await world.deliver()
    expect(world.target.named('new')).toHaveLength(1)
    expect(world.target.named('user39')).toMatchObject([{ nickName: 'Kim' }])
  })

  test('it goes once somebody allows it, and the next leaver of the day is not asked about again', async () => {
    await allowRemovals(await world.scope(), ids.connection, ids.connector)
    await world.deliver()
    expect(world.target.users.size).toBe(29)
    expect(await held()).toBe(0)
    await expect(allowRemovals(await world.scope(), ids.connection, ids.connector)).rejects.toMatchObject({
      status: 409,
    })
    await removeUsers(11, 12)
    await world.deliver()
    expect(world.target.users.size).toBe(28)
  })

  test('another day changes nothing: it waits for somebody, and not for the clock', async () => {
    world.advance(2 * DAY)
    await world.deliver()
    expect(world.target.users.size).toBe(40)
  })
})

test('what goes one by one is counted over the day, and no longer', async () => {
  for (let i = 0; i < 10; i++) {
    await removeUsers(i, i + 1)
    await world.deliver()
  }
  expect(world.target.users.size).toBe(30)
  await removeUsers(10, 11)
  await world.deliver()
  expect(world.target.users.size).toBe(30)
  await allowRemovals(await world.scope(), ids.connection, ids.connector)
  await removeUsers(11, 21)
  await world.deliver()
  expect(world.target.users.size).toBe(19)
  expect(await guard()).toEqual({ held: 0, isClosed: true })
  world.advance(DAY)
  expect(await guard()).toEqual({ held: 0, isClosed: false })
})

test('whoever is given back what she lost stays at the target, and is held no more', async () => {
  const tenant = await world.tenant()
  const made = await tenant.scim('POST', '/v2/Roles', {
    displayName: 'staff',
    users: users.map((value) => ({ value })),
  })
  const { id: role } = (await made.json()) as { id: string }
  const other = await world.connect({}, { roles: [role], name: 'Other' })
  await world.updateUser(users[0] ?? '', { nickName: 'Kim' })
  for (const id of users) await world.updateUser(id, { title: 'Dr.' })
  await world.deliver()
  const members = (list: readonly string[]) => list.map((value) => ({ value }))
  await tenant.scim('PATCH', `/v2/Roles/${role}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'users', value: [] }],
  })
  await world.deliver()
  expect(await countHeldRemovals(await world.scope(), other.connector)).toBe(40)
  await tenant.scim('PATCH', `/v2/Roles/${role}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'users', value: members(users) }],
  })
  await world.deliver()
  expect(await countHeldRemovals(await world.scope(), other.connector)).toBe(0)
  expect((await findHealth(await world.scope(), other.connection)).targets[0]?.removalsHeldAt).toBeNull()
  expect(world.target.users.size).toBe(40)
})

test('a removal that the target refused is no held one: it is tried again with all that is blocked', async () => {
  world.target.misbehave({ kind: 'answer', ...scimError(400, 'Not now.') }, 'DELETE')
  await removeUsers(0, 1)
  await world.deliver()
  expect(await world.delivery(users[0] ?? '')).toMatchObject({ state: 'blocked', answers: ['DELETE 400'] })
  expect(await held()).toBe(0)
  world.target.misbehave()
  expect(await retryStuck(await world.scope(), ids.connection, ['blocked'])).toBe(1)
  await world.deliver()
  expect(world.target.users.size).toBe(39)
})

test('a connector that is told so asks nobody', async () => {
  const free = await outboundWorld()
  await free.connect({ deletionGuard: 100 })
  const ids = []
  for (let i = 0; i < 15; i++) ids.push(await free.createUser(`user${i}`))
  await free.deliver()
  for (const id of ids) await free.removeUser(id)
  await free.deliver()
  expect(free.target.users.size).toBe(0)
  await free.target.down()
})
