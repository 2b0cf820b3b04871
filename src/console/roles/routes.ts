import { countUsers, getRole, holdersOfRole, listRoles } from '../../directory/roles/queries.ts'
import { newRouter } from '../../http.ts'
import { viewOf } from '../frame.ts'
import { rolePage, rolesPage } from './pages.ts'

const MOST_HOLDERS = 200

/** User Management > Roles. */
export const rolePages = newRouter()
  .get('/console/roles', async (c) => c.html(rolesPage(viewOf(c), await listRoles(c.var.scope))))
  .get('/console/roles/:id', async (c) => {
    const role = await getRole(c.var.scope, c.req.param('id'))
    const users = await holdersOfRole(c.var.scope, role.id, MOST_HOLDERS)
    return c.html(rolePage(viewOf(c), role, { total: await countUsers(c.var.scope), users }))
  })
