import { z } from 'zod'
import { hasGroups } from '../../../connections/connectors/types.ts'
import { Problem } from '../../../core/errors.ts'
import { findGroupByName } from '../../../directory/groups/queries.ts'
import { findUserByName } from '../../../directory/users/queries.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import { provisionNow, startSync, stopSync } from '../../../outbound/sync/commands.ts'
import { countPresent } from '../../../outbound/sync/queries.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { formPage } from '../../permissions.ts'
import { deliveriesPath } from '../deliveries/states.ts'
import { readConnector } from './read.ts'
import { provisionOnePage } from './one-page.ts'
import { startSyncPage } from './sync-part.ts'
import { connectorPath } from './place.ts'

const oneForm = z.object({
  type: z.enum(['User', 'Group']).default('User'),
  name: z.string().trim().min(1, 'Give a name.').max(256),
})

/** Provisioning everybody who was here before the connector, and one of them. */
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
  .get('/console/connections/:id/connectors/:connector/provision', formPage, async (c) =>
    c.html(await onePage(c, EMPTY_DRAFT)),
  )
  .post('/console/connections/:id/connectors/:connector/provision', async (c) => {
    const { connection, connector } = await readConnector(c)
    return submitForm(
      c,
      oneForm,
      async (form) => {
        const delivery = await provisionNow(c.var.scope, connector, form.type, await findIdByName(c.var, form))
        return `${deliveriesPath(viewOf(c), connection)}/${delivery}`
      },
      (draft) => onePage(c, draft),
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
  const total = await countPresent(c.var.scope, hasGroups(connector.settings))
  return startSyncPage(viewOf(c), connection, connector, total, draft)
}

async function onePage(c: AppContext, draft: Draft) {
  const { connection, connector } = await readConnector(c)
  return provisionOnePage(viewOf(c), connection, connector, draft)
}

/** A user by her user name, a group by its name. Problem 400, beside the field. */
async function findIdByName({ scope }: AppContext['var'], { type, name }: z.output<typeof oneForm>): Promise<string> {
  const found = type === 'User' ? await findUserByName(scope, name) : await findGroupByName(scope, name)
  if (found) return found.id
  const message = `There is no ${type.toLowerCase()} of this name.`
  throw new Problem(400, message, [{ field: 'name', message }])
}
