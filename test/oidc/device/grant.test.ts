/** The device authorization grant (RFC 8628), as the device sees it. */
import { decodeJwt } from 'jose'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { removeExpired } from '../../../src/tenancy/commands.ts'
import { contentsOf } from '../../support/contents.ts'
import { type Client, type OidcWorld, oidcWorld, postToken, register, userinfo } from '../world.ts'
import { askForCode, basicOf, begin, decide, DEVICE_GRANTS, errorOf, poll } from './world.ts'

const MINUTE = 60_000
type Tokens = Record<'access_token' | 'id_token' | 'refresh_token' | 'scope' | 'token_type', string>

let world: OidcWorld
let tv: Client
let other: Client
let onlyCodes: Client
beforeAll(async () => {
  world = await oidcWorld('acme')
  world.hold(true)
  const settings = { redirectUris: [], grantTypes: DEVICE_GRANTS, permissions: ['scim:read'] }
  tv = await register(world, { name: 'tv', ...settings }, 'acme')
  other = await register(world, { name: 'other', ...settings }, 'acme')
  onlyCodes = await register(world, { name: 'only codes' }, 'acme')
})
beforeEach(() => world.advance(MINUTE))

async function tokensOf(answer: Response | Promise<Response>): Promise<Tokens> {
  const response = await answer
  expect(response.status).toBe(200)
  return (await response.json()) as Tokens
}

describe('a device asks for a code (RFC 8628 section 3.1)', () => {
  test('and gets one to keep, one to show, and where people enter it (section 3.2)', async () => {
    const answer = await askForCode(world, tv, { scope: 'openid' })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const begun = (await answer.json()) as Record<string, unknown>
    expect(begun).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${world.issuer}/device`,
      verification_uri_complete: `${world.issuer}/device?user_code=${String(begun.user_code)}`,
      expires_in: 600,
      interval: 5,
    })
  })

  test('which is kept as a hash alone', async () => {
    const { device_code } = await begin(world, tv)
    expect([...(await contentsOf(world.platform.db)).values()].join('\n')).not.toContain(device_code)
  })

  test('a public client names itself; a wrong secret, no client, and one without this grant are refused', async () => {
    const settings = { name: 'public tv', redirectUris: [], grantTypes: DEVICE_GRANTS, tokenEndpointAuthMethod: 'none' }
    const { clientId } = await register(world, settings, 'acme')
    const url = `${world.issuer}/oauth2/device_authorize`
    const send = (form: Record<string, string>) =>
      Promise.resolve(world.app.request(url, { method: 'POST', body: new URLSearchParams(form) }))
    expect((await send({ client_id: clientId })).status).toBe(200)
    expect((await send({})).status).toBe(401)
    expect((await askForCode(world, { ...tv, clientSecret: 'wrong' })).status).toBe(401)
    expect(await errorOf(askForCode(world, onlyCodes))).toBe('unauthorized_client')
    expect((await askForCode({ ...world, issuer: world.platform.config.baseUrl }, tv)).status).toBe(401)
  })
})

describe('a device polls (section 3.5)', () => {
  test('while nobody has decided: authorization_pending', async () => {
    const { device_code } = await begin(world, tv)
    const answer = await poll(world, tv, device_code)
    expect(answer.status).toBe(400)
    expect(await errorOf(answer)).toBe('authorization_pending')
  })

  test('sooner than it was told: slow_down, and it has to wait 5 seconds longer from then on', async () => {
    const { device_code } = await begin(world, tv)
    const after = async (seconds: number) => {
      world.advance(seconds * 1000)
      return errorOf(poll(world, tv, device_code))
    }
    expect(await after(0)).toBe('authorization_pending')
    expect(await after(5)).toBe('authorization_pending')
    expect(await after(2)).toBe('slow_down')
    expect(await after(5)).toBe('slow_down')
    expect(await after(10)).toBe('slow_down')
    expect(await after(20)).toBe('authorization_pending')
    expect(await after(20)).toBe('authorization_pending')
  })

  test('after ten minutes: expired_token, and later on it is unknown', async () => {
    const { device_code, user_code } = await begin(world, tv)
    await decide(world, user_code)
    world.advance(10 * MINUTE)
    const { tenantId } = await world.scope('acme')
    await removeExpired(world.platform.db, tenantId, world.platform.now())
    expect(await errorOf(poll(world, tv, device_code))).toBe('expired_token')
    world.advance(61 * MINUTE)
    await removeExpired(world.platform.db, tenantId, world.platform.now())
    expect(await errorOf(poll(world, tv, device_code))).toBe('invalid_grant')
  })

  test('after the person has denied it: access_denied', async () => {
    const { device_code, user_code } = await begin(world, tv)
    await decide(world, user_code, 'deny')
    expect(await errorOf(poll(world, tv, device_code))).toBe('access_denied')
  })

  test('without a code, or with one that nobody has: refused', async () => {
    expect(await errorOf(postToken(world, { grant_type: DEVICE_GRANTS[0] ?? '' }, basicOf(tv)))).toBe('invalid_request')
    expect(await errorOf(poll(world, tv, 'x'.repeat(43)))).toBe('invalid_grant')
  })
})

describe('what a person has approved', () => {
  test('gives tokens for her, as the code flow does (section 3.5)', async () => {
    const { device_code, user_code } = await begin(world, tv, 'openid profile offline_access scim:read')
    await decide(world, user_code)
    const tokens = await tokensOf(poll(world, tv, device_code))
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'openid profile offline_access scim:read' })
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      sub: world.kimId,
      aud: tv.clientId,
      sid: expect.any(String),
      auth_time: expect.any(Number),
    })
    expect(await (await userinfo(world, tokens.access_token)).json()).toMatchObject({ sub: world.kimId })
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    const refreshed = await tokensOf(postToken(world, form, basicOf(tv)))
    expect(decodeJwt(refreshed.id_token).sub).toBe(world.kimId)
  })

  test('without offline_access gives no refresh token, and an access token that lives as long as it says', async () => {
    const { device_code, user_code } = await begin(world, tv)
    await decide(world, user_code)
    const tokens = await tokensOf(poll(world, tv, device_code))
    expect(tokens).not.toHaveProperty('refresh_token')
    expect((await userinfo(world, tokens.access_token)).status).toBe(200)
    world.advance(60 * MINUTE)
    expect((await userinfo(world, tokens.access_token)).status).toBe(401)
  })

  test('is given once: of two that come at once one gets it', async () => {
    const { device_code, user_code } = await begin(world, tv, 'openid offline_access')
    await decide(world, user_code)
    const answers = await Promise.all([1, 2, 3].map(() => poll(world, tv, device_code)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400])
    expect(await errorOf(poll(world, tv, device_code))).toBe('invalid_grant')
  })

  test('is given to its client alone, and another’s try changes nothing', async () => {
    const { device_code, user_code } = await begin(world, tv)
    expect(await errorOf(poll(world, other, device_code))).toBe('invalid_grant')
    await decide(world, user_code)
    expect(await errorOf(poll(world, other, device_code))).toBe('invalid_grant')
    await tokensOf(poll(world, tv, device_code))
  })

  test('is nothing in another tenant', async () => {
    const { device_code, user_code } = await begin(world, tv)
    await decide(world, user_code)
    const root = { ...world, base: '', issuer: world.platform.config.baseUrl }
    const twin = await register(world, { name: 'twin', redirectUris: [], grantTypes: DEVICE_GRANTS })
    expect(await errorOf(poll(root, twin, device_code))).toBe('invalid_grant')
    await tokensOf(poll(world, tv, device_code))
  })

  test('ends with the person: deactivated meanwhile, she gives nothing, and what she gave is worth nothing', async () => {
    const acme = await world.tenant('acme')
    const [first, second] = [await begin(world, tv), await begin(world, tv)]
    await decide(world, first.user_code)
    await decide(world, second.user_code)
    const { access_token } = await tokensOf(poll(world, tv, first.device_code))
    const active = (value: boolean) =>
      acme.scim('PATCH', `/Users/${world.kimId}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'active', value }],
      })
    expect((await active(false)).status).toBe(200)
    expect(await errorOf(poll(world, tv, second.device_code))).toBe('invalid_grant')
    expect((await active(true)).status).toBe(200)
    expect((await userinfo(world, access_token)).status).toBe(401)
    expect(await errorOf(poll(world, tv, second.device_code))).toBe('invalid_grant')
  })

  test('goes with the application', async () => {
    const acme = await world.tenant('acme')
    const gone = await register(world, { name: 'gone', redirectUris: [], grantTypes: DEVICE_GRANTS }, 'acme')
    const { device_code } = await begin(world, gone)
    expect((await acme.api('DELETE', `/applications/${gone.id}`)).status).toBe(204)
    expect((await contentsOf(world.platform.db)).get('device_codes')).not.toContain(gone.id)
    expect((await poll(world, gone, device_code)).status).toBe(401)
  })
})
