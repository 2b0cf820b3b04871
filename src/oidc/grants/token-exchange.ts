import type { ApplicationRow } from '../../applications/queries.ts'
import { OAuthError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { findUser } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'
import type { Confirmation } from '../confirmation.ts'
import { keepGrantOfCode } from '../exchange/commands.ts'
import { isMeantFor, targetsOf } from '../exchange/rules.ts'
import { findGrant } from '../queries.ts'
import { grantedScopes } from '../scope.ts'
import { type AccessToken, findAccessToken, isAlive, isOfClient } from '../access-tokens.ts'
import { type Grant } from '../tokens.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
/** What is read as an access token of ours: as a JWT, it is one too. */
const READABLE = [ACCESS_TOKEN, 'urn:ietf:params:oauth:token-type:jwt']
/** What may be asked for. Tokens of a connection's provider would stand beside it here. */
const ISSUED = [ACCESS_TOKEN]

/**
 * An access token for one that a person's application was given (RFC 8693 section 2.1): for the same person, with the same
 * scope or less, and no longer. It stands on the same grant. OAuthError invalid_request for a token that is not good, or not
 * this application's to exchange (section 2.2.2), invalid_scope, or invalid_target.
 */
export async function exchangeToken(
  scope: Scope,
  application: ApplicationRow,
  form: ReadonlyMap<string, string>,
  confirmation: Confirmation,
): Promise<Grant> {
  const requested = form.get('requested_token_type') ?? ACCESS_TOKEN
  if (!ISSUED.includes(requested)) {
    throw new OAuthError('invalid_request', `requested_token_type must be ${ISSUED.join(' or ')}.`)
  }
  const { subject, userId } = await readSubject(scope, application, form)
  const actor = await readActor(scope, application, form)
  for (const token of actor ? [subject, actor] : [subject]) demandHeld(token, application, confirmation)
  const granted = narrowedScope(subject, application, form.get('scope'))
  const resources = targetsOf(subject, application, form)
  if (subject.grantId === undefined) await keepGrantOfCode(scope, subject)
  return {
    clientId: application.clientId,
    userId,
    scope: granted,
    tokenId: newId(),
    grantId: subject.grantId ?? subject.tokenId,
    resources,
    actor: actorOf(subject, actor),
    authenticatedAt: scope.now,
    nonce: null,
    endsBy: subject.expiresAt,
    issuedTokenType: ACCESS_TOKEN,
    withoutIdToken: true,
  }
}

async function readSubject(scope: Scope, application: ApplicationRow, form: ReadonlyMap<string, string>) {
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
function demandHeld(token: AccessToken, application: ApplicationRow, shown: Confirmation): void {
  const { jkt, 'x5t#S256': certificate } = token.confirmation
  const isHeld =
    (jkt === undefined || jkt === shown.jkt) && (certificate === undefined || certificate === shown['x5t#S256'])
  const isServer = token.clientId !== application.clientId && application.tokenEndpointAuthMethod !== 'none'
  if (isHeld || isServer) return
  throw new OAuthError('invalid_request', 'The token is bound to a key or a certificate that was not shown.')
}

/** Whoever acts has a token of this very application. */
async function readActor(scope: Scope, application: ApplicationRow, form: ReadonlyMap<string, string>) {
  if (!form.has('actor_token')) {
    // RFC 8693 section 2.1: it must not be there without the token.
    if (!form.has('actor_token_type')) return undefined
    throw new OAuthError('invalid_request', 'actor_token_type goes with actor_token.')
  }
  const actor = await readToken(scope, form, 'actor')
  if (actor.clientId === application.clientId) return actor
  throw new OAuthError('invalid_request', 'actor_token was given to another application.')
}

async function readToken(scope: Scope, form: ReadonlyMap<string, string>, which: 'subject' | 'actor') {
  const token = form.get(`${which}_token`)
  if (token === undefined) throw new OAuthError('invalid_request', `${which}_token is missing.`)
  if (!READABLE.includes(form.get(`${which}_token_type`) ?? '')) {
    throw new OAuthError('invalid_request', `${which}_token_type must be ${READABLE.join(' or ')}.`)
  }
  const read = await findAccessToken(scope, token)
  if (read && (await isAlive(scope, read))) return read
  throw new OAuthError('invalid_request', `${which}_token is no access token of this server, or is over.`)
}

/** What the subject's token may, as far as this application may; of that what is asked for. There is no refresh token. */
function narrowedScope({ scope }: AccessToken, application: ApplicationRow, asked: string | undefined): string {
  const present = grantedScopes(scope, application).filter((name) => name !== 'offline_access')
  if (asked === undefined) return present.join(' ')
  const wanted = asked.split(' ').filter((name) => name !== '')
  if (wanted.some((name) => !present.includes(name))) {
    throw new OAuthError(
      'invalid_scope',
      'The scope is more than the token has, or more than the application may have.',
    )
  }
  return present.filter((name) => wanted.includes(name)).join(' ')
}

/** The newest actor stands outside, whoever acted before within (RFC 8693 section 4.1). */
function actorOf(subject: AccessToken, actor: AccessToken | undefined): unknown {
  if (!actor) return subject.actor
  const before = subject.actor === undefined ? {} : { act: subject.actor }
  return { sub: actor.subject, client_id: actor.clientId, ...before }
}
