import { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { createUser, removeUser, updateUser } from '../../directory/users/commands.ts'
import { getUser, linksOfUsers, listUsers, userSearch } from '../../directory/users/queries.ts'
import type { Html } from '../../html.ts'
import { type AppContext, newRouter } from '../../http.ts'
import { USER } from '../../scim/resource-types.ts'
import { validateResource } from '../../scim/validate.ts'
import { endSessionsOf } from '../../session/commands.ts'
import { listSessions } from '../../session/queries.ts'
import { type Draft, EMPTY_DRAFT, submitForm } from '../form.ts'
import { type View, viewOf } from '../frame.ts'
import { listStateOf, pageOf } from '../list.ts'
import { withMessage } from '../messages.ts'
import { newUserPage, usersPage } from './pages.ts'
import { profilePage } from './profile-page.ts'
import { editProfile, newUserBody, newUserForm, profileForm } from './profile.ts'
import { listIdentities, namesOfConnections } from './queries.ts'
import {
  deleteUserPage,
  isSelf,
  passwordPage,
  userGroupsPage,
  userPath,
  userRolesPage,
  userSessionsPage,
} from './user-pages.ts'

const ORIGIN = { source: 'console' } as const
const SORTS = ['userName', 'created'] as const
const passwordForm = z.object({
  password: z.string().min(1, 'Give a password.'),
  endSessions: z.literal('on').optional(),
})

/** User Management > Users. */
export const userPages = newRouter()
  .get('/console/users', async (c) => {
    const { scope } = c.var
    const state = listStateOf(c, SORTS)
    const sort = SORTS.find((name) => name === state.sort)
    const order = { descending: state.descending, ...(sort && { sort }) }
    const { total, rows } = await listUsers(scope, { where: userSearch(scope, state.q), ...pageOf(state), ...order })
    const connections = await namesOfConnections(
      scope,
      rows.map((row) => row.sourceConnectionId),
    )
    return c.html(usersPage(viewOf(c), { state, total, rows, connections }))
  })
  .get('/console/users/new', (c) => c.html(newUserPage(viewOf(c), EMPTY_DRAFT)))
  .post('/console/users/new', (c) => {
    const view = viewOf(c)
    return submitForm(
      c,
      newUserForm,
      async (form) => {
        const user = await createUser(c.var.scope, validateResource(USER, newUserBody(form)), ORIGIN)
        return withMessage(userPath(view, user), 'user-created')
      },
      (draft) => newUserPage(view, draft),
    )
  })
  .get('/console/users/:id', async (c) => c.html(await drawProfile(c, viewOf(c), EMPTY_DRAFT)))
  .post('/console/users/:id', async (c) => {
    const view = viewOf(c)
    const user = await getUser(c.var.scope, c.req.param('id'))
    return submitForm(
      c,
      profileForm,
      async ({ version, ...form }) => {
        if (isSelf(view, user) && form.active !== 'on') throw new Problem(400, 'You cannot deactivate yourself.')
        await updateUser(c.var.scope, user.id, (current) => editProfile(current, form), ORIGIN, version)
        return withMessage(userPath(view, user), 'user-updated')
      },
      (draft) => drawProfile(c, view, draft),
    )
  })
  .get('/console/users/:id/groups', async (c) => {
    const { user, links } = await readUser(c)
    return c.html(userGroupsPage(viewOf(c), user, links))
  })
  .get('/console/users/:id/roles', async (c) => {
    const { user, links } = await readUser(c)
    return c.html(userRolesPage(viewOf(c), user, links))
  })
  .get('/console/users/:id/sessions', async (c) => {
    const { user } = await readUser(c)
    const sessions = await listSessions(c.var.scope, user.id)
    const names = await namesOfConnections(
      c.var.scope,
      sessions.map((session) => session.method),
    )
    return c.html(userSessionsPage(viewOf(c), user, sessions, names))
  })
  .post('/console/users/:id/sessions', async (c) => {
    const { user } = await readUser(c)
    await endSessionsOf(c.var.scope, user.id)
    return c.redirect(withMessage(`${userPath(viewOf(c), user)}/sessions`, 'sessions-ended'), 303)
  })
  .get('/console/users/:id/password', async (c) => {
    const { user } = await readUser(c)
    return c.html(passwordPage(viewOf(c), user, EMPTY_DRAFT))
  })
  .post('/console/users/:id/password', async (c) => {
    const { user } = await readUser(c)
    const view = viewOf(c)
    return submitForm(
      c,
      passwordForm,
      async ({ password, endSessions }) => {
        await updateUser(c.var.scope, user.id, (current) => ({ ...current, password }), ORIGIN)
        if (endSessions) await endSessionsOf(c.var.scope, user.id)
        return withMessage(userPath(view, user), 'password-reset')
      },
      (draft) => passwordPage(view, user, draft),
    )
  })
  .get('/console/users/:id/delete', async (c) => {
    const { user, links } = await readUser(c)
    return c.html(deleteUserPage(viewOf(c), user, links))
  })
  .post('/console/users/:id/delete', async (c) => {
    const view = viewOf(c)
    const { user } = await readUser(c)
    if (isSelf(view, user)) throw new Problem(400, 'You cannot delete yourself.')
    await removeUser(c.var.scope, user.id, ORIGIN)
    return c.redirect(withMessage(`${view.root}/users`, 'user-deleted'), 303)
  })

async function readUser(c: AppContext) {
  const user = await getUser(c.var.scope, c.req.param('id') ?? '')
  const links = await linksOfUsers(c.var.scope, [user.id])
  return { user, links: links.get(user.id) ?? { groups: [], roles: [] } }
}

/** Read anew after a refusal too, so that the form carries the version that is there now. */
async function drawProfile(c: AppContext, view: View, draft: Draft): Promise<Html> {
  const { scope } = c.var
  const user = await getUser(scope, c.req.param('id') ?? '')
  const identities = await listIdentities(scope, user.id)
  const connections = await namesOfConnections(scope, [user.sourceConnectionId])
  return profilePage(view, { user, identities, connections }, draft)
}
