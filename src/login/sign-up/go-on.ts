import type { UserRow } from '../../directory/users/queries.ts'
import type { AppContext } from '../../http.ts'
import { startSession } from '../../session/commands.ts'
import { returnPath } from '../../session/return-to.ts'
import type { PendingRequest } from '../queries.ts'

/** Signs the new user in, and goes on with the request that she came with or, without one, to her account. */
export async function goOnAs(
  c: AppContext,
  { id: userId, passwordHash }: UserRow,
  pending: PendingRequest | undefined,
): Promise<Response> {
  const { scope } = c.var
  scope.platform.log.info('signed up', { tenantId: scope.tenantId, userId })
  await startSession(c, { userId, method: 'pwd', remember: false, passwordHash })
  const goOn = pending === undefined ? { return_to: `${scope.base}/account` } : { request: pending.id }
  return c.redirect(returnPath(scope, goOn), 303)
}
