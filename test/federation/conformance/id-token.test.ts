/** oidcc-client-basic-certification-test-plan: the id_token (OIDC Core section 3.1.3.7), and what else nobody may send. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FakeIdp, fakeIdp, type Misbehaviour } from '../../support/fake-idp.ts'
import { connect, federationWorld, KIM, type World } from '../world.ts'
import { expectRefused, expectSignedIn } from './refusal.ts'

let idp: FakeIdp
let world: World
let id: string
beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  Object.assign(idp, { misbehaviour: {}, person: { ...KIM } })
  world = await federationWorld()
  id = await connect(world, idp)
})

async function refuses(misbehaviour: Misbehaviour, reason: RegExp) {
  idp.misbehaviour = misbehaviour
  await expectRefused(world, idp, id, { reason })
}
async function accepts(misbehaviour: Misbehaviour) {
  idp.misbehaviour = misbehaviour
  await expectSignedIn(world, id)
}

test('oidcc-client-test-invalid-iss: of another issuer', () =>
  refuses({ idToken: { iss: 'https://evil.example' } }, /iss/))
test('oidcc-client-test-missing-sub: of nobody', () => refuses({ idToken: { sub: undefined } }, /sub/))
test('oidcc-client-test-invalid-aud: for another client', () => refuses({ idToken: { aud: 'another' } }, /aud/))
test('oidcc-client-test-missing-iat: of no time', () => refuses({ idToken: { iat: undefined } }, /iat/))
test('oidcc-client-test-kid-absent-single-jwks: without a kid, where there is one key: it is accepted', () =>
  accepts({ header: { kid: undefined }, keys: 'one-without-kid' }))
test('oidcc-client-test-kid-absent-multiple-jwks: without a kid, where there are several keys: it is refused', () =>
  refuses({ header: { kid: undefined }, keys: 'several' }, /key/))
test('oidcc-client-test-idtoken-sig-rs256: by RS256 and the key of its kid, of several', () =>
  accepts({ keys: 'several' }))
test('oidcc-client-test-idtoken-sig-none: unsigned', () => refuses({ signature: 'none' }, /alg/))
test('oidcc-client-test-invalid-sig-rs256: with a signature that does not hold', () =>
  refuses({ signature: 'broken' }, /signature/))

describe('an id_token is refused as well', () => {
  const now = Math.floor(Date.now() / 1000)
  test.each<[string, Misbehaviour, RegExp]>([
    [
      'by HS256 with the public key as the secret (RFC 8725 section 2.1)',
      { signature: 'hs256-with-public-key' },
      /alg/,
    ],
    ['by HS256 with the client secret', { signature: 'hs256-with-client-secret' }, /alg/],
    ['by a key of somebody else under the kid of ours', { signature: 'foreign-key' }, /signature/],
    ['by a kid that is in no key set', { header: { kid: 'unknown' } }, /key/],
    [
      'with extensions that have to be understood (RFC 7515 section 4.1.11)',
      { header: { crit: ['b64'], b64: true } },
      /crit/,
    ],
    ['of another type (RFC 8725 section 3.11)', { header: { typ: 'logout+jwt' } }, /typ/],
    ['by a kid, where the only key has none', { keys: 'one-without-kid' }, /key/],
    [
      'without a kid, where there are several keys without one',
      { header: { kid: undefined }, keys: 'several-without-kid' },
      /key/,
    ],
    ['where there are no keys', { keys: 'none' }, /key/],
    ['where the key set is none', { keys: 'no-set' }, /keys/],
    ['that is valid later', { idToken: { nbf: now + 3600 } }, /nbf/],
    ['that is over', { idToken: { iat: now - 7200, exp: now - 3600 } }, /exp/],
    ['for several clients without saying for which', { idToken: { aud: ['postern-client', 'another'] } }, /aud/],
    ['for several clients, and rather for another', { idToken: { aud: ['postern-client', 'b'], azp: 'b' } }, /azp/],
    ['that was not sent', { tokens: { id_token: undefined } }, /id_token/],
    ['that is no JWT', { tokens: { id_token: 'a.b' } }, /JWT/],
    ['that is encrypted to nobody', { tokens: { id_token: 'a.b.c.d.e' } }, /JWE/],
    ['beside a token of another type', { tokens: { token_type: 'mac' } }, /token_type/],
    ['beside no access token', { tokens: { access_token: undefined } }, /access_token/],
  ])('%s', (_fact, misbehaviour, reason) => refuses(misbehaviour, reason))

  test('for several clients, ours named, it is accepted', () =>
    accepts({ idToken: { aud: ['postern-client', 'another'], azp: 'postern-client' } }))

  test('whose typ is JWT it is accepted', () => accepts({ header: { typ: 'JWT' } }))
})

describe('the answer to the browser (RFC 9207)', () => {
  test('of another issuer is refused, before the code is sent anywhere', async () => {
    idp.calls = []
    await refuses({ iss: 'https://evil.example' }, /iss/)
    expect(idp.calls).not.toContain('/token')
  })

  test('without iss is refused where the provider always sends it', () => refuses({ iss: undefined }, /iss/))

  test('with a wrong iss is refused where the provider did not say that it sends one', async () => {
    idp.metadata = { authorization_response_iss_parameter_supported: false }
    await refuses({ iss: 'https://evil.example' }, /iss/)
    idp.metadata = {}
  })

  test('with an error of the provider ends there', async () => {
    idp.misbehaviour = { error: 'temporarily_unavailable' }
    await expectRefused(world, idp, id, { failure: 'provider-error', reason: /temporarily_unavailable/ })
  })

  test('is refused with the words of the provider, in which nothing is said again that it was told', async () => {
    idp.client.method = 'client_secret_post'
    const authenticator = { ...idp.authenticator, clientAuthentication: 'client_secret_post' as const }
    const other = await connect(world, idp, { name: 'IDP-IS2 too', authenticator })
    idp.misbehaviour = { echoes: true }
    await expectRefused(world, idp, other, { failure: 'code-refused', reason: /invalid_grant: .*code=\.\.\./ })
    idp.client.method = 'client_secret_basic'
  })
})
