import { z } from 'zod'
import { type FieldError, Problem, ScimError } from '../../core/errors.ts'
import { removeGroup, updateGroup } from '../../directory/groups/commands.ts'
import { createGroup } from '../../directory/groups/creation/commands.ts'
import {
  getGroup,
  groupSearch,
  listGroups,
  listUnknownMembers,
  permissionsOfGroup,
} from '../../directory/groups/queries.ts'
import { forgetUnknownMembers } from '../../directory/groups/unknown/commands.ts'
import { groupSource } from '../../directory/list/source.ts'
import { GROUPS } from '../../directory/members/commands.ts'
import { countMembers } from '../../directory/members/queries.ts'
import { findUserByName } from '../../directory/users/queries.ts'
import { listHref } from '../../html/table.ts'
import { type AppContext, newRouter } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { normalizeResource } from '../../scim/lenient.ts'
import { GROUP } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { validateResource } from '../../scim/validate.ts'
import { EMPTY_DRAFT, submitForm } from '../form.ts'
import { originOf, viewOf } from '../frame.ts'
import { listStateOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { demandPermission } from '../permissions.ts'
import { listQueryOf, searchFor } from '../search.ts'
import { editTyped } from '../users/attributes/edit.ts'
import {
  deleteGroupPage,
  generalPage,
  groupRolesPage,
  membersPage,
  shownGroup,
  unknownMembersPage,
} from './group-pages.ts'
import { memberChange, memberForm, memberStateOf, readMembers } from './members/read.ts'
import { groupPath, groupsPage, newGroupPage } from './pages.ts'
import { rolesOfGroup } from './queries.ts'

/** What the columns of the list sort by. */
const SORTS = { displayName: 'displayName', created: 'meta.created', lastModified: 'meta.lastModified' }
const MEMBER_TYPES = ['User', 'Group'] as const
const NO_NAME = 'Give a name.'
const newGroupForm = z.object({
  displayName: z.string().trim().min(1, NO_NAME),
  members: z
    .string()
    .default('')
    .transform((text) => [...new Set(text.split(/[\n,]/).map((name) => name.trim()))].filter((name) => name !== '')),
})
const generalForm = z.looseObject({
  displayName: z.string().refine((name) => name.trim() !== '', NO_NAME),
  version: z.coerce.number().int(),
})

/** User Management > Groups. */
export const groupPages = newRouter()
  .get('/console/groups', async (c) => {
    const { scope } = c.var
    const state = listStateOf(c, Object.keys(SORTS))
    const source = groupSource(scope, GROUP)
    const search = searchFor(source, state.q, groupSearch)
    const { total = 0, rows } = await listGroups(scope, listQueryOf(state, SORTS), { source, ...search })
    const members = await countMembers(
      scope,
      GROUPS,
      rows.map((row) => row.id),
    )
    return c.html(groupsPage(viewOf(c), { state, search, total, rows, members }))
  })
  .get('/console/groups/new', (c) => {
    demandPermission(c, 'scim:write')
    return c.html(newGroupPage(viewOf(c), EMPTY_DRAFT))
  })
  .post('/console/groups/new', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      newGroupForm,
      async (form) => {
        const members = await idsOfUsers(c.var.scope, form.members)
        const body = { displayName: form.displayName, members: members.map((value) => ({ value })) }
        const input = validateResource(GROUP, normalizeResource(GROUP, body))
        const group = await createGroup(c.var.scope, input, originOf(c))
        return withMessage(groupPath(view, group), 'group-created')
      },
      (draft) => newGroupPage(view, draft),
    )
  })
  .get('/console/groups/:id', async (c) => {
    const { view, shown } = await readGroup(c)
    return c.html(generalPage(view, shown, EMPTY_DRAFT))
  })
  .post('/console/groups/:id', async (c) => {
    const { scope } = c.var
    const { view, group } = await readGroup(c)
    return submitForm(
      c,
      generalForm,
      async ({ version, ...values }) => {
        const edit = { edit: editTyped(GROUP, values), members: [] }
        await updateGroup(scope, group.id, edit, originOf(c), { expected: [version] })
        return withMessage(groupPath(view, group), 'group-updated')
      },
      async (draft) => generalPage(view, (await readGroup(c)).shown, draft),
    )
  })
  .get('/console/groups/:id/members', async (c) => {
    const { view, shown, group } = await readGroup(c)
    return c.html(membersPage(view, shown, await readMembers(c, GROUPS, group.id, MEMBER_TYPES), EMPTY_DRAFT))
  })
  .post('/console/groups/:id/members', async (c) => {
    const { view, shown, group } = await readGroup(c)
    return submitForm(
      c,
      memberForm,
      async (form) => {
        const edit = (current: Resource) => current
        await updateGroup(c.var.scope, group.id, { edit, members: [memberChange('members', form)] }, originOf(c))
        return withMessage(listHref(memberStateOf(c)), form.add === undefined ? 'member-removed' : 'member-added')
      },
      async (draft) => membersPage(view, shown, await readMembers(c, GROUPS, group.id, MEMBER_TYPES), draft),
    )
  })
  .get('/console/groups/:id/roles', async (c) => {
    const { view, shown, group } = await readGroup(c)
    return c.html(groupRolesPage(view, shown, await rolesOfGroup(c.var.scope, group.id)))
  })
  .get('/console/groups/:id/unknown-members', async (c) => {
    const { view, shown, group } = await readGroup(c)
    return c.html(unknownMembersPage(view, shown, await listUnknownMembers(c.var.scope, group.id)))
  })
  .post('/console/groups/:id/unknown-members', async (c) => {
    const { view, group } = await readChangeable(c)
    await forgetUnknownMembers(c.var.scope, group.id)
    return c.redirect(withMessage(`${groupPath(view, group)}/unknown-members`, 'unknown-members-forgotten'), 303)
  })
  .get('/console/groups/:id/delete', async (c) => {
    const { view, group } = await readChangeable(c)
    return c.html(deleteGroupPage(view, group, await lossesOf(c.var.scope, group.id), EMPTY_DRAFT))
  })
  .post('/console/groups/:id/delete', async (c) => {
    const { view, group } = await readGroup(c)
    return submitForm(
      c,
      z.object({}),
      async () => {
        await removeGroup(c.var.scope, group.id, originOf(c))
        return withMessage(`${view.root}/groups`, 'group-deleted')
      },
      async (draft) => deleteGroupPage(view, group, await lossesOf(c.var.scope, group.id), draft),
    )
  })

async function readGroup(c: AppContext) {
  const view = viewOf(c)
  const group = await getGroup(c.var.scope, c.req.param('id') ?? '')
  return { view, group, shown: shownGroup(view, group, await permissionsOfGroup(c.var.scope, group.id)) }
}

/** For what is nothing but a change: whoever may not make it is told so. */
async function readChangeable(c: AppContext) {
  demandPermission(c, 'scim:write')
  const read = await readGroup(c)
  if (read.shown.isChangeable) return read
  throw new ScimError(403, `${read.group.displayName} gives permissions that you do not have.`)
}

async function lossesOf(scope: Scope, groupId: string) {
  const members = await countMembers(scope, GROUPS, [groupId])
  return { members: members.get(groupId) ?? 0, roles: await rolesOfGroup(scope, groupId) }
}

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
