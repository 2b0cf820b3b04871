/** Passwords that are guessed: each counts, however fast they come and whatever this process remembers. */
import { beforeEach, expect, test } from 'vitest'
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
