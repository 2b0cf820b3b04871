import { parseBasic } from '../../core/basic.ts'
import type { Administrator } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { isAdministrator } from '../users/queries.ts'
import { checkCredentials } from './check.ts'

export type AdministratorCheck =
  | { readonly kind: 'ok'; readonly administrator: Administrator }
  /** Not authenticated: no Basic header, or one that is wrong. 401. */
  | { readonly kind: 'unauthenticated'; readonly detail: string }
  /** A person of this tenant who is no administrator. 403. */
  | { readonly kind: 'forbidden'; readonly detail: string }
  | { readonly kind: 'wait'; readonly detail: string; readonly seconds: number }

/** Checks a Basic header for an administrator of this tenant: what scim2 and the management API have in common. */
export async function checkAdministrator(scope: Scope, header: string | undefined): Promise<AdministratorCheck> {
  const basic = parseBasic(header)
  if (!basic) return { kind: 'unauthenticated', detail: 'Authenticate with Basic as an administrator.' }
  const check = await checkCredentials(scope, basic.userName, basic.password)
  if (check.kind === 'wait') {
    const seconds = Math.max(1, Math.ceil((check.until.getTime() - scope.now.getTime()) / 1000))
    return { kind: 'wait', detail: 'Too many wrong passwords: wait before you try again.', seconds }
  }
  if (check.kind === 'refused') return { kind: 'unauthenticated', detail: 'The user name or the password is wrong.' }
  if (!(await isAdministrator(scope, check.user.id))) {
    return { kind: 'forbidden', detail: 'Only an administrator may do this.' }
  }
  return { kind: 'ok', administrator: { id: check.user.id, userName: check.user.userName } }
}
