import { beforeAll, expect, test } from 'vitest'
import { findConnectionOfDomain } from '../../../src/connections/domains/queries.ts'
import { endUpstreamSessions } from '../../../src/federation/logout/commands.ts'
import type { Scope } from '../../../src/platform.ts'
import { letChoose } from '../../../src/session/pending/commands.ts'
import { listPassedOn } from '../../../src/session/vouched/queries.ts'
import { sql } from '../../../src/db/sql.ts'
import { type Plans, plansOf } from '../../support/plans.ts'
import { testWorld } from '../../support/app.ts'

let scope: Scope
let plans: Plans
beforeAll(async () => {
  const world = await testWorld()
  scope = await world.scope()
  plans = await plansOf(world.platform.db)
})

/** How each statement of `run` reads these tables. */
async function readsOf(run: () => Promise<unknown>, tables: RegExp): Promise<string[]> {
  const statements = await plans.demandIndexes(run)
  const steps = await Promise.all(statements.map((one) => plans.planOf(one)))
  return steps.flat().filter((step) => tables.test(step))
}

test.each<[string, { subject?: string; sid?: string }]>([
  ['a session there', { sid: 's' }],
  ['a person', { subject: 'kim' }],
  ['both', { subject: 'kim', sid: 's' }],
])('a logout token that names %s is answered by indexes alone, however many are signed in', async (_what, whose) => {
  const claims = { issuer: 'i', ...whose, jti: JSON.stringify(whose), until: scope.now }
  const reads = await readsOf(() => endUpstreamSessions(scope, 'c', claims), /federated_sessions|\bSEARCH (?:s|o)\b/)
  expect(reads.length).toBeGreaterThan(3)
  for (const read of reads) expect(read).toMatch(/tenant_id=\? AND (?:sid|connection_id|id_hash)/)
})

test('so are the providers of a session, a domain, and a request that is to choose', async () => {
  const mine = sql`s.id_hash = ${'h'}`
  const reads = await readsOf(() => listPassedOn(scope, mine), /SEARCH/)
  for (const read of reads) expect(read).toMatch(/tenant_id=\? AND (?:sid|id|id_hash)=\?/)
  await plans.demandIndexes(() => findConnectionOfDomain(scope, 'a.example'))
  await plans.demandIndexes(() => letChoose(scope, 'r', 'b'))
})
