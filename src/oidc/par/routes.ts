import { OAuthError, unreachable } from '../../core/errors.ts'
import type { AuthorizationParameters } from '../../db/schema.ts'
import { newRouter } from '../../http.ts'
import { checkWithHint } from '../check.ts'
import { certificateOf } from '../certificate/verify.ts'
import { authenticateClient } from '../client-auth.ts'
import { readProof } from '../dpop/request.ts'
import { limitForm, readForm } from '../form.ts'
import { PUSHED_SECONDS, storePushedRequest } from './commands.ts'

/** What authenticates the client is no part of its request. */
const CREDENTIALS = ['client_secret', 'client_assertion', 'client_assertion_type']

/** {T}/oauth2/par (RFC 9126): an authorization request that does not travel through the browser. */
export const pushedRequestRoutes = newRouter().post('/oauth2/par', limitForm, async (c) => {
  const { scope } = c.var
  const form = await readForm(c)
  const application = await authenticateClient(scope, c.req.header('Authorization'), form, certificateOf(c))
  if (form.has('request_uri')) throw new OAuthError('invalid_request', 'A pushed request has no request_uri.')
  const values = new Map([...form].filter(([name]) => !CREDENTIALS.includes(name)))
  values.set('client_id', application.clientId)
  const jkt = await readProof(c, application)
  const checked = await checkWithHint(scope, { values, twice: [] }, application)
  switch (checked.kind) {
    case 'page-error':
      throw new OAuthError(checked.code ?? 'invalid_request', checked.detail)
    case 'redirect-error':
      throw new OAuthError(checked.code, checked.description)
    case 'ok': {
      const parameters = boundTo(jkt, checked.parameters)
      const request_uri = await storePushedRequest(scope, application.id, parameters)
      c.header('Cache-Control', 'no-store')
      return c.json({ request_uri, expires_in: PUSHED_SECONDS }, 201)
    }
    default:
      return unreachable(checked)
  }
})

/** A proof beside the request binds its code as dpop_jkt does, and goes with it if both are there (RFC 9449 10.1). */
function boundTo(jkt: string | undefined, parameters: AuthorizationParameters): AuthorizationParameters {
  if (jkt === undefined) return parameters
  if (parameters.dpopJkt === undefined || parameters.dpopJkt === jkt) return { ...parameters, dpopJkt: jkt }
  throw new OAuthError('invalid_dpop_proof', 'The DPoP proof is of another key than dpop_jkt.')
}
