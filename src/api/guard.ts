import { createMiddleware } from 'hono/factory'
import { Problem } from '../core/errors.ts'
import { checkAdministrator } from '../directory/credentials/administrator.ts'
import { type Env, isFromElsewhere } from '../http.ts'

/** Lets in an administrator of this tenant with Basic. */
export const apiAuth = createMiddleware<Env>(async (c, next) => {
  if (isFromElsewhere(c)) throw new Problem(403, 'Another site may not send this with Basic.')
  const check = await checkAdministrator(c.var.scope, c.req.header('Authorization'))
  if (check.kind === 'wait') {
    c.header('Retry-After', String(check.seconds))
    throw new Problem(429, check.detail)
  }
  if (check.kind === 'unauthenticated') throw new Problem(401, check.detail)
  if (check.kind === 'forbidden') throw new Problem(403, check.detail)
  c.set('administrator', check.administrator)
  await next()
})
