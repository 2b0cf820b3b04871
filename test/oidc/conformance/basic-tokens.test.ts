/**
 * The modules of the Basic plan, and of the Form Post plan, about the token and userinfo endpoints, each under its own
 * name (OpenID Connect Core sections 3.1.3, 5.3 and 12).
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../../support/app.ts'
import { type Client, type OidcWorld, postToken, redeem, register, userinfo } from '../world.ts'
import { BASIC_PLANS, claimsIn, planOf } from './plans.ts'
import { servedWorld } from './served.ts'

let world: OidcWorld
let refreshing: Client
let posting: Client
beforeAll(async () => {
  world = await servedWorld()
  const grantTypes = ['authorization_code', 'refresh_token']
  refreshing = await register(world, { name: 'refreshing', grantTypes })
  posting = await register(world, { name: 'posting', tokenEndpointAuthMethod: 'client_secret_post' })
})

describe.each(BASIC_PLANS)('%s', (_plan, responseMode) => {
  const { codeFor, flow } = planOf(() => world, responseMode)

  test('oidcc-server-client-secret-post', async () => {
    const { codeFor: codeForIt } = planOf(() => ({ ...world, application: posting }), responseMode)
    const form = { client_id: posting.clientId, client_secret: posting.clientSecret }
    const answer = await postToken(world, { code: await codeForIt(), ...form }, null)
    expect(answer.status).toBe(200)
    expect(claimsIn(((await answer.json()) as { id_token: string }).id_token).sub).toBe(world.kimId)
  })

  test('oidcc-codereuse', async () => {
    const code = await codeFor()
    await redeem(world, code)
    const again = await postToken(world, { code })
    expect([again.status, await again.json()]).toMatchObject([400, { error: 'invalid_grant' }])
  })

  test('oidcc-codereuse-30seconds: refused, and the first access token is revoked', async () => {
    const code = await codeFor()
    const { access_token } = await redeem(world, code)
    expect((await userinfo(world, access_token)).status).toBe(200)
    world.advance(30_000)
    const again = await postToken(world, { code })
    expect([again.status, await again.json()]).toMatchObject([400, { error: 'invalid_grant' }])
    expect((await userinfo(world, access_token)).status).toBe(401)
  })

  test.each([
    ['oidcc-userinfo-get', 'GET', true],
    ['oidcc-userinfo-post-header', 'POST', true],
    ['oidcc-userinfo-post-body', 'POST', false],
  ])('%s', async (_module, method, inHeader) => {
    const { access_token, claims } = await flow()
    const sent = inHeader
      ? { headers: { Authorization: `Bearer ${access_token}` } }
      : { body: new URLSearchParams({ access_token }) }
    const answer = await world.app.request(`${world.issuer}/oauth2/userinfo`, { method, ...sent })
    expect([answer.status, await answer.json()]).toMatchObject([200, { sub: claims.sub }])
  })

  test('oidcc-refresh-token: for offline_access with prompt=consent, for its own client alone', async () => {
    const own = { ...world, application: refreshing }
    const { authorize, newBrowser, answerOf } = planOf(() => own, responseMode)
    const browser = newBrowser()
    await planOf(() => own, responseMode).codeFor({}, browser)
    const page = await authorize({ scope: 'openid offline_access', prompt: 'consent' }, browser)
    expect(page.path).toMatch(/^\/consent\?/)
    const hidden = [...page.text.matchAll(/type="hidden" name="(request|asked)" value="([^"]*)"/g)]
    const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]))
    const { code = '' } = answerOf(await browser.post('/consent', { ...fields, decision: 'allow' }))
    const first = (await redeem(own, code)) as Awaited<ReturnType<typeof redeem>> & { refresh_token: string }
    // RFC 6749 appendix A.17.
    expect(first.refresh_token).toMatch(/^[\x20-\x7e]+$/)
    const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
    const other = await register(world, {
      name: `other ${responseMode}`,
      grantTypes: ['refresh_token', 'authorization_code'],
    })
    const stolen = await postToken(own, refresh, basicHeader(other.clientId, other.clientSecret))
    expect([stolen.status, await stolen.json()]).toMatchObject([400, { error: 'invalid_grant' }])
    const answer = await postToken(own, refresh)
    expect(answer.status).toBe(200)
    const second = (await answer.json()) as typeof first
    expect(claimsIn(second.id_token)).toMatchObject({ iss: world.issuer, sub: world.kimId, aud: refreshing.clientId })
    expect((await userinfo(own, second.access_token)).status).toBe(200)
  })
})
