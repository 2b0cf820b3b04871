import type { ApplicationRow } from '../../applications/queries.ts'
import { OAuthError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Scope } from '../../platform.ts'
import type { Confirmation } from '../confirmation.ts'
import { keepGrantOfCode } from '../exchange/commands.ts'
import { handProviderToken, type Handed, PROVIDER_ACCESS_TOKEN } from '../exchange/provider-token.ts'
import { targetsOf } from '../exchange/rules.ts'
import { ACCESS_TOKEN, demandHeld, readSubject, readToken } from '../exchange/subject.ts'
import { grantedScopes } from '../scope.ts'
import type { AccessToken } from '../access-tokens.ts'
import type { Grant } from '../tokens.ts'

const ISSUED = [ACCESS_TOKEN, PROVIDER_ACCESS_TOKEN]

/**
 * An access token for one that a person's application was given (RFC 8693 section 2.1): for the same person, with the same
 * scope or less, and no longer. It stands on the same grant. OAuthError invalid_request for a token that is not good, or not
 * this application's to exchange (section 2.2.2), invalid_scope, or invalid_target. Or,
 * where that is asked for, the access token of a provider.
 */
export async function exchangeToken(
  scope: Scope,
  application: ApplicationRow,
  form: ReadonlyMap<string, string>,
  confirmation: Confirmation,
): Promise<Grant | Handed> {
  const requested = form.get('requested_token_type') ?? ACCESS_TOKEN
  if (!ISSUED.includes(requested)) {
    throw new OAuthError('invalid_request', `requested_token_type must be ${ISSUED.join(' or ')}.`)
  }
  if (requested === PROVIDER_ACCESS_TOKEN) return handProviderToken(scope, application, form, confirmation)
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
