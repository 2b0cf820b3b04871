/** A session that owes its second step decides nothing: no page takes it but that of the second step. */
import { beforeAll, expect, test } from 'vitest'
import { enrol, queryIn } from '../login/factors/world.ts'
import { type BrowserClient, browserClient } from '../support/browser-client.ts'
import { begin, DEVICE_GRANTS, errorOf, poll } from './device/world.ts'
import { authorizePath, type Client, KIM, type OidcWorld, oidcWorld, register, signIn } from './world.ts'

let world: OidcWorld
let browser: BrowserClient
let partner: Client
let tv: Client
beforeAll(async () => {
  world = await oidcWorld()
  await enrol(world, KIM)
  const steps = [{ options: ['password'] }]
  const lax = await register(world, { name: 'lax', loginFlow: { steps, secondFactor: 'never' } })
  partner = await register(world, { name: 'partner', loginFlow: { steps }, clientMetadata: { firstParty: false } })
  tv = await register(world, { name: 'tv', redirectUris: [], grantTypes: DEVICE_GRANTS, loginFlow: { steps } })
  // Of an application that never asks: she has a session by her password alone.
  browser = browserClient(world)
  await signIn(browser, await browser.get(authorizePath(world, { client_id: lax.clientId })))
})

test.each(['/account', '/account/password', '/account/totp', '/console'])('not %s', async (path) => {
  expect((await browser.get(path)).path).toMatch(/^\/login\/second\?/)
})

test('not the consent page, nor a code (OpenID Connect Core section 3.1.2.3)', async () => {
  const asked = await browser.get(authorizePath(world, { client_id: partner.clientId }))
  expect(asked.path).toMatch(/^\/login\/second\?request=/)
  const { request = '' } = queryIn(asked)
  expect((await browser.get(`/consent?request=${request}`)).path).toMatch(/^\/login\/second\?/)
  const fields = { request, decision: 'allow', asked: 'openid' }
  expect((await browser.post('/consent', fields)).path).toMatch(/^\/login\/second\?/)
  expect((await browser.get(`/oauth2/authorize?resume=${request}`)).path).toMatch(/^\/login\/second\?/)
})

test('not the page of a device, which goes on waiting (RFC 8628 section 3.3)', async () => {
  const { device_code, user_code } = await begin(world, tv)
  await browser.get('/device')
  const asked = await browser.post('/device', { user_code })
  expect(asked.path).toMatch(/^\/login\/second\?request=/)
  const { request = '' } = queryIn(asked)
  for (const decision of ['allow', 'deny']) {
    const fields = { request, decision, asked: 'openid profile' }
    expect((await browser.post('/device/confirm', fields)).path).toMatch(/^\/login\/second\?/)
  }
  expect(await errorOf(poll(world, tv, device_code))).toBe('authorization_pending')
})
