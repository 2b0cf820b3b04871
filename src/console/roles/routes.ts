import { ROLES } from '../../directory/members/commands.ts'
import { allRoles, countUsers, getRole } from '../../directory/roles/queries.ts'
import { newRouter } from '../../http.ts'
import { viewOf } from '../frame.ts'
import { listMembers } from '../groups/queries.ts'
import { rolePage, rolesPage } from './pages.ts'

const MOST_HOLDERS = 200

/** User Management > Roles. */
export const rolePages = newRouter()
  .get('/console/roles', async (c) => c.html(rolesPage(viewOf(c), await allRoles(c.var.scope))))
  .get('/console/roles/:id', async (c) => {
    const role = await getRole(c.var.scope, c.req.param('id'))
    const { rows } = await listMembers(c.var.scope, ROLES, role.id, { q: '', offset: 0, limit: MOST_HOLDERS })
    const users = rows.map(({ id, name }) => ({ id, userName: name }))
    return c.html(rolePage(viewOf(c), role, { total: await countUsers(c.var.scope), users }))
  })
