import { unlinkIdentity } from '../../federation/links/commands.ts'
import { listLinkedIdentities } from '../../federation/queries.ts'
import { newRouter } from '../../http.ts'
import { donePath, sectionPath, viewOf } from '../frame.ts'
import { requireRecentSignIn } from '../guard.ts'
import { linkedPage, unlinkPage } from './pages.ts'

/** Her accounts at other providers, and the way to part from one. */
export const linkedSection = newRouter()
  .get('/account/linked', async (c) => {
    const view = viewOf(c)
    return c.html(linkedPage(view, await listLinkedIdentities(c.var.scope, view.person.userId)))
  })
  .get('/account/linked/:connection/unlink', requireRecentSignIn, async (c) => {
    const view = viewOf(c)
    const identities = await listLinkedIdentities(c.var.scope, view.person.userId)
    const linked = identities.find(({ connectionId }) => connectionId === c.req.param('connection'))
    return linked ? c.html(unlinkPage(view, linked)) : c.redirect(sectionPath(view, 'linked'), 303)
  })
  .post('/account/linked/:connection/unlink', requireRecentSignIn, async (c) => {
    const view = viewOf(c)
    const { userId, sid } = view.person
    const isGone = await unlinkIdentity(c.var.scope, userId, c.req.param('connection'), { kind: 'herself', sid })
    if (isGone) return c.redirect(donePath(view, 'linked', 'unlinked'), 303)
    const identities = await listLinkedIdentities(c.var.scope, userId)
    const isThere = identities.some(({ connectionId }) => connectionId === c.req.param('connection'))
    return c.html(linkedPage(view, identities, isThere), isThere ? 409 : 200)
  })
