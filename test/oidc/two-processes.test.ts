/** Two processes on one database file: what one of them ends is over at the other, which remembers what it has told. */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rotateSigningKeys } from '../../src/oidc/keys/rotation.ts'
import { basicHeader, testWorld, type TestWorld } from '../support/app.ts'
import { temporaryDirectory } from '../support/child.ts'
import {
  type Client,
  codeFor,
  type OidcWorld,
  oidcWorld,
  postToken,
  redeem,
  register,
  type Tokens,
  userinfo,
} from './world.ts'

let here: OidcWorld
let there: OidcWorld
let other: TestWorld
/** May refresh. */
let client: Client
beforeAll(async () => {
  const url = `file:${join(temporaryDirectory(), 'two.db')}`
  here = await oidcWorld('acme', url)
  other = await testWorld({ url })
  there = { ...here, ...other }
  client = await register(here, { name: 'offline', grantTypes: ['authorization_code', 'refresh_token'] }, 'acme')
})
afterAll(() => {
  for (const { platform } of [here, other]) platform.db.$client.close()
})

function basicOf({ clientId, clientSecret }: Client): string {
  return basicHeader(clientId, clientSecret)
}

async function refreshable() {
  const as = { ...here, application: client }
  const code = await codeFor(as, { scope: 'openid offline_access' })
  return (await redeem(as, code)) as Tokens & { readonly refresh_token: string }
}

/** Both clocks. */
function advance(ms: number): void {
  for (const world of [here, other]) world.advance(ms)
}

/** What the process here remembers, and tells again without a look at the database. */
async function toldToken(): Promise<string> {
  const { access_token } = await redeem(here, await codeFor(here, { scope: 'openid email' }))
  for (let i = 0; i < 3; i++) expect((await userinfo(here, access_token)).status).toBe(200)
  return access_token
}

/** A request that comes after what came before it: in another turn of the event loop. */
async function askedLater(token: string): Promise<number> {
  await setImmediate()
  return (await userinfo(here, token)).status
}

const patch = (value: boolean) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'active', value }],
})

describe('a token that userinfo here has told something for', () => {
  test('is refused with the next request after it was revoked there (RFC 7009)', async () => {
    const token = await toldToken()
    const revoked = await there.app.request(`${there.issuer}/oauth2/revoke`, {
      method: 'POST',
      headers: { Authorization: basicOf(here.application) },
      body: new URLSearchParams({ token }),
    })
    expect(revoked.status).toBe(200)
    expect(await askedLater(token)).toBe(401)
  })

  test('is refused after its person was deactivated there, and tells what was changed there', async () => {
    const token = await toldToken()
    const tenant = await other.tenant('acme')
    const emails = { op: 'replace', path: 'emails', value: [{ value: 'new@example.com', primary: true }] }
    await tenant.scim('PATCH', `/Users/${here.kimId}`, { ...patch(true), Operations: [emails] })
    await setImmediate()
    expect(await (await userinfo(here, token)).json()).toMatchObject({ email: 'new@example.com' })
    expect((await tenant.scim('PATCH', `/Users/${here.kimId}`, patch(false))).status).toBe(200)
    expect(await askedLater(token)).toBe(401)
    await tenant.scim('PATCH', `/Users/${here.kimId}`, patch(true))
  })

  test('is refused after its code was replayed there (RFC 6749 section 4.1.2)', async () => {
    const code = await codeFor(here)
    const { access_token } = await redeem(here, code)
    expect((await userinfo(here, access_token)).status).toBe(200)
    expect((await postToken(there, { code })).status).toBe(400)
    expect(await askedLater(access_token)).toBe(401)
  })

  test('is refused when what it stands on has ended by itself, and nothing has changed', async () => {
    const { access_token } = await refreshable()
    const scope = await here.scope('acme')
    const ends = scope.now.getTime() + 60_000
    const ended = `update grants set expires_at = ${ends} where tenant_id = '${scope.tenantId}'`
    expect((await here.platform.db.$client.execute(ended)).rowsAffected).toBe(1)
    for (let i = 0; i < 2; i++) expect(await askedLater(access_token)).toBe(200)
    advance(60_000)
    expect(await askedLater(access_token)).toBe(401)
  })

  test('is refused a minute after its key was taken away there, also while nothing else changes', async () => {
    const token = await toldToken()
    await rotateSigningKeys(await there.scope('acme'), { immediately: true })
    // Known keys are remembered for a minute.
    expect(await askedLater(token)).toBe(200)
    advance(61_000)
    expect(await askedLater(token)).toBe(401)
  })
})

test('of two processes that redeem one code at once, one gets tokens (RFC 6749 section 4.1.2)', async () => {
  const code = await codeFor(here)
  const answers = await Promise.all([here, there, here, there].map((world) => postToken(world, { code })))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400])
})

test('a refresh token that was used here and there ends the family (RFC 9700 section 4.14.2)', async () => {
  const first = await refreshable()
  const use = async (world: OidcWorld, refresh_token: string) => {
    const answer = await postToken(world, { grant_type: 'refresh_token', refresh_token }, basicOf(client))
    return { status: answer.status, ...((await answer.json()) as { refresh_token: string }) }
  }
  const second = await use(here, first.refresh_token)
  expect(second.status).toBe(200)
  advance(11_000)
  expect((await use(there, first.refresh_token)).status).toBe(400)
  expect((await use(here, second.refresh_token)).status).toBe(400)
})
