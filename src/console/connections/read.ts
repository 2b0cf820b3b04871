import { type ConnectionRow, getConnection } from '../../connections/queries.ts'
import type { AppContext } from '../../http.ts'

/** The connection that the address names; 404 if there is none. */
export function readConnection(c: AppContext): Promise<ConnectionRow> {
  return getConnection(c.var.scope, c.req.param('id') ?? '')
}
