import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { Agent, fetch } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listTenants } from '../../src/tenancy/queries.ts'
import { openDatabase } from '../../src/runtime/open-database.ts'
import {
  freePort,
  insecureAgent,
  type Postern,
  startChild,
  startPostern,
  temporaryDirectory,
} from '../support/processes.ts'

/** A start that is expected to fail: its exit code and what it wrote. */
async function failedStart(env: Record<string, string>, args: readonly string[] = []) {
  const dataDir = temporaryDirectory()
  const child = startChild(process.execPath, ['src/node.ts', ...args], {
    PORT: String(await freePort()),
    DATA_DIR: dataDir,
    CA_DIR: join(dataDir, 'ca'),
    ...env,
  })
  const { code } = await child.waitExit()
  return { code, stdout: child.output('stdout'), stderr: child.output('stderr'), dataDir }
}

const statusOf = async (url: string, dispatcher = insecureAgent, authorization = '') =>
  (await fetch(url, { dispatcher, headers: { authorization } })).status

describe('the first start', () => {
  let postern: Postern
  beforeAll(async () => void (postern = await startPostern({ env: { ADMIN_PASSWORD: '' } })))
  afterAll(() => postern.stop())

  test('prints the console, and a curl line that works as it stands: the CA and the password are right', async () => {
    expect(postern.output('stdout')).toContain(`${postern.baseUrl}/console\n`)
    const curl = /curl --cacert (\S+) -u (\S+) (\S+)\n/.exec(postern.output('stdout'))
    const [, caPath = '', credentials = '', url = ''] = curl ?? []
    const trusting = new Agent({ connect: { ca: readFileSync(caPath, 'utf8') } })
    expect(await statusOf(url, trusting, `Basic ${btoa(credentials)}`)).toBe(200)
    expect(await statusOf(url, trusting, `Basic ${btoa('admin:wrong')}`)).toBe(401)
    await trusting.close()
  })

  test('answers on each loopback address that localhost has', async () => {
    const has6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
    for (const host of ['127.0.0.1', ...(has6 ? ['[::1]'] : [])]) {
      expect(await statusOf(`https://${host}:${postern.port}/healthz`)).toBe(200)
    }
  })

  test('speaks TLS 1.2 with what BCP 195 recommends alone, and 1.3 (FAPI 2.0 sections 5.2.1 and 5.2.2)', async () => {
    const spoken = (options: ConnectionOptions) =>
      new Promise<string | undefined>((resolve) => {
        const to = { host: '127.0.0.1', port: postern.port, rejectUnauthorized: false, ...options }
        const socket = connectTls(to, () => {
          resolve(`${socket.getProtocol()} ${socket.getCipher().standardName}`)
          socket.end()
        }).once('error', () => resolve(undefined))
      })
    const only = (ciphers: string) => spoken({ maxVersion: 'TLSv1.2', ciphers })
    expect(await spoken({})).toMatch(/^TLSv1\.3 TLS_AES_/)
    expect(await only('DEFAULT')).toMatch(/^TLSv1\.2 TLS_ECDHE_(?:ECDSA|RSA)_WITH_AES_\d+_GCM_SHA\d+$/)
    for (const weak of [
      'ECDHE+AES+SHA256:!AESGCM',
      'ECDHE+AES+SHA1',
      'AES128-GCM-SHA256',
      'DHE+AESGCM',
      'ECDHE+CHACHA20',
    ])
      expect([weak, await only(weak)]).toEqual([weak, undefined])
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const
    expect(await spoken(old)).toBeUndefined()
  })

  test('with another MASTER_KEY than the database was sealed with ends with one line and code 1', async () => {
    // A second server with a DATA_DIR, and so a key, of its own.
    const second = await failedStart({ DATABASE_URL: `file:${join(postern.dataDir, 'postern.db')}` })
    expect(second.stderr).toBe('postern: MASTER_KEY: another one has sealed this database; give that one\n')
    expect([second.code, second.stdout]).toEqual([1, ''])
  })

  test('on a port that is in use ends with one line and code 1, and leaves no database behind', async () => {
    const second = await failedStart({ PORT: String(postern.port) })
    expect(second.stderr).toBe(`postern: PORT: ${postern.port} is in use by another program\n`)
    expect([second.code, second.stdout]).toEqual([1, ''])
    expect(existsSync(join(second.dataDir, 'postern.db'))).toBe(false)
  })
})

describe('a start that cannot be', () => {
  test.each([
    ['PORT', 'abc', /^postern: PORT: .+\n$/],
    ['MASTER_KEY', 'short', /^postern: MASTER_KEY: .+\n$/],
    ['DATABASE_URL', 'mysql://db', /^postern: DATABASE_URL: .+\n$/],
    ['TLS_CERT', '/nowhere.pem', /^postern: TLS_CERT and TLS_KEY: set both or neither\n$/],
    ['HOST', '203.0.113.1', /^postern: HOST: 203\.0\.113\.1 is not an address of this machine\n$/],
    ['DATA_DIR', '/dev/null/data', /^postern: DATA_DIR: .+\n$/],
    ['CA_DIR', '/dev/null/ca', /^postern: CA_DIR: .+\n$/],
  ])('says in one line that %s=%s is wrong, and ends with code 1', async (name, value, line) => {
    const { code, stdout, stderr } = await failedStart({ [name]: value })
    expect(stderr).toMatch(line)
    expect([code, stdout]).toEqual([1, ''])
  })

  test('names the certificate file that cannot be read', async () => {
    const { code, stderr } = await failedStart({ TLS_CERT: '/nowhere.pem', TLS_KEY: '/nowhere.key' })
    expect(stderr).toMatch(/^postern: TLS_CERT: .*\/nowhere\.pem.*\n$/)
    expect(code).toBe(1)
  })

  test('says that a certificate is none', async () => {
    const path = join(temporaryDirectory(), 'cert.pem')
    writeFileSync(path, 'no certificate')
    const { code, stderr } = await failedStart({ TLS_CERT: path, TLS_KEY: path })
    expect(stderr).toMatch(/^postern: TLS_CERT: .+\n$/)
    expect(code).toBe(1)
  })

  test.each([
    ['no database', (path: string) => writeFileSync(path, 'x'.repeat(10_000)), /not a database/],
    ['a directory', (path: string) => mkdirSync(path), /open/],
  ])('names the database file if it is %s', async (_what, make, reason) => {
    const path = join(temporaryDirectory(), 'broken.db')
    make(path)
    const { code, stdout, stderr } = await failedStart({ DATABASE_URL: `file:${path}` })
    expect(stderr).toMatch(/^postern: DATABASE_URL: cannot use file:[^\n]+broken\.db: [^\n]+\n$/)
    expect(stderr).toMatch(reason)
    expect([code, stdout]).toEqual([1, ''])
  })

  test('does not show the token of a database that it cannot reach', async () => {
    const url = `http://127.0.0.1:${await freePort()}/?authToken=secret-token`
    const { code, stderr } = await failedStart({ DATABASE_URL: url })
    expect(stderr).toMatch(/^postern: DATABASE_URL: cannot use http:[^\n]+\n$/)
    expect(stderr).not.toContain('secret-token')
    expect(code).toBe(1)
  })

  test.each([
    [['--ofset', '1'], /--ofset/],
    [['serv'], /serv: not a command/],
    [['--offset', 'x'], /PORT_OFFSET/],
  ])('says that the argument is wrong: %j', async (args, line) => {
    const { code, stderr } = await failedStart({}, args)
    expect(stderr).toMatch(/^postern: [^\n]+\n$/)
    expect(stderr).toMatch(line)
    expect(code).toBe(1)
  })
})

describe('a later start', () => {
  test('on the same data prints no password, and the administrator is the one of the first', async () => {
    const dataDir = temporaryDirectory()
    const first = await startPostern({ dataDir, env: { ADMIN_PASSWORD: 'First-pass1' } })
    expect(first.output()).not.toContain('First-pass1')
    await first.stop()
    const second = await startPostern({ dataDir, env: { ADMIN_PASSWORD: 'Second-pass2' } })
    const users = `${second.baseUrl}/scim2/Users`
    expect(await statusOf(users, insecureAgent, `Basic ${btoa('admin:First-pass1')}`)).toBe(200)
    expect(await statusOf(users, insecureAgent, `Basic ${btoa('admin:Second-pass2')}`)).toBe(401)
    expect(second.output('stdout')).not.toMatch(/first start|Password/)
    await second.stop()
  })

  test('two in the same moment on one new database both serve, and make one tenant', async () => {
    const dataDir = temporaryDirectory()
    const both = await Promise.all([startPostern({ dataDir }), startPostern({ dataDir })])
    const authorization = `Basic ${btoa('admin:Adm1n-pass')}`
    for (const { baseUrl } of both) {
      expect(await statusOf(`${baseUrl}/scim2/Users`, insecureAgent, authorization)).toBe(200)
    }
    await Promise.all(both.map((postern) => postern.stop()))
    expect(await listTenants(await openDatabase(`file:${join(dataDir, 'postern.db')}`))).toHaveLength(1)
  })
})

describe('the command line', () => {
  test('--offset moves the port and every URL that is printed', async () => {
    const dataDir = temporaryDirectory()
    const port = await freePort()
    const env = { PORT: String(port - 1), DATA_DIR: dataDir, CA_DIR: join(dataDir, 'ca') }
    const child = startChild(process.execPath, ['src/node.ts', '--offset', '1'], env)
    await expect.poll(() => child.output('stdout'), { timeout: 30_000 }).toContain('postern is ready')
    expect(child.output('stdout').match(/localhost:\d+/g)).toEqual(Array(5).fill(`localhost:${port}`))
    expect(await statusOf(`https://localhost:${port}/readyz`)).toBe(200)
    child.signal('SIGTERM')
    expect(await child.waitExit()).toEqual({ code: 0, signal: null })
  })

  test('migrate makes the tables and nothing else: no administrator, no server', async () => {
    const dataDir = temporaryDirectory()
    const child = startChild(process.execPath, ['src/node.ts', 'migrate'], { DATA_DIR: dataDir })
    expect(await child.waitExit()).toEqual({ code: 0, signal: null })
    expect(await listTenants(await openDatabase(`file:${join(dataDir, 'postern.db')}`))).toEqual([])
  })
})

describe('the end', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it with code 0, although a client keeps a connection',
    async (signal) => {
      const postern = await startPostern({ env: { TLS: 'off' } })
      const client = new Agent({ keepAliveTimeout: 60_000 })
      await (await fetch(`${postern.baseUrl}/healthz`, { dispatcher: client })).text()
      const exit = signal === 'SIGINT' ? await postern.stop() : await terminated(postern)
      expect(exit).toEqual({ code: 0, signal: null })
      await client.close()
    },
  )

  async function terminated(postern: Postern) {
    postern.signal('SIGTERM')
    return postern.waitExit()
  }

  test.each(['node', 'deno'] as const)(
    'on %s SIGTERM ends it with code 0, although a client has not sent all of its request',
    async (runtime) => {
      const postern = await startPostern({ runtime, env: { TLS: 'off' } })
      const client = connect(postern.port, '127.0.0.1').on('error', () => undefined)
      const head = ['POST /oauth2/token HTTP/1.1', 'Host: localhost', 'Expect: 100-continue', 'Content-Length: 100']
      client.write(`${head.join('\r\n')}\r\n\r\n`)
      // It has begun with the request when it asks for the rest of it.
      await new Promise((resolve) => client.once('data', resolve))
      expect(await terminated(postern)).toEqual({ code: 0, signal: null })
      expect(postern.output('stderr')).toContain('"event":"stopped"')
      client.destroy()
    },
  )

  test('what is logged is JSON, one object a line, on stderr', async () => {
    const postern = await startPostern({ env: { LOG_LEVEL: 'debug' } })
    await statusOf(`${postern.baseUrl}/scim2/Users`)
    await postern.stop()
    const lines = postern.output('stderr').trimEnd().split('\n')
    const events = lines.map((line) => (JSON.parse(line) as { event: string }).event)
    expect(events).toContain('request refused')
    expect(events.at(-1)).toBe('stopped')
  })
})
