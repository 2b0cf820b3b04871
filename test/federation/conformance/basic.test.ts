/** oidcc-client-basic-certification-test-plan: the flow, the client's authentication, and userinfo. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CLIENT, type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { browserOf, connect, federationWorld, KIM, type World } from '../world.ts'
import { expectRefused, expectSignedIn } from './refusal.ts'

let idp: FakeIdp
let world: World
beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  Object.assign(idp, { misbehaviour: {}, person: { ...KIM }, asked: [], calls: [] })
  idp.client = { method: 'client_secret_basic', ...CLIENT }
  world = await federationWorld()
})
const askedAt = (path: string) => idp.asked.filter((one) => one.path === path)

test('oidcc-client-test: code flow with state, nonce and PKCE, and who came is signed in (OIDC Core section 3.1)', async () => {
  const id = await connect(world, idp)
  await expectSignedIn(world, id)
  const query = askedAt('/authorize')[0]?.query
  expect(Object.fromEntries(query ?? [])).toMatchObject({
    response_type: 'code',
    client_id: CLIENT.clientId,
    redirect_uri: 'https://localhost:9443/commonauth',
    scope: 'openid profile email',
    code_challenge_method: 'S256',
    nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
  })
  // The keys are remembered: another sign-in costs two calls.
  idp.calls = []
  await expectSignedIn(world, id)
  expect(idp.calls).toEqual(['/authorize', '/token', '/userinfo'])
})

test('oidcc-client-test-nonce-invalid: an id_token with the nonce of another sign-in is refused (3.1.3.7, 11)', async () => {
  const id = await connect(world, idp)
  idp.misbehaviour = { idToken: { nonce: 'another' } }
  await expectRefused(world, idp, id, { reason: /nonce/ })
})

test('oidcc-client-test-scope-userinfo-claims: what the scopes ask for comes from userinfo (5.4)', async () => {
  const id = await connect(world, idp, {
    authenticator: { ...idp.authenticator, scopes: ['openid', 'email', 'phone'] },
  })
  idp.person = { ...KIM, phone_number: '+44 20 7946 0000', email: 'kim.berry@example.com' }
  await expectSignedIn(world, id)
  expect(askedAt('/authorize')[0]?.query.get('scope')).toBe('openid email phone')
  expect((await world.users())[0]?.document).toMatchObject({
    emails: [{ value: 'kim.berry@example.com' }],
    phoneNumbers: [{ value: '+44 20 7946 0000' }],
  })
})

test('oidcc-client-test-client-secret-basic: id and secret are encoded before they are joined (RFC 6749 section 2.3.1)', async () => {
  const secret = 'a:b c+d/é%'
  const encoded = new URLSearchParams({ s: secret }).toString().slice(2)
  idp.client = { method: 'client_secret_basic', clientId: CLIENT.clientId, clientSecret: encoded }
  const id = await connect(world, idp, { authenticator: { ...idp.authenticator, clientSecret: secret } })
  await expectSignedIn(world, id)
  const sent = Buffer.from(askedAt('/token')[0]?.authorization?.slice(6) ?? '', 'base64').toString()
  expect(sent).toBe('postern-client:a%3Ab+c%2Bd%2F%C3%A9%25')
  expect(askedAt('/token')[0]?.form.has('client_secret')).toBe(false)
})

test('oidcc-client-test-userinfo-bearer-header: the access token goes in a header and nowhere else (RFC 6750 section 2.1)', async () => {
  await expectSignedIn(world, await connect(world, idp))
  const [asked] = askedAt('/userinfo')
  expect(asked?.authorization).toMatch(/^Bearer [\w-]+$/)
  expect([...(asked?.query ?? []), ...(asked?.form ?? [])]).toEqual([])
})

test('oidcc-client-test-userinfo-invalid-sub: the userinfo of somebody else is not hers (5.3.2)', async () => {
  const id = await connect(world, idp)
  idp.misbehaviour = { userinfoSub: 'somebody-else' }
  await expectRefused(world, idp, id, { reason: /sub/ })
})

test('whether an address was verified is said of that very address, wherever each of them stands', async () => {
  const id = await connect(world, idp)
  idp.idTokenClaims = { email: 'mine@example.com', email_verified: true }
  idp.person = { ...KIM, email: 'yours@example.com' }
  const browser = browserOf(world)
  expect((await browser.signIn(id)).status).toBe(303)
  idp.idTokenClaims = {}
  const [user] = await world.users()
  expect(user?.document.emails).toEqual([{ value: 'yours@example.com', primary: true }])
})
