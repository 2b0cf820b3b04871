/** A webhook that is told of a change before it is made: each telling is a message of its own. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { setProvisioners } from '../../../src/applications/commands.ts'
import { createConnection } from '../../../src/connections/commands.ts'
import { listConnectionsAfter } from '../../../src/connections/queries.ts'
import { connectionInput } from '../../../src/connections/settings.ts'
import { RESIDENT_APPLICATION } from '../../../src/applications/queries.ts'
import { webhookOf, webhookWorld, type WebhookWorld } from './world.ts'

let world: WebhookWorld
const refused = new Set<unknown>()
beforeEach(async () => {
  refused.clear()
  world = await webhookWorld()
})
afterEach(() => world.receiver.down())

async function block(blocking: boolean) {
  const scope = await world.scope()
  const connections = (await listConnectionsAfter(scope, '', 10)).filter(({ name }) => ['HOOKS', 'MORE'].includes(name))
  const provisioners = connections.map(({ id }) => ({ connection: id, connector: 'Webhook', jit: false, blocking }))
  await setProvisioners(scope, RESIDENT_APPLICATION, provisioners)
}

/** What a receiver knows that throws away what has an id that it knows (Standard Webhooks, "Webhook headers"). */
function knownTitle(): unknown {
  const known = new Set<string>()
  let title: unknown
  for (const received of world.receiver.received) {
    const { id, event } = received
    if (refused.has(received) || known.has(id)) continue
    known.add(id)
    title = (event.data.resource as { title?: string }).title
  }
  return title
}

async function settle() {
  for (let i = 0; i < 10; i++) {
    await world.deliver()
    world.advance(3_600_000)
  }
}

test('a change of which nobody heard that it was told is set back by another message', async () => {
  const kim = await world.createUser('kim', { title: 'Cook' })
  await world.deliver()
  await block(true)
  world.receiver.answer = () => 'drop'
  await expect(world.updateUser(kim, { title: 'Chef' })).rejects.toThrow()
  world.receiver.answer = () => ({ status: 204 })
  await settle()
  expect(knownTitle()).toBe('Cook')
})

test('a change is told by another message than the one before it, of which nobody heard', async () => {
  const kim = await world.createUser('kim', { title: 'Cook' })
  await world.deliver()
  world.receiver.answer = () => 'drop'
  await world.updateUser(kim, { title: 'Chef' })
  await world.deliver()
  world.receiver.answer = () => ({ status: 204 })
  world.advance(3_600_000)
  await block(true)
  await world.updateUser(kim, { title: 'Guide' })
  await settle()
  expect(knownTitle()).toBe('Guide')
})

test('a change that one target took, and another refused, is set back by another message', async () => {
  const outbound = { connectors: [webhookOf(world.receiver)] }
  await createConnection(await world.scope(), connectionInput.parse({ name: 'MORE', outbound }))
  await block(true)
  const kim = await world.createUser('kim', { title: 'Cook' })
  let calls = 0
  world.receiver.answer = (received) => {
    if (++calls !== 2) return { status: 204 }
    refused.add(received)
    return { status: 400 }
  }
  await expect(world.updateUser(kim, { title: 'Chef' })).rejects.toThrow()
  await settle()
  expect(refused.size).toBe(1)
  expect(knownTitle()).toBe('Cook')
})
