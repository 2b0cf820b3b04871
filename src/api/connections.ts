import { createConnection, removeConnection, updateConnection } from '../connections/commands.ts'
import { listDomains, listDomainsOf } from '../connections/domains/queries.ts'
import { getConnection, listConnectionsAfter, listConnectors, listConnectorsOf } from '../connections/queries.ts'
import { connectionChange, connectionInput } from '../connections/settings.ts'
import { connectPostern } from '../federation/from-postern/connect.ts'
import { posternInput } from '../federation/from-postern/settings.ts'
import { jsonBody, newRouter, queryOf } from '../http.ts'
import type { Scope } from '../platform.ts'
import { toConnection } from './answers.ts'
import { madeSecrets } from './alerts/made-secrets.ts'
import { fromCursor, pageFrom } from './cursor.ts'
import { pageQuery } from './schemas.ts'

/** Connections with their authenticator, just-in-time settings and outbound connectors. Secrets go in, never out. */
export const connectionApi = newRouter()
  .post('/api/v1/connections', jsonBody(connectionInput), async (c) => {
    const input = c.req.valid('json')
    const row = await createConnection(c.var.scope, input, c.var.caller.permissions)
    const made = await madeSecrets(c.var.scope, row.id, input.outbound?.connectors, [])
    c.header('Location', `${c.var.scope.issuer}/api/v1/connections/${row.id}`)
    if (made.signingSecrets) c.header('Cache-Control', 'no-store')
    return c.json({ id: row.id, ...made }, 201)
  })
  .post('/api/v1/connections/from-postern', jsonBody(posternInput), async (c) => {
    const { id } = await connectPostern(c.var.scope, c.req.valid('json'))
    c.header('Location', `${c.var.scope.issuer}/api/v1/connections/${id}`)
    return c.json({ id }, 201)
  })
  .get('/api/v1/connections', queryOf(pageQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { scope } = c.var
    const rows = await listConnectionsAfter(scope, cursor === undefined ? '' : fromCursor(cursor), limit + 1)
    const ids = rows.map((row) => row.id)
    const [connectors, domains] = await Promise.all([listConnectorsOf(scope, ids), listDomainsOf(scope, ids)])
    const own = (id: string) => connectors.filter((connector) => connector.connectionId === id)
    return c.json(
      pageFrom(
        rows,
        limit,
        (row) => row.nameKey,
        (row) => toConnection(row, own(row.id), domains.get(row.id) ?? []),
      ),
    )
  })
  .get('/api/v1/connections/:id', async (c) => c.json(await readConnection(c.var.scope, c.req.param('id'))))
  .patch('/api/v1/connections/:id', jsonBody(connectionChange), async (c) => {
    const id = c.req.param('id')
    const change = c.req.valid('json')
    const before = await listConnectors(c.var.scope, id)
    await updateConnection(c.var.scope, id, change, c.var.caller.permissions)
    const made = await madeSecrets(c.var.scope, id, change.outbound?.connectors, before)
    if (made.signingSecrets) c.header('Cache-Control', 'no-store')
    return c.json({ ...(await readConnection(c.var.scope, id)), ...made })
  })
  .delete('/api/v1/connections/:id', async (c) => {
    await removeConnection(c.var.scope, c.req.param('id'))
    return c.body(null, 204)
  })

async function readConnection(scope: Scope, id: string) {
  return toConnection(await getConnection(scope, id), await listConnectors(scope, id), await listDomains(scope, id))
}
