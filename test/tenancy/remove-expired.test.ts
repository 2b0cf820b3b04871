import type { ResultSet } from '@libsql/client'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { authorizationCodes, authorizationRequests, federationStates, signInFailures } from '../../src/db/schema.ts'
import { keepHouse } from '../../src/outbound/house.ts'
import { removeExpired } from '../../src/tenancy/commands.ts'
import { testWorld, type TestWorld } from '../support/app.ts'

const NOW = new Date('2026-01-31T08:00:00Z')
const DAY_MS = 86_400_000
const ago = (ms: number) => new Date(NOW.getTime() - ms)

/** One row that is over and one that is not, in each table that fills up by itself. */
async function fill(db: Awaited<ReturnType<typeof testWorld>>['platform']['db'], tenantId: string) {
  const parameters = { clientId: 'c', redirectUri: 'r', responseMode: 'query', scope: '', prompt: [] } as const
  for (const [name, offset] of [
    ['over', 1],
    ['alive', -1],
  ] as const) {
    const expiresAt = ago(offset)
    await db.batch([
      db.insert(authorizationRequests).values({
        tenantId,
        id: name,
        applicationId: 'a',
        parameters: { ...parameters, prompt: [] },
        browserHash: 'b',
        created: NOW,
        expiresAt,
      }),
      db.insert(authorizationCodes).values({
        tenantId,
        codeHash: name,
        applicationId: 'a',
        userId: 'u',
        redirectUri: 'r',
        scope: '',
        authenticatedAt: NOW,
        tokenId: name,
        expiresAt: ago(DAY_MS),
        forgetAt: expiresAt,
      }),
      db.insert(federationStates).values({
        tenantId,
        stateHash: name,
        connectionId: 'c',
        sealed: 's',
        returnTo: '/',
        browserHash: 'b',
        expiresAt,
      }),
      db.insert(signInFailures).values({ tenantId, userNameKey: name, failures: 9, lastFailure: ago(DAY_MS + offset) }),
    ])
  }
}

test('what is over goes, and what is alive stays', async () => {
  const { platform } = await testWorld()
  const { db } = platform
  await fill(db, 'mine')
  await fill(db, 'theirs')
  await removeExpired(db, 'mine', NOW)
  const left = {
    requests: (await db.select().from(authorizationRequests)).map((row) => `${row.tenantId} ${row.id}`),
    codes: (await db.select().from(authorizationCodes)).map((row) => `${row.tenantId} ${row.codeHash}`),
    states: (await db.select().from(federationStates)).map((row) => `${row.tenantId} ${row.stateHash}`),
    failures: (await db.select().from(signInFailures)).map((row) => `${row.tenantId} ${row.userNameKey}`),
  }
  for (const rows of Object.values(left)) {
    expect(rows.toSorted()).toEqual(['mine alive', 'theirs alive', 'theirs over'])
  }
})

test('what somebody made by the ten thousands goes a little at a time, so that nobody waits meanwhile', async () => {
  const { platform } = await testWorld()
  const { $client } = platform.db
  const count = async (condition: string) =>
    Number((await $client.execute(`select count(*) as n from authorization_requests where ${condition}`)).rows[0]?.n)
  await $client.execute(`insert into authorization_requests
      (tenant_id, id, application_id, parameters, browser_hash, created, expires_at)
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 12000)
    select iif(i % 12 = 0, 'theirs', 'mine'), i, 'a', '{}', 'b', 0, i from n`)
  const batch = vi.spyOn($client, 'batch')
  expect(await removeExpired(platform.db, 'mine', NOW)).toBe(false)
  const removed = await Promise.all(batch.mock.settledResults.map(({ value }) => value as ResultSet[]))
  expect(Math.max(...removed.flat().map(({ rowsAffected }) => rowsAffected))).toBe(100)
  expect(await count("tenant_id = 'mine'")).toBe(1000)
  expect(await removeExpired(platform.db, 'mine', NOW)).toBe(true)
  expect(await count("tenant_id = 'mine'")).toBe(0)
  expect(await count("tenant_id = 'theirs'")).toBe(1000)
})

test('whose rows are never all gone in one run has a turn with each, and holds up no tenant that came later', async () => {
  const world = await testWorld()
  const { $client } = world.platform.db
  const add = (tenantId: string, count: number) =>
    $client.execute({
      sql: `insert into used_proofs (tenant_id, proof_hash, expires_at)
        with recursive n (i) as (select 1 union all select i + 1 from n where i < ?2) select ?1, ?3 || i, 1 from n`,
      args: [tenantId, count, crypto.randomUUID()],
    })
  const left = async (tenantId: string) =>
    (await $client.execute({ sql: 'select count(*) as n from used_proofs where tenant_id = ?', args: [tenantId] }))
      .rows[0]
  const { tenantId: busy } = await world.scope()
  await add(busy, 10_050)
  await keepHouse(world.platform, 0)
  expect(await left(busy)).toEqual({ n: 50 })
  await keepHouse(world.platform, 0)
  expect(await left(busy)).toEqual({ n: 0 })

  await add(busy, 20_050)
  world.advance(3_600_001)
  await keepHouse(world.platform, 0)
  await world.tenant('later')
  const { tenantId: later } = await world.scope('later')
  await add(later, 1)
  world.advance(3_600_001)
  await keepHouse(world.platform, 0)
  expect([await left(busy), await left(later)]).toEqual([{ n: 50 }, { n: 0 }])
})

describe('of whatever has an end', () => {
  /** By which column a row is over, how long after that it goes, and what else it has to have. */
  const SWEPT: Readonly<
    Record<string, readonly [column: string, keptMs: number, others: Record<string, string | number>]>
  > = {
    device_codes: [
      'expires_at',
      3_600_000,
      {
        code_hash: '?',
        user_code: '?',
        application_id: 'a',
        scope: '',
        state: 'pending',
        interval_seconds: 5,
        created: 0,
      },
    ],
    device_guesses: ['since', 3_600_000, { who: '?', tries: 1 }],
    opaque_tokens: ['expires_at', 0, { token_hash: '?', application_id: 'a', claims: '{}' }],
    partial_sign_ins: [
      'expires_at',
      0,
      { id_hash: '?', browser_hash: 'b', user_id: 'u', method: 'pwd', amr: '[]', remember: 0 },
    ],
    arrivals: ['expires_at', 0, { id_hash: '?', connection_id: 'c', browser_hash: 'b', sealed: 's', return_to: '/' }],
    sign_in_decisions: [
      'at',
      90 * DAY_MS,
      {
        id: '?',
        connection_id: 'c',
        connection: 'IdP',
        issuer: 'i',
        subject: 's',
        decision: 'refuse',
        reason: 'jit-off',
      },
    ],
    sessions: ['expires_at', 30 * DAY_MS, { id_hash: '?', user_id: 'u', method: 'pwd', authenticated_at: 0 }],
    throttles: ['last_failure', DAY_MS, { kind: 'address', key: '?', failures: 1, blocked_until: 0 }],
    trials: ['expires_at', 0, { id_hash: '?', connection_id: 'c', user_id: 'u', browser_hash: 'b', sealed: 's' }],
    used_challenges: ['expires_at', 0, { challenge_hash: '?' }],
    used_proofs: ['expires_at', 0, { proof_hash: '?' }],
    used_assertions: ['expires_at', 0, { jti_hash: '?', application_id: 'a' }],
    revoked_tokens: ['expires_at', 0, { token_id: '?' }],
    refresh_tokens: ['expires_at', 0, { token_hash: '?', grant_id: 'g', created: 0 }],
    grants: [
      'expires_at',
      0,
      { id: '?', application_id: 'a', user_id: 'u', scope: '', authenticated_at: 0, created: 0 },
    ],
    pushed_requests: ['expires_at', 0, { id_hash: '?', application_id: 'a', parameters: '{}' }],
    mailed_links: [
      'created',
      DAY_MS,
      {
        token_hash: '?',
        purpose: 'reset',
        user_id: 'u',
        address_hash: 'h',
        password_print: '',
        sealed: 's',
        expires_at: 0,
      },
    ],
  }
  /** Looked at above; and what an administrator sees as expired and takes away, or its rotation or its renewal does. */
  const ELSEWHERE = ['authorization_codes', 'authorization_requests', 'federation_states']
  const KEPT = ['initial_access_tokens', 'provider_tokens', 'scim_tokens', 'signing_keys']

  let world: TestWorld
  const run = (text: string, args: (string | number)[] = []) => world.platform.db.$client.execute({ sql: text, args })
  beforeAll(async () => {
    world = await testWorld()
  })

  test.each(Object.entries(SWEPT))('%s: what is over goes, and nothing of another tenant', async (table, swept) => {
    const [column, keptMs, others] = swept
    for (const tenant of ['mine', 'theirs']) {
      for (const [name, offset] of [
        ['over', 1],
        ['alive', -1],
      ] as const) {
        const own = Object.entries(others).map(([key, value]) => [key, value === '?' ? name : value] as const)
        const row = { ...Object.fromEntries(own), tenant_id: tenant, [column]: ago(keptMs + offset).getTime() }
        const marks = Object.keys(row).map(() => '?')
        await run(
          `insert into ${table} (${Object.keys(row).join(', ')}) values (${marks.join(', ')})`,
          Object.values(row),
        )
      }
    }
    await removeExpired(world.platform.db, 'mine', NOW)
    const left = await run(`select tenant_id, ${column} as time from ${table} where tenant_id in ('mine', 'theirs')`)
    const alive = ago(keptMs - 1).getTime()
    expect(left.rows.filter((row) => row.tenant_id === 'mine').map((row) => row.time)).toEqual([alive])
    expect(left.rows.filter((row) => row.tenant_id === 'theirs')).toHaveLength(2)
  })

  test('what a session signed its person in to goes with it, and what a provider said of her as soon as it is over', async () => {
    const left = async (table: string) =>
      (await run(`select sid from ${table} where tenant_id = 'm'`)).rows.map(({ sid }) => sid)
    for (const [sid, expiresAt] of [
      ['alive', ago(-1)],
      ['over', ago(1)],
      ['forgotten', ago(30 * DAY_MS + 1)],
    ] as const) {
      await run(
        `insert into sessions (tenant_id, id_hash, user_id, method, authenticated_at, expires_at, sid)
        values ('m', ?, 'u', 'pwd', 0, ?, ?)`,
        [sid, expiresAt.getTime(), sid],
      )
      await run(
        `insert into session_applications (tenant_id, sid, application_id, user_id, first_used, last_used)
        values ('m', ?, 'a', 'u', 0, 0)`,
        [sid],
      )
      await run(
        `insert into federated_sessions (tenant_id, sid, connection_id, issuer, subject, created)
        values ('m', ?, 'c', 'i', 's', 0)`,
        [sid],
      )
    }
    await removeExpired(world.platform.db, 'm', NOW)
    expect(await left('session_applications')).toEqual(['alive', 'over'])
    expect(await left('federated_sessions')).toEqual(['alive'])
  })

  test('no table is forgotten', async () => {
    const { rows } = await run(`select distinct m.name from sqlite_master m, pragma_table_info(m.name) c
      where m.type = 'table' and c.name in ('expires_at', 'forget_at', 'since') order by m.name`)
    const known = [...Object.keys(SWEPT), ...ELSEWHERE, ...KEPT]
    expect(rows.map(({ name }) => String(name)).filter((name) => !known.includes(name))).toEqual([])
  })

  test('a former secret is not kept longer than it is good, and the present one stays', async () => {
    const tenant = await world.tenant()
    const made = await tenant.api('POST', '/applications', {
      name: 'two secrets',
      redirectUris: ['https://a.example/'],
    })
    const { id } = (await made.json()) as { id: string }
    expect((await tenant.api('POST', `/applications/${id}/client-secret`, { formerSecretSeconds: 60 })).status).toBe(
      201,
    )
    const read = async () => (await run('select * from applications where id = ?', [id])).rows[0]
    const { tenantId } = await world.scope()
    const { now } = world.platform
    await removeExpired(world.platform.db, tenantId, now())
    expect((await read())?.former_secret_hash).toBeTypeOf('string')
    await removeExpired(world.platform.db, tenantId, new Date(now().getTime() + 3_600_000))
    expect(await read()).toMatchObject({ former_secret_hash: null, former_secret_sealed: null })
    expect((await read())?.client_secret_hash).toBeTypeOf('string')
  })
})
