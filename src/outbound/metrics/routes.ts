import { equalInConstantTime, hashToken } from '../../core/crypto.ts'
import { newRouter } from '../../http.ts'
import type { Platform } from '../../platform.ts'
import { findFigures } from './queries.ts'
import { METRICS_TYPE, metricsText } from './text.ts'

/** /metrics of the whole server, for whoever knows METRICS_TOKEN; without that setting there is no such address. */
export function metricsRoutes({ config, db, now }: Platform) {
  return newRouter().get('/metrics', async (c) => {
    if (config.metricsToken === undefined) return c.notFound()
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '') ?? []
    // By their hashes, which are of one length whatever was sent.
    if (!equalInConstantTime(hashToken(token), hashToken(config.metricsToken))) {
      return c.text('This takes METRICS_TOKEN as a bearer token.\n', 401, { 'WWW-Authenticate': 'Bearer' })
    }
    return c.text(metricsText(await findFigures(db), now()), 200, { 'Content-Type': METRICS_TYPE })
  })
}
