import { createConnection } from '../../connections/commands.ts'
import { listConnections, listConnectorsOf } from '../../connections/queries.ts'
import { connectionInput } from '../../connections/settings.ts'
import { Problem } from '../../core/errors.ts'
import { newRouter } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { forgetKept, keep, kept } from '../keepsake.ts'
import { listStateOf, pageOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { formPage } from '../permissions.ts'
import { connectionPath } from './connection-pages.ts'
import { newAuthenticatorPage, newCustomPage, newProviderPage } from './new-pages.ts'
import { connectionsPage, templatesPage } from './pages.ts'
import { isNameTaken } from './queries.ts'
import { inFields, newAuthenticatorForm } from './settings/form.ts'

const customForm = connectionInput.pick({ name: true, description: true })
const nameForm = connectionInput.pick({ name: true })
/** What the first step of a standard-based connection leaves for the second. */
const WIZARD = 'new standard-based connection'
const PROVIDER = '/console/connections/new/standard-based'

/** Connections: the list, and the ways to a new one. */
export const connectionPages = newRouter()
  .get('/console/connections', async (c) => {
    const { scope } = c.var
    const state = listStateOf(c, ['name'])
    const page = { search: state.q, descending: state.descending, ...pageOf(state) }
    const { total, rows } = await listConnections(scope, page)
    const connectors = await listConnectorsOf(
      scope,
      rows.map((row) => row.id),
    )
    return c.html(connectionsPage(viewOf(c), { state, total, rows, connectors }))
  })
  .get('/console/connections/new', formPage, (c) => c.html(templatesPage(viewOf(c))))
  .get('/console/connections/new/custom', formPage, (c) => c.html(newCustomPage(viewOf(c), EMPTY_DRAFT)))
  .post('/console/connections/new/custom', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      customForm,
      async (form) => {
        const connection = await createConnection(c.var.scope, form, c.var.caller.permissions)
        return withMessage(connectionPath(view, connection), 'connection-created')
      },
      (draft) => newCustomPage(view, draft),
    )
  })
  .get(PROVIDER, formPage, async (c) => {
    const values = nameForm.safeParse(await kept(c, WIZARD)).data ?? {}
    return c.html(newProviderPage(viewOf(c), { values, errors: [] }))
  })
  .post(PROVIDER, (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      nameForm,
      async (form) => {
        await demandFreeName(c.var.scope, form.name)
        await keep(c, WIZARD, form)
        return `${view.root}/connections/new/standard-based/authenticator`
      },
      (draft) => newProviderPage(view, draft),
    )
  })
  .get(`${PROVIDER}/authenticator`, formPage, async (c) => {
    const view = viewOf(c)
    const first = nameForm.safeParse(await kept(c, WIZARD))
    if (!first.success) return c.redirect(`${view.root}/connections/new/standard-based`, 303)
    return c.html(newAuthenticatorPage(view, first.data.name, EMPTY_DRAFT))
  })
  .post(`${PROVIDER}/authenticator`, async (c) => {
    const view = viewOf(c)
    const first = nameForm.safeParse(await kept(c, WIZARD))
    if (!first.success) return c.redirect(`${view.root}/connections/new/standard-based`, 303)
    return submitForm(
      c,
      newAuthenticatorForm,
      async (authenticator) => {
        const input = { name: first.data.name, authenticator }
        const connection = await inFields(createConnection(c.var.scope, input, c.var.caller.permissions))
        forgetKept(c)
        return withMessage(`${connectionPath(view, connection)}/settings`, 'connection-created')
      },
      (draft) => newAuthenticatorPage(view, first.data.name, draft),
    )
  })

async function demandFreeName(scope: Scope, name: string): Promise<void> {
  if (!(await isNameTaken(scope, name))) return
  throw new Problem(409, 'The name is taken.', [{ field: 'name', message: 'This name is taken.' }])
}
