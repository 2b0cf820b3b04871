import { newRouter } from '../http.ts'
import { resumeTarget } from '../outbound/target/commands.ts'
import { readConnector } from './sync/routes.ts'

/** The target of a connector, when it was paused or wanted to be left alone. */
export const targetApi = newRouter().post('/api/v1/connections/:id/connectors/:connector/resume', async (c) => {
  const connector = await readConnector(c)
  await resumeTarget(c.var.scope, connector.connectionId, connector.id)
  return c.body(null, 204)
})
