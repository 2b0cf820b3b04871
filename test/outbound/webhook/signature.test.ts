/** Standard Webhooks: what is signed, with which secrets, and under which id. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { rotateSigningSecret } from '../../../src/connections/connectors/signing/commands.ts'
import { updateConnector } from '../../../src/connections/connectors/commands.ts'
import { isSigningSecret, newSigningSecret } from '../../../src/core/signing-secret.ts'
import { signatureHeaders } from '../../../src/outbound/webhook/sign.ts'
import { isGenuine, OTHER_WHSEC, type Received, WHSEC } from '../../support/webhook-receiver.ts'
import { webhookOf, webhookWorld, type WebhookWorld } from './world.ts'

const HOUR = 3_600_000

let world: WebhookWorld
beforeEach(async () => {
  world = await webhookWorld()
})
afterEach(() => world.receiver.down())

const genuine = async (received: Received | undefined, secret = WHSEC) =>
  received !== undefined && isGenuine(received, secret, (await world.scope()).now)
const tellOf = async (name: string) => {
  await world.createUser(name)
  await world.deliver()
  const [received] = world.taken()
  return received as Received
}

test('the example of the specification has the signature that it says', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const now = new Date(1614265330_000)
  expect(
    signatureHeaders({ signingSecret: secret }, 'msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', now),
  ).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('an event is signed: id, time and body', async () => {
  const received = await tellOf('kim')
  expect(await genuine(received)).toBe(true)
  expect(await genuine(received, OTHER_WHSEC)).toBe(false)
  expect(await genuine({ ...received, text: received.text.replace('kim', 'eve') })).toBe(false)
  for (const [name, value] of [
    ['webhook-id', 'msg_another'],
    ['webhook-timestamp', String(Number(received.headers['webhook-timestamp']) + 1)],
    ['webhook-signature', `v1a,${String(received.headers['webhook-signature']).slice(3)}`],
  ] as const) {
    expect(await genuine({ ...received, headers: { ...received.headers, [name]: value } })).toBe(false)
  }
  world.advance(301_000)
  expect(await genuine(received)).toBe(false)
})

test('a secret of the specification’s form is taken, and no other', () => {
  const bytes = (count: number) => `whsec_${Buffer.alloc(count, 7).toString('base64')}`
  expect([24, 32, 64].map((count) => isSigningSecret(bytes(count)))).toEqual([true, true, true])
  for (const wrong of [bytes(23), bytes(65), 'whsec_', 'whsec_not base64!', bytes(32).slice(6), `${bytes(24)}x`]) {
    expect(isSigningSecret(wrong), wrong).toBe(false)
  }
  expect(isSigningSecret(newSigningSecret())).toBe(true)
  expect(newSigningSecret()).not.toBe(newSigningSecret())
})

describe('a new secret', () => {
  test('signs at once, and the one before it signs as well for a day', async () => {
    const made = await rotateSigningSecret(await world.scope(), await world.row())
    const both = await tellOf('kim')
    expect(String(both.headers['webhook-signature']).split(' ')).toHaveLength(2)
    expect([await genuine(both, made), await genuine(both, WHSEC)]).toEqual([true, true])
    world.advance(24 * HOUR)
    const later = await tellOf('ann')
    expect([await genuine(later, made), await genuine(later, WHSEC)]).toEqual([true, false])
  })

  test('that is given does the same; the same one again, and none, change nothing', async () => {
    const give = async (change: Record<string, unknown>) =>
      updateConnector(await world.scope(), world.connection, world.connector, webhookOf(world.receiver, change))
    await give({})
    await give({ signingSecret: undefined })
    expect(String((await tellOf('kim')).headers['webhook-signature'])).not.toContain(' ')
    await give({ signingSecret: OTHER_WHSEC })
    const both = await tellOf('ann')
    expect([await genuine(both, OTHER_WHSEC), await genuine(both, WHSEC)]).toEqual([true, true])
  })

  test('is in nothing that is written down, and neither is one that was given', async () => {
    world.receiver.answer = () => ({ status: 500, body: `I know ${WHSEC}` })
    const made = await rotateSigningSecret(await world.scope(), await world.row())
    await tellOf('kim')
    const written = await world.written()
    expect(written).toContain('I know [redacted]')
    for (const secret of [made, WHSEC]) expect(written.includes(secret.slice(6, 30))).toBe(false)
  })
})
