/** One session behind several providers: what it serves, what it does not, and when it ends. */
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rowsOf, runBatch } from '../../src/db/open.ts'
import { federatedIdentities } from '../../src/db/schema.ts'
import { sql } from '../../src/db/sql.ts'
import { unlinkIdentity } from '../../src/federation/links/commands.ts'
import { removeExpired } from '../../src/tenancy/commands.ts'
import { basicHeader } from '../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../support/browser-client.ts'
import { answerIn, authorizePath, type Client, KIM, postToken, signIn } from '../oidc/world.ts'
import { askedAt, comeBack, queryOf, type TwoProviders, twoProviders } from '../login/first/world.ts'

let providers: TwoProviders
let onlyA: Client
let onlyB: Client
let either: Client
let password: Client
let browser: BrowserClient
beforeAll(async () => {
  providers = await twoProviders()
  const [a, b] = [{ connection: providers.connections.a }, { connection: providers.connections.b }]
  const told = { clientMetadata: { backchannelLogoutUri: 'https://app.example/logout' } }
  onlyA = await providers.application('only A', { steps: [{ options: [a] }] }, told)
  onlyB = await providers.application('only B', { steps: [{ options: [b] }] })
  either = await providers.application('either', { steps: [{ options: [b, a] }] })
  password = await providers.application('password', { steps: [{ options: ['password'] }] })
  // Kim is kim at both of them.
  const { db, tenantId, now } = await providers.world.scope()
  for (const [connectionId, issuer] of [
    [providers.connections.a, providers.a.origin],
    [providers.connections.b, providers.b.origin],
  ] as const) {
    const link = { tenantId, connectionId, issuer, subject: 'kim', userId: providers.world.kimId }
    await db.insert(federatedIdentities).values({ ...link, created: now, lastSignIn: now })
  }
})
afterAll(() => providers.close())
beforeEach(async () => {
  browser = browserClient(providers.world)
  const { db, tenantId } = await providers.world.scope()
  await db.$client.execute({ sql: 'delete from sessions where tenant_id = ?', args: [tenantId] })
  await db.$client.execute({ sql: 'delete from logout_deliveries where tenant_id = ?', args: [tenantId] })
  for (const idp of [providers.a, providers.b]) idp.person = { sub: 'kim', preferred_username: 'kim' }
})

const open = (client: Client, parameters: Record<string, string> = {}): Promise<Page> =>
  browser.get(authorizePath(providers.world, { client_id: client.clientId, ...parameters }))
const silently = async (client: Client) => answerIn(await open(client, { prompt: 'none' }))

async function signInBy(client: Client, idp: TwoProviders['a']): Promise<Page> {
  const away = await open(client)
  askedAt(idp, away)
  return comeBack(providers.world, browser, away)
}

async function claimsOf(client: Client, page: Page) {
  const { code = '' } = answerIn(page)
  const answer = await postToken(providers.world, { code }, basicHeader(client.clientId, client.clientSecret))
  return decodeJwt(((await answer.json()) as { id_token: string }).id_token)
}

async function sessions() {
  const { db, tenantId } = await providers.world.scope()
  return rowsOf<{ methods: string; userId: string }>(
    db,
    sql`select methods, user_id "userId" from sessions where tenant_id = ${tenantId}`,
  )
}

async function told() {
  const { db, tenantId } = await providers.world.scope()
  return rowsOf<{ id: string }>(db, sql`select application_id id from logout_deliveries where tenant_id = ${tenantId}`)
}

describe('a session that a provider vouched for', () => {
  test('serves every application that takes this provider, and asks for the other one where that alone will do', async () => {
    await signInBy(onlyA, providers.a)
    expect(await silently(either)).toHaveProperty('code')
    expect(await silently(onlyB)).toMatchObject({ error: 'login_required' })
    expect(await silently(password)).toMatchObject({ error: 'login_required' })
    askedAt(providers.b, await open(onlyB))
  })

  test('goes on when the same person comes by another one: one sid, nobody is told, and it serves both', async () => {
    const first = await claimsOf(onlyA, await signInBy(onlyA, providers.a))
    const second = await claimsOf(onlyB, await signInBy(onlyB, providers.b))
    expect(second).toMatchObject({ sid: first.sid, sub: first.sub, amr: ['fed'] })
    expect(await told()).toEqual([])
    expect(await silently(onlyA)).toHaveProperty('code')
    expect(await silently(onlyB)).toHaveProperty('code')
    const { a, b } = providers.connections
    expect(await sessions()).toMatchObject([{ methods: JSON.stringify([b, a]) }])
  })

  test('ends when somebody else comes by another one, and its applications are told', async () => {
    await signInBy(onlyA, providers.a)
    providers.b.person = { sub: 'bea', preferred_username: 'bea' }
    await signInBy(onlyB, providers.b)
    expect(await told()).toEqual([{ id: onlyA.id }])
    expect(await silently(onlyA)).toMatchObject({ error: 'login_required' })
    const { b } = providers.connections
    const [session, ...others] = await sessions()
    expect([others.length, session?.methods]).toEqual([0, JSON.stringify([b])])
    expect(session?.userId).not.toBe(providers.world.kimId)
  })

  test('goes on with a password as well, and amr tells of both', async () => {
    await signInBy(onlyA, providers.a)
    const page = await signIn(browser, await open(password))
    expect((await claimsOf(password, page)).amr).toEqual(['pwd', 'fed'])
    expect(await silently(onlyA)).toHaveProperty('code')
    expect(await silently(onlyB)).toMatchObject({ error: 'login_required' })
  })
})

describe('an application that wants a fresh sign-in by one way', () => {
  test('is not content with another way, done for its very request (prompt=login)', async () => {
    await signInBy(onlyA, providers.a)
    askedAt(providers.a, await open(onlyA, { prompt: 'login' }))
    await signIn(browser, await open(password))
    // By hand to the provider, with the request that waits for the password.
    const { request } = queryOf(await open(password, { prompt: 'login' }))
    const away = await browser.get(`/login/connections/${providers.connections.a}?request=${request}`)
    const back = await comeBack(providers.world, browser, away)
    expect(back.path).toMatch(/^\/login\?request=/)
    expect(back.text).toContain('name="password"')
    expect(answerIn(await signIn(browser, back, KIM))).toHaveProperty('code')
  })

  test('is not content with another way done a moment ago, if its own was long before (max_age)', async () => {
    await signInBy(onlyA, providers.a)
    providers.world.advance(60_000)
    await signInBy(onlyB, providers.b)
    expect(answerIn(await open(onlyB, { max_age: '30', prompt: 'none' }))).toHaveProperty('code')
    expect(answerIn(await open(onlyA, { max_age: '30', prompt: 'none' }))).toMatchObject({ error: 'login_required' })
    expect(answerIn(await open(onlyA, { prompt: 'none' }))).toHaveProperty('code')
  })
})

test('what the providers said is kept for the session once each, and goes with it', async () => {
  const { db, tenantId } = await providers.world.scope()
  const kept = () =>
    rowsOf<{ issuer: string }>(
      db,
      sql`select f.issuer from federated_sessions f where f.tenant_id = ${tenantId}
        and exists (select 1 from sessions s where s.tenant_id = ${tenantId} and s.sid = f.sid) order by f.created`,
    )
  await signInBy(onlyA, providers.a)
  await signInBy(onlyB, providers.b)
  await comeBack(providers.world, browser, await open(onlyA, { prompt: 'login' }))
  expect((await kept()).map(({ issuer }) => issuer).toSorted()).toEqual(
    [providers.a.origin, providers.b.origin].toSorted(),
  )
  await browser.get('/logout')
  await browser.post('/logout')
  expect(await kept()).toEqual([])
})

test('what was kept of a sign-in that nobody ended is gone after a while, and what belongs to a session stays', async () => {
  await signInBy(onlyA, providers.a)
  const { db, tenantId, now } = await providers.world.scope()
  const abandoned = sql`insert into federated_sessions (tenant_id, sid, connection_id, issuer, subject, created)
    values (${tenantId}, 'abandoned', 'c', 'i', 's', ${now})`
  await runBatch(db, [abandoned])
  const kept = async () =>
    (await rowsOf<{ sid: string }>(db, sql`select sid from federated_sessions where tenant_id = ${tenantId}`)).length
  const before = await kept()
  await removeExpired(db, tenantId, new Date(now.getTime() + 2 * 3_600_000))
  expect(await kept()).toBe(1)
  expect(before).toBeGreaterThan(1)
})

test('taking away one of the ways ends the session, also if it was the earlier one', async () => {
  await signInBy(onlyA, providers.a)
  await signInBy(onlyB, providers.b)
  const { a } = providers.connections
  expect(await unlinkIdentity(await providers.world.scope(), providers.world.kimId, a, { kind: 'administrator' })).toBe(
    true,
  )
  expect(await sessions()).toEqual([])
  expect(await told()).toEqual([{ id: onlyA.id }])
})
