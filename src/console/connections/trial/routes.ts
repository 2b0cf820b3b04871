import { Problem } from '../../../core/errors.ts'
import { findTrial } from '../../../federation/trial/queries.ts'
import { beginTrial } from '../../../federation/trial/run.ts'
import { newRouter } from '../../../http.ts'
import { viewOf } from '../../frame.ts'
import { formPage } from '../../permissions.ts'
import { connectionPath } from '../connection-pages.ts'
import { readConnection } from '../read.ts'
import { resultOf } from './result.ts'
import { trialPage } from './pages.ts'
import { viewerOf } from './viewer.ts'

/** A test of a connection: for whoever may change it, and then for her alone, in the browser that she began it in. */
export const trialPages = newRouter()
  .post('/console/connections/:id/test', async (c) => {
    const connection = await readConnection(c)
    const pathOf = (id: string) => `${connectionPath(viewOf(c), connection)}/test/${id}`
    return c.redirect(pathOf(await beginTrial(c.var.scope, connection, viewerOf(c), pathOf)), 303)
  })
  .get('/console/connections/:id/test/:test', formPage, async (c) => {
    const connection = await readConnection(c)
    const record = await findTrial(c.var.scope, c.req.param('test'), { connectionId: connection.id, ...viewerOf(c) })
    if (!record) throw new Problem(404, NONE)
    return c.html(trialPage(viewOf(c), connection, record, await resultOf(c, connection, record)))
  })

const NONE = 'There is no such test. It can be looked at for half an hour, in the browser that it was begun in.'
