import { rowsOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import { isBlocking } from '../../directory/ahead/commands.ts'
import { dirtyOf, isWanted } from '../../directory/outbox.ts'
import type { AskedAhead, Scope, Touched } from '../../platform.ts'

/** A resource that a target has to take first, and what is known of the target. Times in milliseconds. */
export type Ahead = Touched & {
  readonly connectorId: string
  readonly connection: string
  readonly connector: string
  readonly pauseReason: string | null
  readonly pausedAt: number | null
  readonly waitUntil: number | null
  readonly quarantinedAt: number | null
  readonly lastSuccess: number | null
  readonly lastFailure: number | null
}

/** The connectors that have to hear of these first, users before groups. */
export async function listAhead(scope: Scope, { touched, origin }: AskedAhead): Promise<Ahead[]> {
  const users = touched.filter(({ type }) => type === 'User')
  const groups = touched.filter(({ type }) => type === 'Group')
  const found = await Promise.all([...users, ...groups].map((one) => aheadOf(scope, one, origin)))
  return found.flat()
}

async function aheadOf(scope: Scope, one: Touched, origin: AskedAhead['origin']): Promise<Ahead[]> {
  const { db, tenantId } = scope
  const { type, operation, id, name } = one
  const dirty = dirtyOf(scope, type, operation, { id: sql`${id}`, name: sql`${name}`, from: sql`` })
  const rows = await rowsOf<Omit<Ahead, keyof Touched>>(
    db,
    sql`select c.id as connectorId, n.name as connection, c.name as connector, t.paused_at as pausedAt,
        t.pause_reason as pauseReason, t.wait_until as waitUntil, t.quarantined_at as quarantinedAt, t.last_success as lastSuccess,
        t.last_failure as lastFailure
      from connectors c join connections n on n.tenant_id = c.tenant_id and n.id = c.connection_id
      left join targets t on t.tenant_id = c.tenant_id and t.connector_id = c.id
      where c.tenant_id = ${tenantId} and c.enabled = 1 and ${isWanted(dirty)}
        and exists (select 1 from provisioners p where ${isBlocking(tenantId, origin)} and p.connector_id = c.id)
      order by c.id`,
  )
  return rows.map((row) => ({ ...row, ...one }))
}
