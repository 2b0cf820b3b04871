/** Bound access tokens where they open something: userinfo, SCIM and the management API (RFC 9449 section 7). */
import { beforeAll, describe, expect, test } from 'vitest'
import { ADMIN } from '../../support/app.ts'
import { browserClient } from '../../support/browser-client.ts'
import {
  authorizePath,
  answerIn,
  type Client,
  type OidcWorld,
  oidcWorld,
  postToken,
  register,
  signIn,
  userinfo,
} from '../world.ts'
import { basicHeader } from '../../support/app.ts'
import { clientKey, type ClientKey, hashOf, proofFor } from './world.ts'

const SCOPE = 'openid scim:read applications:read'
const RESOURCES = [
  ['userinfo', '/oauth2/userinfo'],
  ['SCIM', '/scim2/Users?count=0'],
  ['SCIM discovery', '/scim2/Schemas'],
  ['the management API', '/api/v1/applications'],
] as const

let world: OidcWorld
let client: Client
let key: ClientKey
let bound: string
let unbound: string
beforeAll(async () => {
  world = await oidcWorld()
  world.hold(true)
  key = await clientKey()
  client = await register(world, { name: 'of the administrator', permissions: ['scim:read', 'applications:read'] })
  bound = await tokenOf(true)
  unbound = await tokenOf(false)
})

async function tokenOf(isBound: boolean, of = client): Promise<string> {
  const browser = browserClient(world)
  const page = await browser.get(authorizePath(world, { client_id: of.clientId, scope: SCOPE }))
  const code = answerIn(await signIn(browser, page, ADMIN)).code ?? ''
  const url = `${world.issuer}/oauth2/token`
  const headers = new Headers({ Authorization: basicHeader(of.clientId, of.clientSecret) })
  if (isBound) headers.set('DPoP', await proofFor(world, key, ['POST', url]))
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    redirect_uri: 'https://app.example/callback',
    code,
  })
  const answer = await world.app.request(url, { method: 'POST', headers, body })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { access_token: string }).access_token
}

async function open(path: string, authorization: string, proof?: string | Promise<string>) {
  const headers = new Headers({ Authorization: authorization })
  if (proof !== undefined) headers.set('DPoP', await proof)
  const answer = await world.app.request(world.issuer + path, { headers })
  return { status: answer.status, challenge: answer.headers.get('WWW-Authenticate') ?? '', headers: answer.headers }
}

describe.each(RESOURCES)('at %s', (_name, path) => {
  const proof = (claims = {}, by = key) =>
    proofFor(world, by, ['GET', `${world.issuer}${path}`], { ath: hashOf(bound), ...claims })

  test('a bound token opens with a proof, in whatever case the scheme is written', async () => {
    for (const scheme of ['DPoP', 'dpop', 'DPOP']) {
      const { status, headers } = await open(path, `${scheme} ${bound}`, proof())
      expect(status).toBe(200)
      expect(headers.get('DPoP-Nonce')).toMatch(/^[\w-]{43}$/)
    }
  })

  test('a token that is bound to nothing opens as Bearer', async () => {
    expect((await open(path, `Bearer ${unbound}`)).status).toBe(200)
  })

  test.each<[string, () => Promise<Awaited<ReturnType<typeof open>>>, string]>([
    ['a bound token as Bearer', () => open(path, `Bearer ${bound}`), ''],
    ['a bound token as Bearer, with its proof', () => open(path, `Bearer ${bound}`, proof()), ''],
    ['a bound token without a proof', () => open(path, `DPoP ${bound}`), 'invalid_dpop_proof'],
    ['an unbound token as DPoP', () => open(path, `DPoP ${unbound}`, proof({ ath: hashOf(unbound) })), 'invalid_token'],
    ['a proof of another key', async () => open(path, `DPoP ${bound}`, proof({}, await clientKey())), 'invalid_token'],
    ['a proof without ath', () => open(path, `DPoP ${bound}`, proof({ ath: undefined })), 'invalid_dpop_proof'],
    [
      'a proof beside another token',
      () => open(path, `DPoP ${bound}`, proof({ ath: hashOf(unbound) })),
      'invalid_dpop_proof',
    ],
    ['a proof for another method', () => open(path, `DPoP ${bound}`, proof({ htm: 'POST' })), 'invalid_dpop_proof'],
    [
      'a proof for another address',
      () => open(path, `DPoP ${bound}`, proof({ htu: `${world.issuer}/x` })),
      'invalid_dpop_proof',
    ],
    ['a nonce that is none of ours', () => open(path, `DPoP ${bound}`, proof({ nonce: 'x' })), 'use_dpop_nonce'],
    [
      'a token that was changed',
      () => open(path, `DPoP ${bound}x`, proof({ ath: hashOf(`${bound}x`) })),
      'invalid_token',
    ],
  ])('%s is refused with 401 (RFC 9449 section 7.1)', async (_what, send, error) => {
    const { status, challenge } = await send()
    expect(status).toBe(401)
    expect(challenge).toMatch(/DPoP .*algs="ES256 EdDSA Ed25519 PS256 RS256"/)
    if (error !== '') expect(challenge).toMatch(new RegExp(`DPoP error="${error}"`))
  })

  test('a proof opens once, of three at once (section 11.1)', async () => {
    const one = await proof()
    const answers = await Promise.all([1, 2, 3].map(() => open(path, `DPoP ${bound}`, one)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401])
  })

  test('a token of another tenant opens nothing, whatever its proof is for', async () => {
    await world.tenant('acme')
    const url = `${world.issuer}/t/acme${path}`
    const theirs = proofFor(world, key, ['GET', url], { ath: hashOf(bound) })
    expect((await open(`/t/acme${path}`, `DPoP ${bound}`, theirs)).status).toBe(401)
  })

  test('an application that has to use nonces is asked for one (section 9)', async () => {
    const strict = await register(world, {
      name: `nonce at ${path}`,
      permissions: ['scim:read', 'applications:read'],
    })
    const token = await tokenOf(true, strict)
    const tenant = await world.tenant()
    const settings = { clientMetadata: { requireDpopNonce: true } }
    expect((await tenant.api('PATCH', `/applications/${strict.id}`, settings)).status).toBe(200)
    const refused = await open(path, `DPoP ${token}`, proof({ ath: hashOf(token) }))
    expect([refused.status, refused.challenge]).toEqual([401, expect.stringContaining('error="use_dpop_nonce"')])
    const nonce = refused.headers.get('DPoP-Nonce')
    expect((await open(path, `DPoP ${token}`, proof({ ath: hashOf(token), nonce }))).status).toBe(200)
  })
})

test('too little scope is told in the scheme of the token (RFC 6750 section 3.1)', async () => {
  const headers = {
    Authorization: `DPoP ${bound}`,
    DPoP: await proofFor(world, key, ['POST', `${world.issuer}/scim2/Users`], { ath: hashOf(bound) }),
  }
  const answer = await world.app.request(`${world.issuer}/scim2/Users`, { method: 'POST', headers, body: '{}' })
  expect([answer.status, answer.headers.get('WWW-Authenticate')]).toEqual([
    403,
    'DPoP error="insufficient_scope", scope="scim:write"',
  ])
})

test('a SCIM token is no DPoP token, and opens as Bearer alone', async () => {
  const tenant = await world.tenant()
  const { token } = (await (await tenant.api('POST', '/scim-tokens', { description: 'x' })).json()) as { token: string }
  expect((await open('/scim2/Users?count=0', `DPoP ${token}`)).status).toBe(401)
  expect((await open('/scim2/Users?count=0', `Bearer ${token}`)).status).toBe(200)
})

test('in the form of a POST a token is Bearer, and a bound one is refused', async () => {
  const url = `${world.issuer}/oauth2/userinfo`
  const DPoP = await proofFor(world, key, ['POST', url], { ath: hashOf(bound) })
  const body = new URLSearchParams({ access_token: bound })
  expect((await world.app.request(url, { method: 'POST', headers: { DPoP }, body })).status).toBe(401)
})

test('introspection tells what a token is bound to (RFC 9449 section 6.2)', async () => {
  const ask = async (token: string) => {
    const headers = { Authorization: basicHeader(client.clientId, client.clientSecret) }
    const body = new URLSearchParams({ token })
    return (await world.app.request(`${world.issuer}/oauth2/introspect`, { method: 'POST', headers, body })).json()
  }
  expect(await ask(bound)).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: key.jkt } })
  const plain = await ask(unbound)
  expect(plain).toMatchObject({ active: true, token_type: 'Bearer' })
  expect(plain).not.toHaveProperty('cnf')
})

test('a bound token of an application that is no more opens nothing', async () => {
  const gone = await register(world, { name: 'gone', permissions: ['scim:read'] })
  const token = await tokenOf(true, gone)
  await (await world.tenant()).api('DELETE', `/applications/${gone.id}`)
  const url = `${world.issuer}/oauth2/userinfo`
  const proof = proofFor(world, key, ['GET', url], { ath: hashOf(token) })
  expect((await open('/oauth2/userinfo', `DPoP ${token}`, proof)).status).toBe(401)
})

test('userinfo and the token endpoint still take who knows nothing of DPoP', async () => {
  expect((await userinfo(world, unbound)).status).toBe(200)
  expect((await postToken(world, { code: 'none' })).status).toBe(400)
})
