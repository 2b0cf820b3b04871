/** What comes over the wire to Node's own server, and what it gives again without asking the app, in the hands of an attacker. */
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listenByNode } from '../../src/runtime/listen-node.ts'
import type { Listener, RequestHandler } from '../../src/runtime/listen.ts'
import { testWorld, type TestWorld } from '../support/app.ts'
import { freePort } from '../support/child.ts'

let world: TestWorld
let port: number
let listener: Listener
/** How many came as far as the app. */
let handled = 0

beforeAll(async () => {
  world = await testWorld()
  await world.tenant('acme')
  port = await freePort()
  const handle: RequestHandler = async (request, bindings) => {
    handled++
    return world.app.fetch(request, bindings)
  }
  listener = await listenByNode()({ host: '127.0.0.1', port, tls: undefined }, handle)
})
afterAll(() => listener.close())

function send(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number
    headers: Record<string, string | string[] | undefined>
    text: string
  }>()
  const sent = httpRequest({ host: '127.0.0.1', port, path, agent: false, ...options }, (answer) => {
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
  const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
  let all = ''
  socket.setEncoding('latin1')
  socket.on('data', (part) => (all += part))
  socket.on('end', () => resolve(all))
  socket.on('error', reject)
  return promise
}

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
  const before = handled
  for (let i = 0; i < 2; i++) expect((await send('/oauth2/userinfo', { headers: token })).status).toBe(401)
  for (let i = 0; i < 2; i++) expect((await send('/t/nobody/oauth2/jwks')).status).toBe(404)
  for (let i = 0; i < 2; i++) {
    const head = await send('/oauth2/jwks', { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
  }
  expect(handled).toBe(before + 6)
  await send('/oauth2/jwks')
  expect((await send('/oauth2/jwks', { method: 'POST' })).status).toBe(404)
  expect((await send('/oauth2/jwks', { method: 'OPTIONS' })).status).toBe(204)
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

test('a Host with the path of another tenant in it poisons nothing, also one that is as long as its name in Punycode', async () => {
  const own = (await send('/oauth2/jwks')).text
  // Nothing is kept any more.
  await send('/oauth2/token', { method: 'POST' })
  const path = '/t/acme/oauth2/jwks?'
  // As latin1, which is what a header is read as.
  for (const host of [
    `localhost${path}`,
    `\xf9\xf5\xffa\xea\xf0\xe5\xe0\xf1\xe9\xfa\xf0\xf9.\xeb\xeeaa\xfe\xdf${path}`,
  ]) {
    const answer = await sendRaw(`GET /oauth2/jwks HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect((await send('/oauth2/jwks')).text).toBe(own)
    await send('/oauth2/token', { method: 'POST' })
  }
})
