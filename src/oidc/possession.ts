/** What tokens are bound to, and whether who comes with one has it (RFC 7800, 8705 and 9449). */
import { demandsOf } from '../applications/profile.ts'
import { type ApplicationRow, findApplicationByClientId } from '../applications/queries.ts'
import type { SentToken } from '../core/basic.ts'
import { OAuthError } from '../core/errors.ts'
import type { AppContext } from '../http.ts'
import { certificateOf } from './certificate/verify.ts'
import type { Confirmation } from './confirmation.ts'
import { readProof } from './dpop/request.ts'

/**
 * What the tokens of this token request are to be bound to. OAuthError invalid_request if the application has to show
 * something and does not.
 */
export async function confirmationOf(c: AppContext, application: ApplicationRow): Promise<Confirmation> {
  const demands = demandsOf(application)
  const jkt = await readProof(c, application)
  const certificate = demands.certificate ? certificateOf(c) : undefined
  const isLacking = (demands.dpop && jkt === undefined) || (demands.certificate && !certificate)
  if (isLacking || (demands.senderConstrained && jkt === undefined && !certificate)) {
    const what = demands.certificate ? 'the certificate of its connection (RFC 8705)' : 'a DPoP proof (RFC 9449)'
    throw new OAuthError('invalid_request', `This client gets tokens with ${what} only.`)
  }
  return {
    ...(jkt === undefined ? {} : { jkt }),
    ...(certificate ? { 'x5t#S256': certificate.thumbprint } : {}),
  }
}

type BoundToken = { readonly confirmation: Confirmation; readonly clientId: string }

/** Refuses an access token that comes without what it is bound to, and one that comes as bound and is not. */
export async function demandPossession(c: AppContext, sent: SentToken, token: BoundToken): Promise<void> {
  const { jkt, 'x5t#S256': thumbprint } = token.confirmation
  if (thumbprint !== undefined && certificateOf(c)?.thumbprint !== thumbprint) {
    throw new OAuthError('invalid_token', 'The access token is bound to the certificate of another connection.')
  }
  if (jkt !== undefined) return demandKey(c, sent, token.clientId, jkt)
  if (sent.scheme === 'DPoP') {
    throw new OAuthError('invalid_token', 'The access token is bound to no key, and is sent as Bearer.')
  }
}

async function demandKey(c: AppContext, { scheme, token }: SentToken, clientId: string, jkt: string): Promise<void> {
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
