import { newRouter } from '../http.ts'
import { allowRemovals } from '../outbound/guard/commands.ts'
import { resumeTarget } from '../outbound/target/commands.ts'
import { readConnector } from './sync/routes.ts'

/** The target of a connector, when it was paused or wanted to be left alone, or when much would be removed there. */
export const targetApi = newRouter()
  .post('/api/v1/connections/:id/connectors/:connector/resume', async (c) => {
    const connector = await readConnector(c)
    await resumeTarget(c.var.scope, connector.connectionId, connector.id)
    return c.body(null, 204)
  })
  .post('/api/v1/connections/:id/connectors/:connector/removals/allow', async (c) => {
    const connector = await readConnector(c)
    await allowRemovals(c.var.scope, connector.connectionId, connector.id)
    return c.body(null, 204)
  })
