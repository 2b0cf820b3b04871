/** The authenticator app and the recovery codes: set up, asked for, used once, taken away. */
import { beforeAll, describe, expect, test } from 'vitest'
import { rowsOf } from '../../../src/db/open.ts'
import { sql } from '../../../src/db/sql.ts'
import { testWorld, type TestWorld } from '../../support/app.ts'
import { browserClient, type Page } from '../../support/browser-client.ts'
import { codesIn, enrol, enrolmentIn, firstStep, phoneOf, queryIn, secondStep } from './world.ts'

const STEP_MS = 30_000
let world: TestWorld
let people = 0
beforeAll(async () => {
  world = await testWorld()
})

/** Somebody new: what one test does with her factors is nothing to the next. */
async function newPerson() {
  const person = { userName: `person-${++people}`, password: 'MyPa33w@rd' }
  const answer = await (await world.tenant()).scim('POST', '/Users', person)
  return { ...person, id: ((await answer.json()) as { id: string }).id }
}

async function enrolled() {
  const person = await newPerson()
  const set = await enrol(world, person)
  // The code that confirmed it is used up.
  world.advance(STEP_MS)
  return { person, ...set }
}

/** Whom the sign-out page names: who is signed in in this browser. */
async function nameIn(browser: ReturnType<typeof browserClient>): Promise<string | undefined> {
  return /<strong>([^<]+)<\/strong>/.exec((await browser.get('/logout')).text)?.[1]
}

describe('setting it up', () => {
  test('the key is shown as a QR code and to type, and nothing is on before a code of it came', async () => {
    const person = await newPerson()
    const browser = browserClient(world)
    const page = await firstStep(browser, person, '', { return_to: '/account/totp' })
    expect(page.text).toMatch(/<svg\s+class="qr"[^>]*role="img"[^>]*aria-label="QR code/)
    const phone = phoneOf(world, page)
    const wrong = await browser.post('/account/totp', { enrolment: enrolmentIn(page), code: '000000' })
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('The code is wrong.')
    // The same key, so that it need not be scanned again.
    expect(enrolmentIn(wrong)).toBe(enrolmentIn(page))
    expect((await firstStep(browserClient(world), person, '')).path).toBe('/account')
    const done = await browser.post('/account/totp', { enrolment: enrolmentIn(page), code: await phone.code() })
    expect(codesIn(done)).toHaveLength(10)
    expect((await firstStep(browserClient(world), person, '')).path).toMatch(/^\/login\/second\?sign_in=/)
  })

  test('the key is sealed in the database, and recovery codes are hashes there', async () => {
    const { person, codes } = await enrolled()
    const scope = await world.scope()
    const rows = await rowsOf<{ what: string }>(
      world.platform.db,
      sql`select sealed what from totp_factors where tenant_id = ${scope.tenantId} and user_id = ${person.id}
        union all select code_hash from recovery_codes where tenant_id = ${scope.tenantId} and user_id = ${person.id}`,
    )
    expect(rows).toHaveLength(11)
    expect(rows[0]?.what).toMatch(/^v1\./)
    for (const { what } of rows) for (const code of codes) expect(what).not.toContain(code.replace('-', ''))
  })

  test('a key that was shown to another user, or in another browser, or an hour ago, is worth nothing', async () => {
    const [lee, kim] = [await newPerson(), await newPerson()]
    const shown = await firstStep(browserClient(world), lee, '', { return_to: '/account/totp' })
    const code = await phoneOf(world, shown).code()
    for (const person of [kim, lee]) {
      const browser = browserClient(world)
      await firstStep(browser, person, '', { return_to: '/account/totp' })
      const answer = await browser.post('/account/totp', { enrolment: enrolmentIn(shown), code })
      expect(answer.text).toContain('This page is too old.')
    }
    const browser = browserClient(world)
    const page = await firstStep(browser, lee, '', { return_to: '/account/totp' })
    const phone = phoneOf(world, page)
    world.advance(31 * 60_000)
    const fields = { enrolment: enrolmentIn(page), code: await phone.code() }
    expect((await browser.post('/account/totp', fields)).path).toMatch(/^\/login\?return_to=/)
  })

  test('two confirmations at once make one, and one set of recovery codes', async () => {
    const person = await newPerson()
    const browser = browserClient(world)
    const page = await firstStep(browser, person, '', { return_to: '/account/totp' })
    const fields = { enrolment: enrolmentIn(page), code: await phoneOf(world, page).code() }
    const answers = await Promise.all([browser.send('/account/totp', fields), browser.send('/account/totp', fields)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 303])
  })
})

describe('signing in with it', () => {
  test('between the steps there is no session: no page, no token, no console knows her', async () => {
    const { person, phone } = await enrolled()
    const browser = browserClient(world)
    const page = await firstStep(browser, person)
    expect(page.path).toMatch(/^\/login\/second\?sign_in=/)
    expect(await nameIn(browser)).toBeUndefined()
    expect((await browser.get('/console')).path).toMatch(/^\/login\?/)
    expect((await browser.get('/account/totp')).path).toMatch(/^\/login\?/)
    await browser.get(page.path)
    const done = await secondStep(browser, page, { code: await phone.code() })
    expect(done.path).toBe('/account')
    expect(await nameIn(browser)).toBe(person.userName)
  })

  test('a code is taken once: of two sign-ins that bring it at once, one gets in (RFC 6238 section 5.2)', async () => {
    const { person, phone } = await enrolled()
    const attempts = [browserClient(world), browserClient(world)].map(async (browser) => ({
      browser,
      page: await firstStep(browser, person),
    }))
    const [one, two] = await Promise.all(attempts)
    const code = await phone.code()
    const ends = await Promise.all([
      secondStep(one!.browser, one!.page, { code }),
      secondStep(two!.browser, two!.page, { code }),
    ])
    expect(ends.map(({ path }) => path).toSorted()).toEqual(['/account', '/login/second'])
    expect((await Promise.all([nameIn(one!.browser), nameIn(two!.browser)])).filter((name) => name)).toHaveLength(1)
  })

  test('a code of an earlier step than one that was taken is not taken any more', async () => {
    const { person, phone } = await enrolled()
    world.advance(2 * STEP_MS)
    const early = await phone.code(-1)
    const first = browserClient(world)
    await secondStep(first, await firstStep(first, person), { code: await phone.code() })
    expect(await nameIn(first)).toBe(person.userName)
    const second = browserClient(world)
    const refused = await secondStep(second, await firstStep(second, person), { code: early })
    expect(refused.status).toBe(401)
  })

  test('a half-done sign-in is for the browser that began it, once, and for a quarter of an hour', async () => {
    const { person, phone } = await enrolled()
    const browser = browserClient(world)
    const page = await firstStep(browser, person)
    const other = browserClient(world)
    await other.get('/login')
    const stolen = await other.post('/login/second', { way: 'totp', ...queryIn(page), code: await phone.code() })
    expect(stolen.path).toMatch(/^\/login\?/)
    expect(await nameIn(other)).toBeUndefined()
    world.advance(15 * 60_000 + 1000)
    await browser.get('/login')
    const late = await browser.post('/login/second', { way: 'totp', ...queryIn(page), code: await phone.code() })
    expect(late.path).toMatch(/^\/login\?/)
    expect(await nameIn(browser)).toBeUndefined()
  })

  test('it is used up by the sign-in: a second code does not bring it back', async () => {
    const { person, phone } = await enrolled()
    const browser = browserClient(world)
    const page = await firstStep(browser, person)
    await secondStep(browser, page, { code: await phone.code() })
    expect(await nameIn(browser)).toBe(person.userName)
    await browser.post('/logout')
    world.advance(STEP_MS)
    await browser.get('/login')
    await browser.post('/login/second', { way: 'totp', ...queryIn(page), code: await phone.code() })
    expect(await nameIn(browser)).toBeUndefined()
  })

  test('who is deactivated or gets another password between the steps is not signed in', async () => {
    const tenant = await world.tenant()
    for (const change of [{ active: false }, { password: 'An0ther-passw0rd' }]) {
      const { person, phone } = await enrolled()
      const browser = browserClient(world)
      const page = await firstStep(browser, person)
      const Operations = [{ op: 'replace', value: change }]
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
      expect((await tenant.scim('PATCH', `/Users/${person.id}`, { schemas, Operations })).status).toBe(200)
      await secondStep(browser, page, { code: await phone.code() })
      expect(await nameIn(browser)).toBeUndefined()
    }
  })

  test('after five wrong codes she has to wait, however many come at once, and then gets in', async () => {
    const { person, phone } = await enrolled()
    world.hold(true)
    const browser = browserClient(world)
    const page = await firstStep(browser, person)
    const right = await phone.code()
    const guess = String((Number(right) + 1) % 1_000_000).padStart(6, '0')
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => browser.send('/login/second', { way: 'totp', ...queryIn(page), code: guess })),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25)
    const waiting = await browser.send('/login/second', { way: 'totp', ...queryIn(page), code: right })
    expect(waiting.status).toBe(429)
    expect(waiting.headers.get('Retry-After')).toBe('1')
    world.advance(1000)
    expect((await secondStep(browser, page, { code: await phone.code() })).status).toBeLessThan(500)
    expect(await nameIn(browser)).toBe(person.userName)
    world.hold(false)
  })

  test('the session that follows has another id than any before, and the page is refused without its form token', async () => {
    const { person, phone } = await enrolled()
    const browser = browserClient(world)
    const page = await firstStep(browser, person)
    const fields = { way: 'totp', ...queryIn(page), code: await phone.code() }
    const forged = await browser.send('/login/second', { ...fields, _token: 'x' })
    expect(forged.status).toBe(403)
    const answer = await browser.send('/login/second', fields)
    expect(answer.headers.getSetCookie().some((cookie) => cookie.includes('postern-session'))).toBe(true)
  })

  test('another tenant knows nothing of the half-done sign-in', async () => {
    const { person, phone } = await enrolled()
    await world.tenant('acme')
    const browser = browserClient(world)
    const page = await firstStep(browser, person)
    await browser.get('/t/acme/login')
    const answer = await browser.post('/t/acme/login/second', {
      way: 'totp',
      ...queryIn(page),
      code: await phone.code(),
    })
    expect(answer.path).toMatch(/^\/t\/acme\/login\?/)
  })
})

describe('recovery codes', () => {
  const recover = (page: Page, code: string, browser: ReturnType<typeof browserClient>) =>
    secondStep(browser, page, { way: 'recovery', recovery: code })

  test('each lets her in once, of two at once one', async () => {
    const { person, codes } = await enrolled()
    const [code = ''] = codes
    const [one, two] = [browserClient(world), browserClient(world)]
    const pages = [await firstStep(one, person), await firstStep(two, person)] as const
    await Promise.all([recover(pages[0], code.toUpperCase(), one), recover(pages[1], code, two)])
    const names = await Promise.all([nameIn(one), nameIn(two)])
    expect(names.filter((name) => name === person.userName)).toHaveLength(1)
    const third = browserClient(world)
    expect((await recover(await firstStep(third, person), code, third)).status).toBe(401)
  })

  test('another user’s does not count', async () => {
    const [a, b] = [await enrolled(), await enrolled()]
    const browser = browserClient(world)
    expect((await recover(await firstStep(browser, a.person), b.codes[0] ?? '', browser)).status).toBe(401)
  })

  test('new ones are made after a question, and the old ones are worth nothing then', async () => {
    const { person, browser, codes } = await enrolled()
    const question = await browser.get('/account/recovery-codes')
    expect(question.text).toContain('stop working')
    const renewed = codesIn(await browser.post('/account/recovery-codes'))
    expect(renewed).toHaveLength(10)
    expect(renewed.some((code) => codes.includes(code))).toBe(false)
    // They are in no page any more.
    expect(codesIn(await browser.get('/account/totp'))).toEqual([])
    const other = browserClient(world)
    expect((await recover(await firstStep(other, person), codes[1] ?? '', other)).status).toBe(401)
    const third = browserClient(world)
    await recover(await firstStep(third, person), renewed[1] ?? '', third)
    expect(await nameIn(third)).toBe(person.userName)
  })
})

describe('changing it', () => {
  test('takes a session with both steps, one of them not older than ten minutes', async () => {
    const { person, browser, phone } = await enrolled()
    for (const path of ['/account/totp/remove', '/account/recovery-codes']) {
      expect(await browser.get(path)).toMatchObject({ status: 200, path })
    }
    world.advance(10 * 60_000 + 1)
    const asked = await browser.get('/account/totp')
    expect(asked.path).toMatch(/^\/login\/second\?return_to=/)
    const back = await secondStep(browser, asked, { code: await phone.code() })
    expect(back.path).toBe('/account/totp')
    expect(back.text).toContain('is on.')
    // Somebody who has but the password removes nothing.
    const thief = browserClient(world)
    await firstStep(thief, person, '', { return_to: '/account/totp' })
    expect((await thief.post('/account/totp/remove')).path).toMatch(/^\/login\?/)
    expect((await firstStep(browserClient(world), person)).path).toMatch(/^\/login\/second/)
  })

  test('removing it asks first, and takes the recovery codes along', async () => {
    const { person, browser } = await enrolled()
    expect((await browser.get('/account/totp/remove')).text).toContain('Remove the authenticator app?')
    expect((await browser.post('/account/totp/remove')).text).toContain('Your authenticator app was removed.')
    expect((await firstStep(browserClient(world), person)).path).toBe('/account')
    const rows = await rowsOf(
      world.platform.db,
      sql`select 1 from recovery_codes where tenant_id = ${(await world.scope()).tenantId} and user_id = ${person.id}`,
    )
    expect(rows).toEqual([])
  })

  test('who is deleted leaves none of it behind', async () => {
    const { person } = await enrolled()
    const browser = browserClient(world)
    await firstStep(browser, person)
    expect((await (await world.tenant()).scim('DELETE', `/Users/${person.id}`)).status).toBe(204)
    const { tenantId } = await world.scope()
    const rows = await rowsOf(
      world.platform.db,
      sql`select user_id from totp_factors where tenant_id = ${tenantId} and user_id = ${person.id}
        union all select user_id from recovery_codes where tenant_id = ${tenantId} and user_id = ${person.id}
        union all select user_id from partial_sign_ins where tenant_id = ${tenantId} and user_id = ${person.id}`,
    )
    expect(rows).toEqual([])
  })
})
