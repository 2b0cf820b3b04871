import { getConnection } from '../connections/queries.ts'
import { Problem } from '../core/errors.ts'
import { jsonBody, newRouter, queryOf } from '../http.ts'
import { retryDelivery, retryStuck } from '../outbound/retry/commands.ts'
import { setLogSettings } from '../outbound/log/commands.ts'
import { findHealth } from '../outbound/log/health/queries.ts'
import { findLogSettings, getDelivery, listAttempts, listDeliveries, type Place } from '../outbound/log/queries.ts'
import { logSettingsInput } from '../outbound/log/settings.ts'
import { fromCursor, pageFrom } from './cursor.ts'
import { toDelivery, toHealth, toRequest } from './log/answers.ts'
import { deliveryQuery, retryInput } from './log/schemas.ts'

/** The outbound log, how long it is kept, and what it comes to for a connection. */
export const deliveryApi = newRouter()
  .get('/api/v1/provisioning/deliveries', queryOf(deliveryQuery), async (c) => {
    const { limit, cursor, connection, ...filter } = c.req.valid('query')
    const after = cursor === undefined ? undefined : placeOf(fromCursor(cursor))
    const page = { after, limit: limit + 1 }
    const rows = await listDeliveries(c.var.scope, { ...filter, connectionId: connection }, page)
    return c.json(pageFrom(rows, limit, (row) => `${row.created.getTime()} ${row.id}`, toDelivery))
  })
  .get('/api/v1/provisioning/deliveries/:id', async (c) => {
    const delivery = await getDelivery(c.var.scope, c.req.param('id'))
    const attempts = await listAttempts(c.var.scope, delivery.id)
    return c.json({ ...toDelivery(delivery), requests: attempts.map(toRequest) })
  })
  .post('/api/v1/provisioning/deliveries/retry', jsonBody(retryInput), async (c) => {
    const { connection, states } = c.req.valid('json')
    const { id } = await getConnection(c.var.scope, connection)
    return c.json({ retried: await retryStuck(c.var.scope, id, states) }, 202)
  })
  .post('/api/v1/provisioning/deliveries/:id/retry', async (c) => {
    await retryDelivery(c.var.scope, c.req.param('id'))
    return c.json(toDelivery(await getDelivery(c.var.scope, c.req.param('id'))), 202)
  })
  .get('/api/v1/provisioning/log-settings', async (c) => c.json(await findLogSettings(c.var.scope)))
  .put('/api/v1/provisioning/log-settings', jsonBody(logSettingsInput), async (c) => {
    await setLogSettings(c.var.scope, c.req.valid('json'))
    return c.json(await findLogSettings(c.var.scope))
  })
  .get('/api/v1/connections/:id/health', async (c) => {
    const connection = await getConnection(c.var.scope, c.req.param('id'))
    return c.json(toHealth(await findHealth(c.var.scope, connection.id), c.var.scope.now))
  })

function placeOf(cursor: string): Place {
  const [, created, id] = /^(\d{1,15}) (\S+)$/.exec(cursor) ?? []
  if (created === undefined || id === undefined) throw new Problem(400, 'The cursor is not one of this list.')
  return { created: new Date(Number(created)), id }
}
