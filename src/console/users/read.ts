import { ScimError } from '../../core/errors.ts'
import { getLinkedUser } from '../../directory/users/queries.ts'
import type { AppContext } from '../../http.ts'
import { viewOf } from '../frame.ts'
import { demandPermission } from '../permissions.ts'
import { shownUser } from './user-pages.ts'

/** The user that the address names; 404 if there is none. */
export async function readUser(c: AppContext) {
  const view = viewOf(c)
  const shown = shownUser(view, await getLinkedUser(c.var.scope, c.req.param('id') ?? ''))
  return { view, shown, user: shown.user }
}

/** For what is nothing but a change: whoever may not make it is told so before she has filled in anything. */
export async function readChangeable(c: AppContext) {
  demandPermission(c, 'scim:write')
  const read = await readUser(c)
  if (!read.shown.isChangeable) throw new ScimError(403, `${read.user.userName} may do more here than you.`)
  return read
}
