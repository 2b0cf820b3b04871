import type { UserRow } from '../../directory/users/queries.ts'
import type { AppContext } from '../../http.ts'
import { finishFirstStep } from '../../session/first-step.ts'
import type { PendingRequest } from '../../session/pending/queries.ts'

/**
 * Signs the new user in, as far as a first step does, and goes on with the request that she came with or, without one,
 * to her account. Who was removed again meanwhile finds the sign-in page there.
 */
export async function goOnAs(
  c: AppContext,
  { id: userId, passwordHash }: UserRow,
  pending: PendingRequest | undefined,
): Promise<Response> {
  const { scope } = c.var
  scope.platform.log.info('signed up', { tenantId: scope.tenantId, userId })
  const goesOn = pending === undefined ? { return_to: `${scope.base}/account` } : { request: pending.id }
  const first = { userId, method: 'pwd', amr: ['pwd'], remember: false, passwordHash }
  return c.redirect((await finishFirstStep(c, first, goesOn)) ?? `${scope.base}/account`, 303)
}
