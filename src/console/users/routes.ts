import { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { userTypeOf } from '../../directory/attributes/queries.ts'
import { userSource } from '../../directory/list/source.ts'
import { describePolicy } from '../../directory/passwords/policy.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { removeUser, updateUser } from '../../directory/users/commands.ts'
import { createUser } from '../../directory/users/creation/commands.ts'
import { byShownName, listUsers, userSearch } from '../../directory/users/queries.ts'
import { listLinks } from '../../federation/links/queries.ts'
import type { Html } from '../../html.ts'
import { type AppContext, formOf, newRouter } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { normalizeResource } from '../../scim/lenient.ts'
import { validateResource } from '../../scim/validate.ts'
import { goOnSignedIn } from '../../session/after-password.ts'
import { endSessionOf, endSessionsOf } from '../../session/commands.ts'
import { readCookie } from '../../session/cookie.ts'
import { findSession, listSessions } from '../../session/queries.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../form.ts'
import { originOf, viewOf } from '../frame.ts'
import { listStateOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { demandPermission } from '../permissions.ts'
import { listQueryOf, searchFor } from '../search.ts'
import { attributePages } from './attributes/routes.ts'
import { factorPages } from './factors/routes.ts'
import { newUserPage, usersPage } from './pages.ts'
import { profilePage } from './profile-page.ts'
import { editProfile, newUserBody, newUserForm, profileForm } from './profile.ts'
import { linkedPages } from './linked/routes.ts'
import { listGrants, namesOfConnections } from './queries.ts'
import { readChangeable, readUser } from './read.ts'
import {
  deleteUserPage,
  isSelf,
  passwordPage,
  userGroupsPage,
  userPath,
  userRolesPage,
  userSessionsPage,
} from './user-pages.ts'

/** What the columns of the list sort by. */
const SORTS = {
  userName: 'userName',
  displayName: 'displayName',
  created: 'meta.created',
  lastModified: 'meta.lastModified',
}
const NO_LINKS = { groups: false, roles: false }
const passwordForm = z.object({
  password: z.string().min(1, 'Give a password.'),
})

/** User Management > Users. */
export const userPages = newRouter()
  .get('/console/users', async (c) => {
    const { scope } = c.var
    const state = listStateOf(c, Object.keys(SORTS))
    const source = userSource(scope, await userTypeOf(scope))
    const search = searchFor(source, state.q, userSearch)
    const page = await listUsers(scope, listQueryOf(state, SORTS), {
      source: byShownName(source),
      ...search,
      shown: NO_LINKS,
    })
    const rows = page.rows.map(({ row }) => row)
    const connections = await namesOfConnections(
      scope,
      rows.map((row) => row.sourceConnectionId),
    )
    return c.html(usersPage(viewOf(c), { state, search, total: page.total ?? 0, rows, connections }))
  })
  .get('/console/users/new', async (c) => {
    demandPermission(c, 'scim:write')
    return c.html(newUserPage(viewOf(c), EMPTY_DRAFT, await passwordRules(c.var.scope)))
  })
  .post('/console/users/new', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      newUserForm,
      async (form) => {
        const type = await userTypeOf(c.var.scope)
        const input = validateResource(type, normalizeResource(type, newUserBody(form)))
        const { row } = await createUser(c.var.scope, input, originOf(c))
        return withMessage(userPath(view, row), 'user-created')
      },
      async (draft) => newUserPage(view, draft, await passwordRules(c.var.scope)),
    )
  })
  .get('/console/users/:id', async (c) => c.html(await drawProfile(c, EMPTY_DRAFT)))
  .post('/console/users/:id', async (c) => {
    const { scope } = c.var
    const { view, user } = await readUser(c)
    return submitForm(
      c,
      profileForm,
      async ({ version, ...form }) => {
        if (isSelf(view, user) && form.active !== 'on') throw new Problem(400, 'You cannot deactivate yourself.')
        await updateUser(scope, user.id, (current, type) => editProfile(type, current, form), originOf(c), [version])
        return withMessage(userPath(view, user), 'user-updated')
      },
      (draft) => drawProfile(c, draft),
    )
  })
  .route('/', attributePages)
  .route('/', factorPages)
  .route('/', linkedPages)
  .get('/console/users/:id/groups', async (c) => {
    const { view, shown } = await readUser(c)
    return c.html(userGroupsPage(view, shown, await listGrants(c.var.scope, shown.user.id, 'group')))
  })
  .get('/console/users/:id/roles', async (c) => {
    const { view, shown } = await readUser(c)
    return c.html(userRolesPage(view, shown, await listGrants(c.var.scope, shown.user.id, 'role')))
  })
  .get('/console/users/:id/sessions', async (c) => {
    const { view, shown, user } = await readUser(c)
    const sessions = await listSessions(c.var.scope, user.id)
    const names = await namesOfConnections(
      c.var.scope,
      sessions.map((session) => session.method),
    )
    return c.html(userSessionsPage(view, shown, sessions, names))
  })
  .post('/console/users/:id/sessions', async (c) => {
    const { view, user } = await readChangeable(c)
    const { end } = await formOf(c)
    // One that has ended already is as it is meant to be.
    if (typeof end === 'string') await endSessionOf(c.var.scope, user.id, end)
    else await endSessionsOf(c.var.scope, user.id)
    const done = typeof end === 'string' ? 'session-ended' : 'sessions-ended'
    return c.redirect(withMessage(`${userPath(view, user)}/sessions`, done), 303)
  })
  .get('/console/users/:id/password', async (c) => {
    const { view, user } = await readChangeable(c)
    return c.html(passwordPage(view, user, EMPTY_DRAFT, await passwordRules(c.var.scope)))
  })
  .post('/console/users/:id/password', async (c) => {
    const { view, user } = await readUser(c)
    return submitForm(
      c,
      passwordForm,
      async ({ password }) => {
        const { scope } = c.var
        const own = isSelf(view, user) ? await findSession(scope, readCookie(c, 'session')) : undefined
        const { row } = await updateUser(scope, user.id, (current) => ({ ...current, password }), originOf(c))
        if (own) await goOnSignedIn(c, own, row.passwordHash)
        return withMessage(userPath(view, user), 'password-reset')
      },
      async (draft) => passwordPage(view, user, draft, await passwordRules(c.var.scope)),
    )
  })
  .get('/console/users/:id/delete', async (c) => {
    const { view, shown } = await readChangeable(c)
    return c.html(deleteUserPage(view, shown, EMPTY_DRAFT))
  })
  .post('/console/users/:id/delete', async (c) => {
    const { view, shown, user } = await readUser(c)
    return submitForm(
      c,
      z.object({}),
      async () => {
        if (isSelf(view, user)) throw new Problem(400, 'You cannot delete yourself.')
        await removeUser(c.var.scope, user.id, originOf(c))
        return withMessage(`${view.root}/users`, 'user-deleted')
      },
      (draft) => deleteUserPage(view, shown, draft),
    )
  })

async function passwordRules(scope: Scope): Promise<string> {
  return describePolicy(await findPasswordPolicy(scope))
}

/** Read anew after a refusal too, so that the form carries the version that is there now. */
async function drawProfile(c: AppContext, draft: Draft): Promise<Html> {
  const { scope } = c.var
  const { view, shown, user } = await readUser(c)
  const linked = await listLinks(scope, user.id)
  const connections = await namesOfConnections(scope, [user.sourceConnectionId])
  return profilePage(view, { ...shown, linked, connections }, draft)
}
