/** oidcc-client-config-certification-test-plan: metadata and keys (OpenID Connect Discovery). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CLIENT, type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { browserOf, connect, federationWorld, KIM, type World } from '../world.ts'
import { expectNobody, expectRefused, expectSignedIn } from './refusal.ts'

let idp: FakeIdp
let world: World
beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  Object.assign(idp, { misbehaviour: {}, person: { ...KIM }, calls: [] })
  world = await federationWorld()
})
const byIssuer = () => connect(world, idp, { authenticator: { ...CLIENT, issuer: idp.origin } })

test('oidcc-client-test-discovery-openid-config: an issuer alone is enough', async () => {
  await expectSignedIn(world, await byIssuer())
  expect(idp.calls).toEqual(['/.well-known/openid-configuration', '/authorize', '/token', '/jwks', '/userinfo'])
})

test('oidcc-client-test-discovery-jwks-uri-keys: the keys are read where the metadata say', async () => {
  const id = await byIssuer()
  idp.misbehaviour = { metadata: { jwks_uri: `${idp.origin}/nowhere` } }
  await expectRefused(world, idp, id)
  expect(idp.calls).toContain('/nowhere')
})

test('oidcc-client-test-discovery-issuer-mismatch: metadata of another issuer lead nowhere (Discovery section 4.3)', async () => {
  const id = await byIssuer()
  idp.misbehaviour = { metadata: { issuer: 'https://evil.example' } }
  await expectNoWay(id, /issuer is https:\/\/evil.example/)
})

test('oidcc-client-test-signing-key-rotation: a new key is found when the remembered ones do not verify (10.1.1)', async () => {
  const id = await byIssuer()
  await expectSignedIn(world, id)
  await idp.rotate()
  world.advance(31_000)
  await expectSignedIn(world, id)
})

test('oidcc-client-test-signing-key-rotation-just-before-signing: also between the way there and the way back', async () => {
  const id = await byIssuer()
  await expectSignedIn(world, id)
  world.advance(31_000)
  const browser = browserOf(world)
  await idp.rotate()
  const callback = await browser.visitProvider(id)
  expect((await browser.get(callback)).status).toBe(303)
  // Nobody makes us ask for the keys again with each made-up token.
  idp.calls = []
  idp.misbehaviour = { signature: 'foreign-key' }
  for (let n = 0; n < 3; n++) expect((await browserOf(world).signIn(id)).status).toBe(502)
  expect(idp.calls.filter((path) => path === '/jwks')).toEqual([])
})

describe('a provider', () => {
  test('may be given by its endpoints alone, or by everything', async () => {
    const given = { issuer: idp.origin, jwksUri: `${idp.origin}/jwks`, userinfoEndpoint: `${idp.origin}/userinfo` }
    const id = await connect(world, idp, { authenticator: { ...idp.authenticator, ...given } })
    await expectSignedIn(world, id)
    expect(idp.calls).toEqual(['/authorize', '/token', '/jwks', '/userinfo'])
  })

  test.each([
    ['no token endpoint', { token_endpoint: undefined }],
    ['an address that is none of the web', { authorization_endpoint: 'javascript:alert(1)' }],
    ['an address of a file', { jwks_uri: 'file:///etc/passwd' }],
    ['an address with a password in it', { token_endpoint: 'https://a:b@idp.example/token' }],
    ['a list where there should be an address', { userinfo_endpoint: ['https://idp.example'] }],
  ])('that says in its metadata %s is none', async (_fact, metadata) => {
    const id = await byIssuer()
    idp.misbehaviour = { metadata }
    await expectNoWay(id, /members missing or wrong/)
  })
})

/** The browser is sent nowhere, and told so. */
async function expectNoWay(id: string, reason: RegExp) {
  const response = await browserOf(world).get(`/login/connections/${id}`)
  expect(response.status).toBe(502)
  expect(await response.text()).toContain('is not set up completely')
  await expectNobody(world)
  expect(world.logs.at(-1)).toMatchObject({ failure: 'misconfigured', reason: expect.stringMatching(reason) as string })
}
