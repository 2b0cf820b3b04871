import type { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { newRouter } from '../../http.ts'
import { endSessionOf, endSessionsOf } from '../../session/commands.ts'
import { type ActiveSession, listSessions } from '../../session/queries.ts'
import { idToChange, readUser } from '../user.ts'
import type { sessionAnswer } from './schemas.ts'

/** The sessions of a user. Applications that they signed her in to are told when one ends. */
export const sessionApi = newRouter()
  .get('/api/v1/users/:id/sessions', async (c) => {
    const user = await readUser(c)
    return c.json({ items: (await listSessions(c.var.scope, user.id)).map(toSession) })
  })
  .delete('/api/v1/users/:id/sessions', async (c) => {
    await endSessionsOf(c.var.scope, await idToChange(c))
    return c.body(null, 204)
  })
  .delete('/api/v1/users/:id/sessions/:sid', async (c) => {
    if (!(await endSessionOf(c.var.scope, await idToChange(c), c.req.param('sid')))) {
      throw new Problem(404, 'The user has no such session.')
    }
    return c.body(null, 204)
  })

function toSession(row: ActiveSession): z.input<typeof sessionAnswer> {
  return {
    sid: row.sid,
    method: row.method,
    ...(row.amr.length > 0 ? { amr: row.amr } : {}),
    ...(row.userAgent === null ? {} : { userAgent: row.userAgent }),
    authenticatedAt: row.authenticatedAt.toISOString(),
    lastUsed: row.lastUsedAt.toISOString(),
    expires: row.expiresAt.toISOString(),
  }
}
