import { z } from 'zod'
import { getConnection, listConnectors } from '../../../connections/queries.ts'
import { Problem } from '../../../core/errors.ts'
import { PAGE_SIZE } from '../../../html/table.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import { retryDelivery, retryStuck } from '../../../outbound/retry/commands.ts'
import { setLogSettings } from '../../../outbound/log/commands.ts'
import { countOpen } from '../../../outbound/log/health/queries.ts'
import { findLogSettings, getDelivery, listAttempts, listDeliveries } from '../../../outbound/log/queries.ts'
import { logSettingsInput } from '../../../outbound/log/settings.ts'
import { EMPTY_DRAFT, submitForm } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { listStateOf } from '../../list.ts'
import { withMessage } from '../../messages.ts'
import { deliveryPage } from './delivery-page.ts'
import { deliveriesPage, type DeliveryList } from './pages.ts'
import { SEARCHED, searchOf } from './search.ts'
import { deliveriesPath } from './states.ts'

/** What was typed, as the number that the management API takes. */
const keepForm = z.object({ keepDays: z.string().trim().transform(Number).pipe(logSettingsInput.shape.keepDays) })

/** The provisioning log of a connection. */
export const deliveryPages = newRouter()
  .get('/console/connections/:id/deliveries', async (c) =>
    c.html(deliveriesPage(viewOf(c), await readList(c), EMPTY_DRAFT)),
  )
  .post('/console/connections/:id/deliveries', async (c) => {
    const view = viewOf(c)
    const { connection } = await readList(c)
    return submitForm(
      c,
      keepForm,
      async (settings) => {
        await setLogSettings(c.var.scope, settings)
        return withMessage(deliveriesPath(view, connection), 'log-settings-updated')
      },
      async (draft) => deliveriesPage(view, await readList(c), draft),
    )
  })
  .post('/console/connections/:id/deliveries/retry', async (c) => {
    const connection = await getConnection(c.var.scope, c.req.param('id'))
    await retryStuck(c.var.scope, connection.id, ['blocked', 'dead'])
    return c.redirect(withMessage(deliveriesPath(viewOf(c), connection), 'deliveries-retried'), 303)
  })
  .get('/console/connections/:id/deliveries/:delivery', async (c) => {
    const { connection, delivery } = await readDelivery(c)
    const attempts = await listAttempts(c.var.scope, delivery.id)
    return c.html(deliveryPage(viewOf(c), connection, delivery, attempts, EMPTY_DRAFT))
  })
  .post('/console/connections/:id/deliveries/:delivery/retry', async (c) => {
    const { scope } = c.var
    const { connection, delivery } = await readDelivery(c)
    const view = viewOf(c)
    return submitForm(
      c,
      z.object({}),
      async () => {
        await retryDelivery(scope, delivery.id)
        return withMessage(`${deliveriesPath(view, connection)}/${delivery.id}`, 'delivery-retried')
      },
      async (draft) => deliveryPage(view, connection, delivery, await listAttempts(scope, delivery.id), draft),
    )
  })

async function readList(c: AppContext): Promise<DeliveryList> {
  const { scope } = c.var
  const connection = await getConnection(scope, c.req.param('id') ?? '')
  const state = listStateOf(c, [], SEARCHED)
  const search = searchOf(state, connection.id)
  const page = { after: search.after, limit: PAGE_SIZE + 1 }
  const rows = search.errors.length > 0 ? [] : await listDeliveries(scope, search.filter, page)
  return {
    connection,
    connectors: await listConnectors(scope, connection.id),
    state: { ...state, filters: { ...state.filters, state: search.filter.state ?? '' } },
    search,
    rows: rows.slice(0, PAGE_SIZE),
    isMore: rows.length > PAGE_SIZE,
    open: await countOpen(scope, connection.id),
    settings: await findLogSettings(scope),
  }
}

/** A delivery of this very connection; Problem 404 for any other. */
async function readDelivery(c: AppContext) {
  const connection = await getConnection(c.var.scope, c.req.param('id') ?? '')
  const delivery = await getDelivery(c.var.scope, c.req.param('delivery') ?? '')
  if (delivery.connectionId !== connection.id) throw new Problem(404, 'There is no such delivery.')
  return { connection, delivery }
}
