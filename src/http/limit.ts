/** How long a request may be. */
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import type { Env } from '../http.ts'

/** As hono's bodyLimit, without a look at the body where the request says how long it is: on Node that look costs. */
export function limitLength(maxSize: number, refuse: () => never) {
  const counting = bodyLimit({ maxSize, onError: refuse })
  return createMiddleware<Env>(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    const length = c.req.header('Content-Length')
    if (length === undefined || c.req.header('Transfer-Encoding') !== undefined) return counting(c, next)
    if (Number(length) > maxSize) refuse()
    return next()
  })
}
