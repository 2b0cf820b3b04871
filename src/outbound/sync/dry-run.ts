/** What would be sent if everybody were provisioned now: planned as a delivery plans it, and the target is not called. */
import { isRecord } from '../../core/json-value.ts'
import { isSameJson } from '../../core/same-json.ts'
import type { ProvisionedType } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { type Plan, planDelivery, type Situation } from '../plan.ts'
import type { DeliveryRow } from '../queries.ts'
import { type OpenConnector, readSituation } from '../situation.ts'
import { type Candidate, listCandidates } from './queries.ts'

export type Difference = {
  readonly kind: Exclude<Plan['kind'], 'nothing'>
  readonly resourceType: ProvisionedType
  readonly resourceId: string
  readonly resourceName: string
  readonly attributes: readonly string[]
}
/** Behind which resource a list goes on. */
export type Place = { readonly type: ProvisionedType; readonly afterId: string }

/** Where little differs a request looks at so many and no more: it ends before its caller gives up. */
const MOST_LOOKED_AT = 500
const PAGE = 100

/** The next resources that differ from what the target was last sent; `next` is where there may be more. */
export async function listDifferences(
  scope: Scope,
  open: OpenConnector,
  from: Place,
  limit: number,
): Promise<{ readonly items: readonly Difference[]; readonly next: Place | undefined }> {
  const items: Difference[] = []
  let place = from
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += PAGE) {
    const page = await listCandidates(scope, open.connector.id, place.type, place.afterId, PAGE)
    for (const candidate of page) {
      const difference = await differenceOf(scope, open, place.type, candidate)
      place = { type: place.type, afterId: candidate.id }
      if (difference) items.push(difference)
      if (items.length === limit) return { items, next: place }
    }
    if (page.length < PAGE && place.type === 'Group') return { items, next: undefined }
    if (page.length < PAGE) place = { type: 'Group', afterId: '' }
  }
  return { items, next: place }
}

async function differenceOf(
  scope: Scope,
  open: OpenConnector,
  type: ProvisionedType,
  { id, name }: Candidate,
): Promise<Difference | undefined> {
  const { situation } = await readSituation(scope, asDelivery(scope, open, type, { id, name }), open)
  const { kind } = planDelivery(situation)
  if (kind === 'nothing') return undefined
  return { kind, resourceType: type, resourceId: id, resourceName: name, attributes: changedIn(situation) }
}

/** The top-level attributes that would be sent otherwise than they were. */
function changedIn({ present, ledger, membersDiffer }: Situation): string[] {
  if (!present) return []
  const sent = isRecord(ledger?.sent) ? ledger.sent : {}
  const names = new Set([...Object.keys(present), ...Object.keys(sent)])
  const changed = [...names].filter((name) => !isSameJson(present[name], sent[name]))
  return membersDiffer ? [...changed, 'members'] : changed
}

/** The first delivery of the resource, as it would be claimed. */
export function asDelivery(
  { tenantId, now }: Scope,
  { connector }: OpenConnector,
  type: ProvisionedType,
  { id, name }: Candidate,
): DeliveryRow {
  return {
    tenantId,
    id: '',
    connectorId: connector.id,
    resourceType: type,
    resourceId: id,
    resourceName: name,
    operation: 'update',
    state: 'pending',
    open: true,
    generation: 1,
    withPassword: false,
    failingSince: null,
    removal: 0,
    attempts: 1,
    lastError: null,
    nextAttemptAt: now,
    leaseId: null,
    leaseUntil: null,
    created: now,
    lastModified: now,
  }
}
