/** Whoever may name an address that this server calls cannot have it called by all who send requests, at once. */
import { setImmediate } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { authorizePath, type OidcWorld, oidcWorld, postToken, register } from '../oidc/world.ts'
import { browserClient } from '../support/browser-client.ts'

const VICTIM = 'https://victim.example'
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let world: OidcWorld
let calls: number
let answer: PromiseWithResolvers<void>
beforeEach(async () => {
  world = await oidcWorld()
  calls = 0
  answer = Promise.withResolvers()
  const fetch = async () => {
    calls++
    await answer.promise
    return new Response('x'.repeat(1000))
  }
  Object.assign(world.platform, { fetch })
})

/** How many calls a hundred of these requests make that come while the first is not answered, and one that comes later. */
async function callsOf(send: (i: number) => Promise<unknown>): Promise<number[]> {
  const all = Promise.all(Array.from({ length: 100 }, (_, i) => send(i)))
  // Each comes as far as it does without the answer.
  for (let turn = 0; turn < 100; turn++) await setImmediate()
  const atOnce = calls
  answer.resolve()
  await all
  const total = calls
  await send(100)
  return [atOnce, total, calls - total]
}

test('for a request object (RFC 9101 section 10.4), whichever of its addresses is asked for', async () => {
  const requestUris = Array.from({ length: 10 }, (_, i) => `${VICTIM}/${i}`)
  const { clientId: client_id } = await register(world, { name: 'refers', clientMetadata: { requestUris } })
  const send = (i: number) =>
    browserClient(world).get(authorizePath(world, { client_id, request_uri: requestUris[i % 10] }))
  const [atOnce = 0, , later] = await callsOf(send)
  expect(atOnce).toBeLessThanOrEqual(20)
  expect(later).toBe(1)
})

test('for the keys of a client', async () => {
  const clientMetadata = { jwksUri: `${VICTIM}/keys` }
  const settings = { name: 'keys', tokenEndpointAuthMethod: 'private_key_jwt', clientMetadata }
  const { clientId } = await register(world, settings)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const client_assertion = `${part({ alg: 'ES256', kid: 'x' })}.${part({ iss: clientId, sub: clientId })}.AAAA`
  const send = () => postToken(world, { client_assertion_type: JWT_BEARER, client_assertion }, null)
  const [atOnce = 0] = await callsOf(send)
  expect([atOnce > 0, atOnce <= 20]).toEqual([true, true])
})

test('for the logo of an application', async () => {
  const { clientId } = await register(world, { name: 'logo', clientMetadata: { logoUri: `${VICTIM}/logo` } })
  const query = new URLSearchParams({ client_id: clientId })
  const send = () =>
    Promise.resolve(world.app.request(`${world.platform.config.baseUrl}/branding/application-logo?${query}`))
  const [atOnce = 0] = await callsOf(send)
  expect([atOnce > 0, atOnce <= 20]).toEqual([true, true])
})
