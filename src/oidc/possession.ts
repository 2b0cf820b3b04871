/** What tokens are bound to, and whether who comes with one has it (RFC 7800, RFC 9449). */
import { demandsOf } from '../applications/profile.ts'
import { type ApplicationRow, findApplicationByClientId } from '../applications/queries.ts'
import type { SentToken } from '../core/basic.ts'
import { OAuthError } from '../core/errors.ts'
import type { AppContext } from '../http.ts'
import type { Confirmation } from './confirmation.ts'
import { readProof } from './dpop/request.ts'

/**
 * What the tokens of this token request are to be bound to. OAuthError invalid_request if the application has to show
 * something and does not.
 */
export async function confirmationOf(c: AppContext, application: ApplicationRow): Promise<Confirmation> {
  const demands = demandsOf(application)
  const jkt = await readProof(c, application)
  if (jkt !== undefined) return { jkt }
  if (demands.dpop || demands.senderConstrained) {
    throw new OAuthError('invalid_request', 'This client gets tokens with a DPoP proof only (RFC 9449).')
  }
  return {}
}

/** Refuses an access token that comes without what it is bound to, and one that comes as bound and is not. */
export async function demandPossession(
  c: AppContext,
  { scheme, token }: SentToken,
  { confirmation: { jkt }, clientId }: { readonly confirmation: Confirmation; readonly clientId: string },
): Promise<void> {
  if (jkt === undefined) {
    if (scheme === 'Bearer') return
    throw new OAuthError('invalid_token', 'The access token is bound to no key, and is sent as Bearer.')
  }
  // RFC 9449 section 7.1: whoever stole it must not get around the proof.
  if (scheme === 'Bearer') {
    throw new OAuthError('invalid_token', 'The access token is bound to a key: send it as DPoP, with a proof.')
  }
  const application = await findApplicationByClientId(c.var.scope, clientId)
  if (!application) throw new OAuthError('invalid_token', 'The access token was revoked.')
  const shown = await readProof(c, application, token)
  if (shown === undefined) throw new OAuthError('invalid_dpop_proof', 'There is no DPoP proof.')
  if (shown !== jkt) throw new OAuthError('invalid_token', 'The access token is bound to another key.')
}
