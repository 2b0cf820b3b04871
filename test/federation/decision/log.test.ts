/** What is decided is noted, with its reason, where it was done and where it was not. */
import { beforeAll, expect, test } from 'vitest'
import { removeExpired } from '../../../src/tenancy/commands.ts'
import { findSituation } from '../../../src/federation/decision/situation/situation.ts'
import { getConnection } from '../../../src/connections/queries.ts'
import { type Plans, plansOf } from '../../support/plans.ts'
import { listDecisions } from '../../../src/federation/decision/log/queries.ts'
import { type Arrivals, arrivalsWorld, BY_EMAIL, ISSUER, JIT, whoIs } from '../arrivals.ts'

let world: Arrivals
let corp: string
let plans: Plans
beforeAll(async () => {
  world = await arrivalsWorld()
  corp = await world.connect(BY_EMAIL)
  plans = await plansOf(world.db)
})

const noted = async (subject: string) => (await world.decisions()).filter((one) => one.subject === subject)

test('each sign-in is one row: who came, by which connection and request, what was decided and why', async () => {
  const claims = { sub: 'k', preferred_username: 'kim', email: 'kim@corp.example', secret_token: 'nobody-reads-this' }
  const userId = whoIs(await world.arrive(corp, claims, { requestId: 'request-1' }))
  await world.arrive(corp, claims, { requestId: 'request-2' })
  const [first, second] = await noted('k')
  expect(first).toMatchObject({
    connectionId: corp,
    connection: 'IdP 1',
    issuer: ISSUER,
    display: 'kim@corp.example',
    userId,
    decision: 'create',
    reason: 'new',
    requestId: 'request-1',
    details: {
      scheme: 'silent',
      userName: 'kim',
      rules: [{ claim: 'email', attribute: 'emails', outcome: 'not-verified' }],
    },
  })
  expect(second).toMatchObject({ userId, decision: 'sign-in', reason: 'linked-before', requestId: 'request-2' })
  expect(JSON.stringify(await noted('k'))).not.toContain('nobody-reads-this')
})

test('refusals and questions are noted too, and change nothing else', async () => {
  const off = await world.connect({ jit: { ...JIT, enabled: false } })
  const asking = await world.connect({ jit: { ...JIT, scheme: 'password' } })
  await world.arrive(off, { sub: 'r' })
  await world.arrive(asking, { sub: 'a' })
  const answers = { password: 'short-secret', consented: true }
  await world.arrive(asking, { sub: 'a' }, { answers })
  expect(await noted('r')).toMatchObject([{ decision: 'refuse', reason: 'jit-off', userId: null }])
  expect(await noted('a')).toMatchObject([
    { decision: 'ask', reason: 'asked', details: { errors: [] } },
    { decision: 'ask', details: { errors: [{ field: 'password', fault: 'weak' }] } },
  ])
  expect(JSON.stringify(await noted('a'))).not.toContain('short-secret')
})

test('a change that the database refuses midway leaves nothing but the note of it', async () => {
  const before = await world.users()
  await world.db.$client.execute(
    `create trigger refuse before insert on federated_identities when new.subject = 'half'
      begin select raise(abort, 'UNIQUE constraint failed: federated_identities.subject'); end`,
  )
  const outcome = await world.arrive(corp, { sub: 'half', preferred_username: 'half' })
  await world.db.$client.execute('drop trigger refuse')
  expect(whoIs(outcome)).toBe('not-provisioned')
  expect(await world.users()).toEqual(before)
  expect((await world.links()).filter(({ subject }) => subject === 'half')).toEqual([])
  expect(await noted('half')).toMatchObject([
    { decision: 'failed', reason: 'not-provisioned', userId: null, details: { decided: 'create', because: 'new' } },
  ])
})

test('a sign-in that others overtake each time gives up, and leaves nothing but the note of it', async () => {
  const claims = { sub: 'stale', preferred_username: 'stale' }
  await world.arrive(corp, claims)
  const before = await world.links()
  await world.db.$client.execute(
    "create trigger stale before update on federated_identities begin select json('stale'); end",
  )
  const outcome = await world.arrive(corp, { ...claims, name: 'Changed' })
  await world.db.$client.execute('drop trigger stale')
  expect(whoIs(outcome)).toBe('not-provisioned')
  expect(await world.links()).toEqual(before)
  expect((await world.users()).find(({ userName }) => userName === 'stale')?.displayName).toBeNull()
  expect((await noted('stale')).at(-1)).toMatchObject({
    decision: 'failed',
    details: { decided: 'sign-in', why: expect.stringMatching(/^5 tries/) },
  })
})

test('a decision is kept for ninety days', async () => {
  const { now, tenantId } = await world.scope()
  const days = (count: number) => new Date(now.getTime() + count * 86_400_000)
  await removeExpired(world.db, tenantId, days(89))
  expect(await noted('k')).toHaveLength(2)
  await removeExpired(world.db, tenantId, days(91))
  expect(await noted('k')).toEqual([])
})

test('a sign-in costs few statements, and none reads a table from end to end', async () => {
  const claims = { sub: 'plan', preferred_username: 'plan', email: 'plan@corp.example', email_verified: true }
  // As a request has it, which knows the tenant's own attributes.
  const scope = { ...(await world.scope()), schemaVersion: 0 }
  const connection = await getConnection(scope, corp)
  const looking = await plans.demandIndexes(() =>
    findSituation(scope, connection, { issuer: ISSUER, subject: 'plan', claims }),
  )
  expect(looking).toHaveLength(2)
  await plans.demandIndexes(() => world.arrive(corp, claims))
  await plans.demandIndexes(() => world.arrive(corp, claims))
  const all = await world.connect({
    domains: ['all.example'],
    jit: {
      ...JIT,
      linking: {
        externalIdClaim: 'oid',
        rules: [
          { claim: 'email', attribute: 'emails' },
          { claim: 'email', attribute: 'userName' },
        ],
      },
    },
  })
  const email = 'all@all.example'
  await plans.demandIndexes(() => world.arrive(all, { sub: 'all', oid: 'o', email, email_verified: true }))
  const page = { limit: 10 }
  await plans.demandIndexes(async () => {
    await listDecisions(scope, {}, page)
    await listDecisions(scope, { connectionId: corp, decision: 'create' }, { ...page, after: 'f' })
    await listDecisions(scope, { userId: 'x' }, page)
  })
})
