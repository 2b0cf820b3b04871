import type { AuthorizationPolicy } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** What this tenant demands of every authorization request: nothing, unless an administrator says so. */
export function authorizationPolicy({ tenant }: Pick<Scope, 'tenant'>): AuthorizationPolicy {
  return { requirePushedAuthorizationRequests: false, ...tenant.authorization }
}
