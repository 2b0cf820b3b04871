import type { z } from 'zod'
import { Problem } from '../../core/errors.ts'
import { newRouter } from '../../http.ts'
import { withdrawConsent, withdrawConsents } from '../../oidc/consent/commands.ts'
import { type GivenConsent, listConsents } from '../../oidc/consent/queries.ts'
import { idToChange, readUser } from '../user.ts'
import type { consentAnswer } from './schemas.ts'

/** What a user has let applications know and do. Withdrawn, it ends what they were granted for her as well. */
export const consentApi = newRouter()
  .get('/api/v1/users/:id/consents', async (c) => {
    const user = await readUser(c)
    return c.json({ items: (await listConsents(c.var.scope, user.id)).map(toConsent) })
  })
  .delete('/api/v1/users/:id/consents', async (c) => {
    await withdrawConsents(c.var.scope, await idToChange(c))
    return c.body(null, 204)
  })
  .delete('/api/v1/users/:id/consents/:application', async (c) => {
    if (!(await withdrawConsent(c.var.scope, await idToChange(c), c.req.param('application')))) {
      throw new Problem(404, 'The user has let no such application do anything.')
    }
    return c.body(null, 204)
  })

function toConsent({ applicationId: id, application: name, scopes, grantedAt }: GivenConsent) {
  const answer: z.input<typeof consentAnswer> = {
    application: { id, name },
    scopes: [...scopes].sort(),
    grantedAt: grantedAt.toISOString(),
  }
  return answer
}
