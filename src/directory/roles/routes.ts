import { type AppContext, newRouter } from '../../http.ts'
import { ROLE } from '../../scim/resource-types.ts'
import { answerList, answerResource, pagingOf } from '../scim-http.ts'
import { getRole, listRoles, roleResource } from './queries.ts'

/** /scim2/Roles and /scim2/v2/Roles, where `$ref` of a user's roles leads. Reading only. */
export const roleRoutes = newRouter()
  .get('/scim2/Roles', answerRoles)
  .get('/scim2/v2/Roles', answerRoles)
  .get('/scim2/Roles/:id', async (c) => answerRole(c, c.req.param('id')))
  .get('/scim2/v2/Roles/:id', async (c) => answerRole(c, c.req.param('id')))

async function answerRoles(c: AppContext): Promise<Response> {
  const roles = await listRoles(c.var.scope)
  const { startIndex, offset, limit } = pagingOf(c)
  const resources = roles.slice(offset, offset + limit).map((role) => roleResource(c.var.scope, role))
  return answerList(c, ROLE, { total: roles.length, startIndex, resources })
}

async function answerRole(c: AppContext, id: string): Promise<Response> {
  return answerResource(c, ROLE, roleResource(c.var.scope, await getRole(c.var.scope, id)))
}
