/** Request objects that stay with the application (OpenID Connect Core section 6.2), over HTTP on loopback. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createNodeFetch } from '../../../src/runtime/guarded-fetch-node.ts'
import { browserClient } from '../../support/browser-client.ts'
import { clientKey, type ClientKey } from '../dpop/world.ts'
import {
  answerIn,
  authorizePath,
  type Client,
  type OidcWorld,
  oidcWorld,
  REDIRECT_URI,
  register,
  signIn,
} from '../world.ts'

let world: OidcWorld
let server: Server
let key: ClientKey
let client: Client
let place: string
/** What stands there, and what was asked for. */
let answer: { status: number; body: string; headers?: Record<string, string> }
const asked: string[] = []
beforeAll(async () => {
  server = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.writeHead(answer.status, { 'Content-Type': 'application/jwt', ...answer.headers }).end(answer.body)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  place = `http://127.0.0.1:${(server.address() as AddressInfo).port}/request`
  world = await oidcWorld()
  world.hold(true)
  key = await clientKey()
  const clientMetadata = {
    jwks: { keys: [{ ...key.jwk, kid: 'one' }] },
    requestUris: [`${place}#of-its-contents`, place],
  }
  client = await register(world, { name: 'keeps', clientMetadata })
})
afterAll(() => server.close())
beforeEach(async () => {
  asked.length = 0
  answer = { status: 200, body: await object() }
})

function object(claims: Record<string, unknown> = {}): Promise<string> {
  const all = { response_type: 'code', redirect_uri: REDIRECT_URI, scope: 'openid', state: 'inside', ...claims }
  return new SignJWT({ iss: client.clientId, aud: world.issuer, client_id: client.clientId, ...all })
    .setProtectedHeader({ alg: key.alg, kid: 'one' })
    .sign(key.sign)
}

async function errorOf(request_uri: string, of = client, more: Record<string, string> = {}) {
  const path = authorizePath(world, { client_id: of.clientId, request_uri, ...more })
  return answerIn(await browserClient(world).get(path)).error
}

async function stateOf(request_uri: string): Promise<string | undefined> {
  const browser = browserClient(world)
  const beside = { state: 'outside', redirect_uri: 'https://evil.example/' }
  const page = await browser.get(authorizePath(world, { client_id: client.clientId, request_uri, ...beside }))
  const { code, state } = answerIn(await signIn(browser, page))
  expect(code).toMatch(/^[\w-]{43}$/)
  return state
}

test('what stands at a registered request_uri is the request, whatever stands beside it', async () => {
  expect(await stateOf(place)).toBe('inside')
  expect(await stateOf(`${place}#of-its-contents`)).toBe('inside')
  expect(asked).toEqual(['/request', '/request'])
})

test('it is never kept: the next request is what stands there then', async () => {
  expect(await stateOf(place)).toBe('inside')
  answer = { status: 200, body: await object({ state: 'another' }) }
  expect(await stateOf(place)).toBe('another')
})

test('one that is not registered to the letter is not fetched (RFC 9101 section 10.4)', async () => {
  for (const uri of [`${place}#other`, `${place}/`, `${place}?x=1`, `${place}#`, place.toUpperCase()])
    expect([uri, await errorOf(uri)]).toEqual([uri, 'invalid_request_uri'])
  expect(await errorOf(place, world.application)).toBe('request_uri_not_supported')
  expect(asked).toEqual([])
})

test.each([
  ['an error', { status: 404, body: '' }],
  ['a redirect', { status: 302, body: '', headers: { Location: '/request' } }],
])('%s there is invalid_request_uri (OpenID Connect Core section 3.1.2.6)', async (_what, given) => {
  answer = given
  expect(await errorOf(place)).toBe('invalid_request_uri')
})

test('no object, somebody else’s, and an unsigned one there are refused in words', async () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const [, payload = ''] = (await object()).split('.')
  for (const [body, error] of [
    ['<html>', 'invalid_request_object'],
    [await object({ client_id: 'another' }), 'invalid_request_object'],
    [await object({ iss: 'another' }), 'invalid_request_object'],
    [`${part({ alg: 'none' })}.${payload}.`, 'request_uri_not_supported'],
  ] as const) {
    answer = { status: 200, body }
    expect([body, await errorOf(place)]).toEqual([body, error])
  }
  expect(await errorOf(place, client, { request: await object() })).toBe('invalid_request')
})

test('who has to push its requests is not let off by it, and nothing is fetched', async () => {
  const tenant = await world.tenant()
  const path = `/applications/${client.id}`
  const { clientMetadata } = (await (await tenant.api('GET', path)).json()) as { clientMetadata: object }
  const strict = { ...clientMetadata, requirePushedAuthorizationRequests: true }
  expect((await tenant.api('PATCH', path, { clientMetadata: strict })).status).toBe(200)
  expect(await errorOf(place)).toBe('request_uri_not_supported')
  expect((await tenant.api('PATCH', path, { clientMetadata })).status).toBe(200)
  await tenant.api('PUT', '/authorization-policy', { requirePushedAuthorizationRequests: true })
  expect(await errorOf(place)).toBe('request_uri_not_supported')
  await tenant.api('PUT', '/authorization-policy', { requirePushedAuthorizationRequests: false })
  expect(asked).toEqual([])
})

test('an address inside is not called (SSRF)', async () => {
  const { fetch } = world.platform
  Object.assign(world.platform, { fetch: createNodeFetch([]) })
  expect(await errorOf(place)).toBe('invalid_request_uri')
  Object.assign(world.platform, { fetch })
  expect(asked).toEqual([])
})
