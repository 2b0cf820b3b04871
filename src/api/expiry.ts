import { Problem } from '../core/errors.ts'
import type { Scope } from '../platform.ts'

/** Problem 400 where what is made would have expired already. */
export function demandFuture({ now }: Scope, expiresAt: Date | undefined): void {
  if (expiresAt === undefined || expiresAt > now) return
  throw new Problem(400, 'The request body is not valid.', [{ field: 'expiresAt', message: 'This time is past.' }])
}
