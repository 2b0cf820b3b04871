/** Clients that authenticate (RFC 6749 section 2.3) by what a process remembers of their application for a second. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { removeApplication } from '../../src/applications/commands.ts'
import { endFormerSecret, rotateClientSecret } from '../../src/applications/secrets/commands.ts'
import { basicHeader, testWorld, type TestWorld } from '../support/app.ts'
import { type Client, type OidcWorld, oidcWorld, postToken, register } from './world.ts'

let world: OidcWorld
/** Another process on the same database. */
let other: TestWorld
beforeAll(async () => {
  const url = `file:${join(mkdtempSync(join(tmpdir(), 'known-')), 'postern.db')}`
  world = await oidcWorld('', url)
  other = await testWorld({ url })
  world.hold(true)
})

let clients = 0
/** A client that this process has let in a moment ago. */
async function machine(): Promise<Client> {
  const template = 'machine-to-machine-application'
  const client = await register(world, { name: `machine ${++clients}`, template, redirectUris: [] })
  expect(await statusOf(client)).toBe(200)
  return client
}

async function statusOf({ clientId, clientSecret }: Client): Promise<number> {
  return (await postToken(world, { grant_type: 'client_credentials' }, basicHeader(clientId, clientSecret))).status
}

test('a secret that another process has made is good at once', async () => {
  const client = await machine()
  const { clientSecret } = await rotateClientSecret(await other.scope(), client.id)
  expect(await statusOf({ ...client, clientSecret })).toBe(200)
})

test('a secret that another process has ended is good for no more than a second', async () => {
  const client = await machine()
  await rotateClientSecret(await other.scope(), client.id, { formerSecretSeconds: 0 })
  world.advance(1000)
  expect(await statusOf(client)).toBe(401)
})

test('an application that another process has removed gets nothing after a second', async () => {
  const client = await machine()
  await removeApplication(await other.scope(), client.id)
  world.advance(1000)
  expect(await statusOf(client)).toBe(401)
})

test.each([
  ['is removed', removeApplication],
  ['gets another secret', (scope, id) => rotateClientSecret(scope, id, { formerSecretSeconds: 0 })],
  [
    'loses its former secret',
    async (scope, id) => {
      await rotateClientSecret(scope, id)
      await endFormerSecret(scope, id)
    },
  ],
] satisfies [string, (...to: Parameters<typeof endFormerSecret>) => Promise<unknown>][])(
  'an application that %s in this process is known to it no longer',
  async (_what, change) => {
    const client = await machine()
    await change(await world.scope(), client.id)
    expect(await statusOf(client)).toBe(401)
  },
)

test('another tenant has no use of what is remembered', async () => {
  const { clientId, clientSecret } = await machine()
  const acme = await world.tenant('acme')
  const answer = await acme.fetch('/oauth2/token', {
    method: 'POST',
    headers: { Authorization: basicHeader(clientId, clientSecret) },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  expect(answer.status).toBe(401)
})
