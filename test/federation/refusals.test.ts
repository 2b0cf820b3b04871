import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { removeConnection } from '../../src/connections/commands.ts'
import { type FakeIdp, fakeIdp } from '../support/fake-idp.ts'
import { browserOf, connect, federationWorld, KIM, type World } from './world.ts'

let idp: FakeIdp
let world: World

beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  idp.misbehaviour = {}
  idp.person = { ...KIM }
  world = await federationWorld()
})

describe('a connection', () => {
  test('of another tenant is no way to sign in', async () => {
    const id = await connect(world, idp, {}, 'acme')
    const response = await browserOf(world).get(`/login/connections/${id}`)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('There is no such way to sign in.')
  })

  test('without an authenticator is no way to sign in', async () => {
    const id = await connect(world, idp, { authenticator: undefined })
    expect((await browserOf(world).get(`/login/connections/${id}`)).status).toBe(404)
  })
})

test('a new person is refused where just-in-time provisioning is off: a page, no session, no user', async () => {
  const jit = { enabled: false, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' } as const
  await expectRefusal(await connect(world, idp, { jit }), 403, 'refused')
})

describe('a provider that misbehaves gets nobody in: a page, no session, no user, and the reason in the log alone', () => {
  const past = Math.floor(Date.now() / 1000) - 3600
  test.each([
    ['an id_token of another issuer', { idToken: { iss: 'https://other.example' } }, 'unverified'],
    ['an id_token for another client', { idToken: { aud: 'other' } }, 'unverified'],
    [
      'an id_token for several clients, the other in azp',
      { idToken: { aud: ['postern-client', 'other'], azp: 'other' } },
      'unverified',
    ],
    ['an id_token that was made for another client', { idToken: { azp: 'other' } }, 'unverified'],
    ['an id_token from the future', { idToken: { iat: past + 7200, exp: past + 7500 } }, 'unverified'],
    [
      'an id_token that came with another access token',
      { idToken: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } },
      'unverified',
    ],
    ['an id_token with another nonce', { idToken: { nonce: 'other' } }, 'unverified'],
    ['an id_token without a nonce', { idToken: { nonce: undefined } }, 'unverified'],
    ['an id_token that is over', { idToken: { iat: past, exp: past + 300 } }, 'unverified'],
    ['an id_token that never ends', { idToken: { exp: undefined } }, 'unverified'],
    ['an id_token without iat', { idToken: { iat: undefined } }, 'unverified'],
    ['an id_token without a sub', { idToken: { sub: undefined } }, 'unverified'],
    ['an id_token whose sub is no text', { idToken: { sub: 7 } }, 'unverified'],
    ['an unsigned id_token', { signature: 'none' }, 'unverified'],
    ['an id_token signed with another key', { signature: 'foreign-key' }, 'unverified'],
    ['an id_token signed with the client secret', { signature: 'hs256-with-client-secret' }, 'unverified'],
    ['the userinfo of somebody else (OIDC Core section 5.3.2)', { userinfoSub: 'somebody-else' }, 'unverified'],
    ['the answer of another issuer (RFC 9207)', { iss: 'https://other.example' }, 'unverified'],
    ['an error instead of a code', { error: 'server_error' }, 'provider-error'],
    ['keys that cannot be had', { broken: ['/jwks'] }, 'unverified'],
    ['a token endpoint that fails', { broken: ['/token'] }, 'unverified'],
    ['a userinfo endpoint that fails', { broken: ['/userinfo'] }, 'unverified'],
    ['a token endpoint that never answers', { hangs: ['/token'] }, 'unreachable'],
    ['keys that never come', { hangs: ['/jwks'] }, 'unreachable'],
  ] as const)('%s', async (_fact, misbehaviour, kind) => {
    const id = await connect(world, idp)
    idp.misbehaviour = structuredClone(misbehaviour) as FakeIdp['misbehaviour']
    await expectRefusal(id, 502, kind)
  })

  test('a token endpoint that answers with something that is no JSON', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    idp.misbehaviour = { notJson: true }
    expect((await browser.get(callback)).status).toBe(502)
    await expectNobody()
  })

  test('a person who says no at the provider is told so', async () => {
    idp.misbehaviour = { error: 'access_denied' }
    const text = await expectRefusal(await connect(world, idp), 403, 'provider-error')
    expect(text).toContain('The sign-in at IDP-IS2 was cancelled.')
  })

  test.each([
    ['without a configuration', { broken: ['/.well-known/openid-configuration'] }, 'misconfigured'],
    ['whose configuration never comes', { hangs: ['/token/.well-known/openid-configuration'] }, 'unreachable'],
    ['whose configuration is no JSON', { notJson: true }, 'misconfigured'],
  ])('nobody is sent to a provider %s', async (_fact, misbehaviour, failure) => {
    const id = await connect(world, idp)
    idp.misbehaviour = misbehaviour
    const response = await browserOf(world).get(`/login/connections/${id}?request=abc`)
    expect(response.status).toBe(502)
    expect(await response.text()).toContain('href="/oauth2/authorize?resume=abc"')
    expect(await world.states()).toEqual([])
    expect(warnings()).toMatchObject([{ failure, connection: id }])
  })

  test('an address that the guard does not let through is not called', async () => {
    class BlockedRequest extends Error {
      override readonly name = 'BlockedRequest'
    }
    world = await federationWorld({ fetch: () => Promise.reject(new BlockedRequest('127.0.0.1 is not public')) })
    const response = await browserOf(world).get(`/login/connections/${await connect(world, idp)}`)
    expect(response.status).toBe(502)
    expect(warnings()).toMatchObject([{ failure: 'blocked' }])
  })
})

/** Signs in, and expects a page of refusal that leads back, and that nothing was made and nothing secret was told. */
async function expectRefusal(connectionId: string, status: number, failure: string): Promise<string> {
  const browser = browserOf(world)
  const response = await browser.signIn(connectionId, '?request=abc')
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toMatch(/^text\/html/)
  const text = await response.text()
  expect(text).toContain('href="/oauth2/authorize?resume=abc"')
  expect(browser.hasSession()).toBe(false)
  // The callback has been used: in another language it would say that it is unknown.
  expect(text).not.toContain('class="languages"')
  await expectNobody()
  expect(warnings()).toMatchObject([{ failure, connection: connectionId }])
  for (const secret of idp.secrets) expect(JSON.stringify(world.logs) + text).not.toContain(secret)
  return text
}

async function expectNobody(): Promise<void> {
  expect(await world.sessions()).toEqual([])
  expect(await world.users()).toEqual([])
  expect(await world.identities()).toEqual([])
}

function warnings() {
  return world.logs.filter(({ level }) => level === 'warn')
}

test('a provider that is not found is not looked for again at each click, and is found once it is there', async () => {
  const id = await connect(world, idp)
  idp.misbehaviour = { hangs: ['/token/.well-known/openid-configuration'] }
  const browser = browserOf(world)
  expect((await browser.get(`/login/connections/${id}`)).status).toBe(502)
  const asked = idp.calls.length
  expect((await browser.get(`/login/connections/${id}`)).status).toBe(502)
  expect(idp.calls).toHaveLength(asked)
  idp.misbehaviour = {}
  world.advance(11_000)
  expect((await browser.get(`/login/connections/${id}`)).status).toBe(303)
})

test('whoever signed in through a connection is signed out when it is removed', async () => {
  const id = await connect(world, idp)
  await browserOf(world).signIn(id)
  expect(await world.sessions()).toHaveLength(1)
  await removeConnection(world.scope(), id)
  expect(await world.sessions()).toHaveLength(0)
})
