import { demandWebhook, rotateSigningSecret } from '../../../../connections/connectors/signing/commands.ts'
import { getConnection, getConnector, openConnectorSecrets } from '../../../../connections/queries.ts'
import { type AppContext, newRouter } from '../../../../http.ts'
import { testWebhook } from '../../../../outbound/webhook/test-event.ts'
import { viewOf } from '../../../frame.ts'
import { connectorPath } from '../sync-part.ts'
import { keepOnce } from './kept.ts'

/** A test event to a webhook, and its next signing secret. */
export const webhookPages = newRouter()
  .post('/console/connections/:id/connectors/:connector/test', async (c) => {
    const { scope } = c.var
    const { connection, connector } = await readConnector(c)
    const settings = demandWebhook(connector)
    const test = await testWebhook(scope.platform, settings, await openConnectorSecrets(scope, connector))
    await keepOnce(c, connector, { test })
    return c.redirect(connectorPath(viewOf(c), connection, connector), 303)
  })
  .post('/console/connections/:id/connectors/:connector/signing-secret', async (c) => {
    const { connection, connector } = await readConnector(c)
    await keepOnce(c, connector, { secret: await rotateSigningSecret(c.var.scope, connector) })
    return c.redirect(connectorPath(viewOf(c), connection, connector), 303)
  })

async function readConnector(c: AppContext) {
  const connection = await getConnection(c.var.scope, c.req.param('id') ?? '')
  return { connection, connector: await getConnector(c.var.scope, connection.id, c.req.param('connector') ?? '') }
}
