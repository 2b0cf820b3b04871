import { hashToken } from '../../core/crypto.ts'
import { OAuthError } from '../../core/errors.ts'
import { newRouter } from '../../http.ts'
import { certificateOf } from '../certificate/verify.ts'
import { authenticateClient } from '../client-auth.ts'
import { limitForm, readForm } from '../form.ts'
import { findAccessToken } from '../access-tokens.ts'
import { revokeAccessToken, revokeFamily } from './commands.ts'

/** {T}/oauth2/revoke (RFC 7009): 200 for whatever token it is; only one of the client that asks is ended. */
export const revocationRoutes = newRouter().post('/oauth2/revoke', limitForm, async (c) => {
  const { scope } = c.var
  const form = await readForm(c)
  const application = await authenticateClient(scope, c.req.header('Authorization'), form, certificateOf(c))
  const token = form.get('token')
  if (token === undefined) throw new OAuthError('invalid_request', 'token is missing.')
  const access = await findAccessToken(scope, token)
  if (!access) await revokeFamily(scope, application.id, hashToken(token))
  else if (access.clientId === application.clientId) await revokeAccessToken(scope, access)
  c.header('Cache-Control', 'no-store')
  return c.body(null, 200)
})
