import { DEVICE_CODE_GRANT } from '../../applications/settings.ts'
import { OAuthError } from '../../core/errors.ts'
import { newRouter } from '../../http.ts'
import { certificateOf } from '../certificate/verify.ts'
import { authenticateClient } from '../client-auth.ts'
import { limitForm, readForm } from '../form.ts'
import { narrowedResources } from '../resource.ts'
import { beginDevice, DEVICE_CODE_SECONDS, INTERVAL_SECONDS } from './commands.ts'
import { shownUserCode } from './user-code.ts'

const LONGEST_SCOPE = 2000

/** {T}/oauth2/device_authorize (RFC 8628 section 3.1): a device asks for a code that a person types elsewhere. */
export const deviceAuthorizationRoutes = newRouter().post('/oauth2/device_authorize', limitForm, async (c) => {
  const { scope } = c.var
  const form = await readForm(c)
  const application = await authenticateClient(scope, c.req.header('Authorization'), form, certificateOf(c))
  if (!application.grantTypes.includes(DEVICE_CODE_GRANT)) {
    throw new OAuthError('unauthorized_client', 'The client may not use device codes.')
  }
  const asked = form.get('scope') ?? ''
  if (asked.length > LONGEST_SCOPE) throw new OAuthError('invalid_scope', 'The scope is too long.')
  const resources = narrowedResources(scope.issuer, application, form)
  const { deviceCode, userCode } = await beginDevice(scope, {
    applicationId: application.id,
    scope: asked,
    resources: resources ? [...resources] : null,
  })
  const shown = shownUserCode(userCode)
  c.header('Cache-Control', 'no-store')
  return c.json({
    device_code: deviceCode,
    user_code: shown,
    verification_uri: `${scope.issuer}/device`,
    verification_uri_complete: `${scope.issuer}/device?user_code=${shown}`,
    expires_in: DEVICE_CODE_SECONDS,
    interval: INTERVAL_SECONDS,
  })
})
