import { ScimError } from '../../../core/errors.ts'
import { removeFactor } from '../../../directory/factors/commands.ts'
import { listFactors } from '../../../directory/factors/queries.ts'
import { getLinkedUser } from '../../../directory/users/queries.ts'
import { type AppContext, newRouter } from '../../../http.ts'
import { viewOf } from '../../frame.ts'
import { withMessage } from '../../messages.ts'
import { formPage } from '../../permissions.ts'
import { shownUser, userPath } from '../user-pages.ts'
import { resetFactorsPage, userFactorsPage } from './pages.ts'

/** The tab with a user's factors, and their reset. */
export const factorPages = newRouter()
  .get('/console/users/:id/factors', async (c) => {
    const { view, shown } = await read(c)
    return c.html(userFactorsPage(view, shown, await listFactors(c.var.scope, shown.user.id)))
  })
  .get('/console/users/:id/factors/reset', formPage, async (c) => {
    const { view, shown } = await readChangeable(c)
    return c.html(resetFactorsPage(view, shown, await listFactors(c.var.scope, shown.user.id)))
  })
  .post('/console/users/:id/factors/reset', async (c) => {
    const { view, shown } = await readChangeable(c)
    await removeFactor(c.var.scope, shown.user.id, 'all')
    return c.redirect(withMessage(`${userPath(view, shown.user)}/factors`, 'factors-reset'), 303)
  })

async function read(c: AppContext) {
  const view = viewOf(c)
  return { view, shown: shownUser(view, await getLinkedUser(c.var.scope, c.req.param('id') ?? '')) }
}

/** Throws 403 for a user who may do more than who is signed in. */
async function readChangeable(c: AppContext) {
  const { view, shown } = await read(c)
  if (!shown.isChangeable) throw new ScimError(403, `${shown.user.userName} may do more here than you.`)
  return { view, shown }
}
