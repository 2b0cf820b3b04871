import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
  valueAt,
} from './world.ts'

let world: ArrivalWorld
let people = 0
beforeAll(async () => void (world = await arrivalWorld()))
afterAll(() => world.idp.close())

/** Somebody whom nobody here knows. */
function stranger(claims: Record<string, unknown> = {}) {
  const n = ++people
  const name = `kim${n}`
  return { ...KIM, sub: `sub-${n}`, preferred_username: name, email: `${name}@example.com`, ...claims }
}
const named = async (userName: unknown) => (await world.users()).find((user) => user.userName === userName)

describe('consent', () => {
  test('is asked before anything is stored, attribute by attribute and with the connection that says it', async () => {
    const connection = await world.connect({ scheme: 'consent' })
    const person = stranger()
    const { page } = await arrive(world, connection, { person })
    expect(pathOf(page)).toBe('/login/arrival')
    expect(page.status).toBe(200)
    for (const text of [
      'New account at',
      person.preferred_username,
      'Kim Berry',
      person.email,
      'First name',
      'E-mail address',
    ]) {
      expect(page.text).toContain(text)
    }
    expect(page.text).toMatch(/<strong>IDP-\d+<\/strong> has told us who you are/)
    expect(page.text).not.toContain('name="password"')
    expect(await named(person.preferred_username)).toBeUndefined()
    expect(await world.sessions()).toEqual([])
  })

  test('that is given makes the account and signs her in; the log says to what she agreed, and no value', async () => {
    const connection = await world.connect({ scheme: 'consent' })
    const person = stranger()
    const { browser, page } = await arrive(world, connection, { person })
    const arrivals = await world.arrivals()
    const home = await answer(browser, page)
    expect(home.path).toBe('/account')
    expect(home.text).toContain(person.preferred_username)
    const user = await named(person.preferred_username)
    expect(user).toMatchObject({ passwordHash: null, document: { name: { givenName: 'Kim' } } })
    expect(await world.identities()).toContainEqual({ userId: user?.id, subject: person.sub, connectionId: connection })
    expect(await world.arrivals()).toBe(arrivals - 1)
    expect((await world.sessions()).at(-1)).toMatchObject({ userId: user?.id, methods: [connection], amr: ['fed'] })
    const logged = (await world.decisions()).find(({ userId }) => userId === user?.id)
    expect(logged).toMatchObject({ decision: 'create', reason: 'new' })
    expect(logged?.details.consented).toEqual(expect.arrayContaining(['userName', 'name.givenName', 'emails']))
    expect(JSON.stringify(logged?.details)).not.toContain('Berry')
  })

  test('is not taken for given where the button was not pressed', async () => {
    const connection = await world.connect({ scheme: 'consent' })
    const person = stranger()
    const { browser, page } = await arrive(world, connection, { person })
    const refused = await answer(browser, page, { act: '' })
    expect(refused.status).toBe(422)
    expect(await named(person.preferred_username)).toBeUndefined()
  })

  test('is asked once: the next time she is signed in', async () => {
    const connection = await world.connect({ scheme: 'consent' })
    const person = stranger()
    const { browser, page } = await arrive(world, connection, { person })
    await answer(browser, page)
    expect((await arrive(world, connection, { person })).page.path).toBe('/account')
  })
})

describe('password and consent', () => {
  test('shows the name as it is going to be, and takes a password by the tenant’s policy', async () => {
    const connection = await world.connect({ scheme: 'password' })
    const person = stranger()
    const { browser, page } = await arrive(world, connection, { person })
    expect(page.text).toContain('It needs at least 8 characters')
    expect(page.text).toMatch(/name="password"[^>]*autocomplete="new-password"/)
    expect(page.text).not.toContain('name="userName"')
    const weak = await answer(browser, page, { password: 'weak' })
    expect(weak.status).toBe(422)
    expect(errorAt(weak, 'password')).toContain('This password will not do')
    expect(weak.text).not.toContain('value="weak"')
    const none = await answer(browser, weak, { password: '' })
    expect(errorAt(none, 'password')).toBe('Choose a password.')
    // What was wrong is not the end of it.
    expect((await answer(browser, none, { password: PASSWORD })).path).toBe('/account')
    const other = browserClient(world)
    await other.get('/login')
    const signedIn = await other.post('/login', { username: person.preferred_username, password: PASSWORD })
    expect(signedIn.path).toBe('/account')
  })

  test('lets nobody choose another name by hand', async () => {
    const connection = await world.connect({ scheme: 'password' })
    const person = stranger()
    const { browser, page } = await arrive(world, connection, { person })
    await answer(browser, page, { password: PASSWORD, userName: 'admin2', username: 'admin2' })
    expect(await named(person.preferred_username)).toBeDefined()
    expect(await named('admin2')).toBeUndefined()
  })
})

describe('user name, password and consent', () => {
  test('proposes a name, and takes the one that she chooses', async () => {
    const connection = await world.connect({ scheme: 'username' })
    const person = stranger()
    const { browser, page } = await arrive(world, connection, { person })
    expect(valueAt(page, 'userName')).toBe(person.preferred_username)
    const chosen = `chosen${people}`
    expect((await answer(browser, page, { userName: ` ${chosen} `, password: PASSWORD })).path).toBe('/account')
    expect(await named(chosen)).toMatchObject({ document: { emails: [{ value: person.email }] } })
  })

  test.each([
    ['', 'Choose a user name.'],
    ['a b', 'Use letters, digits'],
    ['.kim', 'Use letters, digits'],
    ['kim\u200b', 'Use letters, digits'],
    ['somebody@example.com', 'Use letters, digits'],
  ])('refuses "%s" beside the field, and keeps what was typed but the password', async (userName, message) => {
    const connection = await world.connect({ scheme: 'username' })
    const { browser, page } = await arrive(world, connection, { person: stranger() })
    const refused = await answer(browser, page, { userName, password: PASSWORD })
    expect(refused.status).toBe(422)
    expect(errorAt(refused, 'userName')).toContain(message)
    expect(valueAt(refused, 'userName')).toBe(userName)
    expect(refused.text).not.toContain(PASSWORD)
    expect(refused.text).toMatch(/role="alert"/)
  })
})

describe('what the account has to have and the provider does not say', () => {
  test('is asked where nothing else is', async () => {
    const connection = await world.connect({
      scheme: 'silent',
      requiredAttributes: ['phoneNumbers', 'name.familyName'],
    })
    const person = stranger({ family_name: undefined, name: 'Kim' })
    const { browser, page } = await arrive(world, connection, { person })
    expect(page.text).toMatch(/type="tel"[^>]*name="attribute\.phoneNumbers"/)
    expect(page.text).toMatch(/name="attribute\.name\.familyName"[^>]*autocomplete="family-name"/)
    expect(page.text).not.toContain('This will be stored')
    const none = await answer(browser, page, { 'attribute.name.familyName': 'Berry' })
    expect(none.status).toBe(422)
    expect(errorAt(none, 'attribute.phoneNumbers')).toBe('Phone number: this is needed.')
    expect(valueAt(none, 'attribute.name.familyName')).toBe('Berry')
    const fields = { 'attribute.name.familyName': 'Berry', 'attribute.phoneNumbers': '+49 30 1' }
    expect((await answer(browser, none, fields)).path).toBe('/account')
    expect(await named(person.preferred_username)).toMatchObject({
      document: { name: { familyName: 'Berry' }, phoneNumbers: [{ value: '+49 30 1' }] },
    })
  })

  test.each([
    ['name', 'name has parts'],
    ['addresses', 'addresses has parts'],
    ['emails.value', 'say which value'],
    ['nothing', 'no attribute nothing'],
    ['userName', 'no provider'],
    ['password', 'cannot be set'],
  ])('is nothing that she could not give: %s is refused where it is set', async (path, message) => {
    const tenant = await world.tenant()
    const jit = { enabled: true, scheme: 'silent', requiredAttributes: ['title', path] }
    const body = { name: `refused ${path}`, authenticator: world.idp.authenticator, jit }
    const refused = await tenant.api('POST', '/connections', body)
    expect(refused.status).toBe(400)
    const { errors } = (await refused.json()) as { errors: unknown[] }
    expect(errors).toEqual([{ field: 'jit.requiredAttributes.1', message: expect.stringContaining(message) }])
  })

  test('is asked by the type that the tenant has given it', async () => {
    const tenant = await world.tenant()
    const urn = 'urn:scim:schemas:extension:custom:User'
    for (const [name, type] of [
      ['floor', 'integer'],
      ['vegan', 'boolean'],
      ['started', 'dateTime'],
    ] as const) {
      const made = await tenant.api('POST', '/user-attributes', { name, type, description: `The ${name}.` })
      expect(made.status, await made.clone().text()).toBe(201)
    }
    const requiredAttributes = [`${urn}:floor`, `${urn}:vegan`, `${urn}:started`]
    const connection = await world.connect({ scheme: 'consent', requiredAttributes })
    const person = stranger()
    const { browser, page } = await arrive(world, connection, { person })
    const at = (name: string) => `attribute.${urn}:${name}`
    expect(page.text).toContain('What is still missing')
    expect(page.text).toContain('The floor. A whole number.')
    expect(page.text).toMatch(/<select[^>]*name="attribute\.urn:[^"]*vegan"/)
    const wrong = await answer(browser, page, { [at('floor')]: 'third', [at('vegan')]: '', [at('started')]: 'x' })
    expect(errorAt(wrong, at('floor'))).toBe('Floor: this will not do.')
    expect(errorAt(wrong, at('vegan'))).toBe('Vegan: this is needed.')
    expect(errorAt(wrong, at('started'))).toBe('Started: this will not do.')
    const right = { [at('floor')]: '3', [at('vegan')]: 'false', [at('started')]: '2026-01-31T12:00' }
    expect((await answer(browser, wrong, right)).path).toBe('/account')
    expect(await named(person.preferred_username)).toMatchObject({
      document: { [urn]: { floor: 3, vegan: false, started: '2026-01-31T12:00:00Z' } },
    })
  })
})

describe('the application that she signs in to', () => {
  test('is named on the page, and gets its answer after it', async () => {
    const connection = await world.connect({ scheme: 'consent' })
    const from = await applicationOf(world, {
      name: 'Playground',
      loginFlow: { steps: [{ options: [{ connection }] }] },
      clientMetadata: { policyUri: 'https://app.example/policy' },
    })
    const { browser, page } = await arrive(world, connection, { person: stranger(), from: `${from}&ui_locales=de` })
    expect(page.text).toContain('weiter zu <strong>Playground</strong>')
    expect(page.text).toContain('https://app.example/policy')
    expect(page.headers.get('Content-Security-Policy')).toContain("form-action 'self' https:")
    const back = await answer(browser, page)
    expect(back.path).toMatch(/^https:\/\/app\.example\/callback\?.*code=/)
  })
})

test('what is hidden in the page holds nothing of who she is', async () => {
  const connection = await world.connect({ scheme: 'username' })
  const { page } = await arrive(world, connection, { person: stranger() })
  expect(Object.keys(hiddenIn(page)).sort()).toEqual(['arrival', 'print'])
})
