/** Answers that Node's server gives again: what anybody is told alike, and nothing else, until something changes. */
import { createServer, request as httpRequest, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepAnswers } from '../../src/runtime/kept-answers.ts'
import { testWorld, type TestWorld } from '../support/app.ts'

let world: TestWorld
/** Two of one process, as at 127.0.0.1 and ::1. */
let servers: Server[]
/** The targets that came as far as the app. */
let handled: string[]

beforeEach(async () => {
  world = await testWorld()
  await world.tenant('acme')
  handled = []
  const kept = keepAnswers()
  const listener = getRequestListener((request, { incoming }) => {
    const handle = async (request: Request, bindings: object) => {
      handled.push(incoming.url ?? '')
      return world.app.fetch(request, bindings)
    }
    return kept.answer(handle, incoming as never, request, () => '127.0.0.1')
  })
  servers = [0, 1].map(() =>
    createServer(
      { optimizeEmptyRequests: true },
      (incoming, outgoing) => kept.answerAgain(incoming, outgoing) || listener(incoming, outgoing),
    ),
  )
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))))
})
afterEach(async () => {
  await Promise.all(
    servers.map((server) => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }),
  )
})

function portOf(at: number): number {
  return (servers[at]?.address() as AddressInfo).port
}

function send(
  path: string,
  { at = 0, ...options }: { at?: number; method?: string; headers?: Record<string, string> } = {},
) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number
    headers: Record<string, string | string[] | undefined>
    text: string
  }>()
  const sent = httpRequest({ host: '127.0.0.1', port: portOf(at), path, agent: false, ...options }, (answer) => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk: Buffer) => chunks.push(chunk))
    answer.on('end', () =>
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
    )
  })
  sent.on('error', reject)
  sent.end()
  return promise
}

/** All that comes back on one connection. */
function sendRaw(text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(portOf(0), '127.0.0.1', () => socket.write(text, 'latin1'))
  let all = ''
  socket.setEncoding('latin1')
  socket.on('data', (part) => (all += part))
  socket.on('end', () => resolve(all))
  socket.on('error', reject)
  return promise
}

test('the second answer is the first one, with a request id of its own', async () => {
  for (const path of ['/oauth2/jwks', '/.well-known/openid-configuration', '/t/acme/oauth2/jwks']) {
    const [first, second] = [await send(path), await send(path)]
    const { 'x-request-id': firstId, date: _date, ...headers } = first.headers
    const { 'x-request-id': secondId, date: _again, ...again } = second.headers
    expect(second.text).toBe(first.text)
    expect(again).toEqual(headers)
    expect(secondId).toMatch(/^[0-9a-f-]{36}$/)
    expect(secondId).not.toBe(firstId)
  }
  expect(handled).toHaveLength(3)
})

test('no tenant is told what another one is, however its address is written, and no header says whose it is', async () => {
  const keysOf = async (path: string, headers = {}) => (await send(path, { headers })).text
  const root = await keysOf('/oauth2/jwks')
  const acme = await keysOf('/t/acme/oauth2/jwks')
  expect(acme).not.toBe(root)
  const forms = [
    '/t/acme/oauth2/jwks',
    '/t/%61cme/oauth2/jwks',
    '/t/acme/../acme/oauth2/jwks',
    '/x/../t/acme/oauth2/jwks?',
  ]
  for (const path of [...forms, ...forms]) expect(await keysOf(path), path).toBe(acme)
  for (const path of [
    '/t/acme/../../oauth2/jwks',
    '/t/acme/%2e%2e/%2e%2e/oauth2/jwks',
    'http://x.example/oauth2/jwks',
  ]) {
    for (let i = 0; i < 2; i++) expect(await keysOf(path), path).toBe(root)
  }
  const strange = { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', 'X-Original-URL': '/t/acme/oauth2/jwks' }
  expect(await keysOf('/oauth2/jwks', strange)).toBe(root)
  const path = '/.well-known/openid-configuration'
  for (let i = 0; i < 2; i++) expect(JSON.parse(await keysOf(path, strange)).issuer).toBe(world.platform.config.baseUrl)
})

test('what a caller has to be somebody for is asked of the app each time, and so is what is none of GET', async () => {
  const token = { Authorization: 'Bearer none' }
  for (let i = 0; i < 2; i++) expect((await send('/oauth2/userinfo', { headers: token })).status).toBe(401)
  for (let i = 0; i < 2; i++) expect((await send('/t/nobody/oauth2/jwks')).status).toBe(404)
  for (let i = 0; i < 2; i++) {
    const head = await send('/oauth2/jwks', { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
  }
  expect(handled).toHaveLength(6)
  await send('/oauth2/jwks')
  expect((await send('/oauth2/jwks', { method: 'POST' })).status).toBe(404)
  expect((await send('/oauth2/jwks', { method: 'OPTIONS' })).status).toBe(204)
})

test('a change by this process is seen at once, at whichever of its addresses it was made', async () => {
  const read = async (at: number) => (await send('/oauth2/jwks', { at })).text
  const { basic } = await world.tenant()
  const before = await read(0)
  expect(await read(1)).toBe(before)
  const rotate = '/api/v1/signing-keys/rotate'
  const body = '{"immediately":true}'
  const headers = `Host: localhost\r\nAuthorization: ${basic}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  const answer = await sendRaw(`POST ${rotate} HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n${body}`)
  expect(answer).toMatch(/^HTTP\/1\.1 20\d/)
  const after = await read(1)
  expect(after).not.toBe(before)
  expect(await read(0)).toBe(after)
})

test('a body behind GET, whichever way its length is said, is no request, and is not read as one (request smuggling)', async () => {
  await send('/oauth2/jwks')
  const inner = 'DELETE /oauth2/jwks HTTP/1.1\r\nHost: x\r\n\r\n'
  const next = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
  const bodies = [
    `Content-Length: ${inner.length}\r\n\r\n${inner}`,
    `Transfer-Encoding: chunked\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
    `Expect: 100-continue\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`,
  ]
  for (const body of bodies) {
    const all = await sendRaw(`GET /oauth2/jwks HTTP/1.1\r\nHost: localhost\r\n${body}${next}`)
    expect(all.match(/HTTP\/1\.1 200 OK/g), body).toHaveLength(2)
    expect(all).toMatch(/\{"keys":.*\}HTTP\/1\.1 200 OK[^]*\{"status":"ok"\}$/)
  }
})

test('requests without a body, one behind the other, are each answered as what they are', async () => {
  const head = 'Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n'
  const posts = ['/oauth2/token', '/oauth2/userinfo', '/oauth2/introspect'].map(
    (path) => `POST ${path} HTTP/1.1\r\n${head}\r\n`,
  )
  const all = await sendRaw(`${posts.join('')}GET /oauth2/jwks HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)
  expect(all.match(/HTTP\/1\.1 (\d+)/g)).toEqual(['401', '401', '401', '200'].map((status) => `HTTP/1.1 ${status}`))
})
