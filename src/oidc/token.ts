import { demandsOf } from '../applications/profile.ts'
import type { ApplicationRow } from '../applications/queries.ts'
import { sidFor } from '../applications/sector.ts'
import { DEVICE_CODE_GRANT, JWT_BEARER_GRANT, TOKEN_EXCHANGE_GRANT } from '../applications/settings.ts'
import { OAuthError } from '../core/errors.ts'
import { newRouter } from '../http.ts'
import { answerOpenly } from '../http/open-answer.ts'
import type { Scope } from '../platform.ts'
import { certificateOf } from './certificate/verify.ts'
import { authenticateClient } from './client-auth.ts'
import { type Confirmation, tokenTypeOf } from './confirmation.ts'
import type { Handed } from './exchange/provider-token.ts'
import { limitForm, readForm } from './form.ts'
import { redeemAuthorizationCode } from './grants/authorization-code.ts'
import { grantClient } from './grants/client-credentials.ts'
import { redeemDeviceCode } from './grants/device-code.ts'
import { grantByAssertion } from './grants/jwt-bearer.ts'
import { redeemRefreshToken } from './grants/refresh-token.ts'
import { exchangeToken } from './grants/token-exchange.ts'
import { mappedClaims } from './mapped-claims.ts'
import { confirmationOf } from './possession.ts'
import { subjectFor } from './subject.ts'
import { type Grant, issueAccessToken, issueIdToken, lifetimeOf } from './tokens.ts'

/** `confirmation` is what the client has shown that it holds. */
type RedeemGrant = (
  scope: Scope,
  application: ApplicationRow,
  form: ReadonlyMap<string, string>,
  confirmation: Confirmation,
) => Promise<Grant | Handed>

const GRANTS: Readonly<Record<string, RedeemGrant>> = {
  authorization_code: redeemAuthorizationCode,
  refresh_token: redeemRefreshToken,
  client_credentials: grantClient,
  [DEVICE_CODE_GRANT]: redeemDeviceCode,
  [TOKEN_EXCHANGE_GRANT]: exchangeToken,
  [JWT_BEARER_GRANT]: grantByAssertion,
}

/** {T}/oauth2/token (RFC 6749 section 3.2), in phases that no grant can pass over. */
export const tokenRoutes = newRouter().post('/oauth2/token', limitForm, async (c) => {
  const { scope } = c.var
  // 1. The form, read once.
  const form = await readForm(c)
  // 2. Who asks.
  const application = await authenticateClient(scope, c.req.header('Authorization'), form, certificateOf(c))
  // 3. What it may ask for.
  const redeem = grantOf(application, form.get('grant_type'))
  // 4. What it holds. Before anything is used up: a proof that lacks our nonce is sent again with it.
  const confirmation = await confirmationOf(c, application)
  // 5. What it asks for, used up.
  const redeemed = await redeem(scope, application, form, confirmation)
  if ('handed' in redeemed) return answerOpenly(c, JSON.stringify(redeemed.handed))
  const grant = { ...(await asTold(scope, application, redeemed)), confirmation }
  // 6. The tokens.
  const { idTokenAlg } = demandsOf(application)
  const expiresIn = lifetimeOf(grant, application, scope.now)
  const accessToken = await issueAccessToken(scope, grant, expiresIn, application)
  const answer = {
    access_token: accessToken,
    token_type: tokenTypeOf(confirmation),
    expires_in: expiresIn,
    scope: grant.scope,
    ...(grant.issuedTokenType === undefined ? {} : { issued_token_type: grant.issuedTokenType }),
    ...(grant.refreshToken === undefined ? {} : { refresh_token: grant.refreshToken }),
    ...(isOpenId(grant) ? { id_token: await issueIdToken(scope, grant, accessToken, idTokenAlg) } : {}),
  }
  return answerOpenly(c, JSON.stringify(answer))
})

/** With what is this application's own of a person: the sub and the sid that it knows, and the claims mapped for it. */
async function asTold(scope: Scope, application: ApplicationRow, grant: Grant): Promise<Grant> {
  if (grant.userId === null) return grant
  const claims = await mappedClaims(scope, application, grant.userId)
  return {
    ...grant,
    subject: await subjectFor(scope, application, grant.userId),
    ...(grant.sid ? { sid: await sidFor(scope, application, grant.sid) } : {}),
    idTokenClaims: { ...grant.idTokenClaims, ...claims('id_token') },
    accessTokenClaims: claims('access_token'),
  }
}

function isOpenId(grant: Grant): grant is Grant & { readonly userId: string } {
  return grant.userId !== null && grant.withoutIdToken !== true && grant.scope.split(' ').includes('openid')
}

function grantOf(application: ApplicationRow, type: string | undefined): RedeemGrant {
  if (type === undefined) throw new OAuthError('invalid_request', 'grant_type is missing.')
  const redeem = Object.hasOwn(GRANTS, type) ? GRANTS[type] : undefined
  if (!redeem) throw new OAuthError('unsupported_grant_type', 'This grant_type is not supported.')
  if (!application.grantTypes.includes(type)) {
    throw new OAuthError('unauthorized_client', 'The client may not use this grant_type.')
  }
  return redeem
}
