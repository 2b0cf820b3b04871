/** The first step at a provider, and the second one here. */
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addTotp } from '../../../src/directory/factors/commands.ts'
import { newSeed, timeStep, totpCode } from '../../../src/core/totp.ts'
import { rowsOf } from '../../../src/db/open.ts'
import { sql } from '../../../src/db/sql.ts'
import { basicHeader } from '../../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import {
  answerIn,
  authorizePath,
  type Client,
  type OidcWorld,
  oidcWorld,
  postToken,
  register,
} from '../../oidc/world.ts'
import { codesIn, enrolmentIn, phoneOf, queryIn, secondStep } from './world.ts'

let idp: FakeIdp
let world: OidcWorld
let connection: string
let application: Client
let strict: Client
let lax: Client

beforeAll(async () => {
  idp = await fakeIdp()
  world = await oidcWorld()
  idp.person = { ...idp.person, sub: 'lee', preferred_username: 'lee' }
  const jit = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' }
  const answer = await (
    await world.tenant()
  ).api('POST', '/connections', { name: 'IDP-IS2', authenticator: idp.authenticator, jit })
  connection = ((await answer.json()) as { id: string }).id
  const steps = [{ options: [{ connection }] }]
  application = await register(world, { name: 'federated', loginFlow: { steps } })
  strict = await register(world, { name: 'strict', loginFlow: { steps, secondFactor: 'always' } })
  lax = await register(world, { name: 'lax', loginFlow: { steps, secondFactor: 'never' } })
})
afterAll(() => idp.close())

/** To the provider and back, for an application's request. */
async function firstStep(browser: BrowserClient, client: Client): Promise<Page> {
  const away = await browser.get(authorizePath(world, { client_id: client.clientId }))
  const answer = await fetch(away.path, { redirect: 'manual' })
  return browser.get((answer.headers.get('Location') ?? '').replace(world.platform.config.baseUrl, ''))
}

/** Sets an authenticator app up on the page that asks for it. */
async function setUp(browser: BrowserClient, page: Page): Promise<Page> {
  const fields = { way: 'set-up-totp', ...queryIn(page), enrolment: enrolmentIn(page) }
  return browser.post('/login/second', { ...fields, code: await phoneOf(world, page).code() })
}

async function claimsIn(client: Client, page: Page) {
  const { code = '' } = answerIn(page)
  const answer = await postToken(world, { code }, basicHeader(client.clientId, client.clientSecret))
  return decodeJwt(((await answer.json()) as { id_token: string }).id_token)
}

test('who has no factor here is in by the provider’s word, and amr says so', async () => {
  const claims = await claimsIn(application, await firstStep(browserClient(world), application))
  expect(claims).toMatchObject({ amr: ['fed'], acr: 'urn:postern:acr:1fa' })
})

test('what was done at the provider does not count as a step here, whatever its amr and acr say', async () => {
  idp.misbehaviour = { idToken: { amr: ['pwd', 'mfa', 'hwk'], acr: 'urn:postern:acr:2fa' } }
  const claims = await claimsIn(application, await firstStep(browserClient(world), application))
  expect(claims).toMatchObject({ amr: ['fed'], acr: 'urn:postern:acr:1fa' })
  const page = await firstStep(browserClient(world), strict)
  expect(page.text).toContain('Set up a second step')
  idp.misbehaviour = {}
})

test('an application that wants it of everybody has her make one, and she is in with both', async () => {
  idp.person = { ...idp.person, sub: 'max', preferred_username: 'max' }
  const browser = browserClient(world)
  const page = await firstStep(browser, strict)
  expect(page.path).toMatch(/^\/login\/second\?sign_in=/)
  expect(page.text).toContain('Set up a second step')
  const codes = await setUp(browser, page)
  expect(codesIn(codes).length).toBeGreaterThan(0)
  const [, onward = ''] = /href="([^"]+resume=[^"]+)"/.exec(codes.text) ?? []
  const done = await browser.get(onward.replaceAll('&amp;', '&'))
  expect(await claimsIn(strict, done)).toMatchObject({ amr: ['fed', 'otp', 'mfa'], acr: 'urn:postern:acr:2fa' })
  idp.person = { ...idp.person, sub: 'lee', preferred_username: 'lee' }
})

test('who has one is asked for it, and has no session before', async () => {
  const scope = await world.scope()
  const [lee] = await rowsOf<{ id: string }>(
    world.platform.db,
    sql`select id from users where tenant_id = ${scope.tenantId} and user_name = 'lee'`,
  )
  const seed = newSeed()
  await addTotp(scope, lee?.id ?? '', seed, await totpCode(seed, timeStep(scope.now) - 1))
  const browser = browserClient(world)
  const page = await firstStep(browser, application)
  expect(page.path).toMatch(/^\/login\/second\?sign_in=/)
  expect((await browser.get('/logout')).text).not.toContain('<strong>lee</strong>')
  await browser.get(page.path)
  const done = await secondStep(browser, page, { code: await totpCode(seed, timeStep(world.platform.now())) })
  expect(await claimsIn(application, done)).toMatchObject({ amr: ['fed', 'otp', 'mfa'], acr: 'urn:postern:acr:2fa' })
})

test('an application that asks nobody lets her in without it, though she has one', async () => {
  expect(await claimsIn(lax, await firstStep(browserClient(world), lax))).toMatchObject({
    amr: ['fed'],
    acr: 'urn:postern:acr:1fa',
  })
})

test('what the provider said is kept over the second step, and for nobody who does not do it', async () => {
  const { tenantId } = await world.scope()
  const kept = () =>
    rowsOf<{ subject: string; sid: string }>(
      world.platform.db,
      sql`select f.subject, f.sid from federated_sessions f
        join sessions s on s.tenant_id = f.tenant_id and s.sid = f.sid
        where f.tenant_id = ${tenantId} and f.subject = 'nia'`,
    )
  idp.person = { ...idp.person, sub: 'nia', preferred_username: 'nia' }
  const browser = browserClient(world)
  const page = await firstStep(browser, strict)
  expect(await kept()).toEqual([])
  await setUp(browser, page)
  expect(await kept()).toHaveLength(1)
  idp.person = { ...idp.person, sub: 'lee', preferred_username: 'lee' }
})
