/** A world whose target is changed behind our back, and compared. */
import { afterEach } from 'vitest'
import { getConnector } from '../../../src/connections/queries.ts'
import type { DriftPolicy } from '../../../src/db/schema.ts'
import { startReconciliation } from '../../../src/outbound/reconcile/commands.ts'
import { countDrifts, listDrifts } from '../../../src/outbound/reconcile/drifts/queries.ts'
import { findReconciliation } from '../../../src/outbound/reconcile/queries.ts'
import { runBatch } from '../../../src/db/open.ts'
import { sql } from '../../../src/db/sql.ts'
import { outboundWorld } from '../world.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

export type Drifting = Awaited<ReturnType<typeof driftingWorld>>

export async function driftingWorld(change: Record<string, unknown> = {}, options: { url?: string } = {}) {
  const world = await outboundWorld(options)
  ends.push(() => world.target.down())
  world.target.takes = new Set(['PUT', 'PATCH'])
  world.target.saysPatch = true
  const { connection, connector } = await world.connect(change)
  const connectorRow = async () => getConnector(await world.scope(), connection, connector)
  const start = async (policy: DriftPolicy = 'report') =>
    startReconciliation(await world.scope(), await connectorRow(), policy)
  const found = async () => (await listDrifts(await world.scope(), connector, {}, { limit: 1000 })).filter(isOurs)
  return {
    ...world,
    connection,
    connector,
    connectorRow,
    start,
    found,
    row: async () => findReconciliation(await world.scope(), connector),
    counts: async () => countDrifts(await world.scope(), connector),
    /** Compares all that the target has; answers what was found, in short: 'changed open kim title'. */
    async reconcile(policy?: DriftPolicy): Promise<string[]> {
      world.advance(1000)
      await start(policy)
      world.advance(1000)
      await world.deliver()
      return (await found()).map(inShort)
    },
    /** As if the ledger had never heard of a resource. */
    async forget(resourceId: string) {
      const { db, tenantId } = await world.scope()
      await runBatch(db, [
        sql`delete from provisioned_resources where tenant_id = ${tenantId} and resource_id = ${resourceId}`,
        sql`delete from provisioned_members where tenant_id = ${tenantId} and member_id = ${resourceId}`,
      ])
    },
    listed: async () => (await listDrifts(await world.scope(), connector, {}, { limit: 1000 })).map(inShort),
  }
}

type Found = Awaited<ReturnType<typeof listDrifts>>[number]

function isOurs({ kind }: Found): boolean {
  return kind !== 'unmanaged'
}

export function inShort({ kind, state, name, differences, members }: Found): string {
  const paths = differences.map(({ path }) => path.split(':').at(-1))
  const moved = members ? [`-${members.absentTotal}+${members.extraTotal}`] : []
  return [kind, state, name, ...paths, ...moved].join(' ')
}
