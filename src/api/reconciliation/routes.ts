import { Problem } from '../../core/errors.ts'
import { jsonBody, newRouter, queryOf } from '../../http.ts'
import { startReconciliation, stopReconciliation } from '../../outbound/reconcile/commands.ts'
import { countDrifts, type DriftPlace, getDrift, listDrifts } from '../../outbound/reconcile/drifts/queries.ts'
import { findReconciliation } from '../../outbound/reconcile/queries.ts'
import { acceptAll, acceptDrift, repairAll, repairDrift } from '../../outbound/reconcile/repair/commands.ts'
import type { Scope } from '../../platform.ts'
import { fromCursor, pageFrom } from '../cursor.ts'
import { readConnector } from '../sync/routes.ts'
import { toDrift, toReconciliation } from './answers.ts'
import { driftQuery, driftSelection, reconciliationStart } from './schemas.ts'

const RECONCILIATION = '/api/v1/connections/:id/connectors/:connector/reconciliation'

/** What a target has, compared with what it should have; and what becomes of the drift. */
export const reconciliationApi = newRouter()
  .post(RECONCILIATION, jsonBody(reconciliationStart), async (c) => {
    const { scope } = c.var
    const connector = await readConnector(c)
    const { policy = connector.settings.reconciliation?.policy ?? 'report' } = c.req.valid('json')
    await startReconciliation(scope, connector, policy)
    return c.json(await reconciliationOf(scope, connector.id), 202)
  })
  .get(RECONCILIATION, async (c) => c.json(await reconciliationOf(c.var.scope, (await readConnector(c)).id)))
  .delete(RECONCILIATION, async (c) => {
    const isStopped = await stopReconciliation(c.var.scope, await readConnector(c))
    if (!isStopped) throw new Problem(409, 'No reconciliation of this connector is under way.')
    return c.body(null, 204)
  })
  .get(`${RECONCILIATION}/drifts`, queryOf(driftQuery), async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query')
    const connector = await readConnector(c)
    const after = cursor === undefined ? undefined : placeOf(fromCursor(cursor))
    const rows = await listDrifts(c.var.scope, connector.id, filter, { after, limit: limit + 1 })
    return c.json(pageFrom(rows, limit, ({ kind, state, id }) => `${kind} ${state} ${id}`, toDrift))
  })
  .get(`${RECONCILIATION}/drifts/:drift`, async (c) =>
    c.json(toDrift(await getDrift(c.var.scope, (await readConnector(c)).id, c.req.param('drift')))),
  )
  .post(`${RECONCILIATION}/drifts/:drift/repair`, async (c) => {
    const connector = await readConnector(c)
    await repairDrift(c.var.scope, connector, c.req.param('drift'))
    return c.json(toDrift(await getDrift(c.var.scope, connector.id, c.req.param('drift'))), 202)
  })
  .post(`${RECONCILIATION}/drifts/:drift/accept`, async (c) => {
    const { id } = await readConnector(c)
    await acceptDrift(c.var.scope, id, c.req.param('drift'))
    return c.json(toDrift(await getDrift(c.var.scope, id, c.req.param('drift'))))
  })
  .post(`${RECONCILIATION}/repair`, jsonBody(driftSelection), async (c) => {
    const total = await repairAll(c.var.scope, await readConnector(c), c.req.valid('json').kind)
    return c.json({ total }, 202)
  })
  .post(`${RECONCILIATION}/accept`, jsonBody(driftSelection), async (c) => {
    const { id } = await readConnector(c)
    return c.json({ total: await acceptAll(c.var.scope, id, c.req.valid('json').kind) })
  })

async function reconciliationOf(scope: Scope, connectorId: string) {
  return toReconciliation(await findReconciliation(scope, connectorId), await countDrifts(scope, connectorId))
}

const KINDS = ['changed', 'missing', 'unlinked', 'leftover', 'unmanaged'] as const
const STATES = ['open', 'repaired', 'accepted'] as const

function placeOf(cursor: string): DriftPlace {
  const [kindName, stateName, id] = cursor.split(' ')
  const kind = KINDS.find((one) => one === kindName)
  const state = STATES.find((one) => one === stateName)
  if (!kind || !state || !id) throw new Problem(400, 'The cursor is not one of this list.')
  return { kind, state, id }
}
