import { scryptSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { TooBusy } from '../../src/core/errors.ts'
import { hashPassword, type Scrypt, scryptOfRuntime, verifyPassword } from '../../src/core/password.ts'
import { boundedScrypt } from '../../src/runtime/hashing.ts'
import { createScryptThreads } from '../../src/runtime/scrypt-threads.ts'
import { basicHeader, testWorld } from '../support/app.ts'
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

test('a password that was hashed on a thread is verified without one', async () => {
  expect(await verifyPassword('MyPa33w@rd', await hashPassword('MyPa33w@rd', createScryptThreads()))).toBe(true)
})

test('as many passwords are hashed at once as there are cores', async () => {
  let running = 0
  let most = 0
  const counted: Scrypt = async () => {
    most = Math.max(most, ++running)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    return new Uint8Array(32)
  }
  const scrypt = boundedScrypt(counted, 2)
  await Promise.all(Array.from({ length: 10 }, () => scrypt('password', new Uint8Array(16), 32, options)))
  expect(most).toBe(2)
})

test('who signs in when too many do is told when to come again, and counts as no wrong password', async () => {
  const world = await testWorld()
  const { scrypt = scryptOfRuntime } = world.platform
  let isBusy = true
  const busy: Scrypt = async (...call) => {
    if (isBusy) throw new TooBusy()
    return scrypt(...call)
  }
  Object.assign(world.platform, { scrypt: busy })
  const browser = browserClient(world)
  await browser.get('/login')
  const fields = { username: 'admin', password: 'Adm1n-pass' }
  for (let i = 0; i < 6; i++) {
    const answer = await browser.send('/login', fields)
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '5'])
  }
  const { baseUrl } = world.platform.config
  const headers = { Authorization: basicHeader('admin', 'Adm1n-pass') }
  const scim = await world.app.request(`${baseUrl}/scim2/Users`, { headers })
  expect([scim.status, scim.headers.get('Retry-After')]).toEqual([429, '5'])
  isBusy = false
  expect((await browser.send('/login', fields)).status).toBe(303)
  isBusy = true
  const created = await world.app.request(`${baseUrl}/scim2/Users`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/scim+json' },
    body: JSON.stringify({ userName: 'kim', password: 'MyPa33w@rd' }),
  })
  expect([created.status, created.headers.get('Retry-After')]).toEqual([503, '5'])
})
