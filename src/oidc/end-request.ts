/** What has to hold before an application is answered, whichever page the answer comes from. */
import { Problem } from '../core/errors.ts'
import type { Scope } from '../platform.ts'
import type { PendingRequest } from '../session/pending/queries.ts'
import { takeRequest } from './commands.ts'
import { isRegisteredRedirectUri } from './redirect-uri.ts'
import { oidcWords } from './words.ts'

/** Throws a page if the return address was withdrawn while the person signed in. */
export function demandReturnAddress({
  application,
  parameters,
}: Pick<PendingRequest, 'application' | 'parameters'>): void {
  if (isRegisteredRedirectUri(application, parameters.redirectUri)) return
  throw new Problem(400, (language) => oidcWords(language).mayNotReturn)
}

/** Ends a stored request, for the one answer that it gets; whoever comes second gets a page. */
export async function endRequest(scope: Scope, request: Parameters<typeof takeRequest>[1]): Promise<void> {
  if (!(await takeRequest(scope, request))) throw new Problem(400, (language) => oidcWords(language).hasEnded)
}
