import { type AppContext, newRouter } from '../../http.ts'
import { parseBulk } from '../../scim/bulk.ts'
import { bulkResponse } from '../../scim/messages.ts'
import { demand } from '../auth.ts'
import type { Endpoint } from '../endpoint.ts'
import { refuseMethod } from '../handlers.ts'
import { answerScim, requestOf, scimBody } from '../scim-http.ts'
import { runBulk } from './run.ts'

/** /scim2/Bulk (RFC 7644 section 3.7): the answer is 200 whatever becomes of the operations. */
export function bulkRoutes(endpoints: readonly Endpoint[]) {
  return newRouter()
    .post('/scim2/Bulk', async (c: AppContext) => {
      // Each operation demands what it needs; whoever may change nothing is told so at once.
      if (!c.var.caller.permissions.has('roles:write')) demand(c, 'scim:write')
      const bulk = parseBulk(await scimBody(c))
      return answerScim(c, bulkResponse(await runBulk(requestOf(c, {}), endpoints, bulk)))
    })
    .all('/scim2/Bulk', (c) => refuseMethod(c, 'POST'))
}
