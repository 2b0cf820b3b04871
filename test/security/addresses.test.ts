/** Passwords and codes that are guessed from one address, and the owner's own browser, which does not wait for that. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Scrypt, scryptOfRuntime } from '../../src/core/password.ts'
import { runBatch } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'
import { FREE } from '../../src/directory/throttle/backoff.ts'
import { enrol, firstStep, queryIn } from '../login/factors/world.ts'
import { ADMIN, basicHeader, testWorld, type TestWorld } from '../support/app.ts'
import { type BrowserClient, browserClient } from '../support/browser-client.ts'

type Person = { readonly userName: string; readonly password: string }
let world: TestWorld
let people = 0
beforeAll(async () => {
  world = await testWorld()
  world.hold(true)
})
afterEach(async () => {
  await runBatch(world.platform.db, [sql`delete from throttles`, sql`delete from sign_in_failures`])
})

async function newPerson(): Promise<Person> {
  const person = { userName: `person-${++people}`, password: 'MyPa33w@rd' }
  await (await world.tenant()).scim('POST', '/Users', person)
  return person
}

/** The world as it is seen from an address. */
function from(address: string, headers: Record<string, string> = {}): TestWorld {
  const request = (url: string, init: RequestInit = {}) => {
    const all = new Headers(init.headers)
    for (const [name, value] of Object.entries(headers)) all.set(name, value)
    return world.app.request(url, { ...init, headers: all }, { address: () => address })
  }
  return { ...world, app: { request } as unknown as TestWorld['app'] }
}

async function attempt(browser: BrowserClient, person: Person): Promise<number> {
  await browser.get('/login')
  return (await browser.send('/login', { username: person.userName, password: person.password })).status
}

/** As many wrong passwords of other names as are free, all from one network: a few that are sent, and the rest by hand. */
async function guessAtMany(addresses: readonly string[], headers = {}): Promise<void> {
  const guess = (address: string) =>
    attempt(browserClient(from(address, headers)), { userName: `nobody-${++people}`, password: 'wrong' })
  for (const address of addresses) expect(await guess(address)).toBe(401)
  await runBatch(world.platform.db, [
    sql`update throttles set failures = ${FREE.address - 1} where kind = 'address' and failures = ${addresses.length}`,
  ])
  expect(await guess(addresses[0] ?? '')).toBe(401)
}

test('many people who sign in at once behind one address, with the right passwords, are let in', async () => {
  const { scrypt = scryptOfRuntime } = world.platform
  // As long as it takes for all of them to be there.
  let there = 0
  const slow: Scrypt = async (...call) => {
    there++
    for (let turn = 0; there < 20 && turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve))
    return scrypt(...call)
  }
  const everybody = await Promise.all(
    Array.from({ length: FREE.address + 10 }, async () => {
      const [person, browser] = [await newPerson(), browserClient(from('203.0.113.7'))]
      await browser.get('/login')
      return { person, browser }
    }),
  )
  Object.assign(world.platform, { scrypt: slow })
  const answers = await Promise.all(
    everybody.map(({ person, browser }) =>
      browser.send('/login', { username: person.userName, password: person.password }),
    ),
  )
  Object.assign(world.platform, { scrypt })
  expect(answers.map(({ status }) => status).filter((status) => status !== 303)).toEqual([])
})

describe('guesses at many names from one address', () => {
  test('make that address wait, whoever it asks for, and no other one', async () => {
    const KIM = await newPerson()
    await guessAtMany(['203.0.113.7'])
    for (const person of [KIM, { userName: 'never-asked', password: 'x' }]) {
      expect(await attempt(browserClient(from('203.0.113.7')), person)).toBe(429)
    }
    expect(await attempt(browserClient(from('203.0.113.8')), KIM)).toBe(303)
    world.advance(1000)
    expect(await attempt(browserClient(from('203.0.113.7')), KIM)).toBe(303)
  })

  test('count together for a /64 of IPv6', async () => {
    const KIM = await newPerson()
    await guessAtMany(['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:ffff::3'])
    expect(await attempt(browserClient(from('2001:db8:1:2::4')), KIM)).toBe(429)
    expect(await attempt(browserClient(from('2001:db8:1:3::1')), KIM)).toBe(303)
  })

  test('no header says where one comes from (RFC 9700 section 4.13)', async () => {
    const KIM = await newPerson()
    const forged = {
      'X-Forwarded-For': '198.51.100.1',
      'CF-Connecting-IP': '198.51.100.2',
      Forwarded: 'for=198.51.100.3',
    }
    await guessAtMany(['203.0.113.7'], forged)
    expect(await attempt(browserClient(from('203.0.113.7', { 'X-Forwarded-For': '198.51.100.9' })), KIM)).toBe(429)
  })

  test('behind a proxy are told apart by the last address of the header that a setting names, and by nothing before it', async () => {
    const { config } = world.platform
    Object.assign(world.platform, { config: { ...config, clientAddressHeader: 'X-Forwarded-For' } })
    try {
      const KIM = await newPerson()
      const proxy = '127.0.0.1'
      await guessAtMany([proxy], { 'X-Forwarded-For': '198.51.100.1, 203.0.113.7' })
      const behind = (list: string) => attempt(browserClient(from(proxy, { 'X-Forwarded-For': list })), KIM)
      expect(await behind('198.51.100.2, 203.0.113.7')).toBe(429)
      expect(await behind('203.0.113.7, 203.0.113.8')).toBe(303)
      expect(await attempt(browserClient(from(proxy)), KIM)).toBe(303)
    } finally {
      Object.assign(world.platform, { config })
    }
  })

  test('hold Basic of scim2 as well', async () => {
    const basic = (address: string, password: string, userName = ADMIN.userName) =>
      from(address).app.request('https://localhost:9443/scim2/Users?count=0', {
        headers: { Authorization: basicHeader(userName, password) },
      })
    expect((await basic('203.0.113.7', ADMIN.password)).status).toBe(200)
    await guessAtMany(['203.0.113.7'])
    const waiting = await basic('203.0.113.7', ADMIN.password)
    expect(waiting.status).toBe(429)
    expect(waiting.headers.get('Retry-After')).toBe('1')
    expect((await basic('203.0.113.8', ADMIN.password)).status).toBe(200)
  })

  test('the addresses are no plain text in the database', async () => {
    await guessAtMany(['203.0.113.7'])
    const { rows } = await world.platform.db.$client.execute('select * from throttles')
    expect(rows.filter(({ kind }) => kind === 'address')).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain('203.0')
  })
})

describe('a browser that has signed her in before (OWASP, device cookies)', () => {
  test('does not wait for what others guess, at her name or from her address', async () => {
    const KIM = await newPerson()
    const own = browserClient(from('203.0.113.7'))
    expect(await attempt(own, KIM)).toBe(303)
    await own.post('/logout')
    for (let i = 0; i < 6; i++) await attempt(browserClient(from('198.51.100.1')), { ...KIM, password: `wrong ${i}` })
    await guessAtMany(['203.0.113.7'])
    expect(await attempt(browserClient(from('203.0.113.7')), KIM)).toBe(429)
    expect(await attempt(browserClient(from('198.51.100.2')), KIM)).toBe(429)
    expect(await attempt(own, KIM)).toBe(303)
  })

  test('is held by its own guesses, and those make nobody else wait', async () => {
    const KIM = await newPerson()
    const own = browserClient(from('203.0.113.7'))
    await attempt(own, KIM)
    await own.post('/logout')
    for (let i = 0; i < 5; i++) expect(await attempt(own, { ...KIM, password: `wrong ${i}` })).toBe(401)
    expect(await attempt(own, KIM)).toBe(429)
    expect(await attempt(browserClient(from('198.51.100.2')), KIM)).toBe(303)
  })

  test('is known for its own people alone, in its own tenant, and by nothing that somebody made up', async () => {
    const KIM = await newPerson()
    const answer = await (async () => {
      const browser = browserClient(world)
      await browser.get('/login')
      return browser.send('/login', { username: ADMIN.userName, password: ADMIN.password })
    })()
    const [, name = '', value = ''] =
      /(__Host-postern-device-[^=]+)=([^;]+)/.exec(answer.headers.getSetCookie().join('\n')) ?? []
    expect(answer.headers.getSetCookie().join('\n')).toMatch(/postern-device[^\n]*HttpOnly/)
    for (let i = 0; i < 6; i++) await attempt(browserClient(world), { ...KIM, password: `wrong ${i}` })
    for (let i = 0; i < 6; i++) await attempt(browserClient(world), { ...ADMIN, password: `wrong ${i}` })
    const [nonce = '', signature = ''] = value.split('.')
    const withDevice = (device: string, person: { userName: string; password: string }) =>
      (async () => {
        const browser = browserClient(world)
        const page = await browser.get('/login')
        const token = /name="_token" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
        const cookie = /(__Host-postern-browser-[^=]+=[^;]+)/.exec(page.headers.getSetCookie().join('\n'))?.[1] ?? ''
        const body = new URLSearchParams({ _token: token, username: person.userName, password: person.password })
        const headers = { Origin: 'https://localhost:9443', Cookie: `${cookie}; ${name}=${device}` }
        return (await world.app.request('https://localhost:9443/login', { method: 'POST', body, headers })).status
      })()
    expect(await withDevice(value, KIM)).toBe(429)
    expect(await withDevice(`${nonce}.${signature.slice(1)}x`, ADMIN)).toBe(429)
    expect(await withDevice(`${'x'.repeat(43)}.${signature}`, ADMIN)).toBe(429)
    expect(await withDevice(value, ADMIN)).toBe(303)
  })

  test('takes her code while another browser, which has her password, is made to wait', async () => {
    const KIM = await newPerson()
    world.hold(false)
    const { browser: own, phone } = await enrol(world, KIM)
    world.hold(true)
    world.advance(30_000)
    await own.post('/logout')
    const thief = browserClient(from('198.51.100.1'))
    const page = await firstStep(thief, KIM)
    const right = await phone.code()
    const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, '0')
    const send = (browser: BrowserClient, query: Record<string, string>, code: string) =>
      browser.send('/login/second', { way: 'totp', ...query, code })
    for (let i = 0; i < 5; i++) expect((await send(thief, queryIn(page), wrong)).status).toBe(401)
    expect((await send(thief, queryIn(page), right)).status).toBe(429)
    const mine = await firstStep(own, KIM)
    expect((await send(own, queryIn(mine), right)).status).toBe(303)
  })
})
