/** Who pushes what first: of several that want one resource one at a time, and of one target that was away the probe. */
import { futureOf } from '../../directory/ahead/future.ts'
import type { AskedAhead, Scope } from '../../platform.ts'
import { type Claimed } from '../commands.ts'
import { LEASE_MS } from '../queries.ts'
import type { DeliveryRow } from '../queries.ts'
import { type Probe, takeProbe } from '../target/commands.ts'
import { claimAhead, releaseAhead } from './commands.ts'
import type { Ahead } from './queries.ts'
import { isBusy } from './refusal.ts'

/** A delivery that is held, and what it is for. */
export type Held = { readonly row: Claimed; readonly ahead: Ahead }

/** About as long as a push of somebody else takes; then the caller is told to come again. */
const LOOKS = 100
const LOOK_MS = 50

/**
 * Holds the deliveries of all. Where another request or the engine has one of them, it is waited for; what it did may
 * have made the change impossible, which `rehearse` throws. Throws NotPushed 503 where that lasts.
 */
export async function holdAll(
  { future, rehearse }: AskedAhead,
  wanted: readonly [Ahead, ...Ahead[]],
): Promise<readonly Held[]> {
  const passwords = futureOf(future)?.passwords
  for (let look = 0; look < LOOKS; look++) {
    const rows = await claimAhead(atPresent(future), wanted, (id) => passwords?.has(id) ?? false)
    if (rows && look > 0) await rehearseHolding(future, rows, rehearse)
    if (rows) return heldBy(rows, wanted)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  throw isBusy(wanted[0])
}

async function rehearseHolding(future: Scope, rows: readonly DeliveryRow[], rehearse: () => Promise<void>) {
  try {
    await rehearse()
  } catch (error) {
    await releaseAhead(atPresent(future), rows)
    throw error
  }
}

function heldBy(rows: readonly DeliveryRow[], wanted: readonly Ahead[]): readonly Held[] {
  return wanted.flatMap((ahead) => {
    const row = rows.find((one) => one.connectorId === ahead.connectorId && one.resourceId === ahead.id)
    const { waitUntil: waitedUntil, quarantinedAt } = ahead
    return row ? [{ row: { ...row, waitedUntil, quarantinedAt }, ahead }] : []
  })
}

/** The first to send anything to a target that was left alone sees whether it answers. Throws NotPushed if another is. */
export async function takeTurn(scope: Scope, ahead: Ahead): Promise<Probe | undefined> {
  if (ahead.waitUntil === null) return undefined
  const until = new Date(scope.now.getTime() + LEASE_MS)
  const probe = await takeProbe(scope, ahead.connectorId, new Date(ahead.waitUntil), until)
  if (!probe) throw isBusy(ahead)
  return probe
}

/** The same tenant now, and as it is. */
export function atPresent(scope: Scope): Scope {
  return { ...scope, now: scope.platform.now() }
}
