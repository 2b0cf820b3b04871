/** The modules of the FAPI 2.0 plan that are about tokens and who gets them, each under its own name (see fapi2.test.ts). */
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { JWT_BEARER_GRANT } from '../../../src/applications/settings.ts'
import { register } from '../world.ts'
import { type ClientKey, clientKey, hashOf, proofFor, secondsOf } from '../dpop/world.ts'
import {
  assertionOf,
  callResource,
  codeOf,
  fapiClient,
  type FapiWorld,
  fapiWorld,
  flow,
  post,
  push,
  redeem,
} from './fapi2-world.ts'

let world: FapiWorld
beforeAll(async () => {
  world = await fapiWorld()
})

async function refusedRedeem(...[form, sent]: [Parameters<typeof redeem>[2]?, Parameters<typeof redeem>[3]?]) {
  const { status, body } = await redeem(world, await codeOf(world), form, sent)
  return [status, body.error]
}

test('fapi2-security-profile-final-ensure-client-id-in-token-endpoint', async () => {
  expect(await refusedRedeem({ client_id: world.client2.clientId })).toEqual([401, 'invalid_client'])
  // The assertion says who it is.
  expect((await redeem(world, await codeOf(world), { client_id: undefined })).status).toBe(200)
})

test('fapi2-security-profile-final-ensure-holder-of-key-required', async () => {
  expect(await refusedRedeem({}, { proof: null })).toEqual([400, 'invalid_request'])
})

test('fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client', async () => {
  expect(await refusedRedeem({}, { client: world.client2 })).toEqual([400, 'invalid_grant'])
})

test('fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second', async () => {
  const code = await codeOf(world)
  const { body } = await redeem(world, code)
  world.advance(1000)
  expect((await redeem(world, code)).body.error).toBe('invalid_grant')
  expect((await callResource(world, body.access_token ?? '')).status).toBe(401)
})

test('fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code', async () => {
  const code = await codeOf(world)
  // FAPI 2.0 section 5.3.2.1: 60 seconds at the most.
  world.advance(60_000)
  expect((await redeem(world, code)).body.error).toBe('invalid_grant')
})

test('fapi2-security-profile-final-ensure-signed-client-assertion-with-RS256-fails', async () => {
  const rsa = await clientKey('RS256')
  const keys = { jwks: { keys: [{ ...rsa.jwk, kid: 'one' }] } }
  const client = { ...(await fapiClient(world, 'rsa', keys)), key: rsa }
  const refused = await push(world, {}, { client })
  expect([refused.status, refused.body.error]).toEqual([401, 'invalid_client'])
  // The same key, with PS256.
  const sign = await crypto.subtle.importKey(
    'jwk',
    { ...rsa.privateJwk },
    { name: 'RSA-PSS', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  expect((await push(world, {}, { client: { ...client, key: { ...rsa, alg: 'PS256', sign } } })).status).toBe(201)
})

describe('fapi2-security-profile-final-ensure-client-assertion-in-token-endpoint', () => {
  test('none is refused', async () => {
    expect(await refusedRedeem({}, { assertion: null })).toEqual([401, 'invalid_client'])
  })
  test('one is taken once, of two at once', async () => {
    const assertion = await assertionOf(world, world.client)
    const codes = [await codeOf(world), await codeOf(world)]
    const answers = await Promise.all(codes.map((code) => redeem(world, code, {}, { assertion })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401])
  })
})

test.each<[string, () => Record<string, unknown>]>([
  [
    'fapi2-security-profile-final-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails',
    () => ({ iat: secondsOf(world) - 360, exp: secondsOf(world) - 300 }),
  ],
  [
    'fapi2-security-profile-final-ensure-client-assertion-with-wrong-aud-fails',
    () => ({ aud: 'https://other.example' }),
  ],
  ['fapi2-security-profile-final-ensure-client-assertion-with-no-sub-fails', () => ({ sub: undefined })],
])('%s', async (_name, claims) => {
  const assertion = await assertionOf(world, world.client, claims())
  expect(await refusedRedeem({}, { assertion })).toEqual([401, 'invalid_client'])
})

describe('no token for an assertion (FAPI 2.0 section 5.3.2.1, RFC 7523 section 3)', () => {
  test.each<[string, () => Promise<string>]>([
    ['that another key signed', async () => assertionOf(world, world.client, {}, await clientKey())],
    ['without exp', () => assertionOf(world, world.client, { exp: undefined })],
    ['without jti', () => assertionOf(world, world.client, { jti: undefined })],
    ['without iss', () => assertionOf(world, world.client, { iss: undefined })],
    ['of another iss', () => assertionOf(world, world.client, { iss: world.client2.clientId })],
    ['for several audiences', () => assertionOf(world, world.client, { aud: [world.issuer, 'x'] })],
    ['for the token endpoint', () => assertionOf(world, world.client, { aud: `${world.issuer}/oauth2/token` })],
  ])('%s', async (_what, make) => {
    expect(await refusedRedeem({}, { assertion: await make() })).toEqual([401, 'invalid_client'])
  })
})

describe('fapi2-security-profile-final-dpop-negative-tests', () => {
  test('at the token endpoint a wrong proof uses no code up', async () => {
    const code = await codeOf(world)
    for (const claims of [{ htm: 'GET' }, { htu: `${world.issuer}/oauth2/par` }, { iat: secondsOf(world) - 120 }]) {
      const proof = await proofFor(world, world.dpop, ['POST', `${world.issuer}/oauth2/token`], claims)
      expect((await redeem(world, code, {}, { proof })).body.error).toBe('invalid_dpop_proof')
    }
    expect((await redeem(world, code)).status).toBe(200)
  })

  test('a proof that is signed with RS256 is refused', async () => {
    expect(await refusedRedeem({}, { proof: await clientKey('RS256') })).toEqual([400, 'invalid_dpop_proof'])
    expect((await redeem(world, await codeOf(world), {}, { proof: await clientKey('PS256') })).status).toBe(200)
  })

  test('at the resource its header, its signature and a second one are looked at, and not what is behind ? and # of htu', async () => {
    const { access_token: token = '' } = await flow(world)
    const url = `${world.issuer}/oauth2/userinfo`
    const made = (claims = {}, header = {}) =>
      proofFor(world, world.dpop, ['GET', url], { ath: hashOf(token), ...claims }, header)
    const [, payload = '', signature = ''] = (await made()).split('.')
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const headerOf = (header: object) => part({ typ: 'dpop+jwt', jwk: world.dpop.jwk, ...header })
    for (const [what, proof] of [
      ['two', `${await made()}, ${await made()}`],
      ['no JWT', 'nonsense'],
      ['no typ', await made({}, { typ: undefined })],
      ['another typ', await made({}, { typ: 'jwt' })],
      ['no alg', `${headerOf({})}.${payload}.${signature}`],
      ['alg none', `${headerOf({ alg: 'none' })}.${payload}.`],
      ['no jwk', await made({}, { jwk: undefined })],
      ['a private key', await made({}, { jwk: world.dpop.privateJwk })],
      ['another key', await made({}, { jwk: (await clientKey()).jwk })],
      ['no htm', await made({ htm: undefined })],
      ['no htu', await made({ htu: undefined })],
      ['a broken signature', (await made()).replace(/.{6}$/, 'AAAAAA')],
    ] as const)
      expect([what, (await callResource(world, token, { proof })).status]).toEqual([what, 401])
    expect((await callResource(world, token, { proof: await made({ htu: `${url}?a=b#c` }) })).status).toBe(200)
  })

  test('at the resource everything that is wrong with a proof is refused', async () => {
    const { access_token: token = '' } = await flow(world)
    const other = (await flow(world)).access_token ?? ''
    for (const claims of [
      { htm: 'POST' },
      { htu: `${world.issuer}/oauth2/token` },
      { ath: undefined },
      { ath: hashOf(other) },
      { jti: undefined },
      { iat: undefined },
      { iat: secondsOf(world) - 120 },
      { iat: secondsOf(world) + 120 },
      { nonce: 'not ours' },
    ]) {
      expect([claims, (await callResource(world, token, { claims })).status]).toEqual([claims, 401])
    }
    expect((await callResource(world, token, { proof: null })).status).toBe(401)
    expect((await callResource(world, token, { proof: await clientKey() })).status).toBe(401)
    expect((await callResource(world, token, { scheme: 'Bearer' })).status).toBe(401)
    expect((await callResource(world, token, { scheme: 'Bearer', proof: null })).status).toBe(401)
    const proof = await proofFor(world, world.dpop, ['GET', `${world.issuer}/oauth2/userinfo`], { ath: hashOf(token) })
    expect((await callResource(world, token, { proof })).status).toBe(200)
    expect((await callResource(world, token, { proof })).status).toBe(401)
  })
})

test('fapi2-security-profile-final-refresh-token', async () => {
  const { refresh_token } = await flow(world, { scope: 'openid offline_access' })
  expect(refresh_token).toMatch(/^[\x20-\x7e]+$/)
  const form = { grant_type: 'refresh_token', refresh_token }
  const stranger = await post(world, 'token', form, { client: world.client2, proof: world.dpop })
  expect(stranger.body.error).toBe('invalid_grant')
  expect((await post(world, 'token', form)).body.error).toBe('invalid_request')
  const { status, body } = await post(world, 'token', form, { proof: world.dpop })
  expect([status, body.token_type]).toEqual([200, 'DPoP'])
  expect((await callResource(world, body.access_token ?? '')).status).toBe(200)
})

test('a refresh token stays what it is: there is no rotation (FAPI 2.0 section 5.3.2.1)', async () => {
  const { refresh_token } = await flow(world, { scope: 'openid offline_access' })
  const form = { grant_type: 'refresh_token', refresh_token }
  const days = 86_400_000
  const refresh = () => post(world, 'token', form, { proof: world.dpop })
  for (let i = 0; i < 3; i++) {
    const answers = await Promise.all([refresh(), refresh()])
    expect(answers.map(({ status, body }) => [status, body.refresh_token])).toEqual([
      [200, undefined],
      [200, undefined],
    ])
    // Whenever it is used it is good for another thirty days.
    world.advance(20 * days)
  }
  world.advance(11 * days)
  expect((await refresh()).body.error).toBe('invalid_grant')
})

test('a refresh token that was used before the application got the profile is none any more', async () => {
  const key = await clientKey()
  const clientMetadata = { jwks: { keys: [{ ...key.jwk, alg: key.alg, kid: 'one' }] }, requirePkce: undefined }
  const settings = { tokenEndpointAuthMethod: 'private_key_jwt', grantTypes: ['authorization_code', 'refresh_token'] }
  const client = { ...(await register(world, { name: 'becomes fapi2', ...settings, clientMetadata })), key }
  const refresh = (refresh_token = '') =>
    post(world, 'token', { grant_type: 'refresh_token', refresh_token }, { client, proof: world.dpop })
  const { refresh_token: first } = await flow(world, { scope: 'openid offline_access' }, { client })
  const { refresh_token: second } = (await refresh(first)).body
  expect(second).toMatch(/^[\w-]{43}$/)
  const profile = { clientMetadata: { ...clientMetadata, profile: 'fapi2' } }
  expect((await (await world.tenant()).api('PATCH', `/applications/${client.id}`, profile)).status).toBe(200)
  expect((await refresh(second)).status).toBe(200)
  expect((await refresh(first)).body.error).toBe('invalid_grant')
  expect((await refresh(second)).body.error).toBe('invalid_grant')
})

describe('the profile of an application (FAPI 2.0 sections 5.3.2 and 5.4.1)', () => {
  const patch = async (change: Record<string, unknown>) => {
    const answer = await (await world.tenant()).api('PATCH', `/applications/${world.client.id}`, change)
    return { status: answer.status, text: await answer.text() }
  }
  const jwks = () => ({ keys: [world.client.key.jwk] })

  test.each([
    ['idTokenSignedResponseAlg', 'RS256'],
    ['userinfoSignedResponseAlg', 'RS256'],
    ['requestObjectSigningAlg', 'RS256'],
    ['authorizationSignedResponseAlg', 'RS256'],
    ['tokenEndpointAuthSigningAlg', 'RS256'],
    ['requirePkce', false],
  ])('does not go with %s %s', async (name, value) => {
    const { status, text } = await patch({ clientMetadata: { profile: 'fapi2', jwks: jwks(), [name]: value } })
    expect(status).toBe(400)
    expect(text).toContain(`clientMetadata.${name}`)
  })

  test.each(['client_secret_basic', 'client_secret_post', 'none'])('does not go with %s', async (method) => {
    const { status, text } = await patch({ tokenEndpointAuthMethod: method })
    expect(status).toBe(400)
    expect(text).toContain('tokenEndpointAuthMethod')
  })

  test('is nothing that a client could choose or lay down for itself', async () => {
    const tenant = await world.tenant()
    await tenant.api('PUT', '/client-registration', { policy: 'open' })
    const body = { redirect_uris: ['https://app.example/callback'], profile: 'fapi2', dpop_bound_access_tokens: true }
    const answer = await tenant.fetch('/oauth2/register', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.status).toBe(201)
    const registered = (await answer.json()) as Record<string, unknown>
    expect(registered.dpop_bound_access_tokens).toBe(true)
    expect(registered).not.toHaveProperty('profile')
  })
})

test('an assertion as a grant is signed and addressed as the profile has it, too (RFC 7523 section 2.1, FAPI 2.0 5.4.1)', async () => {
  const [es256, rs256] = [await clientKey(), await clientKey('RS256')]
  const keys = [es256, rs256].map((key) => ({ ...key.jwk, alg: key.alg, kid: key.alg }))
  const settings = { tokenEndpointAuthMethod: 'private_key_jwt', grantTypes: [JWT_BEARER_GRANT], redirectUris: [] }
  const clientMetadata = { profile: 'fapi2', requirePkce: undefined, jwks: { keys }, assertsUsers: true }
  const client = { ...(await register(world, { name: 'batch', ...settings, clientMetadata })), key: es256 }
  const signed = (by: ClientKey, claims: object = {}) => {
    const now = secondsOf(world)
    const all = { iss: client.clientId, sub: 'kim', aud: world.issuer, jti: crypto.randomUUID(), exp: now + 60 }
    return new SignJWT({ ...all, ...claims }).setProtectedHeader({ alg: by.alg, kid: by.alg }).sign(by.sign)
  }
  const ask = async (assertion: string, proof: ClientKey | null = world.dpop) => {
    const own = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'ES256' })
      .setIssuer(client.clientId)
      .setSubject(client.clientId)
      .setAudience(world.issuer)
      .setExpirationTime(secondsOf(world) + 60)
      .sign(es256.sign)
    const form = { grant_type: JWT_BEARER_GRANT, assertion }
    const { status, body } = await post(world, 'token', form, { client, assertion: own, proof })
    return [status, body.error ?? body.token_type]
  }
  expect(await ask(await signed(es256))).toEqual([200, 'DPoP'])
  expect(await ask(await signed(es256), null)).toEqual([400, 'invalid_request'])
  expect(await ask(await signed(rs256))).toEqual([400, 'invalid_grant'])
  expect(await ask(await signed(es256, { aud: `${world.issuer}/oauth2/token` }))).toEqual([400, 'invalid_grant'])
})
