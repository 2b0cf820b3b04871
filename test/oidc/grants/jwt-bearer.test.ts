/** Assertions as grants (RFC 7523 section 2.1): only of an application that is trusted with it. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { JWT_BEARER_GRANT } from '../../../src/applications/settings.ts'
import { basicHeader } from '../../support/app.ts'
import { type Client, type OidcWorld, oidcWorld, register, userinfo } from '../world.ts'
import { errorOf, introspect, post, setActive, tokensOf } from './world.ts'

type Keys = Awaited<ReturnType<typeof generateKeyPair>>
let world: OidcWorld
let keys: Keys
let batch: Client
let settings: Record<string, unknown>
beforeAll(async () => {
  world = await oidcWorld('acme')
  world.hold(true)
  keys = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256' }] }
  const grantTypes = [JWT_BEARER_GRANT]
  settings = { redirectUris: [], grantTypes, permissions: ['scim:me'], clientMetadata: { jwks, assertsUsers: true } }
  batch = await register(world, { name: 'batch', ...settings }, 'acme')
})

let count = 0
async function assertion(claims: Record<string, unknown> = {}, key = keys.privateKey): Promise<string> {
  const now = Math.floor(world.platform.now().getTime() / 1000)
  const all = { iss: batch.clientId, aud: world.issuer, sub: 'kim', jti: `jti-${count++}`, iat: now, exp: now + 60 }
  return new SignJWT({ ...all, ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(key)
}

function send(text: string, form: Record<string, string> = {}, client = batch): Promise<Response> {
  return post(world, client, { grant_type: JWT_BEARER_GRANT, assertion: text, ...form })
}

describe('an application that is trusted', () => {
  test.each([
    ['user name, whatever its case', () => 'KIM'],
    ['id', () => world.kimId],
  ])('gets an access token for whom it names by %s', async (_how, name) => {
    const tokens = await tokensOf(send(await assertion({ sub: name() }), { scope: 'openid profile scim:me' }))
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'openid profile scim:me' })
    expect(tokens).not.toHaveProperty('id_token')
    expect(tokens).not.toHaveProperty('refresh_token')
    expect(await (await userinfo(world, tokens.access_token)).json()).toMatchObject({
      sub: world.kimId,
      name: 'Kim Berry',
    })
    expect(await introspect(world, batch, tokens.access_token)).toMatchObject({ active: true, sub: world.kimId })
  })

  test('may address it to the token endpoint (RFC 7523 section 3)', async () => {
    expect((await send(await assertion({ aud: `${world.issuer}/oauth2/token` }))).status).toBe(200)
  })

  test('uses each once: of two at once one is taken (section 3)', async () => {
    const text = await assertion()
    const answers = await Promise.all([send(text), send(text), send(text)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400])
    expect(await errorOf(send(text))).toBe('invalid_grant')
  })

  test('gets no scope that it may not have, and no refresh token for the asking', async () => {
    for (const scope of ['scim:write', 'openid unknown', 'openid offline_access']) {
      expect(await errorOf(send(await assertion(), { scope }))).toBe('invalid_scope')
    }
    expect(await errorOf(send(await assertion(), { resource: 'https://api.example' }))).toBe('invalid_target')
  })

  test('loses it all when the person is deactivated, and gets nothing for her then', async () => {
    const { access_token } = await tokensOf(send(await assertion(), { scope: 'openid' }))
    await setActive(world, 'acme', false)
    expect(await errorOf(send(await assertion()))).toBe('invalid_grant')
    await setActive(world, 'acme', true)
    expect((await userinfo(world, access_token)).status).toBe(401)
    expect((await send(await assertion())).status).toBe(200)
  })
})

describe('an assertion is refused', () => {
  const now = () => Math.floor(world.platform.now().getTime() / 1000)
  test.each<[string, () => Record<string, unknown>]>([
    ['for somebody who is not here', () => ({ sub: 'nobody' })],
    ['without a subject', () => ({ sub: undefined })],
    ['of another issuer', () => ({ iss: 'https://elsewhere.example' })],
    ['for somebody else', () => ({ aud: 'https://elsewhere.example' })],
    ['for us and for somebody else', () => ({ aud: [world.issuer, 'https://elsewhere.example'] })],
    ['for another tenant', () => ({ aud: world.platform.config.baseUrl })],
    ['that has expired', () => ({ exp: now() - 60 })],
    ['without an end', () => ({ exp: undefined })],
    ['that lives for more than an hour', () => ({ exp: now() + 7200 })],
    ['without a jti', () => ({ jti: undefined })],
    ['that is not good yet', () => ({ nbf: now() + 60 })],
  ])('%s (RFC 7523 section 3)', async (_what, claims) => {
    expect(await errorOf(send(await assertion(claims())))).toBe('invalid_grant')
  })

  test('that another key has signed, nobody has signed, or that is none', async () => {
    const other = await generateKeyPair('ES256')
    const [header, payload] = (await assertion()).split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    for (const text of [await assertion({}, other.privateKey), unsigned, `${header}.x.y`, 'x']) {
      expect(await errorOf(send(text))).toBe('invalid_grant')
    }
    expect(await errorOf(send(''))).toBe('invalid_request')
  })

  test('of one application, if another brings it', async () => {
    const other = await register(world, { name: 'other', ...settings }, 'acme')
    expect(await errorOf(send(await assertion(), {}, other))).toBe('invalid_grant')
  })

  test('of an application that is not trusted, that may not use this grant, or that does not prove who it is', async () => {
    const { clientMetadata, ...others } = settings
    const jwks = (clientMetadata as { jwks: unknown }).jwks
    const untrusted = await register(world, { name: 'untrusted', ...others, clientMetadata: { jwks } }, 'acme')
    const text = await assertion({ iss: untrusted.clientId })
    expect(await errorOf(send(text, {}, untrusted))).toBe('unauthorized_client')
    const noGrant = await register(world, { name: 'no grant', clientMetadata }, 'acme')
    expect(await errorOf(send(await assertion({ iss: noGrant.clientId }), {}, noGrant))).toBe('unauthorized_client')
    expect((await send(await assertion(), {}, { ...batch, clientSecret: 'wrong' })).status).toBe(401)
  })
})

describe('trust is given', () => {
  test('by whoever may do everything, and by nobody else: such an application is anybody', async () => {
    const acme = await world.tenant('acme')
    const made = await acme.scim('POST', '/Users', { userName: 'ann', password: 'MyPa33w@rd' })
    const ann = ((await made.json()) as { id: string }).id
    const role = {
      displayName: 'app admins',
      permissions: ['applications:read', 'applications:write', 'scim:me'].map((value) => ({ value })),
      users: [{ value: ann }],
    }
    expect((await acme.scim('POST', '/v2/Roles', role)).status).toBe(201)
    const asAnn = async (method: string, path: string, body: object) => {
      const headers = { Authorization: basicHeader('ann', 'MyPa33w@rd'), 'Content-Type': 'application/json' }
      return (await acme.fetch(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) })).status
    }
    const plain = { name: 'of ann', redirectUris: [], grantTypes: [JWT_BEARER_GRANT] }
    expect(await asAnn('POST', '/applications', plain)).toBe(201)
    const trusted = { ...plain, name: 'anybody', clientMetadata: { assertsUsers: true } }
    expect(await asAnn('POST', '/applications', trusted)).toBe(403)
    // Nor may she give one that is trusted a key of hers.
    expect(await asAnn('PATCH', `/applications/${batch.id}`, { description: 'x' })).toBe(403)
  })

  test('by no client to itself (RFC 7591)', async () => {
    const acme = await world.tenant('acme')
    expect((await acme.api('PUT', '/client-registration', { policy: 'open' })).status).toBeLessThan(300)
    const body = JSON.stringify({ grant_types: [JWT_BEARER_GRANT], assertsUsers: true, asserts_users: true })
    const headers = { 'Content-Type': 'application/json' }
    const answer = await acme.fetch('/oauth2/register', { method: 'POST', headers, body })
    expect(answer.status).toBe(201)
    const { client_id } = (await answer.json()) as { client_id: string }
    const items = (await (await acme.api('GET', '/applications?limit=100')).json()) as {
      items: { clientId: string; clientMetadata: object }[]
    }
    expect(items.items.find(({ clientId }) => clientId === client_id)?.clientMetadata).not.toHaveProperty(
      'assertsUsers',
    )
  })
})
