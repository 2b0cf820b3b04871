import { z } from 'zod'
import { type AppContext, newRouter } from '../../../http.ts'
import { allowRemovals } from '../../../outbound/guard/commands.ts'
import { countHeldRemovals } from '../../../outbound/guard/queries.ts'
import { resumeTarget } from '../../../outbound/target/commands.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { formPage } from '../../permissions.ts'
import { removalsPage } from './hold-part.ts'
import { connectorPath } from './place.ts'
import { readConnector } from './read.ts'

/** Sending again what is held: after a pause, and past the deletion guard. */
export const holdPages = newRouter()
  .post('/console/connections/:id/connectors/:connector/resume', async (c) => {
    const { connection, connector } = await readConnector(c)
    await resumeTarget(c.var.scope, connection.id, connector.id)
    return c.redirect(withMessage(connectorPath(viewOf(c), connection, connector), 'connector-resumed'), 303)
  })
  .get('/console/connections/:id/connectors/:connector/removals', formPage, async (c) =>
    c.html(await page(c, EMPTY_DRAFT)),
  )
  .post('/console/connections/:id/connectors/:connector/removals', async (c) => {
    const { connection, connector } = await readConnector(c)
    return submitForm(
      c,
      z.object({}),
      async () => {
        await allowRemovals(c.var.scope, connection.id, connector.id)
        return withMessage(connectorPath(viewOf(c), connection, connector), 'removals-allowed')
      },
      (draft) => page(c, draft),
    )
  })

async function page(c: AppContext, draft: Draft) {
  const { connection, connector } = await readConnector(c)
  const held = await countHeldRemovals(c.var.scope, connector.id)
  return removalsPage(viewOf(c), connection, connector, held, draft)
}
