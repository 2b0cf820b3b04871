/** A tenant is told of trouble with its connectors: once for each time that it comes and goes, and until it is heard. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeAlertSettings, setAlertSettings } from '../../../src/connections/alerts/commands.ts'
import { listAlerts } from '../../../src/connections/alerts/queries.ts'
import { alertSettingsInput } from '../../../src/connections/alerts/settings.ts'
import { enableConnector, updateConnector } from '../../../src/connections/connectors/commands.ts'
import { claimAlert } from '../../../src/outbound/alerts/commands.ts'
import { listPendingNotices } from '../../../src/outbound/notices/queries.ts'
import { retryDelivery } from '../../../src/outbound/retry/commands.ts'
import { deliverDue } from '../../../src/outbound/consumer.ts'
import { resumeTarget } from '../../../src/outbound/target/commands.ts'
import { openDatabase } from '../../../src/runtime/open-database.ts'
import { scimError } from '../../support/fake-target.ts'
import { isGenuine, type WebhookReceiver, webhookReceiver, WHSEC } from '../../support/webhook-receiver.ts'
import { connectorOf, outboundWorld, type World } from '../world.ts'

const DAY = 24 * 3_600_000

let world: World
let ids: { connection: string; connector: string }
let receiver: WebhookReceiver
beforeEach(async () => {
  world = await outboundWorld()
  ids = await world.connect()
  receiver = await webhookReceiver()
})
afterEach(async () => {
  await world.target.down()
  await receiver.down()
})

const listen = async (change: Record<string, unknown> = {}, slug = '') =>
  setAlertSettings(await world.scope(slug), alertSettingsInput.parse({ url: receiver.url, secret: WHSEC, ...change }))
const createMany = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => world.createUser(`user${i}`)))
const refuse = () => void (world.target.admits = () => false)
const admit = () => void (world.target.admits = () => true)
const resume = async () => resumeTarget(await world.scope(), ids.connection, ids.connector)
const events = () => receiver.received.map(({ event }) => event)
const kept = async () => (await listAlerts(await world.scope(), 50)).map(({ type, state }) => `${type} ${state}`)

describe('a connector that is paused', () => {
  test('is told of in one signed event, however many deliveries were refused, and logged once', async () => {
    await listen()
    refuse()
    await createMany(30)
    await world.deliver()
    expect(world.target.requests.length).toBeGreaterThan(1)
    expect(events()).toEqual([
      {
        type: 'connector.paused',
        timestamp: expect.stringMatching(/Z$/),
        data: {
          connection: { id: ids.connection, name: 'SCIM-IDP' },
          connector: { id: ids.connector, name: 'SCIM2' },
          reason: expect.stringMatching(/401 Who are you\?$/),
        },
      },
    ])
    const [received] = receiver.received
    expect(received && isGenuine(received, WHSEC, (await world.scope()).now)).toBe(true)
    expect(await kept()).toEqual(['connector.paused delivered'])
    expect(world.logs.filter(({ event }) => event === 'connector paused')).toHaveLength(1)
  })

  test('and resumed is told of each time, in that order', async () => {
    await listen()
    refuse()
    await createMany(3)
    await world.deliver()
    await resume()
    await world.deliver()
    admit()
    await resume()
    await resume()
    await world.deliver()
    const [paused, resumed] = ['connector.paused', 'connector.resumed']
    expect(receiver.types).toEqual([paused, resumed, paused, resumed])
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(4)
  })

  test('is told to be resumed by new settings and by being switched on, if it was paused', async () => {
    await listen()
    await enableConnector(await world.scope(), ids.connection, ids.connector, true)
    await world.deliver()
    expect(receiver.types).toEqual([])
    refuse()
    await world.createUser('kim')
    await world.deliver()
    await updateConnector(await world.scope(), ids.connection, ids.connector, connectorOf(world.target))
    await world.deliver()
    await enableConnector(await world.scope(), ids.connection, ids.connector, true)
    await world.deliver()
    expect(receiver.types.filter((type) => type === 'connector.resumed')).toHaveLength(2)
  })

  test('is told of once by two servers that are refused at the same time', async () => {
    const url = `file:${join(mkdtempSync(join(tmpdir(), 'alerts-')), 'shared.db')}`
    await world.target.down()
    world = await outboundWorld({ url })
    ids = await world.connect()
    await listen()
    refuse()
    await createMany(20)
    const second = { ...world.platform, db: await openDatabase(url) }
    await Promise.all([world.deliver(), deliverDue(second), world.deliver(), deliverDue(second)])
    await world.deliver()
    expect(receiver.types).toEqual(['connector.paused'])
    expect(await kept()).toEqual(['connector.paused delivered'])
    expect(world.logs.filter(({ event }) => event === 'connector paused')).toHaveLength(1)
  })
})

test('a connector that is in quarantine, and one that leaves it by itself or is resumed, is told of', async () => {
  await listen()
  world.target.misbehave({ kind: 'answer', ...scimError(400, 'nickName is required') })
  await createMany(70)
  await world.deliver()
  world.target.misbehave()
  world.advance(20 * 60_000)
  await world.deliver()
  const [quarantined, resumed] = events()
  expect(quarantined).toMatchObject({
    type: 'connector.quarantined',
    data: { connector: { name: 'SCIM2' }, reason: expect.stringMatching(/nickName is required/) },
  })
  expect(resumed?.type).toBe('connector.resumed')
  await resume()
  await world.deliver()
  expect(receiver.received).toHaveLength(2)
})

describe('dead letters', () => {
  /** Deliveries of these users fail for more than 28 days. */
  const die = async (users: readonly string[]) => {
    world.target.misbehave({ kind: 'answer', status: 500 }, 'POST')
    await world.deliver()
    for (let day = 0; day < 2; day++) {
      world.advance(29 * DAY)
      await world.deliver({ perTarget: 1 })
      world.advance(DAY)
      await world.deliver({ perTarget: 1 })
    }
    for (const user of users) expect((await world.delivery(user)).state).toBe('dead')
  }
  const retryAll = async (users: readonly string[]) => {
    for (const user of users) await retryDelivery(await world.scope(), (await world.delivery(user)).id)
    await world.deliver()
  }

  test('of a connector are told of once, until there is none any more', async () => {
    await listen()
    const users = await createMany(3)
    await die(users)
    expect(receiver.types).toEqual(['connector.deadLetters'])
    expect(events()[0]?.data).toMatchObject({
      connector: { name: 'SCIM2' },
      delivery: { resourceType: 'User', resourceId: expect.any(String), error: expect.stringMatching(/: 500$/) },
    })
    world.target.misbehave()
    await retryAll(users)
    const [late] = [await world.createUser('late')]
    await die([late])
    expect(receiver.types).toEqual(['connector.deadLetters', 'connector.deadLetters'])
  })
})

describe('a receiver that does not hear', () => {
  test('hears when it is back: the same event under the same id, and nothing is lost or told twice', async () => {
    await listen()
    const { url } = receiver
    await receiver.down()
    refuse()
    await world.createUser('kim')
    const next = await world.deliver()
    expect(next).toBeDefined()
    expect(await kept()).toEqual(['connector.paused pending'])
    await resume()
    receiver.answer = () => ({ status: 503 })
    await receiver.up()
    expect(receiver.url).toBe(url)
    world.advance(60_000)
    await world.deliver()
    receiver.answer = () => ({ status: 200 })
    world.advance(DAY)
    admit()
    await world.deliver()
    const [paused, resumed] = ['connector.paused', 'connector.resumed']
    expect(receiver.types.slice(0, 2)).toEqual([paused, paused])
    expect(receiver.types.filter((type) => type === resumed)).toHaveLength(1)
    expect(receiver.received[0]?.id).toBe(receiver.received[1]?.id)
    world.advance(DAY)
    await world.deliver()
    expect(new Set(await kept()).has('connector.paused pending')).toBe(false)
  })

  test('is asked again a quarter of an hour later at the latest, and for a week', async () => {
    await listen()
    receiver.answer = () => ({ status: 500 })
    refuse()
    await world.createUser('kim')
    for (let i = 0; i < 30; i++) {
      const next = await world.deliver({ random: () => 0.999 })
      const wait = (next?.getTime() ?? Infinity) - (await world.scope()).now.getTime()
      expect(wait).toBeLessThanOrEqual(15 * 60_000)
      world.advance(15 * 60_000)
    }
    world.advance(7 * DAY)
    await world.deliver()
    expect(await kept()).toEqual(['connector.paused dead'])
    const [row] = await listAlerts(await world.scope(), 1)
    expect(row?.lastError).toMatch(/: 500$/)
  })

  test('is not asked again after 410 (Standard Webhooks), and hears of what happens next', async () => {
    await listen()
    receiver.answer = () => ({ status: 410 })
    refuse()
    await world.createUser('kim')
    await world.deliver()
    world.advance(DAY)
    await world.deliver()
    expect(receiver.types).toEqual(['connector.paused'])
    receiver.answer = () => ({ status: 200 })
    await resume()
    await world.deliver()
    expect(receiver.types[1]).toBe('connector.resumed')
  })

  test('holds up no delivery of others', async () => {
    await listen()
    receiver.answer = () => 'drop'
    const other = await world.connect({}, { name: 'another' })
    world.target.admits = ({ authorization }) => authorization === 'Bearer right'
    const right = connectorOf(world.target, { authentication: { mode: 'bearer', token: 'right' } })
    await updateConnector(await world.scope(), other.connection, other.connector, right)
    await world.createUser('kim')
    await world.deliver()
    expect(world.target.named('kim')).toHaveLength(1)
  })
})

test('of two servers that would send an alert at once, one does; when it died on the way, the next one may', async () => {
  await listen()
  refuse()
  await world.createUser('kim')
  receiver.answer = () => ({ status: 500 })
  await world.deliver()
  const { db } = world.platform
  const [pending] = await listPendingNotices(db)
  if (!pending) throw new Error('nothing is pending')
  const claim = async () => claimAlert(db, (await world.scope()).now, pending)
  expect((await Promise.all([claim(), claim()])).filter((one) => one !== undefined)).toHaveLength(1)
  receiver.answer = () => ({ status: 200 })
  const before = receiver.received.length
  await world.deliver()
  expect(receiver.received).toHaveLength(before)
  world.advance(31_000)
  await world.deliver()
  expect(receiver.received).toHaveLength(before + 1)
})

test('nobody is told who does not want to be, or not of this', async () => {
  refuse()
  await world.createUser('kim')
  await world.deliver()
  await listen({ events: ['connector.deadLetters'] })
  await resume()
  await world.deliver()
  expect(await kept()).toEqual([])
})

test('a tenant hears of its own connectors alone', async () => {
  await listen({}, 'acme')
  refuse()
  await world.createUser('kim')
  await world.deliver()
  expect(receiver.received).toEqual([])
  expect(await kept()).toEqual([])
})

test('what waits is given up when nobody wants to be told any more, and what was told is forgotten in time', async () => {
  await listen()
  receiver.answer = () => ({ status: 500 })
  refuse()
  await world.createUser('kim')
  await world.deliver()
  await removeAlertSettings(await world.scope())
  expect(await kept()).toEqual([])
  await listen()
  receiver.answer = () => ({ status: 200 })
  await resume()
  await world.deliver()
  expect((await kept()).length).toBeGreaterThan(0)
  world.advance(91 * DAY)
  await world.deliver()
  expect(await kept()).toEqual([])
})

test('the signing secret is in nothing that is written down', async () => {
  const made = await listen({ secret: undefined })
  receiver.answer = () => ({ status: 500, body: `You said ${made}` })
  refuse()
  await world.createUser('kim')
  await world.deliver()
  expect(made).toMatch(/^whsec_/)
  expect(await world.written()).not.toContain(made?.slice(6))
  expect(await listen({ secret: undefined })).toBeUndefined()
})
