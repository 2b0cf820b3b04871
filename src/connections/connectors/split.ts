/** Settings that may be shown, and secrets, which are sealed apart from them. */
import { type FieldError, Problem } from '../../core/errors.ts'
import type { ConnectorSecrets, ConnectorSettings, SharedSettings } from '../../db/schema.ts'
import type { ReconciliationInput } from './shared.ts'

export type Split<S extends ConnectorSettings = ConnectorSettings> = {
  readonly settings: S
  readonly secrets: ConnectorSecrets
}

/** What connectors of every type have. */
export function sharedSettings({
  userFilter,
  deletionGuard,
  reconciliation,
}: {
  readonly userFilter?: string | undefined
  readonly deletionGuard?: number | undefined
  readonly reconciliation?: ReconciliationInput | undefined
}): SharedSettings {
  return {
    ...(userFilter ? { userFilter } : {}),
    ...(deletionGuard === undefined ? {} : { deletionGuard }),
    ...(reconciliation ? { reconciliation: reconciliationOf(reconciliation) } : {}),
  }
}

function reconciliationOf({ everyHours, policy }: ReconciliationInput) {
  return everyHours === undefined ? { policy } : { everyHours, policy }
}

/** Throws Problem 400 for a secret that is neither given nor kept; `field` is where it should have stood. */
export function demand(value: string | undefined, field: string): string {
  if (value !== undefined) return value
  const error: FieldError = { field, message: 'Give a value.' }
  throw new Problem(400, 'A secret is missing.', [error])
}

/** Whether every one of these addresses is at a host that the secrets were given for. */
export function areHostsOf(urls: readonly string[], before: readonly string[]): boolean {
  const known = new Set(before.map((url) => new URL(url).hostname))
  return urls.every((url) => known.has(new URL(url).hostname))
}
