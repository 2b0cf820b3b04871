/** Somebody has an account here already, by all that the provider says: it is linked once she has signed in to it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { authenticator } from '../../support/authenticator.ts'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { enrol, firstStep, secondStep } from '../../login/factors/world.ts'
import { answer, applicationOf, arrivalWorld, type ArrivalWorld, arrive, hiddenIn, KIM, pathOf } from './world.ts'

const PASSWORD = 'MyPa33w@rd'

let world: ArrivalWorld
let connection: string
let people = 0
let person: { readonly userName: string; readonly password: string; readonly id: string; readonly email: string }
/** Who she is at the provider. */
let upstream: typeof KIM

beforeAll(async () => {
  world = await arrivalWorld()
  connection = await connect({ scheme: 'consent' })
})
afterAll(() => world.idp.close())
beforeEach(async () => {
  const userName = `kim${++people}`
  const email = `${userName}@example.com`
  person = { userName, password: PASSWORD, email, id: await createUser(userName, email) }
  upstream = { ...KIM, sub: `sub-${people}`, preferred_username: `${userName}-there`, email }
})

const RULES = { rules: [{ claim: 'email', attribute: 'emails' }], proof: true }
async function connect(jit: Record<string, unknown>): Promise<string> {
  const id = await world.connect({ linking: RULES, ...jit })
  await world.change(id, { domains: ['example.com'] })
  return id
}

async function createUser(userName: string, email: string): Promise<string> {
  const tenant = await world.tenant()
  const body = { userName, password: PASSWORD, emails: [{ value: email, primary: true }] }
  const made = await tenant.scim('POST', '/Users', body)
  expect(made.status).toBe(201)
  return ((await made.json()) as { id: string }).id
}

/** From the page that asks for a proof to the sign-in page, and with a password back. */
async function proveBy(browser: BrowserClient, page: Page, who: { userName: string; password: string }): Promise<Page> {
  const signIn = await browser.get(signInPathIn(page))
  const return_to = new URL(signIn.path, 'https://localhost').searchParams.get('return_to') ?? ''
  return browser.post('/login', { username: who.userName, password: who.password, return_to })
}
function signInPathIn({ text }: Page): string {
  const [, href = ''] = /href="([^"]*\/login\?return_to=[^"]*)"/.exec(text) ?? []
  return href.replaceAll('&amp;', '&')
}

function optionsIn({ text }: Page) {
  const [, json = ''] = /data-options="([^"]+)"/.exec(text) ?? []
  return JSON.parse(json.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as { challenge: string }
}

const links = async () => (await world.identities()).filter(({ userId }) => userId === person.id)

describe('who comes with the address of an account', () => {
  test('is told of the address, and of nothing else that the account has', async () => {
    const { page } = await arrive(world, connection, { person: upstream })
    expect(pathOf(page)).toBe('/login/arrival')
    expect(page.text).toContain(`<strong>${person.email}</strong>`)
    expect(page.text).not.toContain(person.id)
    expect(page.text).not.toMatch(new RegExp(`${person.userName}(?!@|-there)`))
    expect(await links()).toEqual([])
  })

  test('signs in to it, reads what comes of that, and has it linked; afterwards the provider signs her in', async () => {
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const asked = await proveBy(browser, page, person)
    expect(pathOf(asked)).toBe('/login/arrival')
    expect(asked.text).toMatch(/Link IDP-\d+ to your account/)
    expect(asked.text).toContain(`<strong>${person.userName}</strong>`)
    expect(await links()).toEqual([])
    expect((await answer(browser, asked, { act: 'link' })).path).toBe('/account')
    expect(await links()).toEqual([{ userId: person.id, subject: upstream.sub, connectionId: connection }])
    expect((await world.decisions()).filter(({ userId }) => userId === person.id).at(-1)).toMatchObject({
      decision: 'link',
      reason: 'proved',
    })
    expect((await arrive(world, connection, { person: upstream })).page.path).toBe('/account')
    expect((await world.sessions()).at(-1)?.userId).toBe(person.id)
  })

  test('finds on the sign-in page the address that she came with, and not the provider that she came from', async () => {
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const other = await world.connect({ scheme: 'silent' })
    const signIn = await browser.get(signInPathIn(page))
    expect(signIn.text).toMatch(new RegExp(`name="username"[^>]*value="${person.email}"`))
    expect(signIn.text).not.toContain(`/login/connections/${connection}`)
    expect(signIn.text).toContain(`/login/connections/${other}`)
    const { searchParams } = new URL(signIn.path, 'https://localhost')
    const fields = { username: person.email, password: PASSWORD, return_to: searchParams.get('return_to') ?? '' }
    expect((await browser.post('/login', fields)).text).toMatch(/Link IDP-\d+ to your account/)
  })

  test('links it once, however often she presses', async () => {
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const asked = await proveBy(browser, page, person)
    const send = () => browser.send('/login/arrival', { ...hiddenIn(asked), act: 'link' })
    const answers = await Promise.all([send(), send()])
    expect(answers.map(({ status }) => status)).toContain(303)
    expect(await links()).toHaveLength(1)
    expect((await send()).status).not.toBe(303)
  })

  test('is not linked by a wrong password', async () => {
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const refused = await proveBy(browser, page, { ...person, password: 'wrong' })
    expect(refused.status).toBe(401)
    await browser.get(page.path)
    expect((await answer(browser, page, { act: 'link' })).path).toMatch(/arrival/)
    expect(await links()).toEqual([])
  })

  test('shows her second factor as well, if she has one, and is asked for it no second time', async () => {
    const { phone } = await enrol(world, person)
    const loginFlow = { steps: [{ options: [{ connection }] }], secondFactor: 'enrolled' }
    const from = await applicationOf(world, { name: 'Bank', loginFlow })
    const { browser, page } = await arrive(world, connection, { person: upstream, from })
    expect(page.text).toContain('to go on to <strong>Bank</strong>')
    const second = await proveBy(browser, page, person)
    expect(second.path).toMatch(/^\/login\/second/)
    // Half a sign-in shows nothing.
    await browser.get(page.path)
    await answer(browser, page, { act: 'link' })
    expect(await links()).toEqual([])
    const asked = await secondStep(browser, second, { code: await phone.code(1) })
    expect(pathOf(asked)).toBe('/login/arrival')
    const done = await answer(browser, asked, { act: 'link' })
    expect(done.path).toMatch(/^https:\/\/app\.example\/callback\?.*code=/)
    expect(await links()).toHaveLength(1)
    expect((await world.sessions()).at(-1)).toMatchObject({ methods: [connection, 'pwd', 'totp'] })
  })

  test('may sign in to it by a passkey', async () => {
    const own = browserClient(world)
    const list = await firstStep(own, person, '', { return_to: '/account/passkeys' })
    const key = authenticator(world.platform.config.baseUrl)
    await own.post('/account/passkeys', { name: 'Laptop', credential: key.create(optionsIn(list)) })
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const signIn = await browser.get(signInPathIn(page))
    const return_to = new URL(signIn.path, 'https://localhost').searchParams.get('return_to') ?? ''
    const asked = await browser.post('/login/passkey', { credential: key.get(optionsIn(signIn)), return_to })
    expect((await answer(browser, asked, { act: 'link' })).path).toBe('/account')
    expect(await links()).toHaveLength(1)
  })

  test('may sign in to it by a connection that is linked already', async () => {
    const earlier = await world.connect({ scheme: 'silent' })
    const tenant = await world.tenant()
    const elsewhere = { ...KIM, sub: `elsewhere-${people}`, preferred_username: `elsewhere${people}`, email: undefined }
    const body = { connection: earlier, subject: elsewhere.sub, issuer: world.idp.origin }
    const linked = await tenant.api('POST', `/users/${person.id}/linked-accounts`, body)
    expect(linked.status, await linked.clone().text()).toBe(201)
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const from = signInPathIn(page)
    const { page: asked } = await arrive(world, earlier, { person: elsewhere, browser, from })
    expect(pathOf(asked)).toBe('/login/arrival')
    expect((await answer(browser, asked, { act: 'link' })).path).toBe('/account')
    expect((await links()).map(({ subject }) => subject)).toEqual([elsewhere.sub, upstream.sub])
  })

  test('and signs in as somebody else, is told so, and nothing is linked', async () => {
    const other = { userName: `other${people}`, password: PASSWORD }
    await createUser(other.userName, `other${people}@elsewhere.example`)
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const refused = await proveBy(browser, page, other)
    expect(refused.text).toContain(`You have signed in as <strong>${other.userName}</strong>`)
    expect(refused.text).toContain('Sign in to that account')
    await answer(browser, refused, {
      act: 'link',
      proof: new URL(refused.path, 'https://l').searchParams.get('proof') ?? '',
    })
    expect(await links()).toEqual([])
    const asked = await proveBy(browser, await browser.get(page.path), person)
    expect((await answer(browser, asked, { act: 'link' })).path).toBe('/account')
  })

  test('may say that it is not hers, where the connection makes accounts: then she gets a new one', async () => {
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const [, href = ''] = /href="([^"]*new=1[^"]*)"/.exec(page.text) ?? []
    const consent = await browser.get(href.replaceAll('&amp;', '&'))
    expect(consent.text).toContain('This will be stored')
    expect((await answer(browser, consent)).path).toBe('/account')
    expect(await links()).toEqual([])
    expect((await world.users()).map(({ userName }) => userName)).toContain(upstream.preferred_username)
  })
})

describe('nothing else links it', () => {
  test('not who was signed in before she came', async () => {
    const browser = browserClient(world)
    await browser.get('/login')
    await browser.post('/login', { username: person.userName, password: PASSWORD })
    const { page } = await arrive(world, connection, { person: upstream, browser })
    expect(page.text).toContain('Sign in to that account')
    await answer(browser, page, { act: 'link', proof: 'x'.repeat(43) })
    expect(await links()).toEqual([])
  })

  test('not a sign-in that was done for something else', async () => {
    const { browser, page } = await arrive(world, connection, { person: upstream })
    await browser.get('/login')
    await browser.post('/login', { username: person.userName, password: PASSWORD })
    const again = await browser.get(page.path)
    expect(again.text).toContain('Sign in to that account')
    await answer(browser, again, { act: 'link' })
    expect(await links()).toEqual([])
  })

  test('not a sign-in that was done for another arrival in the same browser: each subject has its own (CVE-2026-9087)', async () => {
    const browser = browserClient(world)
    // Somebody else of the provider whom it vouches for with the same address.
    const mallory = { ...upstream, sub: `mallory-${people}` }
    const hers = await arrive(world, connection, { person: mallory, browser })
    const own = await arrive(world, connection, { person: upstream, browser })
    const asked = await proveBy(browser, own.page, person)
    const { proof = '' } = hiddenIn(asked)
    expect(proof).toMatch(/^[\w-]{43}$/)
    const other = await browser.get(`${hers.page.path}&proof=${proof}`)
    expect(other.text).toContain('Sign in to that account')
    await answer(browser, other, { act: 'link', proof })
    expect(await links()).toEqual([])
    await browser.get(asked.path)
    expect((await answer(browser, asked, { act: 'link' })).path).toBe('/account')
    expect(await links()).toEqual([{ userId: person.id, subject: upstream.sub, connectionId: connection }])
    // Once it is linked to one of them, the other is refused.
    expect((await browser.get(hers.page.path)).status).toBe(403)
  })

  test('not the way back in another browser in which she is signed in', async () => {
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const asked = await proveBy(browser, page, person)
    const other = browserClient(world)
    await other.get('/login')
    await other.post('/login', { username: person.userName, password: PASSWORD })
    expect((await other.get(asked.path)).status).toBe(400)
    await other.get('/account')
    expect((await answer(other, asked, { act: 'link' })).status).toBe(400)
    expect(await links()).toEqual([])
  })

  test('not once she has signed out again, or too much later', async () => {
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const asked = await proveBy(browser, page, person)
    world.advance(11 * 60_000)
    expect((await browser.get(asked.path)).text).toContain('Sign in to that account')
    await answer(browser, asked, { act: 'link' })
    expect(await links()).toEqual([])
  })

  test('not if she was deactivated meanwhile', async () => {
    const { browser, page } = await arrive(world, connection, { person: upstream })
    const asked = await proveBy(browser, page, person)
    const tenant = await world.tenant()
    const Operations = [{ op: 'replace', path: 'active', value: false }]
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    expect((await tenant.scim('PATCH', `/Users/${person.id}`, { schemas, Operations })).status).toBe(200)
    const refused = await browser.get(asked.path)
    expect(refused.status).toBe(403)
    expect(await links()).toEqual([])
  })
})

test('a sign-in leads back to no other address than an arrival’s (RFC 9700 section 4.11)', async () => {
  const browser = browserClient(world)
  for (const id of ['', 'x', `${'a'.repeat(43)}&x=1`, `${'a'.repeat(43)}@evil.example`, '../account']) {
    const return_to = `/login/arrival?arrival=${id}`
    await browser.get(`/login?${new URLSearchParams({ return_to })}`)
    const back = await browser.send('/login', { username: person.userName, password: PASSWORD, return_to })
    expect(back.headers.get('Location')).toBe('/account')
  }
})
