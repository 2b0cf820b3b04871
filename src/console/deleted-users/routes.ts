import { forgetDeletedUser } from '../../directory/deleted/commands.ts'
import { newRouter } from '../../http.ts'
import { viewOf } from '../frame.ts'
import { listStateOf, pageOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { formPage } from '../permissions.ts'
import { allowPage, deletedUsersPage } from './pages.ts'
import { getDeletedUser, listDeletedUsers } from './queries.ts'

const ALLOW = '/console/deleted-users/:id/allow'

/** User Management > Deleted users. */
export const deletedUserPages = newRouter()
  .get('/console/deleted-users', async (c) => {
    const state = listStateOf(c, ['userName'])
    const page = { search: state.q, descending: state.descending, ...pageOf(state) }
    return c.html(deletedUsersPage(viewOf(c), { state, ...(await listDeletedUsers(c.var.scope, page)) }))
  })
  .get(ALLOW, formPage, async (c) =>
    c.html(allowPage(viewOf(c), await getDeletedUser(c.var.scope, c.req.param('id') ?? ''))),
  )
  .post(ALLOW, async (c) => {
    await forgetDeletedUser(c.var.scope, c.req.param('id'))
    return c.redirect(withMessage(`${viewOf(c).root}/deleted-users`, 'deleted-user-forgotten'), 303)
  })
