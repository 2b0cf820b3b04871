import type { ApplicationRow } from '../applications/queries.ts'
import { findSignUpPolicy } from '../directory/sign-up/queries.ts'
import type { Scope } from '../platform.ts'
import { readHint } from './id-token-hint.ts'
import { unpackRequest } from './request-object/unpack.ts'
import { type CheckedRequest, checkRequest, type SentParameters } from './request.ts'
import { targetFault } from './resource.ts'

/**
 * checkRequest, the resources, whether prompt=create can be followed, and what was signed: the request object and an
 * id_token_hint. Of a request that came by the browser, or was pushed.
 */
export async function checkWithHint(
  scope: Scope,
  sent: SentParameters,
  application: ApplicationRow | undefined,
): Promise<CheckedRequest> {
  const unpacked = application ? await unpackRequest(scope, sent, application) : sent
  const checked = checkRequest(unpacked, application)
  if (checked.kind !== 'ok') return checked
  const { parameters } = checked
  const target = targetFault(scope.issuer, checked.application, parameters.resources ?? [])
  if (target !== undefined) {
    return { kind: 'redirect-error', to: parameters, code: 'invalid_target', description: target }
  }
  // Initiating User Registration via OpenID Connect 1.0 section 4.1.
  if (parameters.prompt.includes('create') && !(await findSignUpPolicy(scope)).enabled) {
    const description = 'prompt create is not known: nobody can sign up here'
    return { kind: 'redirect-error', to: parameters, code: 'invalid_request', description }
  }
  const hint = unpacked.values.get('id_token_hint')
  if (hint === undefined) return checked
  const read = await readHint(scope, hint)
  if (read?.clientIds.includes(checked.application.clientId)) {
    return { ...checked, parameters: { ...checked.parameters, hintedUserId: read.subject } }
  }
  const description = 'id_token_hint is no id_token that this application was given here'
  return { kind: 'redirect-error', to: checked.parameters, code: 'invalid_request', description }
}
