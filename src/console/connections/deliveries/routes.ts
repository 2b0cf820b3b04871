import { z } from 'zod'
import { getConnection } from '../../../connections/queries.ts'
import { Problem } from '../../../core/errors.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import { retryDelivery } from '../../../outbound/commands.ts'
import { countDeliveries, getDelivery, listAttempts, listDeliveries } from '../../../outbound/queries.ts'
import { EMPTY_DRAFT, submitForm } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { listStateOf, pageOf } from '../../list.ts'
import { withMessage } from '../../messages.ts'
import { deliveriesPage, deliveriesPath, DELIVERY_STATES, deliveryPage } from './pages.ts'

/** The provisioning log of a connection. */
export const deliveryPages = newRouter()
  .get('/console/connections/:id/deliveries', async (c) => {
    const { scope } = c.var
    const connection = await getConnection(scope, c.req.param('id'))
    const asked = listStateOf(c, [], ['state'])
    const wanted = DELIVERY_STATES.find((name) => name === asked.filters?.state)
    const state = { ...asked, filters: { state: wanted ?? '' } }
    const filter = { connectionId: connection.id, ...(wanted && { state: wanted }) }
    const { total, rows } = await listDeliveries(scope, { ...filter, ...pageOf(state) })
    const counts = await countDeliveries(scope, connection.id)
    return c.html(deliveriesPage(viewOf(c), { connection, state, total, rows, counts }))
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

/** A delivery of this very connection; Problem 404 for any other. */
async function readDelivery(c: AppContext) {
  const connection = await getConnection(c.var.scope, c.req.param('id') ?? '')
  const delivery = await getDelivery(c.var.scope, c.req.param('delivery') ?? '')
  if (delivery.connectionId !== connection.id) throw new Problem(404, 'There is no such delivery.')
  return { connection, delivery }
}
