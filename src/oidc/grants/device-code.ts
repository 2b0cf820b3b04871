import type { ApplicationRow } from '../../applications/queries.ts'
import { hashToken } from '../../core/crypto.ts'
import { OAuthError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Scope } from '../../platform.ts'
import { type Confirmation, boundTo } from '../confirmation.ts'
import { pollDevice, redeemDevice } from '../device/commands.ts'
import type { DeviceCode } from '../device/queries.ts'
import { narrowedResources } from '../resource.ts'
import { grantedScopes } from '../scope.ts'
import type { Grant } from '../tokens.ts'

/**
 * What a device code gives once a person has approved it (RFC 8628 section 3.4). OAuthError authorization_pending,
 * slow_down, access_denied or expired_token (section 3.5); invalid_grant for a code that is another client's or was used.
 */
export async function redeemDeviceCode(
  scope: Scope,
  application: ApplicationRow,
  form: ReadonlyMap<string, string>,
  confirmation: Confirmation,
): Promise<Grant> {
  const deviceCode = form.get('device_code')
  if (deviceCode === undefined) throw new OAuthError('invalid_request', 'device_code is missing.')
  const codeHash = hashToken(deviceCode)
  const polled = await pollDevice(scope, codeHash, application.id)
  if (!polled) throw refused()
  const { userId, authenticatedAt, amr, ...code } = decided(scope, polled)
  const granted = grantedScopes(code.scope, application)
  const resources = narrowedResources(scope.issuer, application, form, code.resources)
  const kept = await redeemDevice(scope, application, codeHash, granted, boundTo(application, confirmation))
  if (!kept || userId === null || authenticatedAt === null) throw refused()
  return {
    clientId: application.clientId,
    userId,
    scope: granted.join(' '),
    tokenId: newId(),
    authenticatedAt,
    amr,
    nonce: null,
    sid: code.sid,
    resources,
    ...kept,
  }
}

function decided({ now }: Scope, polled: { readonly code: DeviceCode; readonly isTooFast: boolean }): DeviceCode {
  const { code, isTooFast } = polled
  if (code.expiresAt <= now) throw new OAuthError('expired_token', 'The device code has expired.')
  if (code.state === 'denied') throw new OAuthError('access_denied', 'The person did not allow it.')
  if (code.state === 'approved') return code
  if (isTooFast) throw new OAuthError('slow_down', 'Wait 5 seconds longer from now on before you ask again.')
  throw new OAuthError('authorization_pending', 'Nobody has decided yet.')
}

function refused(): OAuthError {
  return new OAuthError('invalid_grant', 'The device code is unknown or was used.')
}
