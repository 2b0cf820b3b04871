/** A target that refuses our credential is asked no more, until somebody looks after it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { enableConnector, removeConnector, updateConnector } from '../../../src/connections/connectors/commands.ts'
import { provisionedMembers, targets } from '../../../src/db/schema.ts'
import { resumeTarget } from '../../../src/outbound/target/commands.ts'
import { readTargetState } from '../../../src/outbound/target/queries.ts'
import { type Fault, scimError } from '../../support/fake-target.ts'
import { connectorOf, outboundWorld, type World } from '../world.ts'

const DAY = 24 * 3_600_000
const refusal = (status: number): Fault => ({ kind: 'answer', ...scimError(status, 'You may not.') })

let world: World
let ids: { connection: string; connector: string }
beforeEach(async () => {
  world = await outboundWorld()
  ids = await world.connect()
})
afterEach(() => world.target.down())

const stateOf = async () => readTargetState(await world.scope(), ids.connector)
const createMany = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => world.createUser(`user${i}`)))
const bearer = (token: string) => connectorOf(world.target, { authentication: { mode: 'bearer', token } })

describe('a credential that is refused', () => {
  beforeEach(() => {
    world.target.admits = ({ authorization }) => authorization === 'Bearer right'
  })

  test('pauses the connector, with the reason, however much waits and however long it takes', async () => {
    const users = await createMany(30)
    expect(await world.deliver({ perTarget: 1 })).toBeUndefined()
    expect(world.target.requests).toHaveLength(1)
    expect(await stateOf()).toMatchObject({
      pausedAt: expect.any(Date),
      pauseReason: expect.stringMatching(/401 Who are you\?$/),
    })
    const states = await Promise.all(users.map(async (user) => (await world.delivery(user)).state))
    expect(states.toSorted()).toEqual(['blocked', ...Array(29).fill('pending')])
    world.advance(100 * DAY)
    await world.createUser('late')
    await world.deliver()
    expect(world.target.requests).toHaveLength(1)
    expect(world.logs.filter(({ event }) => event === 'connector paused')).toHaveLength(1)
  })

  test('is tried again when somebody resumes the connector, and all goes if it is let in now', async () => {
    await createMany(3)
    await world.deliver({ perTarget: 1 })
    await resumeTarget(await world.scope(), ids.connection, ids.connector)
    expect(await stateOf()).toMatchObject({ pausedAt: undefined, pauseReason: undefined })
    await world.deliver({ perTarget: 1 })
    expect(world.target.requests).toHaveLength(2)
    expect((await stateOf()).pausedAt).toBeDefined()
    world.target.admits = () => true
    await resumeTarget(await world.scope(), ids.connection, ids.connector)
    await world.deliver()
    expect(world.target.users.size).toBe(3)
  })

  test('is no matter any more when the settings change, or the connector is switched on anew', async () => {
    await createMany(3)
    await world.deliver()
    await enableConnector(await world.scope(), ids.connection, ids.connector, true)
    expect((await stateOf()).pausedAt).toBeUndefined()
    await world.deliver()
    await updateConnector(await world.scope(), ids.connection, ids.connector, bearer('right'))
    expect((await stateOf()).pausedAt).toBeUndefined()
    await world.deliver()
    expect(world.target.users.size).toBe(3)
  })

  test('that was replaced while it was being refused pauses nothing', async () => {
    await world.createUser('kim')
    const held = world.target.hold('POST')
    const delivered = world.deliver()
    await held.arrived
    await updateConnector(await world.scope(), ids.connection, ids.connector, bearer('right'))
    held.release()
    await delivered
    expect((await stateOf()).pausedAt).toBeUndefined()
    expect(world.target.named('kim')).toHaveLength(1)
  })

  test('by the token endpoint pauses as well', async () => {
    const tokenEndpoint = `${world.target.origin}/nothing`
    const authentication = { mode: 'clientCredentials', tokenEndpoint, clientId: 'c', clientSecret: 'secret' }
    const input = connectorOf(world.target, { authentication })
    await updateConnector(await world.scope(), ids.connection, ids.connector, input)
    await createMany(30)
    await world.deliver({ perTarget: 1 })
    expect(world.target.requests).toHaveLength(1)
    expect((await stateOf()).pauseReason).toMatch(/token endpoint answered 401/)
  })

  test('pauses no other connector', async () => {
    world.target.admits = ({ authorization }) => authorization === 'Bearer right'
    const second = await world.connect({ authentication: { mode: 'bearer', token: 'right' } }, { name: 'another' })
    await world.createUser('kim')
    await world.deliver()
    expect(world.target.named('kim')).toHaveLength(1)
    expect((await readTargetState(await world.scope(), second.connector)).pausedAt).toBeUndefined()
  })
})

describe('403', () => {
  test('for everything pauses the connector at the first', async () => {
    world.target.misbehave(refusal(403))
    await createMany(30)
    await world.deliver({ perTarget: 1 })
    expect(world.target.requests.map(({ method }) => method)).toEqual(['POST', 'GET'])
    expect((await stateOf()).pauseReason).toMatch(/^POST .*403 You may not\.$/)
  })

  test('for one resource blocks that one, and the others go', async () => {
    world.target.fault = ({ body }) =>
      (body as { userName?: string })?.userName === 'owner' ? refusal(403) : undefined
    const owner = await world.createUser('owner')
    await createMany(9)
    await world.deliver({ perTarget: 1 })
    expect(world.target.users.size).toBe(9)
    expect((await stateOf()).pausedAt).toBeUndefined()
    const blocked = await world.delivery(owner)
    expect(blocked).toMatchObject({ state: 'blocked', answers: ['POST 403', 'GET 200'] })
    expect(Number(blocked.nextAttemptAt) - blocked.lastModified.getTime()).toBeGreaterThanOrEqual(15 * 60_000)
  })

  test('for whatever is written pauses after a few, where reading is allowed', async () => {
    world.target.misbehave(refusal(403), 'POST')
    await createMany(30)
    await world.deliver({ perTarget: 1 })
    expect(world.target.writes).toHaveLength(5)
    expect((await stateOf()).pausedAt).toBeDefined()
  })
})

test('of a connector that is removed nothing stays', async () => {
  const kim = await world.createUser('kim')
  await world.createGroup('Cooks', [kim])
  await world.deliver()
  const rows = async () =>
    (await Promise.all([targets, provisionedMembers].map((table) => world.platform.db.select().from(table)))).map(
      (all) => all.length,
    )
  expect(await rows()).toEqual([1, 1])
  await removeConnector(await world.scope(), ids.connection, ids.connector)
  expect(await rows()).toEqual([0, 0])
})
