/**
 * The modules of the OpenID Foundation's FAPI 2.0 plan (fapi2-security-profile-final-test-plan; plain_fapi,
 * openid_connect, private_key_jwt, dpop) that are about a well-behaved client and its requests, each under its own name.
 */
import { decodeProtectedHeader } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { browserClient } from '../../support/browser-client.ts'
import { claimsIn, proofFor, secondsOf } from '../dpop/world.ts'
import { answerIn, authorizePath, CHALLENGE, codeFor, REDIRECT_URI, signIn } from '../world.ts'
import {
  authorized,
  callResource,
  codeOf,
  fapiClient,
  type FapiWorld,
  fapiWorld,
  flow,
  push,
  redeem,
  visitPath,
} from './fapi2-world.ts'

let world: FapiWorld
beforeAll(async () => {
  world = await fapiWorld()
})

async function refusedPush(form: Record<string, string | undefined>): Promise<[number, string | undefined]> {
  const { status, body } = await push(world, form)
  return [status, body.error]
}

test('fapi2-security-profile-final-discovery-end-point-verification', async () => {
  const answer = await world.app.request(`${world.issuer}/.well-known/openid-configuration`)
  expect(await answer.json()).toMatchObject({
    issuer: world.issuer,
    pushed_authorization_request_endpoint: `${world.issuer}/oauth2/par`,
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
    response_types_supported: expect.arrayContaining(['code']),
    grant_types_supported: expect.arrayContaining(['authorization_code']),
    token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt']),
    token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['ES256', 'PS256', 'EdDSA']),
    id_token_signing_alg_values_supported: expect.arrayContaining(['ES256', 'EdDSA']),
    dpop_signing_alg_values_supported: expect.arrayContaining(['ES256', 'PS256', 'EdDSA']),
    claims_parameter_supported: true,
    response_modes_supported: expect.arrayContaining(['jwt']),
    request_object_signing_alg_values_supported: expect.arrayContaining(['ES256', 'PS256', 'EdDSA']),
    require_pushed_authorization_requests: expect.any(Boolean),
    subject_types_supported: expect.arrayContaining(['public']),
    scopes_supported: expect.arrayContaining(['openid']),
  })
})

test('fapi2-security-profile-final-happy-flow', async () => {
  const { iss, state } = await authorized(world)
  expect([iss, state]).toEqual([world.issuer, 'state-1'])
  const { access_token, id_token = '' } = await flow(world)
  expect(decodeProtectedHeader(id_token).alg).toBe('ES256')
  expect(decodeProtectedHeader(access_token ?? '').alg).toBe('ES256')
  expect(claimsIn(id_token)).toMatchObject({ aud: world.client.clientId, nonce: 'nonce-1', iss: world.issuer })
  expect(claimsIn(access_token ?? '')).toMatchObject({ cnf: { jkt: world.dpop.jkt } })
  // No access token goes in an address (FAPI 2.0 section 5.3.4, RFC 6750 section 2.3).
  const inAddress = await world.app.request(`${world.issuer}/oauth2/userinfo?access_token=${access_token}`)
  expect(inAddress.status).toBe(401)

  // The plan's second client, whose redirect URI has a query.
  const redirect_uri = `${REDIRECT_URI}?dummy1=lorem&dummy2=ipsum`
  const second = await fapiClient(world, 'with a query', {}, [redirect_uri])
  const answer = await authorized(world, { redirect_uri }, { client: second })
  expect(answer).toMatchObject({ dummy1: 'lorem', dummy2: 'ipsum', iss: world.issuer })
  const redeemed = await redeem(world, answer.code ?? '', { redirect_uri }, { client: second })
  expect((await callResource(world, redeemed.body.access_token ?? '')).body.sub).toBe(world.kimId)
})

test('fapi2-security-profile-final-user-rejects-authentication', async () => {
  const asks = await fapiClient(world, 'asks', { firstParty: false })
  const { body } = await push(world, {}, { client: asks })
  const browser = browserClient(world)
  const page = await signIn(browser, await browser.get(visitPath(asks, body.request_uri)))
  const { pathname, searchParams } = new URL(page.path, world.issuer)
  expect(pathname).toBe('/consent')
  const answer = await browser.post(pathname, { request: searchParams.get('request') ?? '', decision: 'deny' })
  expect(answerIn(answer)).toMatchObject({ error: 'access_denied', state: 'state-1', iss: world.issuer })
})

test('fapi2-security-profile-final-ensure-authorization-request-without-state-success', async () => {
  const answer = await authorized(world, { state: undefined })
  expect(answer).toEqual({ code: expect.any(String), iss: world.issuer })
})

test('fapi2-security-profile-final-ensure-authorization-request-without-nonce-success', async () => {
  const { id_token } = await flow(world, { nonce: undefined })
  expect(claimsIn(id_token ?? '').nonce).toBeUndefined()
})

test.each([
  ['fapi2-security-profile-final-ensure-authorization-request-with-64-char-nonce-success', 64],
  ['fapi2-security-profile-final-ensure-authorization-request-with-long-nonce', 384],
])('%s', async (_name, length) => {
  const nonce = 'n'.repeat(length)
  expect(claimsIn((await flow(world, { nonce })).id_token ?? '').nonce).toBe(nonce)
})

test('fapi2-security-profile-final-ensure-authorization-request-with-long-state', async () => {
  for (const length of [128, 384, 1000]) {
    const state = 's'.repeat(length)
    expect((await authorized(world, { state })).state).toBe(state)
  }
})

test('fapi2-security-profile-final-ensure-other-scope-order-succeeds', async () => {
  await flow(world, { scope: 'email openid' })
})

test('fapi2-security-profile-final-test-claims-parameter-identity-claims', async () => {
  const claims = JSON.stringify({ userinfo: { given_name: { essential: true } }, id_token: { family_name: null } })
  const { access_token, id_token } = await flow(world, { claims })
  expect((await callResource(world, access_token ?? '')).body.given_name).toBe('Kim')
  expect(claimsIn(id_token ?? '').family_name).toBe('Berry')
})

test('fapi2-security-profile-final-access-token-type-header-case-sensitivity', async () => {
  const { access_token = '' } = await flow(world)
  for (const scheme of ['dpop', 'DPOP', 'dPoP'])
    expect((await callResource(world, access_token, { scheme })).status).toBe(200)
})

test('fapi2-security-profile-final-check-dpop-proof-nbf-exp', async () => {
  const now = secondsOf(world)
  const claims = { nbf: now, exp: now + 300 }
  const proof = await proofFor(world, world.dpop, ['POST', `${world.issuer}/oauth2/token`], claims)
  const { status, body } = await redeem(world, await codeOf(world), {}, { proof })
  expect(status).toBe(200)
  expect((await callResource(world, body.access_token ?? '', { claims })).status).toBe(200)
})

test.each([
  ['fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-before-succeeds', -10],
  ['fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-after-succeeds', 10],
])('%s', async (_name, seconds) => {
  const claims = { iat: secondsOf(world) + seconds }
  const at = (endpoint: string) => proofFor(world, world.dpop, ['POST', `${world.issuer}/oauth2/${endpoint}`], claims)
  const code = await codeOf(world, {}, { proof: await at('par') })
  const { status, body } = await redeem(world, code, {}, { proof: await at('token') })
  expect(status).toBe(200)
  expect((await callResource(world, body.access_token ?? '', { claims })).status).toBe(200)
})

test('fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object', async () => {
  const { body } = await push(world, { nonce: 'inside' })
  const browser = browserClient(world)
  const page = await browser.get(visitPath(world.client, body.request_uri, { nonce: 'outside' }))
  const { code = '' } = answerIn(await signIn(browser, page))
  expect(claimsIn((await redeem(world, code)).body.id_token ?? '').nonce).toBe('inside')
})

test('fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object', async () => {
  const { body } = await push(world, { state: 'inside' })
  const browser = browserClient(world)
  const page = await browser.get(visitPath(world.client, body.request_uri, { state: 'outside' }))
  expect(answerIn(await signIn(browser, page)).state).toBe('inside')
})

test('fapi2-security-profile-final-state-only-outside-request-object-not-used', async () => {
  const { body } = await push(world, { state: undefined })
  const browser = browserClient(world)
  const page = await browser.get(visitPath(world.client, body.request_uri, { state: 'outside' }))
  expect(answerIn(await signIn(browser, page))).not.toHaveProperty('state')
})

test.each([
  'fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails',
  'fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request',
])('%s', async () => {
  expect(await refusedPush({ redirect_uri: undefined })).toEqual([400, 'invalid_request'])
})

test.each([
  'fapi2-security-profile-final-ensure-registered-redirect-uri',
  'fapi2-security-profile-final-plain-fapi-tolerate-unregistered-redirect-uri',
])('%s', async () => {
  expect(await refusedPush({ redirect_uri: 'https://app.example/callback/other' })).toEqual([400, 'invalid_request'])
})

test('fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails', async () => {
  const parameters = { client_id: world.client.clientId, code_challenge: CHALLENGE, code_challenge_method: 'S256' }
  const page = await browserClient(world).get(authorizePath(world, parameters))
  expect(answerIn(page)).toMatchObject({ error: 'invalid_request', state: 'state-1', iss: world.issuer })
})

test.each([
  ['fapi2-security-profile-final-ensure-response-type-code-idtoken-fails', 'code id_token'],
  ['fapi2-security-profile-final-ensure-response-type-token-fails', 'token'],
])('%s', async (_name, response_type) => {
  expect(await refusedPush({ response_type })).toEqual([400, 'unsupported_response_type'])
})

test('an answer of the response mode jwt is signed with ES256 (FAPI 2.0 section 5.4.1)', async () => {
  const { response = '' } = await authorized(world, { response_mode: 'jwt' })
  expect(decodeProtectedHeader(response).alg).toBe('ES256')
  expect(claimsIn(response)).toMatchObject({ iss: world.issuer, aud: world.client.clientId, code: expect.any(String) })
})

test('the profile is one switch: an application without it goes on as it was', async () => {
  expect(await codeFor(world)).toMatch(/^[\w-]{43}$/)
})
