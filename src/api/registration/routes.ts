import { jsonBody, newRouter, queryOf } from '../../http.ts'
import {
  createInitialAccessToken,
  removeInitialAccessToken,
  setRegistrationSettings,
} from '../../oidc/registration/commands.ts'
import { findRegistrationSettings, listInitialAccessTokens } from '../../oidc/registration/queries.ts'
import { fromCursor, pageFrom } from '../cursor.ts'
import { demandFuture } from '../expiry.ts'
import { pageQuery } from '../schemas.ts'
import { initialTokenInput, registrationSettingsInput } from './schemas.ts'

/** Whether clients may register themselves (RFC 7591), and the tokens with which they do. */
export const registrationApi = newRouter()
  .get('/api/v1/client-registration', async (c) => c.json(await findRegistrationSettings(c.var.scope)))
  .put('/api/v1/client-registration', jsonBody(registrationSettingsInput), async (c) => {
    const settings = c.req.valid('json')
    await setRegistrationSettings(c.var.scope, settings)
    return c.json(settings)
  })
  .post('/api/v1/client-registration/tokens', jsonBody(initialTokenInput), async (c) => {
    const input = c.req.valid('json')
    demandFuture(c.var.scope, input.expiresAt)
    c.header('Cache-Control', 'no-store')
    return c.json(await createInitialAccessToken(c.var.scope, input), 201)
  })
  .get('/api/v1/client-registration/tokens', queryOf(pageQuery), async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const rows = await listInitialAccessTokens(c.var.scope, cursor === undefined ? '' : fromCursor(cursor), limit + 1)
    return c.json(
      pageFrom(
        rows,
        limit,
        (row) => row.id,
        ({ id, description, expiresAt, created }) => ({
          id,
          description,
          ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
          created: created.toISOString(),
        }),
      ),
    )
  })
  .delete('/api/v1/client-registration/tokens/:id', async (c) => {
    await removeInitialAccessToken(c.var.scope, c.req.param('id'))
    return c.body(null, 204)
  })
