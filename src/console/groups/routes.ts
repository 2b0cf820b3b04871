import { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { createGroup } from '../../directory/groups/creation/commands.ts'
import { removeGroup, updateGroup } from '../../directory/groups/commands.ts'
import { getGroup, groupSearch, listGroups } from '../../directory/groups/queries.ts'
import { groupSource } from '../../directory/list/source.ts'
import { GROUPS } from '../../directory/members/commands.ts'
import { countMembers } from '../../directory/members/queries.ts'
import { findUserByName } from '../../directory/users/queries.ts'
import type { FieldError } from '../../core/errors.ts'
import type { Scope } from '../../platform.ts'
import { newRouter } from '../../http.ts'
import { normalizeResource } from '../../scim/lenient.ts'
import { GROUP } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { validateResource } from '../../scim/validate.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { originOf, viewOf } from '../frame.ts'
import { listStateOf, pageOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { listQueryOf, searchFor } from '../search.ts'
import { withMember, withoutMember } from './members.ts'
import { deleteGroupPage, groupGeneralPage, groupPath, groupsPage, membersPage, newGroupPage } from './pages.ts'
import { findCandidates, listMembers } from './queries.ts'

/** What the columns of the list sort by. */
const SORTS = { displayName: 'displayName', created: 'meta.created' }
const MAX_CANDIDATES = 10
const displayName = z.string().trim().min(1, 'Give a name.').max(256, 'Use at most 256 characters.')
const newGroupForm = z.object({
  displayName,
  members: z
    .string()
    .default('')
    .transform((text) => [...new Set(text.split(/[\n,]/).map((name) => name.trim()))].filter((name) => name !== '')),
})
const generalForm = z.object({ displayName, version: z.coerce.number().int() })
const memberForm = z.object({ add: z.string().optional(), remove: z.string().optional() })

/** User Management > Groups. */
export const groupPages = newRouter()
  .get('/console/groups', async (c) => {
    const { scope } = c.var
    const state = listStateOf(c, Object.keys(SORTS))
    const source = groupSource(scope, GROUP)
    const { condition } = searchFor(source, state.q, groupSearch)
    const { total = 0, rows } = await listGroups(scope, listQueryOf(state, SORTS), { source, condition })
    const members = await countMembers(
      scope,
      GROUPS,
      rows.map((row) => row.id),
    )
    return c.html(groupsPage(viewOf(c), { state, total, rows, members }))
  })
  .get('/console/groups/new', (c) => c.html(newGroupPage(viewOf(c), EMPTY_DRAFT)))
  .post('/console/groups/new', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      newGroupForm,
      async (form) => {
        const members = await idsOfUsers(c.var.scope, form.members)
        const body = { displayName: form.displayName, members: members.map((value) => ({ value })) }
        const group = await createGroup(
          c.var.scope,
          validateResource(GROUP, normalizeResource(GROUP, body)),
          originOf(c),
        )
        return withMessage(groupPath(view, group), 'group-created')
      },
      (draft) => newGroupPage(view, draft),
    )
  })
  .get('/console/groups/:id', async (c) => {
    const { scope } = c.var
    const group = await getGroup(scope, c.req.param('id'))
    const state = listStateOf(c, [])
    const wanted = (c.req.query('add') ?? '').trim().slice(0, 200)
    const { total, rows } = await listMembers(scope, GROUPS, group.id, { q: state.q, ...pageOf(state) })
    const candidates = await findCandidates(scope, GROUPS, group.id, wanted, MAX_CANDIDATES)
    return c.html(membersPage(viewOf(c), group, { state, total, rows, wanted, candidates }))
  })
  .post('/console/groups/:id/members', async (c) => {
    const group = await getGroup(c.var.scope, c.req.param('id'))
    const view = viewOf(c)
    return submitForm(
      c,
      memberForm,
      async ({ add, remove }) => {
        const change = add === undefined ? withoutMember(remove ?? '') : withMember(add)
        await updateGroup(c.var.scope, group.id, { edit: (current) => current, members: [change] }, originOf(c))
        return withMessage(groupPath(view, group), add === undefined ? 'member-removed' : 'member-added')
      },
      (draft) => groupGeneralPage(view, group, draft),
    )
  })
  .get('/console/groups/:id/general', async (c) => {
    const group = await getGroup(c.var.scope, c.req.param('id'))
    return c.html(groupGeneralPage(viewOf(c), group, EMPTY_DRAFT))
  })
  .post('/console/groups/:id/general', async (c) => {
    const { scope } = c.var
    const view = viewOf(c)
    const id = c.req.param('id')
    return submitForm(
      c,
      generalForm,
      async ({ displayName, version }) => {
        const rename = { edit: (current: Resource) => ({ ...current, displayName }), members: [] }
        const group = await updateGroup(scope, id, rename, originOf(c), { expected: [version] })
        return withMessage(`${groupPath(view, group)}/general`, 'group-updated')
      },
      async (draft) => groupGeneralPage(view, await getGroup(scope, id), draft),
    )
  })
  .get('/console/groups/:id/delete', async (c) => {
    const group = await getGroup(c.var.scope, c.req.param('id'))
    const members = await countMembers(c.var.scope, GROUPS, [group.id])
    return c.html(deleteGroupPage(viewOf(c), group, members.get(group.id) ?? 0))
  })
  .post('/console/groups/:id/delete', async (c) => {
    await removeGroup(c.var.scope, c.req.param('id'), originOf(c))
    return c.redirect(withMessage(`${viewOf(c).root}/groups`, 'group-deleted'), 303)
  })

/** The ids of users by their names, or Problem 400 that says whom there is not. */
async function idsOfUsers(scope: Scope, names: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  const unknown: FieldError[] = []
  for (const name of names) {
    const user = await findUserByName(scope, name)
    if (user) ids.push(user.id)
    else unknown.push({ field: 'members', message: `There is no user “${name}”.` })
  }
  if (unknown.length > 0) throw new Problem(400, 'Some members do not exist.', unknown)
  return ids
}
