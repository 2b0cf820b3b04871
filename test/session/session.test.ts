import bcrypt from 'bcryptjs'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { runBatch } from '../../src/db/open.ts'
import { sessions, users } from '../../src/db/schema.ts'
import { sql } from '../../src/db/sql.ts'
import { ADMIN, testWorld, type TestWorld } from '../support/app.ts'
import { browserClient, signedIn } from '../support/browser-client.ts'

const KIM = { userName: 'kim', password: 'MyPa33w@rd' }
const HOUR_MS = 3600_000
const DAY_MS = 24 * HOUR_MS

let world: TestWorld
let kimId: string
beforeAll(async () => {
  world = await testWorld()
  kimId = await createKim()
})

async function createKim(): Promise<string> {
  const answer = await (await world.tenant()).scim('POST', '/Users', KIM)
  return ((await answer.json()) as { id: string }).id
}

/** Signs in by hand; answers the answer, with its cookies. */
async function signIn(fields: Record<string, string> = {}, at = world): Promise<Response> {
  const browser = browserClient(at)
  await browser.get('/login')
  const answer = await browser.send('/login', { username: ADMIN.userName, password: ADMIN.password, ...fields })
  expect(answer.status).toBe(303)
  return answer
}

function sessionCookie(answer: Response): string {
  return answer.headers.getSetCookie().find((line) => line.includes('postern-session')) ?? ''
}

/** Whether the browser's visitor is known: the page of the sign-out names her. */
async function knows(browser: ReturnType<typeof browserClient>, userName: string): Promise<boolean> {
  return (await browser.get('/logout')).text.includes(`<strong>${userName}</strong>`)
}

describe('the cookie', () => {
  test('is for this host alone, over TLS, not for scripts, and not sent along from other sites', async () => {
    const cookie = sessionCookie(await signIn())
    expect(cookie).toMatch(/^__Host-postern-session-/)
    for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']) expect(cookie).toContain(attribute)
    expect(cookie).not.toMatch(/domain=/i)
  })

  test('ends with the browser, unless the person wants to be remembered: then after 14 days', async () => {
    expect(sessionCookie(await signIn())).not.toMatch(/max-age|expires/i)
    expect(sessionCookie(await signIn({ remember: 'on' }))).toContain(`Max-Age=${14 * 24 * 3600}`)
  })

  test('has another name on each server and for each tenant: cookies ignore ports and paths', async () => {
    const second = await testWorld({ env: { PORT_OFFSET: '1' } })
    await world.tenant('acme')
    const nameOf = (cookie: string) => cookie.split('=')[0]
    const acme = browserClient(world)
    await acme.get('/t/acme/login')
    const atAcme = await acme.send('/t/acme/login', { username: ADMIN.userName, password: ADMIN.password })
    const names = [await signIn(), await signIn({}, second), atAcme].map((answer) => nameOf(sessionCookie(answer)))
    expect(names).toEqual([
      '__Host-postern-session-localhost-9443',
      '__Host-postern-session-localhost-9444',
      '__Host-postern-session-localhost-9443-t-acme',
    ])
  })

  test('holds an id that the store does not: there is only its hash', async () => {
    const [, id = ''] = /=([^;]+)/.exec(sessionCookie(await signIn())) ?? []
    expect(id).toHaveLength(43)
    const rows = await world.platform.db.select().from(sessions)
    expect(JSON.stringify(rows)).not.toContain(id)
  })
})

describe('a session', () => {
  test('gets a new id with each sign-in, and the old one ends (no fixation)', async () => {
    const browser = await signedIn(world, KIM)
    const before = await sessionsOf(kimId)
    await browser.get('/login')
    await browser.send('/login', { username: KIM.userName, password: KIM.password })
    const after = await sessionsOf(kimId)
    expect(after).toHaveLength(before.length)
    expect(after.filter((row) => before.includes(row))).toHaveLength(before.length - 1)
  })

  test('that is in use ends after 12 hours all the same, a remembered one after 14 days', async () => {
    const [browser, remembered] = await signedInBoth()
    for (let hour = 1; hour < 12; hour++) {
      world.advance(HOUR_MS)
      expect([await knows(browser, 'kim'), await knows(remembered, 'kim')]).toEqual([true, true])
    }
    world.advance(HOUR_MS)
    expect([await knows(browser, 'kim'), await knows(remembered, 'kim')]).toEqual([false, true])
    for (let day = 1; day < 14; day += 6) {
      expect(await knows(remembered, 'kim')).toBe(true)
      world.advance(6 * DAY_MS)
    }
    expect(await knows(remembered, 'kim')).toBe(false)
  })

  test('that nobody uses ends after 2 hours, a remembered one after 7 days', async () => {
    const [browser, remembered] = await signedInBoth()
    world.advance(2 * HOUR_MS)
    expect([await knows(browser, 'kim'), await knows(remembered, 'kim')]).toEqual([false, true])
    world.advance(7 * DAY_MS)
    expect(await knows(remembered, 'kim')).toBe(false)
  })

  test('writes down its use once a minute at the most', async () => {
    const browser = await signedIn(world, KIM)
    const lastUsed = async () => {
      const rows = await world.platform.db.select().from(sessions)
      return Math.max(...rows.filter((row) => row.userId === kimId).map((row) => row.lastUsedAt.getTime()))
    }
    const first = await lastUsed()
    world.advance(50_000)
    await browser.get('/logout')
    expect(await lastUsed()).toBe(first)
    world.advance(10_000)
    await browser.get('/logout')
    expect(await lastUsed()).toBeGreaterThanOrEqual(first + 60_000)
  })

  test('keeps its sid when the same person signs in again, and has another one for another person', async () => {
    const browser = await signedIn(world, KIM)
    const sids = async () => (await world.platform.db.select().from(sessions)).map((row) => row.sid)
    const before = await sids()
    await browser.get('/login')
    await browser.send('/login', { username: KIM.userName, password: KIM.password })
    expect((await sids()).toSorted()).toEqual(before.toSorted())
    await browser.get('/login')
    await browser.send('/login', { username: ADMIN.userName, password: ADMIN.password })
    const after = await sids()
    expect(after).toHaveLength(before.length)
    expect(after.filter((sid) => !before.includes(sid))).toHaveLength(1)
  })

  test('that ran out leaves its sid to the same person, who signs in anew there, and nothing else', async () => {
    const browser = await signedIn(world, KIM)
    const newest = async () => {
      const rows = await world.platform.db.select().from(sessions)
      return rows.filter((row) => row.userId === kimId).toSorted((a, b) => +b.authenticatedAt - +a.authenticatedAt)[0]
    }
    const before = await newest()
    await world.platform.db
      .update(sessions)
      .set({ methods: ['conn', 'pwd', 'totp'], amr: ['fed', 'pwd', 'otp', 'mfa'] })
    world.advance(3 * HOUR_MS)
    expect(await knows(browser, 'kim')).toBe(false)
    await browser.get('/login')
    await browser.send('/login', { username: KIM.userName, password: KIM.password })
    const after = await newest()
    expect(after).toMatchObject({ sid: before?.sid, methods: ['pwd'], amr: ['pwd'], secondFactorAt: null })
    expect(after?.idHash).not.toBe(before?.idHash)
  })

  test('of a person who is deactivated ends at once in every browser, and stays ended when she is back', async () => {
    const browsers = [await signedIn(world, KIM), await signedIn(world, KIM)]
    const tenant = await world.tenant()
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    for (const value of [false, true]) {
      const Operations = [{ op: 'replace', path: 'active', value }]
      await tenant.scim('PATCH', `/Users/${kimId}`, { schemas, Operations })
      for (const browser of browsers) expect(await knows(browser, 'kim')).toBe(false)
    }
  })

  test('counts for nothing while its person is inactive, even if it was not ended', async () => {
    const browser = await signedIn(world, KIM)
    const { db } = world.platform
    const setActive = (active: boolean) => db.update(users).set({ active }).where(eq(users.id, kimId))
    await setActive(false)
    expect(await knows(browser, 'kim')).toBe(false)
    await setActive(true)
    expect(await knows(browser, 'kim')).toBe(true)
  })

  test('of a person who is deleted ends at once', async () => {
    const browser = await signedIn(world, KIM)
    await (await world.tenant()).scim('DELETE', `/Users/${kimId}`)
    expect(await knows(browser, 'kim')).toBe(false)
    expect(await sessionsOf(kimId)).toEqual([])
    kimId = await createKim()
  })
})

describe('the sign-out', () => {
  test('asks first: a link from elsewhere signs nobody out', async () => {
    const browser = await signedIn(world, KIM)
    const page = await browser.get('/logout')
    expect(page.text).toContain('<h1>Sign Out</h1>')
    expect(await knows(browser, 'kim')).toBe(true)
  })

  test('ends the session in the store, not only in the browser', async () => {
    const browser = await signedIn(world, KIM)
    const before = await sessionsOf(kimId)
    await browser.get('/logout')
    const page = await browser.post('/logout')
    expect(page.text).toContain('Signed Out')
    expect(await sessionsOf(kimId)).toHaveLength(before.length - 1)
    expect((await browser.get('/console')).path).toMatch(/^\/login/)
  })

  test('leaves the forms that were drawn before it worthless', async () => {
    const browser = await signedIn(world, KIM)
    const page = await browser.get('/logout')
    const _token = /name="_token" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    await browser.post('/logout')
    expect((await browser.send('/logout', { _token })).status).toBe(403)
  })

  test('in one browser leaves the others signed in', async () => {
    const [one, other] = [await signedIn(world, KIM), await signedIn(world, KIM)]
    await one.get('/logout')
    await one.post('/logout')
    expect([await knows(one, 'kim'), await knows(other, 'kim')]).toEqual([false, true])
  })
})

/** Kim in a browser, and in one that is to remember her. */
async function signedInBoth() {
  const remembered = browserClient(world)
  await remembered.get('/login')
  await remembered.send('/login', { username: KIM.userName, password: KIM.password, remember: 'on' })
  return [await signedIn(world, KIM), remembered] as const
}

async function sessionsOf(userId: string): Promise<string[]> {
  const rows = await world.platform.db.select().from(sessions)
  return rows.filter((row) => row.userId === userId).map((row) => row.idHash)
}

test('who signs in while her password is changed is not signed in by the old one', async () => {
  const own = await testWorld()
  const { db } = own.platform
  const hash = bcrypt.hashSync(ADMIN.password, 11)
  await runBatch(db, [sql`update users set password_hash = ${hash} where user_name = ${ADMIN.userName}`])
  const browser = browserClient(own)
  await browser.get('/login')
  const signingIn = browser.post('/login', { username: ADMIN.userName, password: ADMIN.password })
  await runBatch(db, [sql`update users set password_hash = 'another' where user_name = ${ADMIN.userName}`])
  expect((await signingIn).status).toBe(401)
  expect((await browser.get('/console')).path).toMatch(/^\/login/)
})
