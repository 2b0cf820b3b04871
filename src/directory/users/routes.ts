import { ScimError } from '../../core/errors.ts'
import { newRouter } from '../../http.ts'
import { patchResource } from '../../scim/patch.ts'
import { USER } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { validateResource } from '../../scim/validate.ts'
import { answerList, answerResource, expectedVersion, pagingOf, queryOf, scimBody } from '../scim-http.ts'
import { userWhere } from '../where.ts'
import { createUser, removeUser, updateUser } from './commands.ts'
import { getUser, isAdministrator, linksOfUsers, listUsers, readUserResource } from './queries.ts'
import { userResource } from './resource.ts'

const ORIGIN = { source: 'scim' } as const

/** /scim2/Users (RFC 7644 section 3). */
export const userRoutes = newRouter()
  .on(['PUT', 'PATCH', 'DELETE'], '/scim2/Users/:id', async (c, next) => {
    // A SCIM token provisions people. With an administrator's password it would be more than that.
    if (!c.get('administrator') && (await isAdministrator(c.var.scope, c.req.param('id')))) {
      throw new ScimError(403, 'A SCIM token may not change an administrator.')
    }
    await next()
  })
  .post('/scim2/Users', async (c) => {
    const row = await createUser(c.var.scope, validateResource(USER, await scimBody(c)), ORIGIN)
    return answerResource(c, USER, await readUserResource(c.var.scope, row), 201)
  })
  .get('/scim2/Users', async (c) => {
    const { scope } = c.var
    const { startIndex, offset, limit } = pagingOf(c)
    const { total, rows } = await listUsers(scope, { where: userWhere(scope, queryOf(c).filter), offset, limit })
    const links = await linksOfUsers(
      scope,
      rows.map((row) => row.id),
    )
    const resources = rows.map((row) => userResource(scope, row, links.get(row.id) ?? { groups: [], roles: [] }))
    return answerList(c, USER, { total, startIndex, resources })
  })
  .get('/scim2/Users/:id', async (c) => {
    const row = await getUser(c.var.scope, c.req.param('id'))
    return answerResource(c, USER, await readUserResource(c.var.scope, row))
  })
  .put('/scim2/Users/:id', async (c) => {
    const input = validateResource(USER, await scimBody(c))
    const row = await updateUser(c.var.scope, c.req.param('id'), () => input, ORIGIN, expectedVersion(c))
    return answerResource(c, USER, await readUserResource(c.var.scope, row))
  })
  .patch('/scim2/Users/:id', async (c) => {
    const body = await scimBody(c)
    const patch = (user: Resource) => patchResource(USER, user, body)
    const row = await updateUser(c.var.scope, c.req.param('id'), patch, ORIGIN, expectedVersion(c))
    return answerResource(c, USER, await readUserResource(c.var.scope, row))
  })
  .delete('/scim2/Users/:id', async (c) => {
    await removeUser(c.var.scope, c.req.param('id'), ORIGIN)
    return c.body(null, 204)
  })
