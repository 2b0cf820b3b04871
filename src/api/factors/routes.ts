import type { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { removeFactor } from '../../directory/factors/commands.ts'
import { type Factor, listFactors } from '../../directory/factors/queries.ts'
import { newRouter } from '../../http.ts'
import { idToChange, readUser } from '../user.ts'
import type { factorAnswer } from './schemas.ts'

/** What a user signs in with beside a password; somebody who may change her takes it away when it is lost. */
export const factorApi = newRouter()
  .get('/api/v1/users/:id/factors', async (c) => {
    const { id } = await readUser(c)
    return c.json({ items: (await listFactors(c.var.scope, id)).map(toFactor) })
  })
  .delete('/api/v1/users/:id/factors', async (c) => {
    await removeFactor(c.var.scope, await idToChange(c), 'all')
    return c.body(null, 204)
  })
  .delete('/api/v1/users/:id/factors/:factor', async (c) => {
    const factor = c.req.param('factor')
    const what = factor === 'totp' ? factor : factor === 'recovery-codes' ? 'recovery' : { passkey: factor }
    if (!(await removeFactor(c.var.scope, await idToChange(c), what))) {
      throw new Problem(404, 'The user has no such factor.')
    }
    return c.body(null, 204)
  })

function toFactor({ created, lastUsed, ...factor }: Factor): z.input<typeof factorAnswer> {
  return {
    ...factor,
    ...(created ? { created: created.toISOString() } : {}),
    ...(lastUsed ? { lastUsed: lastUsed.toISOString() } : {}),
  }
}
