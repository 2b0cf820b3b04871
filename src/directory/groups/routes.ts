import { newRouter } from '../../http.ts'
import { patchResource } from '../../scim/patch.ts'
import { GROUP } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { validateResource } from '../../scim/validate.ts'
import { answerList, answerResource, expectedVersion, pagingOf, queryOf, scimBody } from '../scim-http.ts'
import { groupWhere } from '../where.ts'
import { createGroup, removeGroup, updateGroup } from './commands.ts'
import { getGroup, groupResource, listGroups, membersOfGroups, readGroupResource } from './queries.ts'

const ORIGIN = { source: 'scim' } as const

/** /scim2/Groups (RFC 7644 section 3). */
export const groupRoutes = newRouter()
  .post('/scim2/Groups', async (c) => {
    const row = await createGroup(c.var.scope, validateResource(GROUP, await scimBody(c)), ORIGIN)
    return answerResource(c, GROUP, await readGroupResource(c.var.scope, row), 201)
  })
  .get('/scim2/Groups', async (c) => {
    const { scope } = c.var
    const { startIndex, offset, limit } = pagingOf(c)
    const { total, rows } = await listGroups(scope, { where: groupWhere(scope, queryOf(c).filter), offset, limit })
    const members = await membersOfGroups(
      scope,
      rows.map((row) => row.id),
    )
    const resources = rows.map((row) => groupResource(scope, row, members.get(row.id) ?? []))
    return answerList(c, GROUP, { total, startIndex, resources })
  })
  .get('/scim2/Groups/:id', async (c) => {
    const row = await getGroup(c.var.scope, c.req.param('id'))
    return answerResource(c, GROUP, await readGroupResource(c.var.scope, row))
  })
  .put('/scim2/Groups/:id', async (c) => {
    const input = validateResource(GROUP, await scimBody(c))
    const row = await updateGroup(c.var.scope, c.req.param('id'), () => input, ORIGIN, expectedVersion(c))
    return answerResource(c, GROUP, await readGroupResource(c.var.scope, row))
  })
  .patch('/scim2/Groups/:id', async (c) => {
    const body = await scimBody(c)
    const patch = (group: Resource) => patchResource(GROUP, group, body)
    const row = await updateGroup(c.var.scope, c.req.param('id'), patch, ORIGIN, expectedVersion(c))
    return answerResource(c, GROUP, await readGroupResource(c.var.scope, row))
  })
  .delete('/scim2/Groups/:id', async (c) => {
    await removeGroup(c.var.scope, c.req.param('id'), ORIGIN)
    return c.body(null, 204)
  })
