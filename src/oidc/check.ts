import type { ApplicationRow } from '../applications/queries.ts'
import type { Scope } from '../platform.ts'
import { readHint } from './id-token-hint.ts'
import { type CheckedRequest, checkRequest, type SentParameters } from './request.ts'
import { targetFault } from './resource.ts'

/** checkRequest, the resources, and the signature of an id_token_hint: of a request that came by the browser, or was pushed. */
export async function checkWithHint(
  scope: Scope,
  sent: SentParameters,
  application: ApplicationRow | undefined,
): Promise<CheckedRequest> {
  const checked = checkRequest(sent, application)
  if (checked.kind !== 'ok') return checked
  const target = targetFault(scope.issuer, checked.application, checked.parameters.resources ?? [])
  if (target !== undefined) {
    return { kind: 'redirect-error', to: checked.parameters, code: 'invalid_target', description: target }
  }
  const hint = sent.values.get('id_token_hint')
  if (hint === undefined) return checked
  const read = await readHint(scope, hint)
  if (read?.clientIds.includes(checked.application.clientId)) {
    return { ...checked, parameters: { ...checked.parameters, hintedUserId: read.userId } }
  }
  const description = 'id_token_hint is no id_token that this application was given here'
  return { kind: 'redirect-error', to: checked.parameters, code: 'invalid_request', description }
}
