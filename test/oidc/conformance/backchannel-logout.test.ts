/**
 * The modules of oidcc-backchannel-rp-initiated-logout-certification-test-plan, named as there, and how logout tokens are
 * delivered (OpenID Connect Back-Channel Logout 1.0), against an HTTP server on loopback.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createNodeFetch } from '../../../src/runtime/guarded-fetch-node.ts'
import { openDatabase } from '../../../src/runtime/open-database.ts'
import { deliverDue } from '../../../src/outbound/consumer.ts'
import { type LogoutReceiver, logoutReceiver } from '../../support/logout-receiver.ts'
import { removeExpired } from '../../../src/tenancy/commands.ts'
import { browserClient } from '../../support/browser-client.ts'
import { answerIn, authorizePath, codeFor, type OidcWorld, redeem, signIn } from '../world.ts'
import { BACK, isSignedIn, logoutPath, logoutWorld, signedInAt } from './logout-world.ts'
import { servedWorld } from './served.ts'

async function listening(): Promise<{ world: OidcWorld; receiver: LogoutReceiver }> {
  const receiver = await logoutReceiver()
  const world = await logoutWorld({ backchannelLogoutUri: receiver.url })
  return { world, receiver }
}

/** Checks a logout token as section 2.6 has it, by the provider's published keys. */
async function demandValid(world: OidcWorld, token: string | undefined, idToken: string): Promise<void> {
  const jwks = (await (await world.app.request(`${world.issuer}/oauth2/jwks`)).json()) as JSONWebKeySet
  const { payload } = await jwtVerify(token ?? '', createLocalJWKSet(jwks), {
    issuer: world.issuer,
    audience: world.application.clientId,
    typ: 'logout+jwt',
    requiredClaims: ['iat', 'exp', 'jti', 'sub', 'sid', 'events'],
    currentDate: world.platform.now(),
  })
  const { sub, sid } = decodeJwt(idToken)
  expect(payload).toMatchObject({ sub, sid, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
  expect(payload.nonce).toBeUndefined()
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(120)
}

const waiting = async ({ platform }: OidcWorld) =>
  (await platform.db.$client.execute('select count(*) as n from logout_deliveries')).rows[0]?.n

test('oidcc-backchannel-logout-discovery-endpoint-verification', async () => {
  const world = await servedWorld()
  const metadata = await (await world.app.request(`${world.issuer}/.well-known/openid-configuration`)).json()
  expect(metadata).toMatchObject({
    end_session_endpoint: `${world.issuer}/oidc/logout`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  })
})

test('oidcc-backchannel-rp-initiated-logout', async () => {
  const { world, receiver } = await listening()
  const { browser, idToken } = await signedInAt(world)
  const page = await browser.get(logoutPath({ id_token_hint: idToken, post_logout_redirect_uri: BACK, state: 's' }))
  expect(page.path).toBe(`${BACK}?state=s`)
  expect(world.wakes).toContainEqual({ tenantId: (await world.scope()).tenantId })
  await deliverDue(world.platform)
  expect(receiver.requests).toMatchObject([{ method: 'POST', contentType: 'application/x-www-form-urlencoded' }])
  await demandValid(world, receiver.tokens[0], idToken)
  expect(await isSignedIn(world, browser)).toBe(false)
  expect(await waiting(world)).toBe(0)
})

test.each(['ES256', 'EdDSA'])(
  'a logout token is signed as the id_tokens of its application are: %s (Back-Channel Logout 1.0 section 2.6)',
  async (idTokenSignedResponseAlg) => {
    const receiver = await logoutReceiver()
    const world = await logoutWorld({ backchannelLogoutUri: receiver.url, idTokenSignedResponseAlg })
    const { idToken } = await signedInAt(world)
    await patch(world, [{ op: 'replace', path: 'active', value: false }])
    await deliverDue(world.platform)
    await demandValid(world, receiver.tokens[0], idToken)
    expect(decodeProtectedHeader(receiver.tokens[0] ?? '').alg).toBe(idTokenSignedResponseAlg)
    expect(decodeProtectedHeader(idToken).alg).toBe(idTokenSignedResponseAlg)
  },
)

describe('the application hears of it', () => {
  const ends: Record<string, (world: OidcWorld) => Promise<unknown>> = {
    'is deactivated over SCIM': async (world) => patch(world, [{ op: 'replace', path: 'active', value: false }]),
    'gets a new password over SCIM': async (world) =>
      patch(world, [{ op: 'replace', path: 'password', value: 'An0ther-pass' }]),
    'is deleted': async (world) => (await world.tenant()).scim('DELETE', `/Users/${world.kimId}`),
    'is signed out everywhere by an administrator': async (world) =>
      (await world.tenant()).api('DELETE', `/users/${world.kimId}/sessions`),
  }

  test.each(Object.entries(ends))('when its person %s', async (_what, end) => {
    const { world, receiver } = await listening()
    const { browser, idToken } = await signedInAt(world)
    await end(world)
    expect(world.wakes).not.toEqual([])
    await deliverDue(world.platform)
    expect(receiver.tokens).toHaveLength(1)
    await demandValid(world, receiver.tokens[0], idToken)
    expect(await isSignedIn(world, browser)).toBe(false)
  })

  test('of each of two sessions, and of none that goes on', async () => {
    const { world, receiver } = await listening()
    const [one, other] = [await signedInAt(world), await signedInAt(world)]
    await one.browser.get('/logout')
    await one.browser.post('/logout')
    await deliverDue(world.platform)
    expect(receiver.tokens.map((token) => decodeJwt(token).sid)).toEqual([decodeJwt(one.idToken).sid])
    expect(decodeJwt(other.idToken).sid).not.toBe(decodeJwt(one.idToken).sid)
    expect(await isSignedIn(world, other.browser)).toBe(true)
  })

  test('not when she signs in again in the same browser, but when somebody else does', async () => {
    const { world, receiver } = await listening()
    const { browser } = await signedInAt(world)
    await browser.get('/login')
    await browser.send('/login', { username: 'kim', password: 'MyPa33w@rd' })
    await deliverDue(world.platform)
    expect(receiver.tokens).toEqual([])
    await browser.get('/login')
    await browser.send('/login', { username: 'admin', password: 'Adm1n-pass' })
    await deliverDue(world.platform)
    expect(receiver.tokens).toHaveLength(1)
  })

  test('once, from two servers at the same time', async () => {
    const receiver = await logoutReceiver()
    const url = `file:${join(mkdtempSync(join(tmpdir(), 'logouts-')), 'shared.db')}`
    const world = await logoutWorld({ backchannelLogoutUri: receiver.url }, url)
    for (let i = 0; i < 5; i++) await signedInAt(world)
    await patch(world, [{ op: 'replace', path: 'active', value: false }])
    const second = { ...world.platform, db: await openDatabase(url) }
    await Promise.all([deliverDue(world.platform), deliverDue(second), deliverDue(world.platform), deliverDue(second)])
    expect(new Set(receiver.tokens.map((token) => decodeJwt(token).sid)).size).toBe(5)
    expect(receiver.tokens).toHaveLength(5)
  })
})

describe('of a session that ran out the application, which may go on with it, hears', () => {
  const DAY_MS = 24 * 3600_000
  const runOut = async (metadata: Record<string, unknown> = {}) => {
    const receiver = await logoutReceiver()
    const world = await logoutWorld({ backchannelLogoutUri: receiver.url, ...metadata })
    const [one, other] = [await signedInAt(world), await signedInAt(world)]
    world.advance(20 * DAY_MS)
    const { tenantId } = await world.scope()
    await removeExpired(world.platform.db, tenantId, world.platform.now())
    return { world, receiver, one, sids: [one, other].map(({ idToken }) => decodeJwt(idToken).sid) }
  }

  test('when its person is deactivated: once, of all her sessions, by her sub (section 2.4)', async () => {
    const { world, receiver } = await runOut()
    await patch(world, [{ op: 'replace', path: 'active', value: false }])
    await deliverDue(world.platform)
    expect(receiver.tokens.map((token) => decodeJwt(token))).toMatchObject([{ sub: world.kimId }])
    expect(decodeJwt(receiver.tokens[0] ?? '')).not.toHaveProperty('sid')
  })

  test('of each by its sid if it has to have one, and of one that goes on by its sid', async () => {
    const { world, receiver, sids } = await runOut({ backchannelLogoutSessionRequired: true })
    const { idToken } = await signedInAt(world)
    await (await world.tenant()).api('DELETE', `/users/${world.kimId}/sessions`)
    await deliverDue(world.platform)
    const told = receiver.tokens.map((token) => decodeJwt(token).sid)
    expect(told.toSorted()).toEqual([...sids, decodeJwt(idToken).sid].toSorted())
  })

  test('when another application of that browser signs her out, though nobody is signed in any more', async () => {
    const { world, receiver, one, sids } = await runOut()
    const page = await one.browser.get(logoutPath({ id_token_hint: one.idToken, post_logout_redirect_uri: BACK }))
    expect(page.path).toBe(BACK)
    await deliverDue(world.platform)
    expect(receiver.tokens.map((token) => decodeJwt(token).sid)).toEqual([sids[0]])
  })

  test('nothing when she signs in again in the same browser, nor when somebody else’s id_token comes there', async () => {
    const { world, receiver, one, sids } = await runOut()
    const admin = browserClient(world)
    const page = await admin.get(authorizePath(world))
    const { code } = answerIn(await signIn(admin, page, { userName: 'admin', password: 'Adm1n-pass' }))
    const { id_token } = await redeem(world, code ?? '')
    await one.browser.get(logoutPath({ id_token_hint: id_token, post_logout_redirect_uri: BACK }))
    const again = await redeem(world, await codeFor(world, {}, one.browser))
    expect(decodeJwt(again.id_token).sid).toBe(sids[0])
    await deliverDue(world.platform)
    expect(receiver.tokens).toEqual([])
  })

  test('until 30 days after its end', async () => {
    const { world, receiver } = await runOut()
    world.advance(11 * DAY_MS)
    await removeExpired(world.platform.db, (await world.scope()).tenantId, world.platform.now())
    await patch(world, [{ op: 'replace', path: 'active', value: false }])
    await deliverDue(world.platform)
    expect(receiver.tokens).toEqual([])
  })
})

describe('a token that is not heard', () => {
  test('comes again after 5 s, 30 s, 2 min, 10 min and 1 h, a new one each time, and is given up then', async () => {
    const { world, receiver } = await listening()
    await signedInAt(world)
    receiver.status = 500
    world.hold(true)
    await patch(world, [{ op: 'replace', path: 'active', value: false }])
    await deliverDue(world.platform)
    for (const [i, seconds] of [5, 30, 120, 600, 3600].entries()) {
      world.advance(seconds * 1000 - 1)
      await deliverDue(world.platform)
      expect(receiver.tokens).toHaveLength(i + 1)
      world.advance(1)
      await deliverDue(world.platform)
      expect(receiver.tokens).toHaveLength(i + 2)
    }
    expect(new Set(receiver.tokens.map((token) => decodeJwt(token).jti)).size).toBe(6)
    expect(await waiting(world)).toBe(0)
    expect(world.logs.filter(({ event }) => event === 'logout failed')).toHaveLength(5)
    expect(world.logs.filter(({ event }) => event === 'logout given up')).toHaveLength(1)
  })

  test('is heard when the application is back', async () => {
    const { world, receiver } = await listening()
    const { idToken } = await signedInAt(world)
    receiver.status = 503
    await patch(world, [{ op: 'replace', path: 'active', value: false }])
    const next = await deliverDue(world.platform)
    expect((next?.getTime() ?? 0) - world.platform.now().getTime()).toBeLessThanOrEqual(5000)
    receiver.status = 204
    world.advance(5000)
    await deliverDue(world.platform)
    await demandValid(world, receiver.tokens[1], idToken)
    expect(await waiting(world)).toBe(0)
  })

  test('is not in the log, nor is any other secret', async () => {
    const { world, receiver } = await listening()
    const { idToken } = await signedInAt(world)
    receiver.status = 500
    await patch(world, [{ op: 'replace', path: 'active', value: false }])
    await deliverDue(world.platform)
    expect(world.logs.map(({ event }) => event)).toContain('logout failed')
    const text = JSON.stringify(world.logs)
    expect(receiver.tokens[0]).toMatch(/^ey/)
    for (const secret of [receiver.tokens[0] ?? '', idToken, receiver.url]) expect(text).not.toContain(secret)
  })
})

test('an address inside is not called (SSRF): the log says so', async () => {
  const { world, receiver } = await listening()
  await signedInAt(world)
  await patch(world, [{ op: 'replace', path: 'active', value: false }])
  await deliverDue({ ...world.platform, fetch: createNodeFetch([]) })
  expect(receiver.tokens).toEqual([])
  expect(world.logs.find(({ event }) => event === 'logout failed')).toMatchObject({
    level: 'warn',
    clientId: world.application.clientId,
    error: expect.stringMatching(/not a public address/),
  })
})

test('an application that took its address away is told nothing', async () => {
  const { world, receiver } = await listening()
  await signedInAt(world)
  await patch(world, [{ op: 'replace', path: 'active', value: false }])
  const path = `/applications/${world.application.id}`
  expect((await (await world.tenant()).api('PATCH', path, { clientMetadata: { requirePkce: false } })).status).toBe(200)
  await deliverDue(world.platform)
  expect([receiver.tokens.length, await waiting(world)]).toEqual([0, 0])
})

async function patch(world: OidcWorld, Operations: unknown[]): Promise<void> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const answer = await (await world.tenant()).scim('PATCH', `/Users/${world.kimId}`, { schemas, Operations })
  expect(answer.status).toBe(200)
}
