/** DPoP proofs at the token endpoint, one by one as RFC 9449 section 4.3 lists what is to be checked. */
import { generateSecret } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { usedProofs } from '../../../src/db/schema.ts'
import { removeExpired } from '../../../src/tenancy/commands.ts'
import { basicHeader } from '../../support/app.ts'
import { plansOf } from '../../support/plans.ts'
import { type Client, type OidcWorld, oidcWorld, register } from '../world.ts'
import { claimsIn, clientKey, type ClientKey, proofFor, secondsOf } from './world.ts'
import { useProof } from '../../../src/oidc/dpop/commands.ts'

let world: OidcWorld
let client: Client
let endpoint: string
let key: ClientKey
const settings = { grantTypes: ['client_credentials'] }
beforeAll(async () => {
  world = await oidcWorld()
  world.hold(true)
  client = await register(world, { name: 'machine', ...settings })
  endpoint = `${world.issuer}/oauth2/token`
  key = await clientKey()
})

type Answer = { readonly access_token: string; readonly token_type: string; readonly error: string }

async function ask(proof: string | Promise<string> | undefined, { clientId, clientSecret } = client, url = endpoint) {
  const headers = new Headers({ Authorization: basicHeader(clientId, clientSecret) })
  if (proof !== undefined) headers.set('DPoP', await proof)
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  const answer = await world.app.request(url, { method: 'POST', headers, body })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer }
}

const good = (claims = {}, header = {}, by = key) => proofFor(world, by, ['POST', endpoint], claims, header)

async function refusal(proof: string | Promise<string>): Promise<[number, string]> {
  const { status, body } = await ask(proof)
  return [status, body.error]
}

describe('a proof is taken', () => {
  test('and the token is bound to its key, and of the type DPoP (RFC 9449 sections 5 and 6)', async () => {
    const { status, body } = await ask(good())
    expect([status, body.token_type]).toEqual([200, 'DPoP'])
    expect(claimsIn(body.access_token)).toMatchObject({ cnf: { jkt: key.jkt } })
  })

  test.each(['RS256', 'PS256', 'EdDSA', 'Ed25519'])('that is signed with %s', async (alg) => {
    expect((await ask(good({}, {}, await clientKey(alg)))).status).toBe(200)
  })

  test.each([-60, -10, 10, 60])('that is %i seconds old by our clock', async (seconds) => {
    expect((await ask(good({ iat: secondsOf(world) - seconds }))).status).toBe(200)
  })

  test.each<[string, (url: string) => string]>([
    ['a query and a fragment (section 4.3, 9)', (url) => `${url}?a=b#c`],
    [
      'another case of scheme and host (RFC 3986 section 6.2.2.1)',
      (url) => url.replace('https://localhost', 'HTTPS://LOCALHOST'),
    ],
    ['an escape that needs none (RFC 3986 section 6.2.2.2)', (url) => url.replace('token', '%74oken')],
    ['dot segments (RFC 3986 section 6.2.2.3)', (url) => url.replace('/oauth2', '/x/../oauth2')],
  ])('whose htu has %s', async (_what, change) => {
    expect((await ask(good({ htu: change(endpoint) }))).status).toBe(200)
  })

  test('with nbf and exp that hold, which no rule asks for', async () => {
    const now = secondsOf(world)
    expect((await ask(good({ nbf: now, exp: now + 300 }))).status).toBe(200)
  })

  test('and without one the token is a Bearer token', async () => {
    const { body } = await ask(undefined)
    expect(body.token_type).toBe('Bearer')
    expect(claimsIn(body.access_token).cnf).toBeUndefined()
  })
})

describe('a proof is refused (RFC 9449 section 4.3)', () => {
  test.each<[string, () => Promise<string>]>([
    ['that is no JWT', async () => 'nonsense'],
    ['of two in one header', async () => `${await good()}, ${await good()}`],
    ['without jti', () => good({ jti: undefined })],
    ['with an empty jti', () => good({ jti: '' })],
    ['without htm', () => good({ htm: undefined })],
    ['without htu', () => good({ htu: undefined })],
    ['without iat', () => good({ iat: undefined })],
    ['with an iat that is no number', () => good({ iat: String(secondsOf(world)) })],
    ['of another type', () => good({}, { typ: 'JWT' })],
    ['without a type', () => good({}, { typ: undefined })],
    ['without a key', () => good({}, { jwk: undefined })],
    ['with a private key in it', () => good({}, { jwk: key.privateJwk })],
    ['that another key signed', async () => good({}, { jwk: (await clientKey()).jwk })],
    ['for another method', () => good({ htm: 'GET' })],
    ['for a method in small letters', () => good({ htm: 'post' })],
    ['for another endpoint', () => good({ htu: `${world.issuer}/oauth2/par` })],
    ['for the same path elsewhere', () => good({ htu: 'https://evil.example/oauth2/token' })],
    ['for another port', () => good({ htu: endpoint.replace(':9443', ':9444') })],
    ['for an address with a name in it', () => good({ htu: endpoint.replace('//', '//a:b@') })],
    ['for no address', () => good({ htu: '/oauth2/token' })],
    ['for another tenant', () => good({ htu: endpoint.replace('/oauth2', '/t/acme/oauth2') })],
    ['that is older than a minute', () => good({ iat: secondsOf(world) - 62 })],
    ['that comes from the future', () => good({ iat: secondsOf(world) + 62 })],
    ['that has expired', () => good({ exp: secondsOf(world) - 62 })],
    ['that is not valid yet', () => good({ nbf: secondsOf(world) + 62 })],
    [
      'that nobody signed',
      async () => {
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
        const header = { alg: 'none', typ: 'dpop+jwt', jwk: key.jwk }
        return `${part(header)}.${(await good()).split('.')[1]}.`
      },
    ],
    [
      'that is signed with a secret',
      async () => {
        const secret = (await generateSecret('HS256', { extractable: true })) as CryptoKey
        const jwk = await crypto.subtle.exportKey('jwk', secret)
        return good({}, { jwk }, { ...key, alg: 'HS256', sign: secret })
      },
    ],
    [
      'whose signature was changed',
      async () => {
        const [header, payload, signature = ''] = (await good()).split('.')
        return `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
      },
    ],
  ])('%s', async (_what, make) => {
    expect(await refusal(make())).toEqual([400, 'invalid_dpop_proof'])
  })

  test('the second time (section 11.1)', async () => {
    const proof = await good()
    expect((await ask(proof)).status).toBe(200)
    expect(await refusal(proof)).toEqual([400, 'invalid_dpop_proof'])
  })

  test('of two at once', async () => {
    const proof = await good()
    const answers = await Promise.all([ask(proof), ask(proof), ask(proof)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400])
  })

  test('and a jti of one key is nothing to another key', async () => {
    const jti = 'the same'
    expect((await ask(good({ jti }))).status).toBe(200)
    expect((await ask(good({ jti }, {}, await clientKey()))).status).toBe(200)
  })
})

describe('nonces (RFC 9449 section 8)', () => {
  const nonce = async () => (await ask(good())).headers.get('DPoP-Nonce') ?? ''

  test('are offered with every answer to a proof, also to a wrong one', async () => {
    expect(await nonce()).toMatch(/^[\w-]{43}$/)
    expect((await ask('nonsense')).headers.get('DPoP-Nonce')).toBe(await nonce())
    expect((await ask(undefined)).headers.get('DPoP-Nonce')).toBeNull()
  })

  test('are demanded of an application that is told to use them', async () => {
    const strict = await register(world, { name: 'nonce', ...settings, clientMetadata: { requireDpopNonce: true } })
    const refused = await ask(good(), strict)
    expect([refused.status, refused.body.error]).toEqual([400, 'use_dpop_nonce'])
    const given = refused.headers.get('DPoP-Nonce')
    expect((await ask(good({ nonce: given }), strict)).status).toBe(200)
  })

  test('are good for five to ten minutes; then there is another one', async () => {
    const first = await nonce()
    world.advance(5 * 60_000)
    expect(await nonce()).not.toBe(first)
    expect((await ask(good({ nonce: first }))).status).toBe(200)
    world.advance(5 * 60_000)
    expect(await refusal(good({ nonce: first }))).toEqual([400, 'use_dpop_nonce'])
  })

  test.each<[string, () => unknown]>([
    ['that nobody gave', () => 'x'.repeat(43)],
    ['that is no text', () => 7],
  ])('%s are refused', async (_what, make) => {
    expect(await refusal(good({ nonce: make() }))).toEqual([400, 'use_dpop_nonce'])
  })

  test('of another tenant are refused', async () => {
    const theirs = await register(world, { name: 'theirs', ...settings }, 'acme')
    const url = `${world.platform.config.baseUrl}/t/acme/oauth2/token`
    const theirProof = (claims = {}) => proofFor(world, key, ['POST', url], claims)
    const { headers, status } = await ask(theirProof(), theirs, url)
    expect(status).toBe(200)
    expect(await refusal(good({ nonce: headers.get('DPoP-Nonce') }))).toEqual([400, 'use_dpop_nonce'])
    const refused = await ask(theirProof({ nonce: await nonce() }), theirs, url)
    expect(refused.body.error).toBe('use_dpop_nonce')
  })

  test('can be read by a script of another site', async () => {
    const headers = { Origin: 'https://spa.example', 'Access-Control-Request-Method': 'POST' }
    const preflight = await world.app.request(endpoint, { method: 'OPTIONS', headers })
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('DPoP')
    const answer = await world.app.request(endpoint, { method: 'POST', headers })
    expect(answer.headers.get('Access-Control-Expose-Headers')).toBe('DPoP-Nonce,WWW-Authenticate')
  })
})

test('an application of dpop_bound_access_tokens gets nothing without a proof (RFC 9449 section 5.2)', async () => {
  const bound = await register(world, { name: 'bound', ...settings, clientMetadata: { dpopBoundAccessTokens: true } })
  const { status, body } = await ask(undefined, bound)
  expect([status, body.error]).toEqual([400, 'invalid_request'])
  expect((await ask(good(), bound)).body.token_type).toBe('DPoP')
})

test('a wrong secret is refused before the proof is looked at, which stays good', async () => {
  const proof = await good()
  expect((await ask(proof, { ...client, clientSecret: 'wrong' })).body.error).toBe('invalid_client')
  expect((await ask(proof)).status).toBe(200)
})

test('used proofs are forgotten when they are too old to be taken, and found by the index', async () => {
  const scope = await world.scope()
  await ask(good())
  const plans = await plansOf(scope.db)
  await plans.demandIndexes(() => useProof(scope, 'jkt', 'jti', new Date(scope.now.getTime() + 1000)))
  await removeExpired(scope.db, scope.tenantId, scope.now)
  expect(await scope.db.select().from(usedProofs)).not.toEqual([])
  await removeExpired(scope.db, scope.tenantId, new Date(scope.now.getTime() + 122_000))
  expect((await scope.db.select().from(usedProofs)).filter(({ tenantId }) => tenantId === scope.tenantId)).toEqual([])
})
