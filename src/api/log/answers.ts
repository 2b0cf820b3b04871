/** The outbound log and what it comes to, as the management API shows them: nothing that is not set. Pure. */
import type { z } from 'zod'
import { deliveredIn, type Health, LATELY_MINUTES, type TargetHealth } from '../../outbound/log/health/queries.ts'
import type { AttemptView, DeliveryView } from '../../outbound/log/queries.ts'
import type { deliveryAnswer, deliveryWithRequests, healthAnswer } from './schemas.ts'

export function toDelivery(row: DeliveryView): z.input<typeof deliveryAnswer> {
  return {
    id: row.id,
    connection: row.connectionId,
    connector: row.connector,
    resourceType: row.resourceType,
    resourceId: row.resourceId,
    resourceName: row.resourceName,
    operation: row.operation,
    state: row.state,
    attempts: row.attempts,
    ...(row.lastError === null ? {} : { lastError: row.lastError }),
    ...(row.nextAttemptAt === null ? {} : { nextAttemptAt: row.nextAttemptAt.toISOString() }),
    created: row.created.toISOString(),
    lastModified: row.lastModified.toISOString(),
  }
}

export function toRequest(row: AttemptView): z.input<typeof deliveryWithRequests>['requests'][number] {
  return {
    attempt: row.attempt,
    ...(row.decision === '' ? {} : { decision: row.decision }),
    at: row.at.toISOString(),
    method: row.method,
    url: row.url,
    ...(row.status === null ? {} : { status: row.status }),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.request === null ? {} : { request: row.request }),
    ...(row.answer === null ? {} : { answer: row.answer }),
    durationMs: row.durationMs,
  }
}

export function toHealth({ open, oldest, hours, lately, targets }: Health, now: Date): z.input<typeof healthAnswer> {
  return {
    open,
    ...(oldest === undefined ? {} : { oldestUndelivered: oldest.toISOString() }),
    deliveredLastDay: deliveredIn(hours),
    deliveredPerMinute: lately / LATELY_MINUTES,
    hours: hours.map(({ from, delivered }) => ({ from: from.toISOString(), delivered })),
    connectors: targets.map((target) => toTarget(target, now)),
  }
}

function toTarget(row: TargetHealth, now: Date): z.input<typeof healthAnswer>['connectors'][number] {
  const { waitUntil, lastSuccess, lastFailure, removalsHeldAt } = row
  const paused = troubleOf(row.pausedAt, row.pauseReason)
  const quarantined = troubleOf(row.quarantinedAt, row.quarantineReason)
  return {
    id: row.connectorId,
    name: row.connector,
    enabled: row.enabled,
    ...(paused && { paused }),
    ...(quarantined && { quarantined }),
    ...(removalsHeldAt === null ? {} : { removalsHeld: removalsHeldAt.toISOString() }),
    ...(waitUntil === null || waitUntil <= now ? {} : { waitsUntil: waitUntil.toISOString() }),
    ...(lastSuccess === null ? {} : { lastSuccess: lastSuccess.toISOString() }),
    ...(lastFailure === null ? {} : { lastFailure: lastFailure.toISOString() }),
  }
}

function troubleOf(since: Date | null, reason: string | null) {
  if (since === null) return undefined
  return { since: since.toISOString(), ...(reason === null ? {} : { reason }) }
}
