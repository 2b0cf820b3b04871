/** The refresh_token grant: rotation, who may not have what it gives, and what ends it. */
import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { createSealer, hashToken } from '../../src/core/crypto.ts'
import { revokeGrant, successorOf } from '../../src/oidc/refresh/commands.ts'
import { findRefreshToken, isGivenAgain } from '../../src/oidc/refresh/queries.ts'
import { removeExpired } from '../../src/tenancy/commands.ts'
import { basicHeader } from '../support/app.ts'
import { contentsOf } from '../support/contents.ts'
import { type Client, codeFor, type OidcWorld, oidcWorld, postToken, register, userinfo } from './world.ts'

const DAY = 86_400_000
const OFFLINE = 'openid profile offline_access'
const GRANT_TYPES = ['authorization_code', 'refresh_token']
type Answer = Record<'access_token' | 'refresh_token' | 'id_token' | 'scope' | 'error', string> & { expires_in: number }

let world: OidcWorld
let client: Client
beforeEach(async () => {
  world = await oidcWorld()
  world.hold(true)
  client = await register(world, { name: 'offline', grantTypes: GRANT_TYPES, permissions: ['scim:read'] })
})

const basicOf = ({ clientId, clientSecret }: Client) => basicHeader(clientId, clientSecret)

async function begin(scope = OFFLINE, who = client): Promise<Answer & { code: string }> {
  const code = await codeFor(world, { client_id: who.clientId, scope, nonce: 'n-1' })
  const answer = await postToken(world, { code }, basicOf(who))
  expect(answer.status).toBe(200)
  return { ...((await answer.json()) as Answer), code }
}

function send(token: string, form: Record<string, string> = {}, who = client): Promise<Response> {
  return postToken(world, { grant_type: 'refresh_token', refresh_token: token, ...form }, basicOf(who))
}

async function refresh(token: string, form: Record<string, string> = {}): Promise<Answer> {
  const answer = await send(token, form)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Answer
}

async function refusal(answer: Promise<Response>): Promise<string> {
  const { error } = (await (await answer).json()) as Answer
  return error
}

describe('a refresh token is given', () => {
  test('to whom may refresh and was granted offline_access, and to nobody else (OpenID Connect Core section 11)', async () => {
    expect(await begin()).toMatchObject({ refresh_token: expect.any(String), scope: OFFLINE })
    expect(await begin('openid')).not.toHaveProperty('refresh_token')
    const other = await begin(OFFLINE, world.application)
    expect(other).not.toHaveProperty('refresh_token')
    expect(other.scope).toBe('openid profile')
  })

  test('to keep as a hash alone', async () => {
    const { refresh_token } = await begin()
    const all = [...(await contentsOf(world.platform.db)).values()].join('\n')
    expect(all).not.toContain(refresh_token)
  })
})

describe('a refresh (RFC 6749 section 6)', () => {
  test('gives an access token of the same person, and an id_token of the same sign-in without nonce (Core section 12.2)', async () => {
    const first = await begin()
    world.advance(5 * 60_000)
    const next = await refresh(first.refresh_token)
    expect(await (await userinfo(world, next.access_token)).json()).toMatchObject({
      sub: world.kimId,
      name: 'Kim Berry',
    })
    const [before, after] = [decodeJwt(first.id_token), decodeJwt(next.id_token)]
    expect(after).toMatchObject({ iss: before.iss, sub: before.sub, aud: before.aud, auth_time: before.auth_time })
    expect(after).not.toHaveProperty('nonce')
    expect(after.iat).toBeGreaterThan(before.iat ?? 0)
    expect(decodeJwt(next.access_token).jti).not.toBe(decodeJwt(first.access_token).jti)
  })

  test('rotates: each token gives the next one (RFC 9700 section 4.14.2)', async () => {
    const first = await begin()
    const second = await refresh(first.refresh_token)
    const third = await refresh(second.refresh_token)
    expect(new Set([first, second, third].map((one) => one.refresh_token)).size).toBe(3)
    expect((await userinfo(world, third.access_token)).status).toBe(200)
  })

  test('may ask for less, and the next one for all again', async () => {
    const { refresh_token } = await begin(`${OFFLINE} scim:read`)
    const less = await refresh(refresh_token, { scope: 'profile' })
    expect(less.scope).toBe('profile')
    expect(less).not.toHaveProperty('id_token')
    expect((await refresh(less.refresh_token)).scope).toBe(`${OFFLINE} scim:read`)
  })

  test('may not ask for more; the token stays good', async () => {
    const { refresh_token } = await begin()
    expect(await refusal(send(refresh_token, { scope: 'openid email' }))).toBe('invalid_scope')
    expect(await refusal(send(refresh_token, { scope: 'scim:read' }))).toBe('invalid_scope')
    await refresh(refresh_token)
  })

  test('gives no permission that was taken from the application meanwhile', async () => {
    const { refresh_token } = await begin(`${OFFLINE} scim:read`)
    await (await world.tenant()).api('PATCH', `/applications/${client.id}`, { permissions: [] })
    expect((await refresh(refresh_token)).scope).toBe(OFFLINE)
  })

  test('is refused to another client, which ends nothing', async () => {
    const { refresh_token } = await begin()
    const other = await register(world, { name: 'other', grantTypes: GRANT_TYPES })
    expect(await refusal(send(refresh_token, {}, other))).toBe('invalid_grant')
    const next = await refresh(refresh_token)
    expect(await refusal(send(refresh_token, {}, other))).toBe('invalid_grant')
    await refresh(next.refresh_token)
  })

  test('is refused to an application that may not refresh any more', async () => {
    const { refresh_token } = await begin()
    await (await world.tenant()).api('PATCH', `/applications/${client.id}`, { grantTypes: ['authorization_code'] })
    expect(await refusal(send(refresh_token))).toBe('unauthorized_client')
  })

  test('is refused without a token, and with one that nobody gave', async () => {
    expect(await refusal(send(''))).toBe('invalid_request')
    expect(await refusal(send('invented'))).toBe('invalid_grant')
  })
})

describe('a token that was used', () => {
  test('ends the whole family and its access tokens when it comes again (RFC 9700 section 4.14.2)', async () => {
    const first = await begin()
    const second = await refresh(first.refresh_token)
    world.advance(10_000)
    expect(await refusal(send(first.refresh_token))).toBe('invalid_grant')
    expect(await refusal(send(second.refresh_token))).toBe('invalid_grant')
    expect((await userinfo(world, first.access_token)).status).toBe(401)
    expect((await userinfo(world, second.access_token)).status).toBe(401)
    expect(world.logs).toContainEqual(expect.objectContaining({ event: 'refresh token reused' }))
  })

  test('ends it at once if its successor was used: nobody’s answer was lost', async () => {
    const first = await begin()
    const second = await refresh(first.refresh_token)
    const third = await refresh(second.refresh_token)
    expect(await refusal(send(first.refresh_token))).toBe('invalid_grant')
    expect(await refusal(send(third.refresh_token))).toBe('invalid_grant')
  })

  test('gives the same successor again within ten seconds, until somebody uses that: then it ends the family', async () => {
    const first = await begin()
    const lost = await refresh(first.refresh_token)
    world.advance(8_000)
    const second = await refresh(first.refresh_token)
    expect(second.refresh_token).toBe(lost.refresh_token)
    const third = await refresh(second.refresh_token)
    expect(await refusal(send(first.refresh_token))).toBe('invalid_grant')
    expect(await refusal(send(third.refresh_token))).toBe('invalid_grant')
  })

  test('gives nothing again of a family that ended since it was read', async () => {
    const first = await begin()
    const { refresh_token } = await refresh(first.refresh_token)
    const scope = await world.scope()
    const again = () => isGivenAgain(scope, hashToken(first.refresh_token), refresh_token)
    expect(await again()).toBe(true)
    const { grantId = '' } = (await findRefreshToken(scope, hashToken(refresh_token))) ?? {}
    await revokeGrant(scope, grantId)
    expect(await again()).toBe(false)
  })

  test('cannot be followed up without MASTER_KEY: each tenant and each token has its own successor', async () => {
    const { refresh_token } = await begin()
    const scope = await world.scope()
    const { sealer } = scope.platform
    const other = createSealer(Buffer.alloc(32, 8).toString('base64'))
    const made = await Promise.all([
      successorOf(scope, refresh_token),
      successorOf(scope, `${refresh_token}x`),
      successorOf({ ...scope, tenantId: 'another' }, refresh_token),
      successorOf({ ...scope, platform: { ...scope.platform, sealer: other } }, refresh_token),
    ])
    expect(new Set(made).size).toBe(4)
    expect((await refresh(refresh_token)).refresh_token).toBe(made[0])
    expect(await sealer.sign('another purpose', `${scope.tenantId} ${refresh_token}`)).not.toBe(made[0])
  })

  test('has ten seconds from its first use, not from its last', async () => {
    const first = await begin()
    await refresh(first.refresh_token)
    world.advance(6_000)
    await refresh(first.refresh_token)
    world.advance(6_000)
    expect(await refusal(send(first.refresh_token))).toBe('invalid_grant')
  })

  test.each([2, 8])(
    'gives %i requests that use it at once one successor, with which each of them goes on',
    async (count) => {
      const { refresh_token } = await begin()
      const answers = await Promise.all(Array.from({ length: count }, () => send(refresh_token)))
      const tokens = await Promise.all(answers.map(async (one) => ((await one.json()) as Answer).refresh_token))
      expect(answers.map(({ status }) => status)).toEqual(Array<number>(count).fill(200))
      expect(new Set(tokens).size).toBe(1)
      const { rows } = await world.platform.db.$client.execute(
        'select count(*) n, sum(used_at is null) live from refresh_tokens',
      )
      expect({ ...rows[0] }).toEqual({ n: 2, live: 1 })
      world.advance(60_000)
      const next = await refresh(tokens[0] ?? '')
      world.advance(60_000)
      expect(await refusal(send(tokens[1] ?? ''))).toBe('invalid_grant')
      expect(await refusal(send(next.refresh_token))).toBe('invalid_grant')
    },
  )
})

describe('a refresh token ends', () => {
  test('after 30 days without use, and its family after 180 days', async () => {
    const idle = await begin()
    world.advance(30 * DAY)
    expect(await refusal(send(idle.refresh_token))).toBe('invalid_grant')
    let { refresh_token } = await begin()
    for (let day = 0; day < 174; day += 29) {
      world.advance(29 * DAY)
      ;({ refresh_token } = await refresh(refresh_token))
    }
    world.advance(6 * DAY)
    expect(await refusal(send(refresh_token))).toBe('invalid_grant')
  })

  test('when its application says', async () => {
    const clientMetadata = {
      requirePkce: false,
      refreshTokenIdleSeconds: 100,
      refreshTokenSeconds: 150,
      accessTokenSeconds: 70,
    }
    await (await world.tenant()).api('PATCH', `/applications/${client.id}`, { clientMetadata })
    const idle = await begin()
    expect(idle.expires_in).toBe(70)
    world.advance(69_000)
    expect((await userinfo(world, idle.access_token)).status).toBe(200)
    world.advance(1_000)
    expect((await userinfo(world, idle.access_token)).status).toBe(401)
    world.advance(30_000)
    expect(await refusal(send(idle.refresh_token))).toBe('invalid_grant')
    const first = await begin()
    world.advance(90_000)
    const second = await refresh(first.refresh_token)
    world.advance(60_000)
    expect(await refusal(send(second.refresh_token))).toBe('invalid_grant')
    // What stands on the grant ends with it.
    expect((await userinfo(world, second.access_token)).status).toBe(401)
  })

  test.each<[string, () => Promise<unknown>]>([
    ['is deactivated', () => patchKim('active', false)],
    ['is deleted', async () => (await world.tenant()).scim('DELETE', `/Users/${world.kimId}`)],
    ['gets a new password', () => patchKim('password', 'An0ther-pass')],
  ])('with its access tokens when the person %s (RFC 9700 section 4.14.2)', async (_what, change) => {
    const first = await begin()
    const next = await refresh(first.refresh_token)
    await change()
    await patchKim('active', true)
    expect(await refusal(send(next.refresh_token))).toBe('invalid_grant')
    expect((await userinfo(world, next.access_token)).status).toBe(401)
    expect((await userinfo(world, first.access_token)).status).toBe(401)
  })

  test('with its application, and nothing of it is left', async () => {
    const next = await refresh((await begin()).refresh_token)
    await (await world.tenant()).api('DELETE', `/applications/${client.id}`)
    expect((await userinfo(world, next.access_token)).status).toBe(401)
    const all = await contentsOf(world.platform.db)
    expect([all.get('grants'), all.get('refresh_tokens')]).toEqual(['[]', '[]'])
  })

  test('when the code that gave it comes a second time (RFC 6749 section 4.1.2)', async () => {
    const { code, refresh_token } = await begin()
    const next = await refresh(refresh_token)
    expect(await refusal(postToken(world, { code }, basicOf(client)))).toBe('invalid_grant')
    expect(await refusal(send(next.refresh_token))).toBe('invalid_grant')
    expect((await userinfo(world, next.access_token)).status).toBe(401)
  })

  test('its rows when they are over, and not before', async () => {
    const { refresh_token } = await begin()
    const scope = await world.scope()
    await removeExpired(scope.db, scope.tenantId, new Date(scope.now.getTime() + 29 * DAY))
    const next = await refresh(refresh_token)
    await removeExpired(scope.db, scope.tenantId, new Date(scope.now.getTime() + 181 * DAY))
    expect(await refusal(send(next.refresh_token))).toBe('invalid_grant')
    const all = await contentsOf(scope.db)
    expect([all.get('grants'), all.get('refresh_tokens')]).toEqual(['[]', '[]'])
  })
})

async function patchKim(path: string, value: unknown): Promise<void> {
  const Operations = [{ op: 'replace', path, value }]
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
  await (await world.tenant()).scim('PATCH', `/Users/${world.kimId}`, body)
}
