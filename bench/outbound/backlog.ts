/**
 * What a million deliveries that wait cost the next one: listed, claimed and given back, made dirty and looked for, each
 * beside the same with a thousand. Aim: 1.3 times at most.
 */
import { rowsOf, runBatch } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'
import { markDirty } from '../../src/directory/outbox.ts'
import { claimDelivery, releaseDelivery } from '../../src/outbound/commands.ts'
import { findNextDue, listDue } from '../../src/outbound/queries.ts'
import type { Scope } from '../../src/platform.ts'
import { measure } from '../measure.ts'
import { type Line, progress, report } from '../report.ts'
import { temporaryFile } from '../world.ts'
import { connectTo, outboundWorld, type OutboundWorld } from './world.ts'

const MANY = 1_000_000
const FEW = 1000
const SHARE = 200
const SAMPLES = 1000
const AIM = { most: 1.3 }

type Backlog = { readonly world: OutboundWorld; readonly scope: Scope; readonly ids: readonly string[] }

const SUBJECTS: Readonly<Record<string, (backlog: Backlog) => () => Promise<unknown>>> = {
  'a claim, given back': ({ scope, ids }) => {
    let n = 0
    return async () => {
      const row = await claimDelivery(scope, ids[(n += 7) % ids.length] ?? '')
      if (!row) throw new Error('not claimed')
      await releaseDelivery(scope, row)
    }
  },
  'the list of what is due': ({ scope }) => {
    return async () => {
      const due = await listDue(scope.db, scope.now, SHARE)
      if (due.length !== SHARE) throw new Error(`${due.length} are due`)
    }
  },
  'when the next one is due': ({ scope }) => {
    return () => findNextDue(scope.db)
  },
  'a change that waits already': ({ scope }) => {
    const dirty = { id: 'user1', name: 'user1' }
    return () => runBatch(scope.db, markDirty(scope, 'User', 'update', [dirty], { source: 'scim' }))
  },
}

export async function run(): Promise<void> {
  const [many, few] = [await backlogOf(MANY), await backlogOf(FEW)]
  const lines: Line[] = []
  for (const [name, of] of Object.entries(SUBJECTS)) {
    progress(`backlog: ${name}`)
    lines.push(await measure({ name, run: of(many), beside: { name: 'of a thousand', run: of(few) }, aim: AIM }, 500))
  }
  progress('')
  many.world.close()
  few.world.close()
  report('backlog', 'a million deliveries that wait beside a thousand', lines)
}

/** So many deliveries of one connector, all due, and those among them that are claimed: from all over. */
async function backlogOf(count: number): Promise<Backlog> {
  progress(`backlog: making ${count.toLocaleString('en')} deliveries`)
  const world = await outboundWorld(temporaryFile())
  const { tenantId, now, ...rest } = await world.scope()
  const connectorId = await connectTo({ tenantId, now, ...rest }, 9, 'token')
  const made = now.getTime() - count
  for (let from = 0; from < count; from += 50_000) {
    const most = Math.min(50_000, count - from)
    await runBatch(rest.db, [
      sql`with recursive n(i) as (select ${from} union all select i + 1 from n where i + 1 < ${from + most})
        insert into deliveries (tenant_id, id, connector_id, resource_type, resource_id, resource_name, operation,
          state, open, generation, with_password, attempts, next_attempt_at, created, last_modified)
        select ${tenantId}, printf('%012x', ${made} + i) || lower(hex(randomblob(10))), ${connectorId}, 'User',
          'user' || i, 'user' || i, 'update', 'pending', 1, 1, 0, 0, ${made} + i, ${made} + i, ${made} + i from n`,
    ])
  }
  const step = Math.max(1, Math.floor(count / SAMPLES))
  const rows = await rowsOf<{ id: string }>(
    rest.db,
    sql`select id from deliveries where tenant_id = ${tenantId} and rowid % ${step} = 0 limit ${SAMPLES}`,
  )
  return { world, scope: { tenantId, now, ...rest }, ids: rows.map(({ id }) => id) }
}
