/** A run that is cut short: what was under way is another's at once, and nobody thinks that it has failed. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { getConnector } from '../../src/connections/queries.ts'
import { startSync } from '../../src/outbound/sync/commands.ts'
import { findSync } from '../../src/outbound/sync/queries.ts'
import { readTargetState } from '../../src/outbound/target/queries.ts'
import type { Json } from '../support/fake-target.ts'
import { outboundWorld, type World } from './world.ts'

let world: World
let ids: { connection: string; connector: string }
beforeEach(async () => {
  world = await outboundWorld()
  world.target.saysPatch = true
  world.target.takes = new Set(['PUT', 'PATCH'])
  ids = await world.connect()
})
afterEach(() => world.target.down())

/** A run that is cut in the moment in which a request of this kind is at the target, the `nth` of them. */
async function cutRun(method: string, nth = 1) {
  const cut = new AbortController()
  let count = 0
  world.target.fault = (request) => {
    if (request.method !== method || ++count < nth) return undefined
    cut.abort(new Error('the end came'))
    return { kind: 'lost' }
  }
  await world.deliver({ signal: cut.signal, perTarget: 1 })
  world.target.misbehave()
}

test('what was under way is not failed, and the next run looks before it sends', async () => {
  const kim = await world.createUser('kim')
  await cutRun('POST')
  const row = await world.delivery(kim)
  expect(row).toMatchObject({ state: 'pending', attempts: 1, lastError: null, answers: ['POST -'] })
  expect(row.requests.at(-1)?.error).toContain('the end came')
  await world.deliver()
  expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', answers: ['POST -', 'GET 200', 'PUT 200'] })
  expect(world.target.users.size).toBe(1)
})

test('nothing more is begun, and the target is not left alone for it', async () => {
  const [, ann] = [await world.createUser('kim'), await world.createUser('ann')]
  await cutRun('POST')
  expect(await world.delivery(ann)).toMatchObject({ state: 'pending', attempts: 0, requests: [] })
  const { waitUntil, lastFailure } = await readTargetState(await world.scope(), ids.connector)
  expect([waitUntil, lastFailure]).toEqual([undefined, undefined])
})

test('the one delivery that was to see whether the target answers again is another one', async () => {
  world.target.misbehave({ kind: 'drop' })
  const kim = await world.createUser('kim')
  await world.deliver()
  world.advance(60_000)
  await cutRun('GET')
  await world.deliver()
  expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', attempts: 3 })
})

test('a group goes on with the members that it has not been told of', async () => {
  const members = await Promise.all(Array.from({ length: 250 }, (_, i) => world.createUser(`user${i}`)))
  await world.deliver()
  await world.createGroup('Guides', members)
  await cutRun('PATCH', 2)
  world.target.requests.length = 0
  await world.deliver()
  // The second hundred may be there: it is said again, and the first is not.
  const sizes = world.target.patches.flatMap(([one]) => (one?.path === 'members' ? [(one.value as Json[]).length] : []))
  expect(sizes).toEqual([100, 50])
  expect(world.target.only('Guides').members).toHaveLength(250)
})

test('a sync of everybody does not go on', async () => {
  const scope = await world.scope()
  await startSync(scope, await getConnector(scope, ids.connection, ids.connector))
  await world.deliver({ isStopped: () => true })
  expect(await findSync(scope, ids.connector)).toMatchObject({ state: 'running', seen: 0 })
})
