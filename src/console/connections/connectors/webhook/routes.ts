import { demandWebhook, rotateSigningSecret } from '../../../../connections/connectors/signing/commands.ts'
import { openConnectorSecrets } from '../../../../connections/queries.ts'
import { newRouter } from '../../../../http.ts'
import { testWebhook } from '../../../../outbound/webhook/test-event.ts'
import { viewOf } from '../../../frame.ts'
import { connectorPath } from '../place.ts'
import { keepOnce } from './kept.ts'
import { readConnector } from '../read.ts'

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
