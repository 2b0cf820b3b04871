/** Linking an account at a provider on one's own page. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { getConnection } from '../../src/connections/queries.ts'
import { linkOwn } from '../../src/federation/links/own/commands.ts'
import { enrol } from '../login/factors/world.ts'
import { KIM, oidcWorld, type OidcWorld } from '../oidc/world.ts'
import { type BrowserClient, browserClient, type Page, signedIn } from '../support/browser-client.ts'
import { fakeIdp, type FakeIdp } from '../support/fake-idp.ts'

const LEE = { userName: 'lee', password: 'MyPa33w@rd' }
const PROVIDER_PERSON = { sub: 'kim-there', email: 'kim@partner.example', name: 'Kim B.' }

let idp: FakeIdp
let world: OidcWorld
let connection: string
let kim: BrowserClient
beforeAll(async () => void (idp = await fakeIdp()))
afterAll(() => idp.close())
beforeEach(async () => {
  world = await oidcWorld()
  const tenant = await world.tenant()
  await tenant.scim('POST', '/Users', LEE)
  connection = await connect('Partner')
  kim = await signedIn(world, KIM)
  idp.person = PROVIDER_PERSON
  idp.misbehaviour = {}
})

async function connect(name: string, jit: object = { enabled: false }): Promise<string> {
  const answer = await (
    await world.tenant()
  ).api('POST', '/connections', { name, authenticator: idp.authenticator, jit })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

/** Says yes; answers the address of the callback with which the provider sends her back. */
async function goTo(browser: BrowserClient, id = connection): Promise<string> {
  await browser.get(`/account/linked/${id}/link`)
  const away = await browser.send(`/account/linked/${id}/link`)
  expect(away.status).toBe(303)
  return fromProvider(away.headers.get('Location') ?? '')
}
async function fromProvider(address: string): Promise<string> {
  expect(address).toMatch(`${idp.origin}/authorize?`)
  const back = await fetch(address, { redirect: 'manual' })
  return (back.headers.get('Location') ?? '').replace(world.platform.config.baseUrl, '')
}
async function link(browser: BrowserClient, id = connection): Promise<Page> {
  return browser.get(await goTo(browser, id))
}
async function signInWith(id = connection): Promise<string | undefined> {
  const browser = browserClient(world)
  await browser.get(await fromProvider((await browser.get(`/login/connections/${id}`)).path))
  return /<span class="who">([^<]+)</.exec((await browser.get('/account')).text)?.[1]
}
const links = async () => {
  const { rows } = await world.platform.db.$client.execute('select user_id, subject from federated_identities')
  return rows.map((row) => [row.user_id, row.subject])
}
const users = async () => (await world.platform.db.$client.execute('select id from users')).rows.length

test('she goes to the provider and comes back, and signs in with that account from then on, though nobody gets one by it', async () => {
  const before = await users()
  expect(await signInWith()).toBeUndefined()
  const page = await link(kim)
  expect(page).toMatchObject({ status: 200, path: '/account/linked?done=account-linked' })
  expect(page.text).toContain('The account was linked.')
  expect(page.text).toContain('kim@partner.example')
  expect(page.text).not.toContain(`/account/linked/${connection}/link"`)
  expect(await links()).toEqual([[world.kimId, 'kim-there']])
  const { rows } = await world.platform.db.$client.execute('select * from sign_in_decisions order by id desc limit 1')
  expect(rows).toMatchObject([{ user_id: world.kimId, decision: 'link', reason: 'asked-by-herself' }])
  expect(await users()).toBe(before)
  expect(await signInWith()).toBe('kim')
})

test('nothing of her changes but that', async () => {
  const read = async () => (await world.tenant()).scim('GET', `/Users/${world.kimId}`)
  const before = await (await read()).json()
  await link(kim)
  expect(await (await read()).json()).toEqual(before)
})

test('what the connection takes when an account is linked is taken (attribute sync firstSignIn)', async () => {
  const id = await connect('First', {
    enabled: true,
    scheme: 'silent',
    userStore: 'PRIMARY',
    attributeSync: 'firstSignIn',
  })
  idp.person = { ...PROVIDER_PERSON, sub: 'kim-first', nickname: 'Kimmy' }
  await link(kim, id)
  const { nickName } = (await (await (await world.tenant()).scim('GET', `/Users/${world.kimId}`)).json()) as {
    nickName?: string
  }
  expect(nickName).toBe('Kimmy')
})

test('another account at a provider where she has one already is refused, if she got that meanwhile', async () => {
  const callback = await goTo(kim)
  const admin = { connection, subject: 'kim-otherwise' }
  expect((await (await world.tenant()).api('POST', `/users/${world.kimId}/linked-accounts`, admin)).status).toBe(201)
  const page = await kim.get(callback)
  expect(page.status).toBe(409)
  expect(page.text).toContain('Another account at Partner is linked with yours already.')
  expect(await links()).toEqual([[world.kimId, 'kim-otherwise']])
})

test('the page offers what signs people in and is not linked yet, and its form may end at the provider (CSP form-action)', async () => {
  const other = await connect('Other')
  const { text } = await kim.get('/account/linked')
  for (const id of [connection, other]) expect(text).toContain(`/account/linked/${id}/link"`)
  const page = await kim.get(`/account/linked/${connection}/link`)
  expect(page.text).toContain('Link an account at Partner?')
  expect(page.headers.get('Content-Security-Policy')).toContain(`form-action 'self' https: http:`)
  await link(kim)
  const linked = (await kim.get('/account/linked')).text
  expect(linked).not.toContain(`/account/linked/${connection}/link"`)
  expect(linked).toContain(`/account/linked/${other}/link"`)
})

test('an account that is somebody else’s here is 409, without a word of whose, and stays with her', async () => {
  await link(kim)
  const lee = await signedIn(world, LEE)
  const page = await link(lee)
  expect(page.status).toBe(409)
  expect(page.text).toContain('is linked with another account here already')
  expect(page.text).toContain('href="/account/linked"')
  expect(page.text.toLowerCase()).not.toContain('kim')
  expect(await links()).toEqual([[world.kimId, 'kim-there']])
})

test('that of somebody who was deleted here is not hers to take', async () => {
  await link(kim)
  await (await world.tenant()).scim('DELETE', `/Users/${world.kimId}`)
  expect(await link(await signedIn(world, LEE))).toMatchObject({ status: 409 })
})

test('two callbacks at once make one link, and one of them is told that it was used', async () => {
  const callback = await goTo(kim)
  const pages = await Promise.all([kim.get(callback), kim.get(callback)])
  expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 400])
  expect(await links()).toEqual([[world.kimId, 'kim-there']])
})

test('of two people who link one account at once, one gets it', async () => {
  const lee = await signedIn(world, LEE)
  const callbacks = [[kim, await goTo(kim)] as const, [lee, await goTo(lee)] as const]
  const pages = await Promise.all(callbacks.map(([browser, callback]) => browser.get(callback)))
  expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 409])
  expect(await links()).toHaveLength(1)
})

describe('refused, and nothing is stored:', () => {
  const refused = async (page: Page, status: number) => {
    expect(page.status).toBe(status)
    expect(await links()).toEqual([])
  }

  test('a callback in another browser, though the same person is signed in there', async () => {
    const callback = await goTo(kim)
    await refused(await (await signedIn(world, KIM)).get(callback), 400)
  })

  test('a callback when she has signed out', async () => {
    const callback = await goTo(kim)
    await kim.get('/logout')
    await kim.post('/logout')
    await refused(await kim.get(callback), 403)
  })

  test('a callback when somebody else is signed in in this browser by now', async () => {
    const callback = await goTo(kim)
    await kim.get('/login')
    await kim.post('/login', { username: LEE.userName, password: LEE.password })
    await refused(await kim.get(callback), 403)
  })

  test('a callback when her session was ended elsewhere', async () => {
    const callback = await goTo(kim)
    await (await world.tenant()).api('DELETE', `/users/${world.kimId}/sessions`)
    await refused(await kim.get(callback), 403)
  })

  test('a callback when she was deactivated', async () => {
    const callback = await goTo(kim)
    const Operations = [{ op: 'replace', path: 'active', value: false }]
    await (await world.tenant()).scim('PATCH', `/Users/${world.kimId}`, { Operations })
    await refused(await kim.get(callback), 403)
  })

  test('a callback after ten minutes', async () => {
    const callback = await goTo(kim)
    world.advance(10 * 60_000 + 1)
    await refused(await kim.get(callback), 400)
  })

  test('what the provider answers is not true (OIDC Core section 3.1.3.7)', async () => {
    idp.misbehaviour = { signature: 'foreign-key' }
    const page = await link(kim)
    expect(page.text).toContain('Nothing was linked.')
    await refused(page, 502)
  })

  test('she cancels at the provider', async () => {
    idp.misbehaviour = { error: 'access_denied' }
    const page = await link(kim)
    expect(page.text).toContain('The sign-in at Partner was cancelled.')
    await refused(page, 403)
  })

  test('a form without its token, or from elsewhere', async () => {
    const page = await kim.get(`/account/linked/${connection}/link`)
    expect(page.status).toBe(200)
    const send = (fields: Record<string, string>, headers = {}) =>
      kim.send(`/account/linked/${connection}/link`, fields, headers)
    expect((await send({ _token: 'wrong' })).status).toBe(403)
    expect((await send({}, { Origin: 'https://evil.example' })).status).toBe(403)
  })

  test('a sign-in that is not of the last ten minutes: she signs in again, and comes back', async () => {
    await kim.get(`/account/linked/${connection}/link`)
    world.advance(10 * 60_000 + 1)
    const away = await kim.post(`/account/linked/${connection}/link`)
    expect(away.path).toContain(`/login?return_to=${encodeURIComponent(`/account/linked/${connection}/link`)}`)
  })

  test('a connection of another tenant, one that signs nobody in, and none at all', async () => {
    const acme = await world.tenant('acme')
    const { id } = (await (
      await acme.api('POST', '/connections', { name: 'Theirs', authenticator: idp.authenticator })
    ).json()) as { id: string }
    const custom = (await (await (await world.tenant()).api('POST', '/connections', { name: 'Custom' })).json()) as {
      id: string
    }
    for (const one of [id, custom.id, 'none']) {
      await kim.get(`/account/linked/${connection}/link`)
      expect((await kim.post(`/account/linked/${one}/link`)).path).toBe('/account/linked')
    }
    expect((await world.platform.db.$client.execute('select 1 from federation_states')).rows).toEqual([])
  })

  test('nobody who is signed in', async () => {
    const page = await browserClient(world).get(`/account/linked/${connection}/link`)
    expect(page.path).toMatch(/^\/login\?return_to=/)
  })
})

test('a session that ends between the check and the write links nothing', async () => {
  const scope = await world.scope()
  const found = await getConnection(scope, connection)
  const person = { issuer: idp.origin, subject: 'kim-there', claims: {}, tokens: { accessToken: 'token' } }
  const own = { userId: world.kimId, sid: 'ended' }
  expect(await linkOwn(scope, found, person, own)).toEqual({ ok: true, value: 'gone' })
  expect(await links()).toEqual([])
  const { rows } = await world.platform.db.$client.execute('select 1 from sign_in_decisions')
  expect(rows).toEqual([])
})

test('a provider that does not answer is told on the page, and nothing was begun', async () => {
  idp.misbehaviour = { broken: ['/.well-known/openid-configuration'] }
  await kim.get(`/account/linked/${connection}/link`)
  const page = await kim.post(`/account/linked/${connection}/link`)
  expect(page).toMatchObject({ status: 502, path: `/account/linked/${connection}/link` })
  expect(page.text).toContain('The connection to Partner is not set up completely.')
})

test('whoever has a second factor links after it, and a session that owes it does not', async () => {
  const { browser } = await enrol(world, KIM)
  expect(await link(browser)).toMatchObject({ path: '/account/linked?done=account-linked' })
  // As if the session were from before the factor.
  const other = await connect('Other')
  idp.person = { sub: 'kim-elsewhere' }
  const callback = await goTo(browser, other)
  await world.platform.db.$client.execute(`update sessions set methods = '["pwd"]', amr = '["pwd"]'`)
  expect(await browser.get(callback)).toMatchObject({ status: 403 })
  expect(await links()).toEqual([[world.kimId, 'kim-there']])
})

test('a link by herself counts as one: unlinked, the account signs nobody in', async () => {
  await link(kim)
  await kim.get(`/account/linked/${connection}/unlink`)
  expect(await kim.post(`/account/linked/${connection}/unlink`)).toMatchObject({
    path: '/account/linked?done=unlinked',
  })
  expect(await signInWith()).toBeUndefined()
})
