/** What becomes of a delivery when the target is down, refuses, or answers what it should not. */
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { updateConnection } from '../../src/connections/commands.ts'
import { enableConnector, updateConnector } from '../../src/connections/connectors/commands.ts'
import { connectionChange } from '../../src/connections/settings.ts'
import { retryDelivery } from '../../src/outbound/retry/commands.ts'
import { type Fault, scimError } from '../support/fake-target.ts'
import { connectorOf, outboundWorld, PASSWORD, type World } from './world.ts'

const MINUTE = 60_000
const DROP: Fault = { kind: 'drop' }
const SILENCE: Fault = { kind: 'silence' }
const answer = (status: number, rest: { headers?: Record<string, string>; body?: unknown } = {}): Fault => ({
  kind: 'answer',
  status,
  ...rest,
})
const refusal = (status: number, detail: string): Fault => ({ kind: 'answer', ...scimError(status, detail) })

let world: World
let ids: { connection: string; connector: string }
beforeEach(async () => {
  world = await outboundWorld()
  ids = await world.connect()
})
afterEach(() => world.target.down())

describe('a target that may come back', () => {
  test('is tried again, further and further apart, until it takes the delivery', async () => {
    await world.target.down()
    const kim = await world.createUser('kim')
    const waits: number[] = []
    for (let i = 0; i < 5; i++) {
      await world.deliver({ random: () => 0.99 })
      const { lastModified, nextAttemptAt } = await world.delivery(kim)
      waits.push(Number(nextAttemptAt) - lastModified.getTime())
      world.advance(waits.at(-1) ?? 0)
    }
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
    const failed = await world.delivery(kim)
    // The first POST may have arrived, for all that is known here: from then on it looks first.
    expect(failed).toMatchObject({ state: 'retrying', attempts: 5, answers: ['POST -', ...Array(4).fill('GET -')] })
    expect(failed.lastError).toMatch(/ECONNREFUSED/)
    await world.target.up()
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', lastError: null })
    expect(world.target.named('kim')).toHaveLength(1)
  })

  test('gets all that waits for it as soon as it takes one delivery, but not sooner what it failed at itself', async () => {
    const busy = await world.createUser('busy')
    world.target.misbehave(answer(500))
    for (let i = 0; i < 9; i++) {
      await world.deliver({ random: () => 0.99 })
      world.advance(Number((await world.delivery(busy)).nextAttemptAt) - (await world.scope()).now.getTime())
    }
    await world.deliver({ random: () => 0.99 })
    await world.target.down()
    const old = await world.createUser('old')
    for (let i = 0; i < 6; i++) {
      await world.deliver({ random: () => 0.99 })
      if (i < 5) world.advance(Number((await world.delivery(old)).nextAttemptAt) - (await world.scope()).now.getTime())
    }
    world.target.misbehave()
    await world.target.up()
    // The target is asked every half minute; the delivery that found it away would wait a whole one.
    world.advance(MINUTE / 2)
    const fresh = await world.createUser('fresh')
    await world.deliver()
    expect((await world.delivery(fresh)).state).toBe('delivered')
    expect((await world.delivery(old)).state).toBe('delivered')
    expect((await world.delivery(busy)).state).toBe('retrying')
  })

  test('is asked for a few deliveries only; the others wait with them, and all go once it is back', async () => {
    await world.target.down()
    const names = Array.from({ length: 30 }, (_, i) => `user${i}`)
    const created = await Promise.all(names.map((name) => world.createUser(name)))
    await world.deliver()
    const waiting = await Promise.all(created.map((one) => world.delivery(one)))
    const asked = waiting.filter(({ attempts }) => attempts > 0)
    expect(asked.length).toBeLessThan(names.length)
    expect(waiting.every(({ nextAttemptAt }) => nextAttemptAt !== null)).toBe(true)
    await world.target.up()
    world.advance(2000)
    await world.deliver()
    for (const name of names) expect(world.target.named(name)).toHaveLength(1)
  })

  test.each([500, 502, 503, 408, 425, 429])('answers %i and is tried again', async (status) => {
    const kim = await world.createUser('kim')
    world.target.misbehave(answer(status))
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'retrying', answers: [`POST ${status}`] })
    world.target.misbehave()
    world.advance(2000)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test('is left alone for as long as it asks (RFC 9110 section 10.2.3)', async () => {
    const kim = await world.createUser('kim')
    world.target.misbehave(answer(429, { headers: { 'Retry-After': '120' } }))
    await world.deliver()
    const { lastModified, nextAttemptAt } = await world.delivery(kim)
    expect(Number(nextAttemptAt) - lastModified.getTime()).toBeGreaterThanOrEqual(120_000)
    world.target.misbehave()
    world.advance(60_000)
    await world.deliver()
    expect(world.target.requests).toHaveLength(1)
    world.advance(75_000)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test('that does not answer in time counts as away', async () => {
    const slow = await outboundWorld({ timeoutMs: 100 })
    await slow.connect({}, { to: world.target })
    const kim = await slow.createUser('kim')
    world.target.misbehave(SILENCE)
    await slow.deliver()
    expect(await slow.delivery(kim)).toMatchObject({ state: 'retrying', answers: ['POST -'] })
    expect((await slow.delivery(kim)).lastError).toMatch(/timeout/i)
    await slow.target.down()
  })
})

describe('a POST that arrived and whose answer did not', () => {
  test('makes no second user: she is found by our id, and is made as she is now', async () => {
    world.target.isUnique = false
    const kim = await world.createUser('kim', { password: PASSWORD })
    world.target.misbehave(DROP, 'POST')
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'retrying', answers: ['POST -'] })
    await world.updateUser(kim, { userName: 'kim2' })
    world.advance(1000)
    await world.deliver()
    expect([...world.target.users.values()]).toMatchObject([{ userName: 'kim2', externalId: kim }])
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', answers: ['POST -', 'GET 200', 'PUT 200'] })
  })

  test('of a user who is deleted meanwhile is undone', async () => {
    const kim = await world.createUser('kim')
    world.target.misbehave(DROP, 'POST')
    await world.deliver()
    await world.removeUser(kim)
    world.advance(1000)
    await world.deliver()
    expect(world.target.users.size).toBe(0)
    expect(await world.delivery(kim)).toMatchObject({ answers: ['POST -', 'GET 200', 'DELETE 204'] })
  })

  test('leaves alone a namesake that is not ours when the user is deleted', async () => {
    world.target.users.set('theirs', { id: 'theirs', userName: 'kim' })
    const kim = await world.createUser('kim')
    world.target.misbehave(answer(503))
    await world.deliver()
    world.target.misbehave()
    await world.removeUser(kim)
    await world.deliver()
    expect([...world.target.users.keys()]).toEqual(['theirs'])
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test('at a target that cannot search by externalId is found by name', async () => {
    const kim = await world.createUser('kim')
    world.target.misbehave(DROP, 'POST')
    await world.deliver()
    world.target.fault = ({ path }) => (path.includes('externalId') ? refusal(400, 'invalidFilter') : undefined)
    world.advance(2000)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({
      state: 'delivered',
      answers: ['POST -', 'GET 400', 'GET 200', 'PUT 200'],
    })
  })
})

describe('a target that no longer has the resource', () => {
  test('and says so in SCIM is sent it anew (RFC 7644 section 3.12), and its groups with it', async () => {
    const kim = await world.createUser('kim')
    await world.createGroup('Cooks', [kim])
    await world.deliver()
    world.target.users.clear()
    world.target.groups.forEach((group) => (group.members = []))
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.deliver()
    const [remote] = world.target.named('kim')
    expect(remote).toMatchObject({ displayName: 'Kim' })
    expect(world.target.named('Cooks')).toMatchObject([{ members: [{ value: remote?.id }] }])
    expect(await world.delivery(kim)).toMatchObject({ answers: ['PUT 404', 'POST 201'] })
  })

  test('but answers 404 in no form of SCIM has perhaps moved: nothing is created, an administrator is asked', async () => {
    const kim = await world.createUser('kim')
    await world.deliver()
    world.target.misbehave(answer(404, { body: '<h1>Not Found</h1>' }))
    await world.updateUser(kim, { displayName: 'Kim' })
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', answers: ['PUT 404'] })
    await world.removeUser(kim)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', operation: 'delete' })
  })

  test('is asked for nothing more when it should be deleted', async () => {
    const kim = await world.createUser('kim')
    await world.deliver()
    world.target.users.clear()
    await world.removeUser(kim)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', answers: ['DELETE 404'] })
  })
})

describe('a delivery that needs an administrator', () => {
  test.each([405, 302])('because of %i is blocked, and tried again only now and then', async (status) => {
    const kim = await world.createUser('kim')
    world.target.misbehave(answer(status, { headers: { Location: '/elsewhere' } }))
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', answers: [`POST ${status}`] })
    world.advance(14 * MINUTE)
    await world.deliver()
    expect(world.target.requests).toHaveLength(1)
    world.target.misbehave()
    world.advance(3 * MINUTE)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test('goes at once when the connector gets the right credential, and wakes the consumer', async () => {
    world.target.admits = ({ authorization }) => authorization === 'Bearer right'
    const kim = await world.createUser('kim')
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked' })
    const wakes = world.wakes.length
    const authentication = { mode: 'bearer', token: 'right' }
    await updateConnector(
      await world.scope(),
      ids.connection,
      ids.connector,
      connectorOf(world.target, { authentication }),
    )
    expect(await world.delivery(kim)).toMatchObject({ state: 'pending' })
    expect(world.wakes).toHaveLength(wakes + 1)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test('goes at once also when the connection is given its connectors anew, as the management API does it', async () => {
    world.target.admits = ({ authorization }) => authorization === 'Bearer right'
    const kim = await world.createUser('kim')
    await world.deliver()
    const connector = connectorOf(world.target, { authentication: { mode: 'bearer', token: 'right' } })
    const change = connectionChange.parse({ outbound: { connectors: [connector] } })
    await updateConnection(await world.scope(), ids.connection, change)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test('goes at once also if the credential came while the old one was being refused', async () => {
    world.target.admits = ({ authorization }) => authorization === 'Bearer right'
    const kim = await world.createUser('kim')
    const held = world.target.hold('POST')
    const delivered = world.deliver()
    await held.arrived
    const input = connectorOf(world.target, { authentication: { mode: 'bearer', token: 'right' } })
    await updateConnector(await world.scope(), ids.connection, ids.connector, input)
    held.release()
    await delivered
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
    expect((await world.delivery(kim)).answers.slice(0, 1)).toEqual(['POST 401'])
  })

  test('whose address is not allowed is blocked before it leaves (SSRF)', async () => {
    const input = connectorOf(world.target, { userEndpoint: 'http://169.254.169.254/latest/meta-data' })
    await updateConnector(await world.scope(), ids.connection, ids.connector, input)
    const kim = await world.createUser('kim')
    await world.deliver()
    const { state, lastError, answers } = await world.delivery(kim)
    expect({ state, answers }).toEqual({ state: 'blocked', answers: ['POST -'] })
    expect(lastError).toMatch(/169\.254\.169\.254 is not a public address/)
  })

  test('because the target told no id, and is not found again, makes no second user', async () => {
    const kim = await world.createUser('kim')
    world.target.misbehave(answer(201, { body: {} }), 'POST')
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'blocked', answers: ['POST 201', 'GET 200'] })
  })

  test('is not needed where the target told no id but finds the user by ours', async () => {
    const kim = await world.createUser('kim')
    world.target.users.set('r1', { id: 'r1', userName: 'other', externalId: kim })
    world.target.misbehave(answer(201, { body: {} }), 'POST')
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
    await world.removeUser(kim)
    await world.deliver()
    expect(world.target.users.size).toBe(0)
  })
})

describe('a resource that the target refuses', () => {
  beforeEach(() => world.target.misbehave(refusal(400, 'nickName is required')))

  test.each([400, 422])('with %i is blocked, with the reason, and offered again after hours alone', async (status) => {
    world.target.misbehave(refusal(status, 'nickName is required'))
    const kim = await world.createUser('kim')
    await world.deliver()
    const blocked = await world.delivery(kim)
    expect(blocked).toMatchObject({ state: 'blocked', answers: [`POST ${status}`] })
    expect(blocked.lastError).toMatch(/nickName is required$/)
    expect(blocked.requests).toMatchObject([{ decision: 'create', error: 'nickName is required' }])
    world.advance(6 * 60 * MINUTE - 1000)
    await world.deliver()
    expect(world.target.requests).toHaveLength(1)
    world.target.misbehave()
    world.advance(60 * MINUTE)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', lastError: null })
  })

  test('lives again with its next change', async () => {
    const kim = await world.createUser('kim')
    await world.deliver()
    world.target.misbehave()
    await world.updateUser(kim, { nickName: 'Kim' })
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered', operation: 'create' })
    expect(await world.deliveries()).toHaveLength(1)
  })

  test('lives again when an administrator says so', async () => {
    const kim = await world.createUser('kim')
    await world.deliver()
    world.target.misbehave()
    const { id } = await world.delivery(kim)
    await retryDelivery(await world.scope(), id)
    expect(await world.delivery(kim)).toMatchObject({ state: 'pending' })
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
    await expect(retryDelivery(await world.scope(), id)).rejects.toMatchObject({ status: 409 })
  })

  test('keeps nothing else from arriving', async () => {
    await world.createUser('kim')
    await world.deliver()
    world.target.misbehave()
    await world.createUser('ann')
    await world.deliver()
    expect(world.target.named('ann')).toHaveLength(1)
  })
})

describe('a connector that is switched off', () => {
  test('keeps what waits, and delivers it when it is on again', async () => {
    await world.target.down()
    const kim = await world.createUser('kim')
    await world.deliver()
    await enableConnector(await world.scope(), ids.connection, ids.connector, false)
    await world.target.up()
    world.advance(100 * MINUTE)
    expect(await world.deliver()).toBeUndefined()
    expect(world.target.requests).toEqual([])
    expect(await world.delivery(kim)).toMatchObject({ state: 'retrying' })
    await enableConnector(await world.scope(), ids.connection, ids.connector, true)
    await world.deliver()
    expect(world.target.named('kim')).toHaveLength(1)
  })
})

test('secrets that cannot be opened hold the delivery up, and its row says so', async () => {
  const kim = await world.createUser('kim')
  // As if MASTER_KEY were another one: what is sealed in another place does not open either.
  await world.platform.db.run(sql`update connectors set sealed_secrets = 'v1.AAAAAAAAAAAAAAAA.AAAA'`)
  await world.deliver()
  expect(await world.delivery(kim)).toMatchObject({ state: 'retrying', attempts: 1 })
  expect((await world.delivery(kim)).lastError).toMatch(/its log says why/)
  expect(world.target.requests).toEqual([])
  expect(world.logs.some(({ event }) => event === 'delivery not possible')).toBe(true)
})
