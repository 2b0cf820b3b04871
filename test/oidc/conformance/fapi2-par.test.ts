/** The modules of the FAPI 2.0 plan that are about pushed requests and PKCE, each under its own name (see fapi2.test.ts). */
import { beforeAll, expect, test } from 'vitest'
import { browserClient } from '../../support/browser-client.ts'
import { clientKey, secondsOf } from '../dpop/world.ts'
import { answerIn, CHALLENGE, REDIRECT_URI, signIn, VERIFIER } from '../world.ts'
import { assertionOf, codeOf, type FapiWorld, fapiWorld, flow, push, redeem, visitPath } from './fapi2-world.ts'

let world: FapiWorld
beforeAll(async () => {
  world = await fapiWorld()
})

async function refusedPush(...[form, sent]: [Parameters<typeof push>[1], Parameters<typeof push>[2]?]) {
  const { status, body } = await push(world, form, sent)
  return [status, body.error]
}

test('fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds', async () => {
  const { body } = await push(world)
  const path = visitPath(world.client, body.request_uri)
  expect((await browserClient(world).get(path)).path).toMatch(/^\/login\?/)
  const browser = browserClient(world)
  expect(answerIn(await signIn(browser, await browser.get(path)))).toHaveProperty('code')
})

test('fapi2-security-profile-final-par-attempt-reuse-request_uri', async () => {
  const { body } = await push(world)
  const path = visitPath(world.client, body.request_uri)
  const browser = browserClient(world)
  await signIn(browser, await browser.get(path))
  const again = await browser.get(path)
  expect([again.status, again.headers.get('Location')]).toEqual([400, null])
})

test('fapi2-security-profile-final-par-attempt-to-use-expired-request_uri', async () => {
  const { body } = await push(world)
  // FAPI 2.0 section 5.3.2.2: less than 600 seconds.
  expect(Number(body.expires_in)).toBeLessThan(600)
  world.advance(Number(body.expires_in) * 1000)
  const page = await browserClient(world).get(visitPath(world.client, body.request_uri))
  expect([page.status, page.headers.get('Location')]).toEqual([400, null])
})

test('fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client', async () => {
  const { body } = await push(world)
  const page = await browserClient(world).get(visitPath(world.client2, body.request_uri))
  expect([page.status, page.headers.get('Location')]).toEqual([400, null])
})

test('fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param', async () => {
  const { body } = await push(world)
  expect(await refusedPush({ request_uri: body.request_uri })).toEqual([400, 'invalid_request'])
})

test('fapi2-security-profile-final-par-attempt-invalid-http-method', async () => {
  for (const method of ['GET', 'PUT']) {
    const answer = await world.app.request(`${world.issuer}/oauth2/par`, { method })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  }
})

test('fapi2-security-profile-final-par-without-duplicate-parameters', async () => {
  const { body } = await push(world)
  const query = new URLSearchParams({ client_id: world.client.clientId, request_uri: body.request_uri ?? '' })
  const browser = browserClient(world)
  const page = await signIn(browser, await browser.get(`/oauth2/authorize?${query}`))
  expect((await redeem(world, answerIn(page).code ?? '')).status).toBe(200)
})

test('fapi2-security-profile-final-par-test-array-as-audience-fails', async () => {
  const aud = [world.issuer, `${world.issuer}/oauth2/par`]
  const assertion = await assertionOf(world, world.client, { aud })
  expect(await refusedPush({}, { assertion })).toEqual([401, 'invalid_client'])
  const one = await assertionOf(world, world.client, { aud: [world.issuer] })
  expect(await refusedPush({}, { assertion: one })).toEqual([401, 'invalid_client'])
})

test.each([
  ['fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails', 'par'],
  ['fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails', 'token'],
])('%s', async (_name, endpoint) => {
  const assertion = await assertionOf(world, world.client, { aud: `${world.issuer}/oauth2/${endpoint}` })
  expect(await refusedPush({}, { assertion })).toEqual([401, 'invalid_client'])
})

test('fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted', async () => {
  const at = secondsOf(world) + 8
  const assertion = await assertionOf(world, world.client, { nbf: at, iat: at })
  expect((await push(world, {}, { assertion })).status).toBe(201)
})

test('fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails', async () => {
  const at = secondsOf(world) + 70
  const assertion = await assertionOf(world, world.client, { nbf: at, iat: at, exp: at + 60 })
  expect(await refusedPush({}, { assertion })).toEqual([401, 'invalid_client'])
})

test('fapi2-security-profile-final-par-ensure-pkce-required', async () => {
  const without = { code_challenge: undefined, code_challenge_method: undefined }
  expect(await refusedPush(without)).toEqual([400, 'invalid_request'])
})

test('fapi2-security-profile-final-par-plain-pkce-rejected', async () => {
  const plain = { code_challenge: VERIFIER, code_challenge_method: 'plain' }
  expect(await refusedPush(plain)).toEqual([400, 'invalid_request'])
  expect(await refusedPush({ code_challenge: CHALLENGE, code_challenge_method: undefined })).toEqual([
    400,
    'invalid_request',
  ])
})

test('fapi2-security-profile-final-ensure-pkce-code-verifier-required', async () => {
  const { status, body } = await redeem(world, await codeOf(world), { code_verifier: undefined })
  expect([status, body.error]).toEqual([400, 'invalid_grant'])
})

test('fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected', async () => {
  const { status, body } = await redeem(world, await codeOf(world), { code_verifier: `${VERIFIER}x` })
  expect([status, body.error]).toEqual([400, 'invalid_grant'])
})

test('fapi2-security-profile-final-ensure-mismatched-dpop-jkt-fails', async () => {
  const { jkt } = await clientKey()
  expect(await refusedPush({ dpop_jkt: jkt }, { proof: world.dpop })).toEqual([400, 'invalid_dpop_proof'])
})

test('fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt', async () => {
  const code = await codeOf(world, {}, { proof: await clientKey() })
  expect((await redeem(world, code)).body.error).toBe('invalid_grant')
})

test('fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-jkt', async () => {
  const code = await codeOf(world, { dpop_jkt: (await clientKey()).jkt })
  expect((await redeem(world, code)).body.error).toBe('invalid_grant')
})

test('fapi2-security-profile-final-ensure-dpopproof-at-par-endpoint-binding-success', async () => {
  await flow(world, {}, { proof: world.dpop })
})

test('fapi2-security-profile-final-ensure-dpop-auth-code-binding-success', async () => {
  const code = await codeOf(world, { dpop_jkt: world.dpop.jkt }, { proof: world.dpop })
  expect((await redeem(world, code)).status).toBe(200)
})

test('a pushed request of a client that does not authenticate is refused (FAPI 2.0 section 5.3.2.2)', async () => {
  expect(await refusedPush({ redirect_uri: REDIRECT_URI }, { assertion: null })).toEqual([401, 'invalid_client'])
})
