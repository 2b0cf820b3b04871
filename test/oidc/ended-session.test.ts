/** What was decided in a session that ends at that moment: a new password ends it all, whatever came in between. */
import { beforeAll, expect, test } from 'vitest'
import { issueCode } from '../../src/oidc/commands.ts'
import { withdrawConsent } from '../../src/oidc/consent/commands.ts'
import { approveDevice } from '../../src/oidc/device/commands.ts'
import { hashToken } from '../../src/core/crypto.ts'
import { getApplication } from '../../src/applications/queries.ts'
import { endSessionsOf } from '../../src/session/commands.ts'
import type { Session } from '../../src/session/queries.ts'
import { browserClient } from '../support/browser-client.ts'
import { begin, DEVICE_GRANTS, errorOf, hiddenFields, poll, typeCode } from './device/world.ts'
import { authorizePath, codeFor, type OidcWorld, oidcWorld, REDIRECT_URI, register } from './world.ts'

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld()
  world.hold(true)
})

/** Kim's session, as a request that is under way has read it. */
async function sessionRead(): Promise<Session> {
  const { rows } = await world.platform.db.$client.execute({
    sql: 'select sid from sessions where user_id = ?',
    args: [world.kimId],
  })
  expect(rows).toHaveLength(1)
  const common = { userId: world.kimId, userName: 'kim', displayName: null, methods: ['pwd'], amr: ['pwd'] }
  const enrolled = { totp: false, passkey: false }
  const times = { authenticatedAt: world.platform.now(), secondFactorAt: null }
  return { ...common, ...times, method: 'pwd', enrolled, sid: String(rows[0]?.sid) }
}

test('no code is made for a session that has ended since it was read (RFC 9700 section 4)', async () => {
  await codeFor(world)
  const [scope, session] = [await world.scope(), await sessionRead()]
  const application = await getApplication(scope, world.application.id)
  const { clientId } = application
  const parameters = {
    clientId,
    redirectUri: REDIRECT_URI,
    responseMode: 'query',
    scope: 'openid',
    prompt: [],
  } as const
  const request = { application, parameters: { ...parameters, prompt: [] } }
  expect(await issueCode(scope, request, session)).toBeTypeOf('string')
  expect(await issueCode(scope, request, { ...session, userId: 'somebody else' })).toBeUndefined()
  await endSessionsOf(scope, world.kimId)
  expect(await issueCode(scope, request, session)).toBeUndefined()
})

test('no code is made for what was taken back since the consent was read (OpenID Connect Core section 3.1.2.4)', async () => {
  const partner = await register(world, { name: 'partner', clientMetadata: { firstParty: false } })
  const browser = browserClient(world)
  await codeFor(world, {}, browser)
  const asked = await browser.get(authorizePath(world, { client_id: partner.clientId }))
  expect((await browser.post('/consent', { ...hiddenFields(asked), decision: 'allow' })).path).toContain('code=')
  const [scope, session] = [await world.scope(), await sessionRead()]
  const application = await getApplication(scope, partner.id)
  const parameters = { clientId: partner.clientId, redirectUri: REDIRECT_URI, responseMode: 'query', scope: 'openid' }
  const request = { application, parameters: { ...parameters, prompt: [] } } as Parameters<typeof issueCode>[1]
  expect(await issueCode(scope, request, session)).toBeTypeOf('string')
  expect(await withdrawConsent(scope, world.kimId, partner.id)).toBe(true)
  expect(await issueCode(scope, request, session)).toBeUndefined()
  await endSessionsOf(scope, world.kimId)
})

test('no device is allowed by a session that has ended since it was read (RFC 8628 section 5.4)', async () => {
  const tv = await register(world, { name: 'tv', redirectUris: [], grantTypes: DEVICE_GRANTS })
  const { device_code, user_code } = await begin(world, tv)
  const { page } = await typeCode(world, user_code, browserClient(world))
  const [scope, session] = [await world.scope(), await sessionRead()]
  await endSessionsOf(scope, world.kimId)
  const decision = { codeHash: hashToken(device_code), requestId: hiddenFields(page).request }
  expect(await approveDevice(scope, decision, session, tv, ['openid'])).toBe(false)
  expect(await errorOf(poll(world, tv, device_code))).toBe('authorization_pending')
})
