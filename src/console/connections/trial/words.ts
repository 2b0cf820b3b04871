/** A test of a connection, in words for whoever set it up. */
import { unreachable } from '../../../core/errors.ts'
import type { SignInFailure } from '../../../federation/failure.ts'
import type { StepName } from '../../../federation/trial/steps.ts'

export const STEP_WORDS: Readonly<Record<StepName, { readonly title: string; readonly lead: string }>> = {
  metadata: { title: 'Metadata', lead: 'Who the provider is, and where it takes requests.' },
  keys: { title: 'Keys', lead: 'What it signs with.' },
  request: { title: 'Request', lead: 'What it is asked for, as the browser takes it there.' },
  answer: { title: 'Answer', lead: 'What it sent the browser back with.' },
  token: { title: 'Tokens', lead: 'The code against tokens, from our server to the provider. Tokens are not shown.' },
  idToken: { title: 'ID token', lead: 'Who signed in, by the provider’s signature.' },
  userinfo: { title: 'User info', lead: 'What else it says of her.' },
}

/** Why there is no such step, where the others went well. */
export const SKIPPED_WORDS: Readonly<Partial<Record<StepName, string>>> = {
  keys: 'This provider signs nothing: its user endpoint says who came.',
  idToken: 'This provider has no ID token: its user endpoint says who came.',
  userinfo: 'The provider has no user endpoint: the ID token says it all.',
}

/** What an administrator can do about it. */
export function adviceOn(failure: SignInFailure, step: StepName): string {
  if (step === 'token' && failure.kind === 'unverified') return adviceOnToken(failure.reason)
  switch (failure.kind) {
    case 'provider-error':
      return adviceOnError(failure.error)
    case 'blocked':
      return 'The address is none that this server may call. For a host in a private network, its operator adds it to OUTBOUND_ALLOW.'
    case 'unreachable':
      return 'Check the address in the settings, and whether the provider is up and can be reached from this server.'
    case 'misconfigured':
      return 'Check the issuer and the endpoints in the settings: the issuer is the very text that the provider’s discovery document has.'
    case 'code-refused':
      return adviceOnToken(failure.reason)
    case 'unverified':
      return 'The answer is not to be trusted, so nobody is signed in by it. Check that issuer, client ID and addresses in the settings are of one and the same provider.'
    case 'unknown-connection':
      return 'Fill in the settings of the connection first.'
    case 'unknown-state':
    case 'refused':
    case 'not-provisioned':
    case 'target-refused':
      return 'Begin the test again.'
    default:
      return unreachable(failure)
  }
}

function adviceOnError(error: string): string {
  if (error === 'access_denied') return 'Somebody cancelled at the provider, or its rules do not let this person in.'
  if (error === 'invalid_scope') return 'The provider does not know one of the scopes: change them in the settings.'
  if (error === 'unauthorized_client') return 'Let the client use the authorization code flow at the provider.'
  return 'The provider refused the request. Check what it registered for the client: the callback URL, scopes and flow.'
}

function adviceOnToken(reason: string): string {
  if (/invalid_client|status 401/.test(reason)) {
    return 'The provider does not take our proof of who we are. Check the client ID, the client secret and the client authentication method in the settings; a secret may have expired.'
  }
  if (/invalid_grant/.test(reason)) {
    return 'The provider does not take the code. Check that the callback URL is registered exactly as it is, and that the token endpoint is of the same provider as the authorization endpoint.'
  }
  if (/status(?: code)? 5\d\d/.test(reason)) return 'The provider failed. Check the token endpoint, and try again.'
  return 'Check the token endpoint and the client authentication method in the settings.'
}
