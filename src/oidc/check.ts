import type { ApplicationRow } from '../applications/queries.ts'
import { findSignUpPolicy } from '../directory/sign-up/queries.ts'
import type { Scope } from '../platform.ts'
import { readHint } from './id-token-hint.ts'
import { type CheckedRequest, checkRequest, type SentParameters } from './request.ts'

/**
 * checkRequest, whether prompt=create can be followed (Initiating User Registration via OpenID Connect 1.0 section 4.1),
 * and the signature of an id_token_hint: of a request that came by the browser, or was pushed.
 */
export async function checkWithHint(
  scope: Scope,
  sent: SentParameters,
  application: ApplicationRow | undefined,
): Promise<CheckedRequest> {
  const checked = checkRequest(sent, application)
  if (
    checked.kind === 'ok' &&
    checked.parameters.prompt.includes('create') &&
    !(await findSignUpPolicy(scope)).enabled
  ) {
    const description = 'prompt create is not known: nobody can sign up here'
    return { kind: 'redirect-error', to: checked.parameters, code: 'invalid_request', description }
  }
  const hint = sent.values.get('id_token_hint')
  if (checked.kind !== 'ok' || hint === undefined) return checked
  const read = await readHint(scope, hint)
  if (read?.clientIds.includes(checked.application.clientId)) {
    return { ...checked, parameters: { ...checked.parameters, hintedUserId: read.userId } }
  }
  const description = 'id_token_hint is no id_token that this application was given here'
  return { kind: 'redirect-error', to: checked.parameters, code: 'invalid_request', description }
}
