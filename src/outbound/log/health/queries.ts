/** How the provisioning through a connection fares. Nothing here reads the log further back than a day. */
import { and, asc, count, eq, inArray, min, sql } from 'drizzle-orm'
import { connectors, deliveries, type DeliveryState, targets } from '../../../db/schema.ts'
import type { Scope } from '../../../platform.ts'
import { isOpen } from '../../queries.ts'

const HOUR_MS = 3_600_000
const HOURS = 24
/** Over so long a rate is told: long enough to be one, and short enough to be of now. */
export const LATELY_MINUTES = 5
const LATELY_MS = LATELY_MINUTES * 60_000

export type OpenState = Exclude<DeliveryState, 'delivered' | 'refused'>

export type Health = {
  /** How many are in each state but delivered. */
  readonly open: Readonly<Record<OpenState, number>>
  /** When the oldest change was made that is still going to be delivered: dead ones are not. */
  readonly oldest: Date | undefined
  /** What was delivered in each of the last 24 hours of the clock, the present one last. */
  readonly hours: readonly { readonly from: Date; readonly delivered: number }[]
  /** What was delivered in the last five minutes. */
  readonly lately: number
  readonly targets: readonly TargetHealth[]
}

export async function findHealth(scope: Scope, connectionId: string): Promise<Health> {
  const { db, now } = scope
  const thisHour = Math.floor(now.getTime() / HOUR_MS)
  const since = (thisHour - HOURS + 1) * HOUR_MS
  const hour = sql<number>`${deliveries.lastModified} / ${sql.raw(String(HOUR_MS))}`
  const [open, delivered, [lately], states] = await db.batch([
    openOf(scope, connectionId),
    db
      .select({ hour, total: count() })
      .from(deliveries)
      .where(deliveredSince(scope, connectionId, since))
      .groupBy(hour),
    db
      .select({ total: count() })
      .from(deliveries)
      .where(deliveredSince(scope, connectionId, now.getTime() - LATELY_MS)),
    targetsOf(scope, connectionId),
  ])
  const waiting = open.flatMap((row) => (row.state === 'dead' || row.oldest === null ? [] : [row.oldest.getTime()]))
  return {
    open: countsOf(open),
    oldest: waiting.length === 0 ? undefined : new Date(Math.min(...waiting)),
    hours: Array.from({ length: HOURS }, (_, i) => {
      const at = thisHour - HOURS + 1 + i
      return { from: new Date(at * HOUR_MS), delivered: delivered.find((row) => row.hour === at)?.total ?? 0 }
    }),
    lately: lately?.total ?? 0,
    targets: states,
  }
}

function deliveredSince(scope: Scope, connectionId: string, from: number) {
  return and(
    eq(deliveries.tenantId, scope.tenantId),
    sql`${deliveries.open} = 0`,
    sql`${deliveries.lastModified} >= ${from}`,
    eq(deliveries.state, 'delivered'),
    // By the index of what ended, not by the connector's log, which goes back further.
    inArray(sql`+${deliveries.connectorId}`, connectorsOf(scope, connectionId)),
  )
}

/** How many deliveries of a connection are in each state but delivered. */
export async function countOpen(scope: Scope, connectionId: string): Promise<Health['open']> {
  return countsOf(await openOf(scope, connectionId))
}

function openOf(scope: Scope, connectionId: string) {
  const { db, tenantId } = scope
  const ids = connectorsOf(scope, connectionId)
  return db
    .select({ state: deliveries.state, total: count(), oldest: min(deliveries.created) })
    .from(deliveries)
    .where(and(eq(deliveries.tenantId, tenantId), isOpen, inArray(deliveries.connectorId, ids)))
    .groupBy(deliveries.state)
}

function countsOf(rows: readonly { readonly state: DeliveryState; readonly total: number }[]): Health['open'] {
  const totalIn = (state: OpenState) => rows.find((row) => row.state === state)?.total ?? 0
  return {
    pending: totalIn('pending'),
    retrying: totalIn('retrying'),
    blocked: totalIn('blocked'),
    dead: totalIn('dead'),
  }
}

function connectorsOf({ db, tenantId }: Scope, connectionId: string) {
  return db
    .select({ id: connectors.id })
    .from(connectors)
    .where(and(eq(connectors.tenantId, tenantId), eq(connectors.connectionId, connectionId)))
}

/** The connectors of a connection with what is known of their targets; one that was never called has nothing. */
function targetsOf({ db, tenantId }: Scope, connectionId: string) {
  return db
    .select({
      connectorId: connectors.id,
      connector: connectors.name,
      enabled: connectors.enabled,
      waitUntil: targets.waitUntil,
      pausedAt: targets.pausedAt,
      pauseReason: targets.pauseReason,
      quarantinedAt: targets.quarantinedAt,
      quarantineReason: targets.quarantineReason,
      // Who was given back what she lost is held no more, and nobody said yes to that.
      removalsHeldAt: sql<Date | null>`case when exists (select 1 from deliveries d where d.tenant_id = ${tenantId}
        and d.connector_id = ${connectors.id} and d.open = 1 and d.next_attempt_at is null and d.state = 'blocked'
        and d.removal = 1) then ${targets.removalsHeldAt} end`.mapWith(targets.removalsHeldAt),
      lastSuccess: targets.lastSuccess,
      lastFailure: targets.lastFailure,
    })
    .from(connectors)
    .leftJoin(targets, and(eq(targets.tenantId, tenantId), eq(targets.connectorId, connectors.id)))
    .where(and(eq(connectors.tenantId, tenantId), eq(connectors.connectionId, connectionId)))
    .orderBy(asc(connectors.name))
}
export type TargetHealth = Awaited<ReturnType<typeof targetsOf>>[number]

/** What was delivered since the first of these hours. */
export function deliveredIn(hours: Health['hours']): number {
  return hours.reduce((sum, hour) => sum + hour.delivered, 0)
}
