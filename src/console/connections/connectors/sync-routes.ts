import { z } from 'zod'
import { getConnection, getConnector } from '../../../connections/queries.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import { startSync, stopSync } from '../../../outbound/sync/commands.ts'
import { countPresent } from '../../../outbound/sync/queries.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { formPage } from '../../permissions.ts'
import { connectorPath, startSyncPage } from './sync-part.ts'

/** Provisioning everybody who was here before the connector. */
export const syncPages = newRouter()
  .get('/console/connections/:id/connectors/:connector/sync', formPage, async (c) =>
    c.html(await startPage(c, EMPTY_DRAFT)),
  )
  .post('/console/connections/:id/connectors/:connector/sync', async (c) => {
    const { connection, connector } = await readConnector(c)
    return submitForm(
      c,
      z.object({}),
      async () => {
        await startSync(c.var.scope, connector)
        return withMessage(connectorPath(viewOf(c), connection, connector), 'sync-started')
      },
      (draft) => startPage(c, draft),
    )
  })
  .post('/console/connections/:id/connectors/:connector/sync/stop', async (c) => {
    const { connection, connector } = await readConnector(c)
    // It may have ended meanwhile: the page says how.
    const isStopped = await stopSync(c.var.scope, connector.id)
    const path = connectorPath(viewOf(c), connection, connector)
    return c.redirect(isStopped ? withMessage(path, 'sync-stopped') : path, 303)
  })

async function startPage(c: AppContext, draft: Draft) {
  const { connection, connector } = await readConnector(c)
  const total = await countPresent(c.var.scope, connector.settings.groupEndpoint !== undefined)
  return startSyncPage(viewOf(c), connection, connector, total, draft)
}

async function readConnector(c: AppContext) {
  const connection = await getConnection(c.var.scope, c.req.param('id') ?? '')
  return { connection, connector: await getConnector(c.var.scope, connection.id, c.req.param('connector') ?? '') }
}
