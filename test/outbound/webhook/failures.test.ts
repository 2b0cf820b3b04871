/** A receiver that fails, and what it is sent again. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { retryDelivery } from '../../../src/outbound/retry/commands.ts'
import { resumeTarget } from '../../../src/outbound/target/commands.ts'
import { readTargetState } from '../../../src/outbound/target/queries.ts'
import { webhookWorld, type WebhookWorld } from './world.ts'

const MINUTE = 60_000

let world: WebhookWorld
beforeEach(async () => {
  world = await webhookWorld()
})
afterEach(() => world.receiver.down())

const stateOf = async () => readTargetState(await world.scope(), world.connector)
const ids = () => world.receiver.received.map(({ id }) => id)
const again = async () => {
  world.advance(30 * MINUTE)
  await world.deliver()
}

test.each([
  ['an error', () => ({ status: 503 }) as const],
  ['a lost answer', () => 'drop' as const],
])('after %s the same event comes under the same id, and what comes next under another', async (_what, answer) => {
  world.receiver.answer = answer
  const kim = await world.createUser('kim')
  await world.deliver()
  expect((await world.delivery(kim)).state).toBe('retrying')
  world.receiver.answer = () => ({ status: 200 })
  await again()
  expect(world.receiver.types).toEqual(['user.created', 'user.created'])
  expect(new Set(ids()).size).toBe(1)
  await world.updateUser(kim, { displayName: 'Kim' })
  await world.deliver()
  expect(new Set(ids()).size).toBe(2)
  expect(world.receiver.types.at(-1)).toBe('user.updated')
})

test('a change that nobody heard of comes again with its changes; the next one leaves out what it cannot know', async () => {
  const kim = await world.createUser('kim')
  await world.deliver()
  world.taken()
  world.receiver.answer = () => 'drop'
  await world.updateUser(kim, { displayName: 'Kim' })
  await world.deliver()
  await again()
  const [first, second] = world.taken()
  expect(second?.id).toBe(first?.id)
  expect(second?.event.data).toEqual(first?.event.data)
  world.receiver.answer = () => ({ status: 200 })
  await world.updateUser(kim, { displayName: 'Kimberly' })
  await again()
  const [third] = world.taken()
  expect(third?.id).not.toBe(first?.id)
  expect(third?.event.data).toMatchObject({ resource: { displayName: 'Kimberly' } })
  expect(third?.event.data.changes).toBeUndefined()
})

test('of a group’s chunks only those come again that were not heard, each under its own id', async () => {
  const users = await Promise.all(Array.from({ length: 250 }, (_, i) => world.createUser(`user${i}`)))
  await world.deliver()
  world.taken()
  world.receiver.answer = () => ({ status: world.receiver.received.length === 3 ? 500 : 200 })
  await world.createGroup('Cooks', users)
  await world.deliver()
  const [created, chunk, unheard, ...none] = world.taken()
  expect(none).toEqual([])
  world.receiver.answer = () => ({ status: 200 })
  await again()
  const rest = world.taken()
  expect(rest.map(({ id }) => id).slice(0, 2)).toEqual([created?.id, unheard?.id])
  expect(rest[1]?.event.data).toEqual(unheard?.event.data)
  expect(rest).toHaveLength(3)
  expect(new Set([created, chunk, ...rest].map((one) => one?.id)).size).toBe(4)
})

test('a person whose creation may have been heard of is told of as deleted', async () => {
  world.receiver.answer = () => 'drop'
  const kim = await world.createUser('kim')
  await world.deliver()
  await world.removeUser(kim)
  world.receiver.answer = () => ({ status: 200 })
  await again()
  expect(world.receiver.types).toEqual(['user.created', 'user.deleted'])
  expect(new Set(ids()).size).toBe(2)
})

describe('the connector is paused', () => {
  test('by 410: the receiver wants no more (Standard Webhooks)', async () => {
    world.receiver.answer = () => ({ status: 410 })
    const kim = await world.createUser('kim')
    await world.createUser('ann')
    await world.deliver({ perTarget: 1 })
    expect(world.receiver.received).toHaveLength(1)
    expect((await stateOf()).pauseReason).toMatch(/: 410 The receiver wants no more events\.$/)
    world.receiver.answer = () => ({ status: 200 })
    await again()
    expect(world.receiver.received).toHaveLength(1)
    await resumeTarget(await world.scope(), world.connection, world.connector)
    await world.deliver()
    expect((await world.delivery(kim)).state).toBe('delivered')
    expect(new Set(ids()).size).toBe(2)
  })

  test('by 401, and by 403 if a test event is refused as well', async () => {
    for (const status of [401, 403]) {
      world.receiver.answer = () => ({ status })
      await world.createUser(`user${status}`)
      await world.deliver({ perTarget: 1 })
      expect((await stateOf()).pauseReason, String(status)).toMatch(new RegExp(`: ${status}$`))
      await resumeTarget(await world.scope(), world.connection, world.connector)
    }
    expect(world.receiver.types).toContain('webhook.test')
  })

  test('and not by 403 for one event alone', async () => {
    world.receiver.answer = ({ event }) => ({ status: event.type === 'webhook.test' ? 200 : 403 })
    const kim = await world.createUser('kim')
    await world.deliver()
    expect((await stateOf()).pausedAt).toBeUndefined()
    expect((await world.delivery(kim)).state).toBe('blocked')
  })
})

test.each([400, 404, 422, 301])('%i blocks the event until somebody tries it again', async (status) => {
  world.receiver.answer = () => ({ status, headers: { Location: 'http://127.0.0.1:1/' } })
  const kim = await world.createUser('kim')
  await world.deliver()
  const blocked = await world.delivery(kim)
  expect(blocked).toMatchObject({ state: 'blocked', answers: [`POST ${status}`] })
  expect((await stateOf()).pausedAt).toBeUndefined()
  world.receiver.answer = () => ({ status: 200 })
  await retryDelivery(await world.scope(), blocked.id)
  await world.deliver()
  expect((await world.delivery(kim)).state).toBe('delivered')
  expect(new Set(ids()).size).toBe(1)
})

test('Retry-After holds all events', async () => {
  world.receiver.answer = () => ({ status: 429, headers: { 'Retry-After': '120' } })
  await world.createUser('kim')
  await world.deliver({ perTarget: 1 })
  await world.createUser('ann')
  world.receiver.answer = () => ({ status: 200 })
  world.advance(100_000)
  await world.deliver()
  expect(world.receiver.received).toHaveLength(1)
  world.advance(30_000)
  await world.deliver()
  expect(world.receiver.received).toHaveLength(3)
})
