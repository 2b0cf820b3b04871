/** Whoever chooses a user name gets a new account by it, and never one that is there (CVE-2023-6837). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findUserBySignInName } from '../../../src/directory/verified/queries.ts'
import { browserClient } from '../../support/browser-client.ts'
import { answer, arrivalWorld, type ArrivalWorld, arrive, errorAt, KIM, PASSWORD } from './world.ts'

const VICTIM = { userName: 'straße', password: 'Vict1m-pass', emails: [{ value: 'victim@example.com', primary: true }] }

let world: ArrivalWorld
let victimId: string
let connection: string
let people = 0
beforeAll(async () => {
  world = await arrivalWorld()
  const tenant = await world.tenant()
  victimId = ((await (await tenant.scim('POST', '/Users', VICTIM)).json()) as { id: string }).id
  for (const userName of ['bjensen', 'Σίσυφος'])
    await tenant.scim('POST', '/Users', { userName, password: VICTIM.password })
  connection = await world.connect({ scheme: 'username' })
})
afterAll(() => world.idp.close())

const mallory = () => ({
  ...KIM,
  sub: `mallory-${++people}`,
  preferred_username: `mallory${people}`,
  email: 'm@evil.example',
})

/** The e-mail address and the password of the victim are as they were. */
async function expectVictimUntouched() {
  const tenant = await world.tenant()
  const user = (await (await tenant.scim('GET', `/Users/${victimId}`)).json()) as Record<string, unknown>
  expect(user).toMatchObject({ userName: VICTIM.userName, emails: VICTIM.emails })
  expect((await world.identities()).filter(({ userId }) => userId === victimId)).toEqual([])
  const browser = browserClient(world)
  await browser.get('/login')
  const home = await browser.post('/login', { username: VICTIM.userName, password: VICTIM.password })
  expect(home.path).toBe('/account')
}

describe('the name of an account that is there', () => {
  test.each([
    'admin',
    'ADMIN',
    'bjensen',
    'BJensen',
    'straße',
    'STRASSE',
    'strasse',
    'Straße',
    'σίσυφος',
    'ΣΊΣΥΦΟΣ',
    ' admin ',
    'straße'.normalize('NFD'),
  ])('is taken, however it is written: %s', async (userName) => {
    const { browser, page } = await arrive(world, connection, { person: mallory() })
    const refused = await answer(browser, page, { userName, password: PASSWORD })
    expect(refused.status).toBe(422)
    expect(errorAt(refused, 'userName')).toBe('This name is taken. Choose another one.')
    // Nothing of whose it is.
    expect(refused.text).not.toContain('victim@example.com')
    expect(refused.text).not.toContain(victimId)
    expect(await world.sessions()).not.toContainEqual(expect.objectContaining({ userId: victimId, amr: ['fed'] }))
  })

  test.each(['admin\u200b', 'adm\u00adin', 'admin\u202e', ' admin\u0000', 'victim@example.com', 'VICTIM@EXAMPLE.COM'])(
    'is refused where it is dressed up, and so is her address: %j',
    async (userName) => {
      const { browser, page } = await arrive(world, connection, { person: mallory() })
      const refused = await answer(browser, page, { userName, password: PASSWORD })
      expect(refused.status).toBe(422)
      expect(errorAt(refused, 'userName')).toContain('Use letters, digits')
    },
  )

  test.each(['аdmin', 'ａｄｍｉｎ', 'ﬁona', 'kimο'])(
    'is refused where letters of another script or form stand for its own: %s',
    async (userName) => {
      const { browser, page } = await arrive(world, connection, { person: mallory() })
      const refused = await answer(browser, page, { userName, password: PASSWORD })
      expect(errorAt(refused, 'userName')).toContain('Use letters, digits')
    },
  )

  test.each(['admın', 'одмин'])('that only looks like it (%s) leads to an account of its own', async (userName) => {
    const { browser, page } = await arrive(world, connection, { person: mallory() })
    expect((await answer(browser, page, { userName, password: PASSWORD })).path).toBe('/account')
    expect((await world.users()).map((user) => user.userName)).toContain(userName)
    // A new account may do what everybody may.
    expect((await browser.get('/console')).status).toBe(403)
  })

  test('is not given by the password that its owner has', async () => {
    const { browser, page } = await arrive(world, connection, { person: mallory() })
    const refused = await answer(browser, page, { userName: VICTIM.userName, password: VICTIM.password })
    expect(refused.status).toBe(422)
    expect(await world.identities()).not.toContainEqual(expect.objectContaining({ userId: victimId }))
  })

  test('leaves its owner’s account as it was, after all of that', expectVictimUntouched)
})

test('her address, as the name of whom a provider says that it is verified for, still signs its owner in', async () => {
  const address = VICTIM.emails[0]?.value ?? ''
  const person = { ...mallory(), preferred_username: address, email: address, email_verified: true }
  const { browser, page } = await arrive(world, connection, { person })
  expect((await answer(browser, page, { userName: address, password: PASSWORD })).path).toBe('/account')
  expect((await world.users()).map(({ userName }) => userName)).toContain(address)
  const owner = browserClient(world)
  await owner.get('/login')
  const home = await owner.post('/login', { username: address, password: VICTIM.password })
  expect(/<span class="who">([^<]+)</.exec(home.text)?.[1]).toBe(VICTIM.userName)
  // And brings a forgotten password back to her.
  expect((await findUserBySignInName(await world.scope(), address))?.id).toBe(victimId)
})

test('two people who choose one free name at once: one has it, the other reads that it is taken', async () => {
  const [one, other] = [
    await arrive(world, connection, { person: mallory() }),
    await arrive(world, connection, { person: mallory() }),
  ]
  const fields = { userName: 'wanted', password: PASSWORD }
  const pages = await Promise.all([answer(one.browser, one.page, fields), answer(other.browser, other.page, fields)])
  expect(pages.map(({ status }) => status).sort()).toEqual([200, 422])
  const refused = pages.find(({ status }) => status === 422)
  expect(refused && errorAt(refused, 'userName')).toBe('This name is taken. Choose another one.')
  expect((await world.users()).filter(({ userName }) => userName === 'wanted')).toHaveLength(1)
})

test('fields that were not asked for change nothing: roles, groups, activity, another user’s id', async () => {
  const silent = await world.connect({ scheme: 'consent' })
  const person = mallory()
  const { browser, page } = await arrive(world, silent, { person })
  const more = {
    'attribute.roles': 'admin',
    'attribute.groups': 'x',
    'attribute.externalId': 'x',
    'attribute.title': 'Boss',
    userName: 'root',
    password: PASSWORD,
    id: victimId,
  }
  expect((await answer(browser, page, more)).path).toBe('/account')
  const made = (await world.users()).find(({ userName }) => userName === person.preferred_username)
  expect(made?.document).not.toHaveProperty('title')
  expect(made?.document).not.toHaveProperty('externalId')
  expect(made?.passwordHash).toBeNull()
})
