import { Problem } from '../core/errors.ts'
import { newRouter, queryOf } from '../http.ts'
import { retryDelivery } from '../outbound/commands.ts'
import { getDelivery, listAttempts, listDeliveriesAfter } from '../outbound/queries.ts'
import { toDelivery, toRequest } from './answers.ts'
import { fromCursor, pageFrom } from './cursor.ts'
import { deliveryQuery } from './schemas.ts'

/** The outbound log. */
export const deliveryApi = newRouter()
  .get('/api/v1/provisioning/deliveries', queryOf(deliveryQuery), async (c) => {
    const { limit, cursor, connection, state } = c.req.valid('query')
    const after = cursor === undefined ? undefined : placeOf(fromCursor(cursor))
    const rows = await listDeliveriesAfter(c.var.scope, { connectionId: connection, state }, after, limit + 1)
    return c.json(pageFrom(rows, limit, (row) => `${row.created.getTime()} ${row.id}`, toDelivery))
  })
  .get('/api/v1/provisioning/deliveries/:id', async (c) => {
    const delivery = await getDelivery(c.var.scope, c.req.param('id'))
    const attempts = await listAttempts(c.var.scope, delivery.id)
    return c.json({ ...toDelivery(delivery), requests: attempts.map(toRequest) })
  })
  .post('/api/v1/provisioning/deliveries/:id/retry', async (c) => {
    await retryDelivery(c.var.scope, c.req.param('id'))
    return c.json(toDelivery(await getDelivery(c.var.scope, c.req.param('id'))), 202)
  })

function placeOf(cursor: string): { created: Date; id: string } {
  const [, created, id] = /^(\d{1,15}) (\S+)$/.exec(cursor) ?? []
  if (created === undefined || id === undefined) throw new Problem(400, 'The cursor is not one of this list.')
  return { created: new Date(Number(created)), id }
}
