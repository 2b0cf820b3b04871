import type { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { demandCovered } from '../../directory/credentials/caller.ts'
import { permissionsOf } from '../../directory/permissions.ts'
import { rolesOfUser } from '../../directory/users/links/queries.ts'
import { findUser } from '../../directory/users/queries.ts'
import { type AppContext, newRouter } from '../../http.ts'
import { endSessionOf, endSessionsOf } from '../../session/commands.ts'
import { type ActiveSession, listSessions } from '../../session/queries.ts'
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

/** Throws Problem 404. */
export async function readUser(c: AppContext) {
  const user = await findUser(c.var.scope, c.req.param('id') ?? '')
  if (!user) throw new Problem(404, 'There is no such user.')
  return user
}

/** Nobody signs out, or resets, whom she may not change: one who may do more than she herself. */
export async function idToChange(c: AppContext): Promise<string> {
  const { id } = await readUser(c)
  demandCovered(c.var.caller, Problem, permissionsOf(await rolesOfUser(c.var.scope, id)))
  return id
}

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
