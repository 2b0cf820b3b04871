/** Tokens that are given to be exchanged (RFC 8693 section 2.1): whose they are, and who may have them. */
import type { ApplicationRow } from '../../applications/queries.ts'
import { OAuthError } from '../../core/errors.ts'
import { findUser } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'
import { type AccessToken, findAccessToken, isAlive, isOfClient } from '../access-tokens.ts'
import type { Confirmation } from '../confirmation.ts'
import { findGrant } from '../queries.ts'
import { isMeantFor } from './rules.ts'

export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
/** What is read as an access token of ours: as a JWT, it is one too. */
const READABLE = [ACCESS_TOKEN, 'urn:ietf:params:oauth:token-type:jwt']

/** The subject_token, which has to be meant for the application, and the person for whom it stands. OAuthError invalid_request. */
export async function readSubject(scope: Scope, application: ApplicationRow, form: ReadonlyMap<string, string>) {
  const subject = await readToken(scope, form, 'subject')
  if (isOfClient(subject)) {
    throw new OAuthError('invalid_request', 'subject_token stands for an application, not a person.')
  }
  if (!isMeantFor(subject, application)) {
    throw new OAuthError('invalid_request', 'subject_token is not meant for this application.')
  }
  // To an application with pairwise subjects sub is no user's id: the grant says whose it is.
  const grant = await findGrant(scope, subject)
  const user = grant && (await findUser(scope, grant.userId))
  if (!user?.active) throw new OAuthError('invalid_request', 'The user is no more, or deactivated.')
  return { subject, userId: user.id }
}

/**
 * Whoever was given a token that is bound to a key or a certificate shows it here too, and so does whoever proves nothing
 * else: stolen, it is worth nothing (RFC 9449, RFC 8705). A resource server that got it has seen the proof, and has none of
 * its own.
 */
export function demandHeld(token: AccessToken, application: ApplicationRow, shown: Confirmation): void {
  const { jkt, 'x5t#S256': certificate } = token.confirmation
  const isHeld =
    (jkt === undefined || jkt === shown.jkt) && (certificate === undefined || certificate === shown['x5t#S256'])
  const isServer = token.clientId !== application.clientId && application.tokenEndpointAuthMethod !== 'none'
  if (isHeld || isServer) return
  throw new OAuthError('invalid_request', 'The token is bound to a key or a certificate that was not shown.')
}

/** One of the two tokens that may be there. OAuthError invalid_request if it is none of ours, or over. */
export async function readToken(scope: Scope, form: ReadonlyMap<string, string>, which: 'subject' | 'actor') {
  const token = form.get(`${which}_token`)
  if (token === undefined) throw new OAuthError('invalid_request', `${which}_token is missing.`)
  if (!READABLE.includes(form.get(`${which}_token_type`) ?? '')) {
    throw new OAuthError('invalid_request', `${which}_token_type must be ${READABLE.join(' or ')}.`)
  }
  const read = await findAccessToken(scope, token)
  if (read && (await isAlive(scope, read))) return read
  throw new OAuthError('invalid_request', `${which}_token is no access token of this server, or is over.`)
}
