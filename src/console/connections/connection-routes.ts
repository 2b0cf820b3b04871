import { listApplicationsOffering } from '../../applications/queries.ts'
import { removeConnection, updateConnection } from '../../connections/commands.ts'
import { listConnectors, listOutboundGroups } from '../../connections/queries.ts'
import { connectionChange } from '../../connections/settings.ts'
import { Problem } from '../../core/errors.ts'
import { allRoles } from '../../directory/roles/queries.ts'
import { type AppContext, newRouter } from '../../http.ts'
import { findHealth } from '../../outbound/log/health/queries.ts'
import { listDeliveries } from '../../outbound/log/queries.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { withMessage } from '../messages.ts'
import { formPage } from '../permissions.ts'
import { advancedPage, connectionPath, deleteConnectionPage, generalPage } from './connection-pages.ts'
import { groupsForm, type Outbound, outboundPage, rolesForm } from './outbound-page.ts'
import { readConnection } from './read.ts'
import { countLinkedAccounts, listSomeGroupNames, listUses } from './queries.ts'

const generalForm = connectionChange.pick({ description: true }).extend({ name: connectionChange.shape.name.unwrap() })
const LATEST = 10

/** The tabs of one connection. */
export const connectionTabs = newRouter()
  .get('/console/connections/:id', async (c) => c.html(generalPage(viewOf(c), await readConnection(c), EMPTY_DRAFT)))
  .post('/console/connections/:id', async (c) => {
    const view = viewOf(c)
    const connection = await readConnection(c)
    return submitForm(
      c,
      generalForm,
      async (form) => {
        await updateConnection(c.var.scope, connection.id, form, c.var.caller.permissions)
        return withMessage(connectionPath(view, connection), 'connection-updated')
      },
      (draft) => generalPage(view, connection, draft),
      connection,
    )
  })
  .get('/console/connections/:id/advanced', async (c) => c.html(advancedPage(viewOf(c), await readConnection(c))))
  .get('/console/connections/:id/outbound', async (c) =>
    c.html(outboundPage(viewOf(c), await readOutbound(c), EMPTY_DRAFT)),
  )
  .post('/console/connections/:id/outbound/roles', async (c) => {
    const view = viewOf(c)
    const connection = await readConnection(c)
    return submitForm(
      c,
      rolesForm,
      async ({ role, remove }) => {
        const others = connection.outboundRoles.filter((id) => id !== (remove ?? role))
        const roles = remove !== undefined || role === '' ? others : [...others, role]
        await updateConnection(c.var.scope, connection.id, { outbound: { roles } }, c.var.caller.permissions)
        return withMessage(`${connectionPath(view, connection)}/outbound`, 'roles-updated')
      },
      async (draft) => outboundPage(view, await readOutbound(c), draft),
    )
  })
  .post('/console/connections/:id/outbound/groups', async (c) => {
    const view = viewOf(c)
    const connection = await readConnection(c)
    return submitForm(
      c,
      groupsForm,
      async ({ group, remove }) => {
        const others = connection.outboundGroups.filter((id) => id !== (remove ?? group))
        const groups = remove !== undefined || group === '' ? others : [...others, group]
        await chooseGroups(c, connection.id, groups)
        return withMessage(`${connectionPath(view, connection)}/outbound`, 'groups-updated')
      },
      async (draft) => outboundPage(view, await readOutbound(c), draft),
    )
  })
  .get('/console/connections/:id/delete', formPage, async (c) => {
    const { scope } = c.var
    const connection = await readConnection(c)
    const [connectors, applications, accounts] = await Promise.all([
      listConnectors(scope, connection.id),
      listApplicationsOffering(scope, connection.id),
      countLinkedAccounts(scope, connection.id),
    ])
    return c.html(deleteConnectionPage(viewOf(c), connection, { connectors, applications, accounts }))
  })
  .post('/console/connections/:id/delete', async (c) => {
    await removeConnection(c.var.scope, c.req.param('id'))
    return c.redirect(withMessage(`${viewOf(c).root}/connections`, 'connection-deleted'), 303)
  })

/** What is wrong is said beside the field in which the name was typed. */
async function chooseGroups(c: AppContext, id: string, groups: string[]): Promise<void> {
  try {
    await updateConnection(c.var.scope, id, { outbound: { groups } }, c.var.caller.permissions)
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 400) throw error
    const errors = error.errors.map((one) => ({ ...one, field: 'group' }))
    throw new Problem(400, error.message, errors, { cause: error })
  }
}

async function readOutbound(c: AppContext): Promise<Outbound> {
  const { scope } = c.var
  const connection = await readConnection(c)
  const connectors = await listConnectors(scope, connection.id)
  const uses = await listUses(
    scope,
    connectors.map((row) => row.id),
  )
  const roles = await allRoles(scope)
  const latest = await listDeliveries(scope, { connectionId: connection.id }, { limit: LATEST })
  const health = await findHealth(scope, connection.id)
  const groups = await listOutboundGroups(scope, connection)
  const someGroups = await listSomeGroupNames(scope)
  return { connection, connectors, uses, roles, groups, someGroups, latest, health }
}
