import { getConnection, getConnector } from '../../../connections/queries.ts'
import type { AppContext } from '../../../http.ts'

/** The connection and the connector of it that the address names. Problem 404. */
export async function readConnector(c: AppContext) {
  const connection = await getConnection(c.var.scope, c.req.param('id') ?? '')
  return { connection, connector: await getConnector(c.var.scope, connection.id, c.req.param('connector') ?? '') }
}
