import { z } from 'zod'
import { listApplications } from '../../applications/queries.ts'
import { ScimError } from '../../core/errors.ts'
import { roleSource } from '../../directory/list/source.ts'
import { type MemberType, ROLES } from '../../directory/members/commands.ts'
import { removeRole, updateRole } from '../../directory/roles/commands.ts'
import { createRole } from '../../directory/roles/creation/commands.ts'
import { connectionsWithRole, countUsers, getRole, listRoles } from '../../directory/roles/queries.ts'
import type { Html } from '../../html.ts'
import { listHref } from '../../html/table.ts'
import { type AppContext, newRouter } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { ROLE } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../form.ts'
import { originOf, viewOf } from '../frame.ts'
import { memberChange, memberForm, memberStateOf, readMembers } from '../groups/members/read.ts'
import { listStateOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { demandPermission } from '../permissions.ts'
import { listQueryOf, searchFor } from '../search.ts'
import {
  applicationRoleForm,
  nameForm,
  newRole,
  organizationRoleForm,
  permissionsForm,
  withName,
  withPermissions,
} from './form.ts'
import { newApplicationRolePage, newOrganizationRolePage } from './new-pages.ts'
import { isEveryone, rolePath, rolesPage } from './pages.ts'
import { countHolders, roleSearch } from './queries.ts'
import {
  deleteRolePage,
  everyonePage,
  generalPage,
  type Holders,
  holdersPage,
  permissionsPage,
  shownRole,
} from './role-pages.ts'

/** What the columns of the list sort by. */
const SORTS = { displayName: 'displayName', audience: 'audience.display', created: 'meta.created' }
const MOST_APPLICATIONS = 1000
const TYPES: Record<Holders, readonly MemberType[]> = { users: ['User'], groups: ['Group'] }

/** User Management > Roles. */
export const rolePages = newRouter()
  .get('/console/roles', async (c) => {
    const { scope } = c.var
    const state = listStateOf(c, Object.keys(SORTS))
    const source = roleSource(scope, ROLE)
    const search = searchFor(source, state.q, roleSearch)
    const { total = 0, rows } = await listRoles(scope, listQueryOf(state, SORTS), { source, ...search })
    return c.html(rolesPage(viewOf(c), { state, search, total, rows }))
  })
  .get('/console/roles/new', (c) => {
    demandPermission(c, 'roles:write')
    return c.html(newOrganizationRolePage(viewOf(c), EMPTY_DRAFT))
  })
  .post('/console/roles/new', (c) =>
    submitForm(
      c,
      organizationRoleForm,
      (form) => create(c, newRole(form.displayName, '', form.permissions)),
      (draft) => newOrganizationRolePage(viewOf(c), draft),
    ),
  )
  .get('/console/roles/new/application', async (c) => {
    demandPermission(c, 'roles:write')
    return c.html(await drawNewApplicationRole(c, EMPTY_DRAFT))
  })
  .post('/console/roles/new/application', (c) =>
    submitForm(
      c,
      applicationRoleForm,
      (form) => create(c, newRole(form.displayName, form.application, form.permissions)),
      (draft) => drawNewApplicationRole(c, draft),
    ),
  )
  .get('/console/roles/:id', async (c) => {
    const { view, shown } = await readRole(c)
    return c.html(generalPage(view, shown, EMPTY_DRAFT))
  })
  .post('/console/roles/:id', async (c) => {
    const { view, role } = await readRole(c)
    return submitForm(
      c,
      nameForm,
      async ({ displayName, version }) => {
        const edit = (current: Resource) => withName(current, displayName)
        await updateRole(c.var.scope, role.id, { edit, members: [] }, originOf(c), [version])
        return withMessage(rolePath(view, role), 'role-updated')
      },
      async (draft) => generalPage(view, (await readRole(c)).shown, draft),
    )
  })
  .get('/console/roles/:id/permissions', async (c) => {
    const { view, shown } = await readRole(c)
    return c.html(permissionsPage(view, shown, EMPTY_DRAFT))
  })
  .post('/console/roles/:id/permissions', async (c) => {
    const { view, role } = await readRole(c)
    return submitForm(
      c,
      permissionsForm(role),
      async ({ permissions, version }) => {
        const edit = (current: Resource) => withPermissions(current, permissions)
        await updateRole(c.var.scope, role.id, { edit, members: [] }, originOf(c), [version])
        return withMessage(`${rolePath(view, role)}/permissions`, 'role-updated')
      },
      async (draft) => permissionsPage(view, (await readRole(c)).shown, draft),
    )
  })
  .get('/console/roles/:id/users', async (c) => c.html(await drawHolders(c, 'users', EMPTY_DRAFT)))
  .post('/console/roles/:id/users', (c) => changeHolders(c, 'users'))
  .get('/console/roles/:id/groups', async (c) => c.html(await drawHolders(c, 'groups', EMPTY_DRAFT)))
  .post('/console/roles/:id/groups', (c) => changeHolders(c, 'groups'))
  .get('/console/roles/:id/delete', async (c) => {
    demandPermission(c, 'roles:write')
    const { view, role, shown } = await readRole(c)
    if (!shown.isChangeable) throw new ScimError(403, `${role.displayName} cannot be deleted by you.`)
    return c.html(deleteRolePage(view, role, await lossesOf(c.var.scope, role.id), EMPTY_DRAFT))
  })
  .post('/console/roles/:id/delete', async (c) => {
    const { view, role } = await readRole(c)
    return submitForm(
      c,
      z.object({}),
      async () => {
        await removeRole(c.var.scope, role.id, originOf(c))
        return withMessage(`${view.root}/roles`, 'role-deleted')
      },
      async (draft) => deleteRolePage(view, role, await lossesOf(c.var.scope, role.id), draft),
    )
  })

async function create(c: AppContext, input: Resource): Promise<string> {
  const role = await createRole(c.var.scope, input, originOf(c))
  return withMessage(rolePath(viewOf(c), role), 'role-created')
}

async function drawNewApplicationRole(c: AppContext, draft: Draft): Promise<Html> {
  const { rows } = await listApplications(c.var.scope, { offset: 0, limit: MOST_APPLICATIONS })
  return newApplicationRolePage(viewOf(c), rows, draft)
}

async function drawHolders(c: AppContext, holders: Holders, draft: Draft): Promise<Html> {
  const { view, shown, role } = await readRole(c)
  if (isEveryone(role)) return everyonePage(view, shown, holders, await countUsers(c.var.scope), draft)
  return holdersPage(view, shown, holders, await readMembers(c, ROLES, role.id, TYPES[holders]), draft)
}

async function changeHolders(c: AppContext, holders: Holders): Promise<Response> {
  const { role } = await readRole(c)
  return submitForm(
    c,
    memberForm,
    async (form) => {
      const edit = (current: Resource) => current
      await updateRole(c.var.scope, role.id, { edit, members: [memberChange(holders, form)] }, originOf(c))
      return withMessage(listHref(memberStateOf(c)), form.add === undefined ? 'holder-removed' : 'holder-added')
    },
    (draft) => drawHolders(c, holders, draft),
  )
}

async function readRole(c: AppContext) {
  const view = viewOf(c)
  const role = await getRole(c.var.scope, c.req.param('id') ?? '')
  return { view, role, shown: shownRole(view, role) }
}

async function lossesOf(scope: Scope, roleId: string) {
  const connections = await connectionsWithRole(scope, roleId)
  return { ...(await countHolders(scope, roleId)), connections }
}
