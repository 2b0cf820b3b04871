import { createMiddleware } from 'hono/factory'
import { Problem } from '../core/errors.ts'
import { demandAdministrator } from '../directory/credentials/administrator.ts'
import type { Env } from '../http.ts'

/** Lets in an administrator of this tenant with Basic. */
export const apiAuth = createMiddleware<Env>(async (c, next) => {
  await demandAdministrator(c, Problem)
  await next()
})
