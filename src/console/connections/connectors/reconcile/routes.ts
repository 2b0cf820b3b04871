import { z } from 'zod'
import { getConnection, getConnector } from '../../../../connections/queries.ts'
import { Problem } from '../../../../core/errors.ts'
import type { DriftKind } from '../../../../db/schema.ts'
import { PAGE_SIZE } from '../../../../html/table.ts'
import { type AppContext, newRouter } from '../../../../http.ts'
import { startReconciliation, stopReconciliation } from '../../../../outbound/reconcile/commands.ts'
import { countDrifts, type DriftPlace, getDrift, listDrifts } from '../../../../outbound/reconcile/drifts/queries.ts'
import { findReconciliation } from '../../../../outbound/reconcile/queries.ts'
import { acceptAll, acceptDrift, repairAll, repairDrift } from '../../../../outbound/reconcile/repair/commands.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../../../form.ts'
import { viewOf } from '../../../frame.ts'
import { listStateOf } from '../../../list.ts'
import { withMessage } from '../../../messages.ts'
import { formPage } from '../../../permissions.ts'
import { connectorPath } from '../place.ts'
import { driftPage, namedMembers, repairPage } from './drift-page.ts'
import { acceptAllPage, type DriftList, driftsPage, repairAllPage } from './drifts-page.ts'
import { driftsPath, startReconciliationPage } from './part.ts'
import { namesOf } from './queries.ts'
import { DRIFT_KINDS, DRIFT_STATES, REPAIRABLE } from './words.ts'

const CONNECTOR = '/console/connections/:id/connectors/:connector'
const startForm = z.object({ policy: z.enum(['report', 'overwrite', 'adopt'], 'Choose one.') })
const allForm = z.object({ kind: z.enum(REPAIRABLE).optional() })

/** What a target has, compared with what it should have; and what becomes of the drift. */
export const reconciliationPages = newRouter()
  .get(`${CONNECTOR}/reconciliation`, formPage, async (c) => {
    const { connection, connector } = await placeOf(c)
    return c.html(startReconciliationPage(viewOf(c), connection, connector, EMPTY_DRAFT))
  })
  .post(`${CONNECTOR}/reconciliation`, async (c) => {
    const { connection, connector } = await placeOf(c)
    return submitForm(
      c,
      startForm,
      async ({ policy }) => {
        await startReconciliation(c.var.scope, connector, policy)
        return withMessage(driftsPath(viewOf(c), connection, connector), 'reconciliation-started')
      },
      (draft) => startReconciliationPage(viewOf(c), connection, connector, draft),
    )
  })
  .post(`${CONNECTOR}/reconciliation/stop`, async (c) => {
    const { connection, connector } = await placeOf(c)
    // It may have ended meanwhile: the page says how.
    const isStopped = await stopReconciliation(c.var.scope, connector)
    const path = connectorPath(viewOf(c), connection, connector)
    return c.redirect(isStopped ? withMessage(path, 'reconciliation-stopped') : path, 303)
  })
  .get(`${CONNECTOR}/drifts`, async (c) => c.html(driftsPage(viewOf(c), await readList(c))))
  .get(`${CONNECTOR}/drifts/repair`, formPage, async (c) =>
    c.html(repairAllPage(viewOf(c), await comparedOf(c), kindOf(c))),
  )
  .post(`${CONNECTOR}/drifts/repair`, async (c) => {
    const { connection, connector } = await placeOf(c)
    await repairAll(c.var.scope, connector, kindOf(c))
    return c.redirect(withMessage(driftsPath(viewOf(c), connection, connector), 'drifts-repaired'), 303)
  })
  .get(`${CONNECTOR}/drifts/accept`, formPage, async (c) =>
    c.html(acceptAllPage(viewOf(c), await comparedOf(c), kindOf(c))),
  )
  .post(`${CONNECTOR}/drifts/accept`, async (c) => {
    const place = await comparedOf(c)
    const { connection, connector } = place
    return submitForm(
      c,
      allForm,
      async ({ kind }) => {
        await acceptAll(c.var.scope, connector.id, kind)
        return withMessage(driftsPath(viewOf(c), connection, connector), 'drifts-accepted')
      },
      () => acceptAllPage(viewOf(c), place, undefined),
    )
  })
  .get(`${CONNECTOR}/drifts/:drift`, async (c) => c.html(await onePage(c, EMPTY_DRAFT)))
  .get(`${CONNECTOR}/drifts/:drift/repair`, formPage, async (c) => {
    const place = await placeOf(c)
    return c.html(repairPage(viewOf(c), place, await driftOf(c)))
  })
  .post(`${CONNECTOR}/drifts/:drift/repair`, (c) =>
    actOnOne(c, 'drift-repaired', async () => {
      const { connector } = await placeOf(c)
      await repairDrift(c.var.scope, connector, c.req.param('drift'))
    }),
  )
  .post(`${CONNECTOR}/drifts/:drift/accept`, (c) =>
    actOnOne(c, 'drift-accepted', async () => {
      const { connector } = await placeOf(c)
      await acceptDrift(c.var.scope, connector.id, c.req.param('drift'))
    }),
  )

async function actOnOne(c: AppContext, message: 'drift-repaired' | 'drift-accepted', act: () => Promise<void>) {
  const { connection, connector } = await placeOf(c)
  return submitForm(
    c,
    z.object({}),
    async () => {
      await act()
      return withMessage(`${driftsPath(viewOf(c), connection, connector)}/${c.req.param('drift')}`, message)
    },
    (draft) => onePage(c, draft),
  )
}

async function onePage(c: AppContext, draft: Draft) {
  const drift = await driftOf(c)
  const names = await namesOf(c.var.scope, namedMembers(drift))
  return driftPage(viewOf(c), await placeOf(c), drift, names, draft)
}

async function placeOf(c: AppContext) {
  const connection = await getConnection(c.var.scope, c.req.param('id') ?? '')
  const connector = await getConnector(c.var.scope, connection.id, c.req.param('connector') ?? '')
  if (connector.type !== 'scim2') throw new Problem(404, 'This connector cannot be reconciled.')
  return { connection, connector }
}

async function driftOf(c: AppContext) {
  const { connector } = await placeOf(c)
  return getDrift(c.var.scope, connector.id, c.req.param('drift') ?? '')
}

async function comparedOf(c: AppContext) {
  const place = await placeOf(c)
  const { id } = place.connector
  const compared = { row: await findReconciliation(c.var.scope, id), counts: await countDrifts(c.var.scope, id) }
  return { ...place, compared }
}

function kindOf(c: AppContext): DriftKind | undefined {
  return REPAIRABLE.find((kind) => kind === c.req.query('kind'))
}

async function readList(c: AppContext): Promise<DriftList> {
  const place = await comparedOf(c)
  const list = listStateOf(c, [], ['kind', 'state', 'after'])
  const filter = {
    kind: DRIFT_KINDS.find((kind) => kind === list.filters?.kind),
    state: DRIFT_STATES.find((state) => state === list.filters?.state),
  }
  const page = { after: afterOf(list.filters?.after), limit: PAGE_SIZE + 1 }
  const rows = await listDrifts(c.var.scope, place.connector.id, filter, page)
  return { ...place, list, filter, rows: rows.slice(0, PAGE_SIZE), isMore: rows.length > PAGE_SIZE }
}

/** What makes no sense counts as not said. */
function afterOf(text = ''): DriftPlace | undefined {
  const [kindName, stateName, id] = text.split('.')
  const kind = DRIFT_KINDS.find((one) => one === kindName)
  const state = DRIFT_STATES.find((one) => one === stateName)
  return kind && state && id ? { kind, state, id } : undefined
}
