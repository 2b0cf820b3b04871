import { updateConnection } from '../../../connections/commands.ts'
import { listDomains } from '../../../connections/domains/queries.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import type { Html } from '../../../html.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../../form.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { readConnection } from '../read.ts'
import { domainsForm, inFields, settingsForm } from './form.ts'
import { settingsPage, settingsPath } from './pages.ts'

/** How the provider of a connection is reached. */
export const settingsPages = newRouter()
  .get('/console/connections/:id/settings', async (c) => c.html(await draw(c, EMPTY_DRAFT)))
  .post('/console/connections/:id/settings', async (c) => {
    const connection = await readConnection(c)
    return submitForm(
      c,
      settingsForm,
      async (authenticator) => {
        await inFields(updateConnection(c.var.scope, connection.id, { authenticator }, c.var.caller.permissions))
        return withMessage(settingsPath(viewOf(c), connection), 'connection-updated')
      },
      (draft) => draw(c, draft),
      connection,
    )
  })
  .post('/console/connections/:id/settings/domains', async (c) => {
    const connection = await readConnection(c)
    return submitForm(
      c,
      domainsForm,
      async (change) => {
        await updateConnection(c.var.scope, connection.id, change, c.var.caller.permissions)
        return withMessage(settingsPath(viewOf(c), connection), 'connection-updated')
      },
      (draft) => draw(c, draft),
      connection,
    )
  })

async function draw(c: AppContext, draft: Draft): Promise<Html> {
  const connection = await readConnection(c)
  return settingsPage(viewOf(c), connection, await listDomains(c.var.scope, connection.id), draft)
}
