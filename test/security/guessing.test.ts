/** Passwords that are guessed: each counts, however fast they come and whatever this process remembers. */
import { beforeEach, expect, test } from 'vitest'
import { FREE, LONGEST_WAIT_MS } from '../../src/directory/throttle/backoff.ts'
import { ADMIN, basicHeader, testWorld, type TestTenant, type TestWorld } from '../support/app.ts'

let world: TestWorld
let tenant: TestTenant
beforeEach(async () => {
  world = await testWorld()
  world.hold(true)
  tenant = await world.tenant()
})

async function attempt(password: string): Promise<number> {
  const headers = { Authorization: basicHeader(ADMIN.userName, password) }
  return (await tenant.fetch('/scim2/Users?count=0', { headers })).status
}

test('a name that waits is not let in with the right password either, although it was right before', async () => {
  expect(await attempt(ADMIN.password)).toBe(200)
  for (let i = 0; i < 6; i++) await attempt(`wrong ${i}`)
  expect(await attempt(ADMIN.password)).toBe(429)
  world.advance(60_000)
  expect(await attempt(ADMIN.password)).toBe(200)
})

test('of many guesses at once only some are looked at: the others are told to wait', async () => {
  const answers = await Promise.all(Array.from({ length: 80 }, (_, i) => attempt(`wrong ${i}`)))
  expect(answers.filter((status) => status === 401).length).toBeLessThan(10)
  expect(answers.filter((status) => status === 429).length).toBeGreaterThan(70)
})

test('a client that begins with many requests at once, and the right password, is let in', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => attempt(ADMIN.password)))
  expect(new Set(answers)).toEqual(new Set([200]))
})

test('a right password ends the count', async () => {
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4; i++) expect(await attempt('wrong')).toBe(401)
    expect(await attempt(ADMIN.password)).toBe(200)
  }
})

/** What one process does; each of these copies of it knows nothing of the others'. */
async function processes(
  count: number,
): Promise<readonly (typeof import('../../src/directory/credentials/check.ts'))[]> {
  const module = '../../src/directory/credentials/check.ts'
  return Promise.all(Array.from({ length: count }, (_, i) => import(`${module}?process=${i}`)))
}

/** How many of so many at once, each process 10 of them and each from an address of its own, came out how. */
async function atOnce(
  from: Awaited<ReturnType<typeof processes>>,
  userName: string,
  passwordOf: (i: number) => string,
) {
  const scope = await world.scope()
  const kinds = await Promise.all(
    from.flatMap(({ checkCredentials }, i) =>
      Array.from({ length: 10 }, async (_, j) => {
        const guesser = { network: `203.0.113.${10 * i + j}` }
        return (await checkCredentials(scope, userName, passwordOf(10 * i + j), guesser)).kind
      }),
    ),
  )
  return (kind: string) => kinds.filter((one) => one === kind).length
}

test('of many at many processes and from as many addresses no more than are free are looked at', async () => {
  const counted = await atOnce(await processes(20), ADMIN.userName, (i) => `wrong ${i}`)
  expect(counted('refused')).toBeLessThanOrEqual(FREE.name)
  expect(counted('wait')).toBeGreaterThanOrEqual(200 - FREE.name)
  expect(await attempt(ADMIN.password)).toBe(429)
  // For good she is not locked out: the longest wait is a quarter of an hour, and a right password ends the count.
  world.advance(LONGEST_WAIT_MS)
  expect(await attempt(ADMIN.password)).toBe(200)
  expect(await attempt('wrong')).toBe(401)
  expect(await attempt(ADMIN.password)).toBe(200)
})

test('a client that begins at several processes at once, and with the right password, is let in', async () => {
  const counted = await atOnce(await processes(5), ADMIN.userName, () => ADMIN.password)
  expect(counted('ok')).toBe(50)
})

test('a name of ten thousand letters is counted as any other, and does not fill the disk', async () => {
  const name = 'Long'.repeat(2500)
  const guess = async (userName: string) => {
    const headers = { Authorization: basicHeader(userName, 'wrong') }
    return (await tenant.fetch('/scim2/Users?count=0', { headers })).status
  }
  for (let i = 0; i < 5; i++) expect(await guess(i % 2 === 0 ? name : name.toUpperCase())).toBe(401)
  expect(await guess(name)).toBe(429)
  expect(await guess(`${name}x`)).toBe(401)
  const { rows } = await world.platform.db.$client.execute(
    'select max(length(name)) as n from (select user_name_key as name from sign_in_failures union all select key from throttles)',
  )
  expect(Number(rows[0]?.n)).toBeLessThan(100)
})
