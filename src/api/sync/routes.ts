import type { z } from 'zod'
import { type ConnectorRow, getConnection, listConnectors } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { type AppContext, jsonBody, newRouter, queryOf } from '../../http.ts'
import { provisionNow, startSync, stopSync } from '../../outbound/sync/commands.ts'
import { listDifferences, type Place } from '../../outbound/sync/dry-run.ts'
import { findSync, type SyncRow } from '../../outbound/sync/queries.ts'
import { fromCursor, toCursor } from '../cursor.ts'
import { pageQuery } from '../schemas.ts'
import { provisionInput, type syncAnswer } from './schemas.ts'

const CONNECTOR = '/api/v1/connections/:id/connectors/:connector'

/** The whole directory, or one of it, to one target. */
export const syncApi = newRouter()
  .post(`${CONNECTOR}/sync`, async (c) => c.json(toSync(await startSync(c.var.scope, await readConnector(c))), 202))
  .get(`${CONNECTOR}/sync`, async (c) => c.json(toSync(await findSync(c.var.scope, (await readConnector(c)).id))))
  .delete(`${CONNECTOR}/sync`, async (c) => {
    const isStopped = await stopSync(c.var.scope, (await readConnector(c)).id)
    if (!isStopped) throw new Problem(409, 'No sync of this connector is under way.')
    return c.body(null, 204)
  })
  .post(`${CONNECTOR}/provision`, jsonBody(provisionInput), async (c) => {
    const { scope } = c.var
    const { resourceType, id } = c.req.valid('json')
    const delivery = await provisionNow(scope, await readConnector(c), resourceType, id)
    c.header('Location', `${scope.issuer}/api/v1/provisioning/deliveries/${delivery}`)
    return c.json({ id: delivery }, 202)
  })
  .get(`${CONNECTOR}/dry-run`, queryOf(pageQuery), async (c) => {
    const { scope } = c.var
    const { limit, cursor } = c.req.valid('query')
    const connector = await readConnector(c)
    const connection = await getConnection(scope, connector.connectionId)
    const from = cursor === undefined ? BEGINNING : placeOf(fromCursor(cursor))
    const { items, next } = await listDifferences(scope, { connection, connector, secrets: {} }, from, limit)
    return c.json({ items, ...(next && { nextCursor: toCursor(`${next.type} ${next.afterId}`) }) })
  })

const BEGINNING: Place = { type: 'User', afterId: '' }

function placeOf(cursor: string): Place {
  const [, type, afterId = ''] = /^(User|Group) (.{0,1000})$/s.exec(cursor) ?? []
  if (type !== 'User' && type !== 'Group') throw new Problem(400, 'The cursor is not one of this list.')
  return { type, afterId }
}

/** By its id, or by its name in the connection. Throws Problem 404. */
export async function readConnector(c: AppContext): Promise<ConnectorRow> {
  const connection = await getConnection(c.var.scope, c.req.param('id') ?? '')
  const connectors = await listConnectors(c.var.scope, connection.id)
  const asked = c.req.param('connector')
  const connector = connectors.find(({ id }) => id === asked) ?? connectors.find(({ name }) => name === asked)
  if (!connector) throw new Problem(404, 'There is no such connector.')
  return connector
}

function toSync(row: SyncRow | undefined): z.input<typeof syncAnswer> {
  if (!row) return { state: 'none' }
  const { state, phase, total, seen, marked, started, lastModified } = row
  return { state, phase, total, seen, marked, started: started.toISOString(), lastModified: lastModified.toISOString() }
}
