import { formOf, newRouter } from '../../http.ts'
import { endOtherSessions, endSessionOf } from '../../session/commands.ts'
import { listSessions } from '../../session/queries.ts'
import { donePath, viewOf } from '../frame.ts'
import { ALL_OTHERS, sessionsPage } from './pages.ts'

/** Where she is signed in. Applications that a session signed her in to are told when it ends. */
export const sessionSection = newRouter()
  .get('/account/sessions', async (c) => {
    const view = viewOf(c)
    return c.html(sessionsPage(view, await listSessions(c.var.scope, view.person.userId)))
  })
  .post('/account/sessions', async (c) => {
    const view = viewOf(c)
    const { userId, sid } = view.person
    const { end } = await formOf(c)
    if (end === ALL_OTHERS) {
      await endOtherSessions(c.var.scope, userId, sid)
      return c.redirect(donePath(view, 'sessions', 'others-ended'), 303)
    }
    // One that has ended already is as she wants it.
    if (typeof end === 'string') await endSessionOf(c.var.scope, userId, end)
    return c.redirect(donePath(view, 'sessions', 'session-ended'), 303)
  })
