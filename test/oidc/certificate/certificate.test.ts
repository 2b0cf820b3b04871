/** Clients that authenticate with a certificate, and tokens that are bound to one (RFC 8705). */
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ClientCertificate } from '../../../src/platform.ts'
import { basicHeader } from '../../support/app.ts'
import {
  type Client,
  CHALLENGE,
  codeFor,
  type OidcWorld,
  oidcWorld,
  REDIRECT_URI,
  register,
  VERIFIER,
} from '../world.ts'
import { claimsIn, clientKey, hashOf, proofFor } from '../dpop/world.ts'

const thumbprintOf = (der: string) => createHash('sha256').update(der).digest('base64url')

const ISSUED: ClientCertificate = {
  thumbprint: thumbprintOf('issued'),
  isVerified: true,
  subject: ['CN=client one', 'O=Ac,me', 'C=DE'],
  alternativeNames: [
    { type: 'dns', value: 'client.example' },
    { type: 'uri', value: 'https://client.example/id' },
    { type: 'ip', value: '10.0.0.1' },
    { type: 'email', value: 'a@client.example' },
  ],
}
const SELF_SIGNED: ClientCertificate = { ...ISSUED, thumbprint: thumbprintOf('self-signed'), isVerified: false }
const OTHER: ClientCertificate = {
  ...ISSUED,
  thumbprint: thumbprintOf('other'),
  subject: ['CN=other'],
  alternativeNames: [],
}
const JWKS = { keys: [{ kty: 'EC', x5c: [Buffer.from('self-signed').toString('base64')] }] }

let world: OidcWorld
let shown: ClientCertificate | undefined
beforeAll(async () => {
  world = await oidcWorld()
  world.hold(true)
  Object.assign(world.platform, { clientCertificate: () => shown })
})

let names = 0
const MACHINE = { grantTypes: ['client_credentials'] }
function client(method: string, clientMetadata: object, more: object = MACHINE): Promise<Client> {
  return register(world, { name: `client ${++names}`, tokenEndpointAuthMethod: method, clientMetadata, ...more })
}

/** Every call of this file is of one client at a time. */
async function call(path: string, init: RequestInit, certificate?: ClientCertificate) {
  shown = certificate
  const answer = await world.app.request(world.issuer + path, init)
  return { status: answer.status, body: (await answer.json().catch(() => ({}))) as Record<string, string> }
}

function token(by: Client, certificate?: ClientCertificate, form: Record<string, string> = {}, headers = {}) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: by.clientId, ...form })
  return call('/oauth2/token', { method: 'POST', headers, body }, certificate)
}

describe('tls_client_auth (RFC 8705 section 2.1)', () => {
  test.each([
    ['tlsClientAuthSubjectDn', 'CN=client one,O=Ac\\,me,C=DE'],
    ['tlsClientAuthSubjectDn', 'cn = client one, o=Ac\\2cme , c=DE'],
    ['tlsClientAuthSanDns', 'Client.Example'],
    ['tlsClientAuthSanUri', 'https://client.example/id'],
    ['tlsClientAuthSanIp', '10.0.0.1'],
    ['tlsClientAuthSanEmail', 'a@client.example'],
  ])('lets in who shows the certificate of %s %s', async (name, value) => {
    const one = await client('tls_client_auth', { [name]: value })
    expect((await token(one, ISSUED)).status).toBe(200)
    for (const wrong of [undefined, OTHER, { ...ISSUED, isVerified: false }]) {
      const { status, body } = await token(one, wrong)
      expect([status, body.error]).toEqual([401, 'invalid_client'])
    }
  })

  test.each([
    'CN=client one',
    'C=DE,O=Ac\\,me,CN=client one',
    'CN=client one,O=Ac,me,C=DE',
    'CN=CLIENT ONE,O=Ac\\,me,C=DE',
  ])('does not take another name for it: %s', async (dn) => {
    expect((await token(await client('tls_client_auth', { tlsClientAuthSubjectDn: dn }), ISSUED)).status).toBe(401)
  })

  test.each([
    ['no name', {}],
    ['two names', { tlsClientAuthSubjectDn: 'CN=a', tlsClientAuthSanDns: 'a.example' }],
  ])('is not set up with %s', async (_what, clientMetadata) => {
    const settings = { name: 'x', redirectUris: [REDIRECT_URI], tokenEndpointAuthMethod: 'tls_client_auth' }
    const answer = await (await world.tenant()).api('POST', '/applications', { ...settings, clientMetadata })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('tokenEndpointAuthMethod')
  })
})

describe('self_signed_tls_client_auth (RFC 8705 section 2.2)', () => {
  test('lets in who shows one of the certificates that are registered (x5c)', async () => {
    const one = await client('self_signed_tls_client_auth', { jwks: JWKS })
    expect((await token(one, SELF_SIGNED)).status).toBe(200)
    for (const wrong of [undefined, ISSUED, OTHER]) expect((await token(one, wrong)).body.error).toBe('invalid_client')
  })

  test('takes a certificate that is new at jwks_uri, though others of it are known', async () => {
    const [former] = JWKS.keys
    const served = [former]
    const before = world.platform.fetch
    Object.assign(world.platform, { fetch: async () => Response.json({ keys: served }) })
    const one = await client('self_signed_tls_client_auth', { jwksUri: 'https://client.example/certificates' })
    const renewed = { ...SELF_SIGNED, thumbprint: thumbprintOf('renewed') }
    expect((await token(one, SELF_SIGNED)).status).toBe(200)
    served.push({ kty: 'EC', x5c: [Buffer.from('renewed').toString('base64')] })
    world.advance(10_000)
    expect((await token(one, renewed)).status).toBe(200)
    expect((await token(one, OTHER)).body.error).toBe('invalid_client')
    Object.assign(world.platform, { fetch: before })
  })

  test('needs keys', async () => {
    const settings = { name: 'x', redirectUris: [REDIRECT_URI], tokenEndpointAuthMethod: 'self_signed_tls_client_auth' }
    expect((await (await world.tenant()).api('POST', '/applications', settings)).status).toBe(400)
  })
})

test('a certificate is no secret: who has a secret shows it, and who has a certificate has none', async () => {
  const secret = await client('client_secret_basic', {})
  expect((await token(secret, ISSUED)).status).toBe(401)
  const one = await client('tls_client_auth', { tlsClientAuthSanDns: 'client.example' })
  expect(one.clientSecret).toBe('')
  expect((await token(one, ISSUED, { client_secret: 'x' })).status).toBe(401)
  expect((await token(one, undefined, {}, { Authorization: basicHeader(one.clientId, '') })).status).toBe(401)
})

test('a secret of before opens nothing once the method is a certificate', async () => {
  const one = await client('client_secret_basic', {})
  const change = {
    tokenEndpointAuthMethod: 'tls_client_auth',
    clientMetadata: { tlsClientAuthSanDns: 'client.example' },
  }
  expect((await (await world.tenant()).api('PATCH', `/applications/${one.id}`, change)).status).toBe(200)
  const headers = { Authorization: basicHeader(one.clientId, one.clientSecret) }
  expect((await token(one, ISSUED, {}, headers)).status).toBe(401)
})

describe('bound tokens (RFC 8705 section 3)', () => {
  const BOUND = { tlsClientCertificateBoundAccessTokens: true }
  const OFFLINE = { grantTypes: ['authorization_code', 'refresh_token'] }
  const flow = async (
    by: Client,
    certificate: ClientCertificate | undefined,
    headers: Record<string, string> = {},
    scope = 'openid',
  ) => {
    const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }
    shown = undefined
    const code = await codeFor(world, { client_id: by.clientId, scope, ...pkce })
    const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER }
    return token(by, certificate, form, headers)
  }
  const open = (accessToken: string, certificate?: ClientCertificate, headers: Record<string, string> = {}) =>
    call('/oauth2/userinfo', { headers: { Authorization: `Bearer ${accessToken}`, ...headers } }, certificate)

  test('are given with a certificate alone, also to a public client (section 4)', async () => {
    const spa = await client('none', BOUND, {})
    expect((await flow(spa, undefined)).body.error).toBe('invalid_request')
    const { status, body } = await flow(spa, SELF_SIGNED)
    expect([status, body.token_type]).toEqual([200, 'Bearer'])
    expect(claimsIn(body.access_token ?? '').cnf).toEqual({ 'x5t#S256': SELF_SIGNED.thumbprint })
  })

  test('open with that certificate alone', async () => {
    const { access_token = '' } = (await flow(await client('none', BOUND, {}), SELF_SIGNED)).body
    expect((await open(access_token, SELF_SIGNED)).status).toBe(200)
    for (const wrong of [undefined, ISSUED]) {
      const { status, body } = await open(access_token, wrong)
      expect([status, body.error]).toEqual([401, 'invalid_token'])
    }
  })

  test('of a public client are refreshed with that certificate alone (section 4), and others are not bound to it', async () => {
    const spa = await client('none', BOUND, OFFLINE)
    const { refresh_token = '' } = (await flow(spa, SELF_SIGNED, {}, 'openid offline_access')).body
    const form = { grant_type: 'refresh_token', refresh_token }
    expect((await token(spa, ISSUED, form)).body.error).toBe('invalid_grant')
    const next = (await token(spa, SELF_SIGNED, form)).body
    expect(claimsIn(next.access_token ?? '').cnf).toEqual({ 'x5t#S256': SELF_SIGNED.thumbprint })
    const again = { grant_type: 'refresh_token', refresh_token: next.refresh_token ?? '' }
    expect((await token(spa, ISSUED, again)).body.error).toBe('invalid_grant')
    expect((await token(spa, SELF_SIGNED, again)).status).toBe(200)

    const clientMetadata = { ...BOUND, tlsClientAuthSanDns: 'client.example' }
    const own = await client('tls_client_auth', clientMetadata, OFFLINE)
    const first = (await flow(own, ISSUED, {}, 'openid offline_access')).body
    const renewed = { ...ISSUED, thumbprint: thumbprintOf('renewed') }
    const its = { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' }
    expect(claimsIn((await token(own, renewed, its)).body.access_token ?? '').cnf).toEqual({
      'x5t#S256': renewed.thumbprint,
    })
  })

  test('and introspection says what they are bound to (section 3.2)', async () => {
    const one = await client('tls_client_auth', { ...BOUND, tlsClientAuthSanDns: 'client.example' }, {})
    const { access_token = '' } = (await flow(one, ISSUED)).body
    const body = new URLSearchParams({ token: access_token, client_id: one.clientId })
    const { body: said } = await call('/oauth2/introspect', { method: 'POST', body }, ISSUED)
    expect(said).toMatchObject({ active: true, token_type: 'Bearer', cnf: { 'x5t#S256': ISSUED.thumbprint } })
  })

  test('with a DPoP proof they are bound to both', async () => {
    const key = await clientKey()
    const DPoP = await proofFor(world, key, ['POST', `${world.issuer}/oauth2/token`])
    const { access_token = '' } = (await flow(await client('none', BOUND, {}), ISSUED, { DPoP })).body
    const url = `${world.issuer}/oauth2/userinfo`
    const proven = async () => ({
      Authorization: `DPoP ${access_token}`,
      DPoP: await proofFor(world, key, ['GET', url], { ath: hashOf(access_token) }),
    })
    expect((await open(access_token, ISSUED, await proven())).status).toBe(200)
    expect((await open(access_token, OTHER, await proven())).status).toBe(401)
    expect((await open(access_token, ISSUED)).status).toBe(401)
  })

  test('FAPI 2.0 takes a certificate in place of assertion and proof', async () => {
    const metadata = { profile: 'fapi2', requirePkce: undefined, tlsClientAuthSanDns: 'client.example' }
    const one = await client('tls_client_auth', metadata, MACHINE)
    const { status, body } = await token(one, ISSUED)
    expect(status).toBe(200)
    expect(claimsIn(body.access_token ?? '').cnf).toEqual({ 'x5t#S256': ISSUED.thumbprint })
  })
})

test('discovery has certificates where the server asks for them, and nowhere else (RFC 8705 section 3.3)', async () => {
  const read = async (of: OidcWorld) =>
    (await (await of.app.request(`${of.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>
  const without = await read(await oidcWorld())
  expect(without.tls_client_certificate_bound_access_tokens).toBe(false)
  expect(without.token_endpoint_auth_methods_supported).not.toContain('tls_client_auth')
  const withThem = await read(world)
  expect(withThem.tls_client_certificate_bound_access_tokens).toBe(true)
  expect(withThem.token_endpoint_auth_methods_supported).toEqual(
    expect.arrayContaining(['tls_client_auth', 'self_signed_tls_client_auth']),
  )
})
