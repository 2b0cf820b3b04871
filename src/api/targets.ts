import { demandWebhook, rotateSigningSecret } from '../connections/connectors/signing/commands.ts'
import { openConnectorSecrets } from '../connections/queries.ts'
import { newRouter } from '../http.ts'
import { allowRemovals } from '../outbound/guard/commands.ts'
import { resumeTarget } from '../outbound/target/commands.ts'
import { testWebhook } from '../outbound/webhook/test-event.ts'
import { readConnector } from './sync/routes.ts'

const CONNECTOR = '/api/v1/connections/:id/connectors/:connector'

/**
 * The target of a connector: when it was paused or wanted to be left alone, when much would be removed there, and the secrets of a
 * webhook.
 */
export const targetApi = newRouter()
  .post(`${CONNECTOR}/resume`, async (c) => {
    const connector = await readConnector(c)
    await resumeTarget(c.var.scope, connector.connectionId, connector.id)
    return c.body(null, 204)
  })
  .post(`${CONNECTOR}/removals/allow`, async (c) => {
    const connector = await readConnector(c)
    await allowRemovals(c.var.scope, connector.connectionId, connector.id)
    return c.body(null, 204)
  })
  .post(`${CONNECTOR}/test`, async (c) => {
    const { scope } = c.var
    const connector = await readConnector(c)
    const settings = demandWebhook(connector)
    return c.json(await testWebhook(scope.platform, settings, await openConnectorSecrets(scope, connector)))
  })
  .post(`${CONNECTOR}/signing-secret`, async (c) => {
    const signingSecret = await rotateSigningSecret(c.var.scope, await readConnector(c))
    c.header('Cache-Control', 'no-store')
    return c.json({ signingSecret }, 201)
  })
