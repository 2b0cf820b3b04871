/** How an arrival ends, and for whom it does not: once, in time, in the browser and the tenant that it began in. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rowsOf } from '../../../src/db/open.ts'
import { sql } from '../../../src/db/sql.ts'
import { storeArrival, takeArrival } from '../../../src/federation/arrival/commands.ts'
import { findArrival } from '../../../src/federation/arrival/queries.ts'
import { plansOf } from '../../support/plans.ts'
import { browserClient } from '../../support/browser-client.ts'
import {
  answer,
  applicationOf,
  arrivalWorld,
  type ArrivalWorld,
  arrive,
  errorAt,
  hiddenIn,
  KIM,
  PASSWORD,
  pathOf,
} from './world.ts'

let world: ArrivalWorld
let people = 0
beforeAll(async () => {
  world = await arrivalWorld()
  await world.tenant('acme')
})
afterAll(() => world.idp.close())

function stranger() {
  const n = ++people
  return { ...KIM, sub: `sub-${n}`, preferred_username: `lee${n}`, email: `lee${n}@example.com` }
}
const named = async (userName: string) => (await world.users()).filter((user) => user.userName === userName)
async function asked(scheme = 'consent', slug = '') {
  const connection = await world.connect({ scheme }, slug)
  const person = stranger()
  const base = slug === '' ? '' : `/t/${slug}`
  return { connection, person, ...(await arrive(world, connection, { person, base })) }
}

describe('an arrival', () => {
  test('that is cancelled leaves nothing, and leads to where one can sign in another way', async () => {
    const { browser, page, person } = await asked()
    const before = await world.arrivals()
    const login = await answer(browser, page, { act: 'cancel' })
    expect(login.path).toBe('/login?return_to=%2Faccount')
    expect(await world.arrivals()).toBe(before - 1)
    expect(await named(person.preferred_username)).toEqual([])
    expect((await browser.get(page.path)).status).toBe(400)
  })

  test('of an application’s request keeps it when it is cancelled', async () => {
    const connection = await world.connect({ scheme: 'consent' })
    const from = await applicationOf(world, {
      name: 'Playground',
      loginFlow: { steps: [{ options: [{ connection }] }] },
    })
    const { browser, page } = await arrive(world, connection, { person: stranger(), from })
    // And shows the sign-in page, which would lead her back by itself.
    const login = await answer(browser, page, { act: 'cancel' })
    expect(login.path).toMatch(/^\/login\?request=/)
    expect(login.text).toContain('Playground')
  })

  test('is over after a quarter of an hour', async () => {
    const { browser, page, person } = await asked()
    world.advance(15 * 60_000 - 1000)
    expect((await browser.get(page.path)).status).toBe(200)
    world.advance(2000)
    expect((await browser.get(page.path)).text).toContain('took too long')
    const late = await answer(browser, page)
    expect(late.status).toBe(400)
    expect(await named(person.preferred_username)).toEqual([])
  })

  test('is nobody’s in another browser', async () => {
    const { page, person } = await asked()
    const other = browserClient(world)
    await other.get('/login')
    expect((await other.get(page.path)).status).toBe(400)
    await other.get('/login')
    expect((await answer(other, page)).status).toBe(400)
    expect((await answer(other, page, { act: 'cancel' })).status).toBe(400)
    expect(await named(person.preferred_username)).toEqual([])
  })

  test('is nobody’s in another tenant, in the very same browser', async () => {
    const { browser, page, person } = await asked('consent', 'acme')
    expect(pathOf(page)).toBe('/t/acme/login/arrival')
    const elsewhere = page.path.replace('/t/acme', '')
    expect((await browser.get(elsewhere)).status).toBe(400)
    await browser.get('/login')
    expect((await browser.post('/login/arrival', { ...hiddenIn(page), act: 'create' })).status).toBe(400)
    expect(await named(person.preferred_username)).toEqual([])
    await browser.get(page.path)
    expect((await answer(browser, page)).path).toBe('/t/acme/account')
  })

  test('is sealed, and its id is kept as a hash', async () => {
    const { page, person } = await asked()
    const rows = await rowsOf(world.platform.db, sql`select * from arrivals`)
    const text = JSON.stringify(rows)
    for (const secret of [hiddenIn(page).arrival ?? '', person.email, person.sub, ...world.idp.secrets]) {
      expect(text).not.toContain(secret)
    }
  })

  test('that was answered is over: the same form is refused, and whoever goes back reads so', async () => {
    const { browser, page, person } = await asked()
    expect((await answer(browser, page)).path).toBe('/account')
    expect((await answer(browser, page)).status).toBe(400)
    expect((await browser.get(page.path)).text).toContain('has ended already')
    expect(await named(person.preferred_username)).toHaveLength(1)
  })

  test('that is answered twice at once makes one user, and signs in nobody else', async () => {
    const { browser, page, person, connection } = await asked('username')
    const before = (await world.sessions()).length
    const send = (userName: string) =>
      browser.send('/login/arrival', { ...hiddenIn(page), act: 'create', userName, password: PASSWORD })
    const answers = await Promise.all([send(`${person.preferred_username}a`), send(`${person.preferred_username}b`)])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    const links = (await world.identities()).filter((link) => link.connectionId === connection)
    expect(links).toHaveLength(1)
    const made = (await world.users()).filter(({ userName }) => userName.startsWith(person.preferred_username))
    expect(made.map(({ id }) => id)).toEqual([links[0]?.userId])
    const sessions = (await world.sessions()).slice(before)
    expect(new Set(sessions.map(({ userId }) => userId))).toEqual(new Set([links[0]?.userId]))
  })

  test('that is answered and cancelled at once ends one way, and leaves no half of it', async () => {
    const { browser, page, person } = await asked()
    const send = (act: string) => browser.send('/login/arrival', { ...hiddenIn(page), act })
    const [created] = await Promise.all([send('create'), send('cancel')])
    expect(await named(person.preferred_username)).toHaveLength(created.status === 303 ? 1 : 0)
    expect((await browser.get(page.path)).status).toBe(400)
  })

  test('goes with nothing of who was signed in in this browser before', async () => {
    const { browser, page, person } = await asked()
    await browser.get('/login')
    await browser.post('/login', { username: 'admin', password: 'Adm1n-pass' })
    const home = await answer(browser, await browser.get(page.path))
    expect(home.path).toBe('/account')
    const [user] = await named(person.preferred_username)
    expect((await world.sessions()).at(-1)?.userId).toBe(user?.id)
  })
})

test('arrivals are found, kept and ended by indexes alone', async () => {
  const { page } = await asked()
  const scope = await world.scope()
  const person = { issuer: 'https://idp.example', subject: 'x', claims: {}, tokens: { accessToken: 'x' } }
  const plans = await plansOf(world.platform.db)
  await plans.demandIndexes(async () => {
    const connection = { id: 'c', authenticator: null }
    const id = await storeArrival(scope, 'browser', { connection, person, returnTo: '/account' })
    const found = await findArrival(scope, id, 'browser')
    if (found) await takeArrival(scope, found)
    await findArrival(scope, hiddenIn(page).arrival ?? '', 'browser')
  })
})

describe('a form of it', () => {
  test('without our token, or with one of another page, is refused', async () => {
    const { browser, page, person } = await asked()
    for (const _token of ['', 'x'.repeat(43)]) {
      const refused = await browser.send('/login/arrival', {
        ...hiddenIn(page),
        act: 'create',
        _token: [_token] as never,
      })
      expect(refused.status).toBe(403)
    }
    expect(await named(person.preferred_username)).toEqual([])
  })

  test('from another site is refused', async () => {
    const { browser, page, person } = await asked()
    const fields = { ...hiddenIn(page), act: 'create' }
    expect((await browser.send('/login/arrival', fields, { Origin: 'https://evil.example' })).status).toBe(403)
    expect(await named(person.preferred_username)).toEqual([])
  })
})

describe('an administrator who changes the connection meanwhile', () => {
  test('and switches provisioning off refuses her, with a page that says so', async () => {
    const { browser, page, person, connection } = await asked()
    await world.change(connection, { jit: { enabled: false } })
    const refused = await answer(browser, page)
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('There is no account here')
    expect((await browser.get(page.path)).status).toBe(403)
    expect(await named(person.preferred_username)).toEqual([])
  })

  test('and takes it away refuses her', async () => {
    const { browser, page, connection } = await asked()
    const tenant = await world.tenant()
    expect((await tenant.api('DELETE', `/connections/${connection}`)).status).toBe(204)
    const refused = await answer(browser, page)
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('has ended already')
  })

  test('and asks for more has her asked for more, and told', async () => {
    const { browser, page, person, connection } = await asked()
    await world.change(connection, { jit: { scheme: 'password' } })
    const again = await answer(browser, page)
    expect(again.status).toBe(409)
    expect(again.text).toContain('has changed meanwhile')
    expect(again.text).toContain('name="password"')
    expect(await named(person.preferred_username)).toEqual([])
    expect((await answer(browser, again, { password: PASSWORD })).path).toBe('/account')
  })

  test('and stores something else than she has read has her read it', async () => {
    const { browser, page, person, connection } = await asked()
    const mapping = [
      { target: 'displayName', source: 'name' },
      { target: 'title', constant: 'Spy' },
    ]
    await world.change(connection, { jit: { mapping } })
    const again = await answer(browser, page)
    expect(again.status).toBe(409)
    expect(again.text).toContain('Spy')
    expect(await named(person.preferred_username)).toEqual([])
    expect((await answer(browser, again)).path).toBe('/account')
    expect(await named(person.preferred_username)).toMatchObject([{ document: { title: 'Spy' } }])
  })

  test('and asks for nothing any more has her go on', async () => {
    const { browser, page, person, connection } = await asked()
    await world.change(connection, { jit: { scheme: 'silent' } })
    expect((await browser.get(page.path)).text).toContain('Nothing more is asked of you')
    expect((await answer(browser, page, { act: 'go' })).path).toBe('/account')
    expect(await named(person.preferred_username)).toHaveLength(1)
  })

  test('and deletes the account that was made of it, has the next arrival refused and not made again', async () => {
    const { browser, page, person, connection } = await asked()
    await answer(browser, page)
    const [user] = await named(person.preferred_username)
    const tenant = await world.tenant()
    expect((await tenant.scim('DELETE', `/Users/${user?.id}`)).status).toBe(204)
    const refused = await arrive(world, connection, { person })
    expect(refused.page.status).toBe(403)
    expect(refused.page.text).toContain('was deleted')
  })
})

test('of names that are taken she may try a few, and then waits; nobody else does', async () => {
  const { browser, page } = await asked('username')
  const other = await asked('username')
  let refused = page
  for (let n = 0; n < 8 && refused.status !== 429; n++)
    refused = await answer(browser, page, { userName: 'admin', password: PASSWORD })
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
  expect(errorAt(refused, 'userName')).toContain('Too many names that are taken')
  const free = { userName: `free${people}`, password: PASSWORD }
  expect((await answer(browser, page, free)).status).toBe(429)
  expect((await answer(other.browser, other.page, { ...free, userName: `other${people}` })).path).toBe('/account')
  world.advance(16 * 60_000)
})
