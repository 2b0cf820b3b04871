import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { join } from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { BlockedRequest } from '../../src/core/outbound-url.ts'
import { MAX_RESPONSE_BYTES } from '../../src/runtime/guarded-fetch.ts'
import { createNodeFetch } from '../../src/runtime/guarded-fetch-node.ts'
import { openLocalCertificate } from '../../src/runtime/local-ca.ts'
import { temporaryDirectory } from '../support/child.ts'

const servers: Server[] = []
afterEach(() => servers.splice(0).forEach((server) => (server.closeAllConnections(), server.close())))

async function listening(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** A real server on loopback, and what it was asked for. */
async function target(answer: RequestListener) {
  const seen: string[] = []
  const port = await listening(
    createServer((q, r) => (seen.push(`${q.method} ${q.headers.host}${q.url}`), answer(q, r))),
  )
  return { port, seen }
}

const LOOPBACK = ['localhost', '127.0.0.0/8']
const at127 = async () => [{ address: '127.0.0.1', family: 4 }]

describe('which connections are made', () => {
  test('a loopback target is called if OUTBOUND_ALLOW names it', async () => {
    const { port, seen } = await target((_q, r) => r.end('hello'))
    const response = await createNodeFetch(LOOPBACK)(`http://localhost:${port}/scim2/Users`)
    expect(await response.text()).toBe('hello')
    expect(seen).toEqual([`GET localhost:${port}/scim2/Users`])
  })

  test('a public name that resolves to loopback is refused, and nothing is sent', async () => {
    const { port, seen } = await target((_q, r) => r.end())
    const call = createNodeFetch([], [], at127)(`https://public.example:${port}/`)
    await expect(call).rejects.toBeInstanceOf(BlockedRequest)
    expect(seen).toEqual([])
  })

  test('of several addresses only an allowed one is connected to', async () => {
    const { port } = await target((_q, r) => r.end('hello'))
    const resolve = async () => [{ address: '10.255.255.1', family: 4 }, ...(await at127())]
    const response = await createNodeFetch([`127.0.0.1`, 'other.example'], [], resolve)(`http://other.example:${port}/`)
    expect(await response.text()).toBe('hello')
  })

  test('a name is resolved once for a connection: what it points to later does not matter (DNS rebinding)', async () => {
    const { port, seen } = await target((_q, r) => r.end('hello'))
    const answers = [...(await at127()), { address: '127.0.0.99', family: 4 }]
    let asked = 0
    const resolve = async () => [answers[asked++] ?? { address: '127.0.0.99', family: 4 }]
    const call = createNodeFetch(['pinned.example'], [], resolve)
    expect((await call(`http://pinned.example:${port}/`)).status).toBe(200)
    expect([asked, seen.length]).toEqual([1, 1])
  })

  test('host:port in OUTBOUND_ALLOW does not open another port of the same host', async () => {
    const { port, seen } = await target((_q, r) => r.end())
    const call = createNodeFetch([`inside.example:${port + 1}`], [], at127)
    await expect(call(`https://inside.example:${port}/`)).rejects.toBeInstanceOf(BlockedRequest)
    expect(seen).toEqual([])
  })

  test('a redirect is answered as it is, not followed', async () => {
    const { port, seen } = await target((_q, r) => r.writeHead(302, { Location: '/elsewhere' }).end())
    const response = await createNodeFetch(LOOPBACK)(`http://localhost:${port}/`, { redirect: 'follow' })
    expect([response.status, response.headers.get('Location')]).toEqual([302, '/elsewhere'])
    expect(seen).toHaveLength(1)
  })

  test('a refused connection says so, not only "fetch failed"', async () => {
    const { port } = await target((_q, r) => r.end())
    servers.splice(0).forEach((server) => server.close())
    await expect(createNodeFetch(LOOPBACK)(`http://127.0.0.1:${port}/`)).rejects.toThrow(/ECONNREFUSED/)
  })
})

describe('what is sent and read', () => {
  test('method, headers and body arrive', async () => {
    const { port } = await target((q, r) => {
      const head = `${q.method} ${q.headers['content-type']} ${q.headers.authorization} `
      q.setEncoding('utf8').on('data', (body) => r.end(head + body))
    })
    const response = await createNodeFetch(LOOPBACK)(`http://localhost:${port}/`, {
      method: 'POST',
      headers: { Authorization: 'Bearer x' },
      body: new URLSearchParams({ a: 'b c' }),
    })
    const type = 'application/x-www-form-urlencoded;charset=UTF-8'
    expect(await response.text()).toBe(`POST ${type} Bearer x a=b+c`)
  })

  test('a 204 has no body', async () => {
    const { port } = await target((_q, r) => r.writeHead(204).end())
    const response = await createNodeFetch(LOOPBACK)(`http://localhost:${port}/`, { method: 'DELETE' })
    expect([response.status, response.body]).toEqual([204, null])
  })

  test('an answer of the greatest size is read, one byte more is refused', async () => {
    const { port } = await target((q, r) => r.end(Buffer.alloc(MAX_RESPONSE_BYTES + Number(q.url?.slice(1)))))
    const call = createNodeFetch(LOOPBACK)
    expect((await (await call(`http://localhost:${port}/0`)).arrayBuffer()).byteLength).toBe(MAX_RESPONSE_BYTES)
    await expect(call(`http://localhost:${port}/1`)).rejects.toThrow(/over 1048576 bytes/)
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('an answer that travelled as %s is given unpacked', async (coding, pack) => {
    const { port } = await target((_q, r) => r.writeHead(200, { 'Content-Encoding': coding }).end(pack('hello')))
    const response = await createNodeFetch(LOOPBACK)(`http://localhost:${port}/`)
    expect([await response.text(), response.headers.get('Content-Encoding')]).toEqual(['hello', null])
  })

  test('an answer that is not what its coding says is an error', async () => {
    const { port } = await target((_q, r) => r.writeHead(200, { 'Content-Encoding': 'gzip' }).end('hello'))
    await expect(createNodeFetch(LOOPBACK)(`http://localhost:${port}/`)).rejects.toThrow(/header/)
  })

  test('a compressed answer is measured by what it unpacks to', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_RESPONSE_BYTES + 1))
    const { port } = await target((_q, r) => r.writeHead(200, { 'Content-Encoding': 'gzip' }).end(bomb))
    await expect(createNodeFetch(LOOPBACK)(`http://localhost:${port}/`)).rejects.toThrow(/over 1048576 bytes/)
  })

  test('a target that does not answer ends with a TimeoutError', async () => {
    const { port } = await target(() => undefined)
    const call = createNodeFetch(LOOPBACK)(`http://localhost:${port}/`, { timeoutMs: 50 })
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('a target whose body never ends meets the same timeout', async () => {
    const { port } = await target((_q, r) => void r.writeHead(200).write('the first part'))
    const call = createNodeFetch(LOOPBACK)(`http://localhost:${port}/`, { timeoutMs: 100 })
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('the signal of the caller ends the call too', async () => {
    const { port } = await target(() => undefined)
    const signal = AbortSignal.abort(new Error('no longer wanted'))
    await expect(createNodeFetch(LOOPBACK)(`http://localhost:${port}/`, { signal })).rejects.toThrow('no longer wanted')
  })
})

describe('TLS', () => {
  async function tlsTarget() {
    const directory = temporaryDirectory()
    const certificate = await openLocalCertificate(join(directory, 'ca'), directory, 'idp.example', new Date())
    const { key, cert, ca } = certificate
    return { ca, port: await listening(createTlsServer({ key, cert }, (_q, r) => r.end('secure'))) }
  }

  test('a certificate of the local CA is trusted, for names and addresses', async () => {
    const { ca, port } = await tlsTarget()
    const call = createNodeFetch(LOOPBACK, [ca], at127)
    for (const host of ['localhost', '127.0.0.1', 'idp.example']) {
      expect(await (await call(`https://${host}:${port}/`)).text()).toBe('secure')
    }
  })

  test('without the local CA it is not trusted', async () => {
    const { port } = await tlsTarget()
    await expect(createNodeFetch(LOOPBACK)(`https://localhost:${port}/`)).rejects.toThrow(/certificate/)
  })

  test('a certificate of another name is refused, although the address is allowed', async () => {
    const { ca, port } = await tlsTarget()
    const call = createNodeFetch(LOOPBACK, [ca], at127)(`https://other.example:${port}/`)
    await expect(call).rejects.toThrow(/altnames/)
  })
})
