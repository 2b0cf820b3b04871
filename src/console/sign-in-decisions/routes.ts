import { listSignInConnections } from '../../connections/queries.ts'
import { findUser } from '../../directory/users/queries.ts'
import { getDecision } from '../../federation/decision/log/queries.ts'
import { newRouter } from '../../http.ts'
import { connectionPage } from '../connections/connection-pages.ts'
import { readConnection } from '../connections/read.ts'
import { viewOf } from '../frame.ts'
import { decisionPage, decisionRows, decisionsPage } from './pages.ts'
import { readDecisions } from './read.ts'

/** The log of what became of people who came from providers: of all, and of a connection. */
export const decisionPages = newRouter()
  .get('/console/sign-in-decisions', async (c) => {
    const connections = await listSignInConnections(c.var.scope)
    return c.html(decisionsPage(viewOf(c), await readDecisions(c, connections)))
  })
  .get('/console/sign-in-decisions/:id', async (c) => {
    const row = await getDecision(c.var.scope, c.req.param('id'))
    const user = row.userId === null ? undefined : await findUser(c.var.scope, row.userId)
    return c.html(decisionPage(viewOf(c), row, user?.userName))
  })
  .get('/console/connections/:id/decisions', async (c) => {
    const connection = await readConnection(c)
    const view = viewOf(c)
    const list = await readDecisions(c, [connection], connection.id)
    return c.html(connectionPage(view, connection, 'decisions', decisionRows(view, list)))
  })
