/** Passkeys: registered, signed in with, as the second step, and every answer that must not count. */
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Authenticator, authenticator, type Oddity } from '../../support/authenticator.ts'
import { basicHeader } from '../../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import {
  answerIn,
  authorizePath,
  type Client,
  type OidcWorld,
  oidcWorld,
  postToken,
  register,
} from '../../oidc/world.ts'
import { codesIn, firstStep, queryIn } from './world.ts'

const ORIGIN = 'https://localhost:9443'
let world: OidcWorld
let application: Client
let people = 0
beforeAll(async () => {
  world = await oidcWorld()
  const loginFlow = { steps: [{ options: ['password', 'passkey'] }] }
  application = await register(world, { name: 'with passkeys', loginFlow })
})

/** What a page asks the browser's passkeys for. */
function optionsIn(page: Page) {
  const [, json = ''] = /data-options="([^"]+)"/.exec(page.text) ?? []
  return JSON.parse(json.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as {
    challenge: string
    excludeCredentials?: { id: string }[]
    allowCredentials?: { id: string }[]
    authenticatorSelection?: unknown
    userVerification?: string
    user?: { id: string; name: string }
    rp?: { id: string }
    rpId?: string
  }
}

async function newPerson(base = '') {
  const person = { userName: `person-${++people}`, password: 'MyPa33w@rd' }
  const answer = await (await world.tenant(base.replace('/t/', ''))).scim('POST', '/Users', person)
  return { ...person, id: ((await answer.json()) as { id: string }).id }
}

/** Somebody with a passkey, and the browser in which she registered it. */
async function registered(settings: { isSynced?: boolean; counts?: boolean } = {}, base = '') {
  const person = await newPerson(base)
  const browser = browserClient(world)
  const page = await firstStep(browser, person, base, { return_to: `${base}/account/passkeys` })
  expect(page.path).toBe(`${base}/account/passkeys`)
  const key = authenticator(ORIGIN, settings)
  const done = await browser.post(`${base}/account/passkeys`, {
    name: 'Laptop',
    credential: key.create(optionsIn(page)),
  })
  return { person, browser, key, done }
}

/** Signs in with a passkey at the sign-in page, in a browser of its own unless one is given. */
async function signIn(key: Authenticator, oddity: Oddity = {}, browser = browserClient(world), base = '') {
  const page = await browser.get(`${base}/login`)
  return browser.post(`${base}/login/passkey`, { credential: key.get(optionsIn(page), oddity) })
}

async function nameIn(browser: BrowserClient, base = ''): Promise<string | undefined> {
  return /<strong>([^<]+)<\/strong>/.exec((await browser.get(`${base}/logout`)).text)?.[1]
}

describe('registering (W3C Web Authentication section 7.1)', () => {
  test('asks for a key that the browser finds by itself, and tells of those that she has', async () => {
    const { browser, key } = await registered()
    const { authenticatorSelection, excludeCredentials, user, rp } = optionsIn(await browser.get('/account/passkeys'))
    expect(authenticatorSelection).toMatchObject({ residentKey: 'required', userVerification: 'preferred' })
    expect(excludeCredentials).toMatchObject([{ type: 'public-key', id: key.id }])
    expect(rp).toMatchObject({ id: 'localhost' })
    expect(Buffer.from(user?.id ?? '', 'base64url').length).toBeLessThanOrEqual(64)
  })

  test('the first one brings recovery codes, further ones do not; each has a name', async () => {
    const { browser, done } = await registered()
    expect(codesIn(done)).toHaveLength(10)
    const page = await browser.get('/account/passkeys')
    expect(page.text).toContain('value="Passkey"')
    const second = authenticator(ORIGIN, { isSynced: false })
    const list = await browser.post('/account/passkeys', {
      name: 'Key <ring>',
      credential: second.create(optionsIn(page)),
    })
    expect(codesIn(list)).toEqual([])
    for (const words of ['Laptop', 'Key &lt;ring&gt;', 'On all your devices', 'On one device'])
      expect(list.text).toContain(words)
  })

  test('a name is asked for, and what was wrong is said beside it', async () => {
    const { browser } = await registered()
    const page = await browser.get('/account/passkeys')
    const credential = authenticator(ORIGIN).create(optionsIn(page))
    const answer = await browser.post('/account/passkeys', { name: ' ', credential })
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('Give it a name.')
  })

  test('a key that is registered, by whomever, is not registered again', async () => {
    const { browser, key } = await registered()
    const again = await browser.get('/account/passkeys')
    const mine = await browser.post('/account/passkeys', { name: 'x', credential: key.create(optionsIn(again)) })
    expect(mine.text).toContain('registered already')
    const other = browserClient(world)
    const page = await firstStep(other, await newPerson(), '', { return_to: '/account/passkeys' })
    const theirs = await other.post('/account/passkeys', { name: 'x', credential: key.create(optionsIn(page)) })
    expect(theirs.text).toContain('registered already')
    expect(theirs.text).toContain('You have no passkeys yet.')
  })

  test.each<[string, Oddity]>([
    ['from another site', { origin: 'https://localhost:9444' }],
    ['from another site with our name in front', { origin: `${ORIGIN}.evil.example` }],
    ['for another host', { rpId: 'evil.example' }],
    ['that is an answer to another question', { type: 'webauthn.get' }],
  ])('an answer %s is refused', async (_what, oddity) => {
    const browser = browserClient(world)
    const page = await firstStep(browser, await newPerson(), '', { return_to: '/account/passkeys' })
    const credential = authenticator(ORIGIN).create(optionsIn(page), oddity)
    const answer = await browser.post('/account/passkeys', { name: 'x', credential })
    expect(answer.status).toBe(422)
    expect(answer.text).toContain('You have no passkeys yet.')
  })

  test('of two answers to one challenge one counts', async () => {
    const browser = browserClient(world)
    const page = await firstStep(browser, await newPerson(), '', { return_to: '/account/passkeys' })
    const answers = [authenticator(ORIGIN), authenticator(ORIGIN)].map((key) =>
      browser.send('/account/passkeys', { name: 'x', credential: key.create(optionsIn(page)) }),
    )
    expect((await Promise.all(answers)).map(({ status }) => status).toSorted()).toEqual([200, 422])
  })
})

describe('signing in (W3C Web Authentication section 7.2)', () => {
  test('is both steps at once, and the id_token says so (RFC 8176)', async () => {
    const { person, key } = await registered({ isSynced: false })
    const browser = browserClient(world)
    const page = await browser.get(authorizePath(world, { client_id: application.clientId }))
    expect(page.text).toContain('autocomplete="username webauthn"')
    const done = await browser.post('/login/passkey', { ...queryIn(page), credential: key.get(optionsIn(page)) })
    const answer = await postToken(
      world,
      { code: answerIn(done).code ?? '' },
      basicHeader(application.clientId, application.clientSecret),
    )
    const claims = decodeJwt(((await answer.json()) as { id_token: string }).id_token)
    expect(claims).toMatchObject({ sub: person.id, amr: ['hwk', 'user', 'mfa'], acr: 'urn:postern:acr:2fa' })
  })

  test('one that is copied to other devices is a key of software (RFC 8176 section 2)', async () => {
    const { person, key } = await registered()
    const browser = browserClient(world)
    await signIn(key, {}, browser)
    expect(await nameIn(browser)).toBe(person.userName)
    const sessions = await (await world.tenant()).api('GET', `/users/${person.id}/sessions`)
    expect(
      ((await sessions.json()) as { items: { method: string }[] }).items.some(({ method }) => method === 'passkey'),
    ).toBe(true)
  })

  test.each<[string, Oddity]>([
    ['of an authenticator that did not verify its user', { isVerified: false }],
    ['from another site', { origin: 'https://localhost:9444' }],
    ['for another host', { rpId: 'evil.example' }],
    ['with somebody else’s handle', { userHandle: 'c29tZWJvZHk' }],
    ['with another signature', { signature: 'MEUCIQ' }],
    ['that is an answer to another question', { type: 'webauthn.create' }],
  ])('an answer %s is refused', async (_what, oddity) => {
    const { key } = await registered()
    const browser = browserClient(world)
    const page = await signIn(key, oddity, browser)
    expect(page.status).toBe(401)
    expect(page.text).toContain('The passkey was refused.')
    expect(await nameIn(browser)).toBeUndefined()
  })

  test.each([
    ['that is unknown', () => authenticator(ORIGIN).get({ challenge: 'eA', rpId: 'localhost' })],
    ['that is no JSON', () => 'nothing'],
    ['that is empty', () => ''],
    ['without a response', () => '{"id":"x","rawId":"x","type":"public-key"}'],
  ])('a credential %s is refused in the same words', async (_what, credential) => {
    const browser = browserClient(world)
    await browser.get('/login')
    const page = await browser.post('/login/passkey', { credential: credential() })
    expect(page.status).toBe(401)
    expect(page.text).toContain('The passkey was refused.')
  })

  test('a challenge is answered once, in time, in the browser and tenant and for the purpose that it was made for', async () => {
    const { person, key, browser: own } = await registered()
    const browser = browserClient(world)
    const credential = key.get(optionsIn(await browser.get('/login')))
    const other = browserClient(world)
    await other.get('/login')
    expect((await other.post('/login/passkey', { credential })).status).toBe(401)
    const both = await Promise.all([
      browser.send('/login/passkey', { credential }),
      browser.send('/login/passkey', { credential }),
    ])
    expect(both.map(({ status }) => status).toSorted()).toEqual([303, 401])
    await browser.get('/login')
    expect((await browser.post('/login/passkey', { credential })).status).toBe(401)

    const late = browserClient(world)
    const old = key.get(optionsIn(await late.get('/login')))
    world.advance(31 * 60_000)
    expect((await late.post('/login/passkey', { credential: old })).status).toBe(401)

    await world.tenant('acme')
    const foreign = browserClient(world)
    const theirs = key.get(optionsIn(await foreign.get('/t/acme/login')))
    await foreign.get('/login')
    expect((await foreign.post('/login/passkey', { credential: theirs })).status).toBe(401)

    const registering = optionsIn(
      await firstStep(own, person, '', { return_to: '/account/passkeys' }).then((page) => own.get(page.path)),
    )
    await own.get('/login')
    const answer = key.get({ ...registering, rpId: 'localhost' })
    expect((await own.post('/login/passkey', { credential: answer })).status).toBe(401)
  })

  test('a passkey of another tenant is unknown in this one', async () => {
    await world.tenant('acme')
    const { key } = await registered({}, '/t/acme')
    expect((await signIn(key)).status).toBe(401)
    const there = browserClient(world)
    await signIn(key, {}, there, '/t/acme')
    expect(await nameIn(there, '/t/acme')).toBeDefined()
  })

  test('a signature counter that does not go up tells of a copy, and refuses it (section 6.1.1)', async () => {
    const { key } = await registered({ counts: true })
    expect((await signIn(key, { counter: 7 })).status).not.toBe(401)
    expect((await signIn(key, { counter: 7 })).status).toBe(401)
    expect((await signIn(key, { counter: 3 })).status).toBe(401)
    expect((await signIn(key, { counter: 8 })).status).not.toBe(401)
  })

  test('who is deactivated is not signed in', async () => {
    const { person, key } = await registered()
    const Operations = [{ op: 'replace', value: { active: false } }]
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    await (await world.tenant()).scim('PATCH', `/Users/${person.id}`, { schemas, Operations })
    expect((await signIn(key)).status).toBe(401)
  })

  test('an application that does not offer it does not take it', async () => {
    const { key } = await registered()
    const browser = browserClient(world)
    const page = await browser.get(authorizePath(world))
    expect(page.text).not.toContain('data-passkey')
    const own = await browser.get('/login')
    const answer = await browser.send('/login/passkey', { ...queryIn(page), credential: key.get(optionsIn(own)) })
    expect(answer.status).toBe(403)
  })
})

describe('as the second step', () => {
  test('one of hers is enough, though it did not verify her; somebody else’s is not', async () => {
    const [kim, lee] = [await registered(), await registered()]
    const browser = browserClient(world)
    const page = await firstStep(browser, kim.person)
    expect(page.path).toMatch(/^\/login\/second/)
    const options = optionsIn(page)
    expect(options.allowCredentials).toMatchObject([{ id: kim.key.id }])
    const send = (key: Authenticator, oddity: Oddity = {}) =>
      browser.post('/login/second', { way: 'passkey', ...queryIn(page), credential: key.get(options, oddity) })
    const wrong = await send(lee.key)
    expect(wrong.status).toBe(401)
    expect(await nameIn(browser)).toBeUndefined()
    await browser.get(page.path)
    expect((await send(kim.key, { isVerified: false })).path).toBe('/account')
    expect(await nameIn(browser)).toBe(kim.person.userName)
  })

  test('the challenge of the first step does not count as that of the second, and without a session nothing does', async () => {
    const { person, key } = await registered()
    const browser = browserClient(world)
    const first = optionsIn(await browser.get('/login'))
    const page = await firstStep(browser, person)
    const answer = await browser.post('/login/second', { way: 'passkey', ...queryIn(page), credential: key.get(first) })
    expect(answer.status).toBe(401)
  })
})

describe('one’s own page', () => {
  test('takes a session with both steps, one of them not older than ten minutes', async () => {
    const { browser, key } = await registered()
    const paths = ['/account/passkeys', `/account/passkeys/${key.id}`, `/account/passkeys/${key.id}/remove`]
    world.advance(10 * 60_000 + 1)
    for (const path of paths) {
      const asked = `/login/second?return_to=${encodeURIComponent(path)}`
      expect((await browser.get(path)).path).toBe(asked)
      expect((await browser.post(path, { name: 'mine' })).path).toBe(asked)
    }
  })

  test('renames and removes one’s own, and nobody else’s', async () => {
    const [kim, lee] = [await registered(), await registered()]
    const renamed = await kim.browser.get(`/account/passkeys/${kim.key.id}`)
    expect(renamed.text).toContain('value="Laptop"')
    const list = await kim.browser.post(`/account/passkeys/${kim.key.id}`, { name: 'Phone' })
    expect(list.text).toContain('>Phone</a>')
    for (const path of [`/account/passkeys/${lee.key.id}`, `/account/passkeys/${lee.key.id}/remove`]) {
      expect((await kim.browser.get(path)).status).toBe(404)
      expect((await kim.browser.post(path, { name: 'mine' })).status).toBe(404)
    }
    expect((await kim.browser.get(`/account/passkeys/${kim.key.id}/remove`)).text).toContain(
      'Remove the passkey “Phone”?',
    )
    const empty = await kim.browser.post(`/account/passkeys/${kim.key.id}/remove`)
    expect(empty.text).toContain('You have no passkeys yet.')
    expect((await signIn(kim.key)).status).toBe(401)
    // Without a factor the password is enough again.
    expect((await firstStep(browserClient(world), kim.person)).path).toBe('/account')
  })

  test('the last one stays where it is the only way to sign in, also when two are removed at once', async () => {
    const { browser, person, key } = await registered()
    const second = authenticator(ORIGIN)
    const page = await browser.get('/account/passkeys')
    await browser.post('/account/passkeys', { name: 'Phone', credential: second.create(optionsIn(page)) })
    await world.platform.db.$client.execute({
      sql: 'update users set password_hash = null where id = ?',
      args: [person.id],
    })
    await browser.get('/account/passkeys')
    const paths = [key, second].map(({ id }) => `/account/passkeys/${id}/remove`)
    const answers = await Promise.all(paths.map((path) => browser.send(path)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    expect(await answers.find(({ status }) => status === 409)?.text()).toContain('your only way to sign in')
    const { rows } = await world.platform.db.$client.execute({
      sql: 'select credential_id from passkeys where user_id = ?',
      args: [person.id],
    })
    expect(rows).toHaveLength(1)
    // An administrator may, as she may take everything of hers away.
    const tenant = await world.tenant()
    expect((await tenant.api('DELETE', `/users/${person.id}/factors/${String(rows[0]?.credential_id)}`)).status).toBe(
      204,
    )
  })
})
