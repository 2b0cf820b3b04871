import { newRouter } from '../../http.ts'
import { endOtherSessions, endSessionOf } from '../../session/commands.ts'
import { listSessions } from '../../session/queries.ts'
import { donePath, viewOf } from '../frame.ts'
import { sessionsPage } from './pages.ts'

/** Where she is signed in. Applications that a session signed her in to are told when it ends. */
export const sessionSection = newRouter()
  .get('/account/sessions', async (c) => {
    const view = viewOf(c)
    return c.html(sessionsPage(view, await listSessions(c.var.scope, view.person.userId)))
  })
  .post('/account/sessions/others', async (c) => {
    const view = viewOf(c)
    await endOtherSessions(c.var.scope, view.person.userId, view.person.sid)
    return c.redirect(donePath(view, 'sessions', 'others-ended'), 303)
  })
  // One that has ended already is as she wants it.
  .post('/account/sessions/:sid/end', async (c) => {
    const view = viewOf(c)
    await endSessionOf(c.var.scope, view.person.userId, c.req.param('sid'))
    return c.redirect(donePath(view, 'sessions', 'session-ended'), 303)
  })
