import { spawnSync } from 'node:child_process'
import { scryptSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { TooBusy } from '../../src/core/errors.ts'
import { hashPassword, type Scrypt, scryptOfRuntime, verifyPassword } from '../../src/core/password.ts'
import { boundedScrypt } from '../../src/runtime/hashing.ts'
import { createScryptThreads } from '../../src/runtime/scrypt-threads.ts'
import { basicHeader, testWorld, type TestWorld } from '../support/app.ts'
import { browserClient } from '../support/browser-client.ts'

const options = { N: 2, r: 1, p: 1 }

test('scrypt on threads gives what scrypt gives, whoever asks at once, and goes on after a failure', async () => {
  const scrypt = createScryptThreads()
  const salts = Array.from({ length: 4 }, (_, i) => Buffer.alloc(16, i))
  const keys = await Promise.all(salts.map((salt) => scrypt('password', salt, 32, options)))
  expect(keys.map((key) => Buffer.from(key))).toEqual(salts.map((salt) => scryptSync('password', salt, 32, options)))
  await expect(scrypt('password', Buffer.alloc(16), 32, { ...options, N: 3 })).rejects.toThrow(/scrypt/i)
  expect(Buffer.from(await scrypt('x', Buffer.alloc(1), 8, options))).toEqual(
    scryptSync('x', Buffer.alloc(1), 8, options),
  )
})

/** Some containers forbid it, and then a hash takes its turn like others. */
const hasIdle = spawnSync('chrt', ['--idle', '0', 'true']).status === 0
test.runIf(hasIdle)('scrypt takes the time of a processor that nobody else wants', async () => {
  await createScryptThreads()('password', Buffer.alloc(16), 32, options)
  // The 41st field of stat (proc(5)) is the policy; 5 is SCHED_IDLE (sched(7)). What stands before it ends with the name.
  const policies = readdirSync('/proc/self/task').map((thread) => {
    const [, behind = ''] = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(/\) (?=\S+ -?\d+ [^)]*$)/)
    return behind.split(' ')[38]
  })
  expect(policies).toContain('5')
  expect(policies).toContain('0')
})

test('a password that was hashed on a thread is verified without one', async () => {
  expect(await verifyPassword('MyPa33w@rd', await hashPassword('MyPa33w@rd', createScryptThreads()))).toBe(true)
})

test('as many passwords are hashed at once as there are cores, and one fewer while the event loop is busy', async () => {
  let running = 0
  let most = 0
  let isBusy = false
  const counted: Scrypt = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    return new Uint8Array(32)
  }
  const scrypt = boundedScrypt(counted, 2, () => isBusy)
  const hashTen = async () => {
    most = 0
    await Promise.all(Array.from({ length: 10 }, () => scrypt('password', new Uint8Array(16), 32, options)))
    return most
  }
  expect(await hashTen()).toBe(2)
  isBusy = true
  expect(await hashTen()).toBe(1)
  isBusy = false
  expect(await hashTen()).toBe(2)
})

describe('when too many passwords wait', () => {
  let world: TestWorld
  let isBusy = false
  beforeAll(async () => {
    world = await testWorld()
    const { scrypt = scryptOfRuntime } = world.platform
    const busy: Scrypt = async (...call) => {
      if (isBusy) throw new TooBusy()
      return scrypt(...call)
    }
    Object.assign(world.platform, { scrypt: busy })
  })
  afterEach(() => {
    isBusy = false
  })

  const RIGHT = { username: 'admin', password: 'Adm1n-pass' }
  const headers = { Authorization: basicHeader(RIGHT.username, RIGHT.password) }
  const at = (path: string) => world.platform.config.baseUrl + path

  test('who signs in is told so in words of its own, and when to come again: 503 with Retry-After (RFC 9110 15.6.4)', async () => {
    isBusy = true
    const browser = browserClient(world)
    const said = [
      ['en', 'Too many people sign in at this moment'],
      ['de', 'zu viele Menschen gleichzeitig'],
      ['fr', 'Trop de personnes se connectent'],
      ['es', 'demasiadas personas iniciando sesión'],
      ['ja', 'サインインが集中しています'],
      ['ar', 'عدد كبير من الأشخاص'],
    ]
    for (const [language = '', words = ''] of said) {
      await browser.get('/login')
      await browser.post('/language', { language })
      await browser.get('/login')
      const answer = await browser.send('/login', RIGHT)
      expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '5'])
      const text = await answer.text()
      expect(text).toContain(words)
      // What was typed stays.
      expect(text).toContain('value="admin"')
    }
    const scim = await world.app.request(at('/scim2/Users'), { headers })
    expect([scim.status, scim.headers.get('Retry-After')]).toEqual([503, '5'])
  })

  test('it counts as no wrong password, nor as a guess of the browser that has signed her in', async () => {
    const browser = browserClient(world)
    await browser.get('/login')
    expect((await browser.send('/login', RIGHT)).status).toBe(303)
    await browser.get('/login')
    // Not one that this process remembers.
    isBusy = true
    for (let i = 0; i < 8; i++) expect((await browser.send('/login', { ...RIGHT, password: 'x' })).status).toBe(503)
    isBusy = false
    expect((await browser.send('/login', { ...RIGHT, password: 'x' })).status).toBe(401)
    expect((await browser.send('/login', RIGHT)).status).toBe(303)
  })

  test('a user whose password cannot be hashed is not made', async () => {
    isBusy = true
    const created = await world.app.request(at('/scim2/Users'), {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/scim+json' },
      body: JSON.stringify({ userName: 'kim', password: 'MyPa33w@rd' }),
    })
    expect([created.status, created.headers.get('Retry-After')]).toEqual([503, '5'])
  })
})
