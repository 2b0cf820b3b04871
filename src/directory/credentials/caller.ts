import { parseBasic } from '../../core/basic.ts'
import { type Administrator, type AppContext, isFromElsewhere } from '../../http.ts'
import { isAdministrator } from '../users/queries.ts'
import { checkCredentials } from './check.ts'
import { secondsUntil } from './lockout.ts'

type AdministratorCheck =
  | { readonly kind: 'ok'; readonly administrator: Administrator }
  /** 401: no Basic header, or one that is wrong. 403: no administrator, or a page of another site. 429: for so long. */
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly detail: string }
  | { readonly kind: 'refused'; readonly status: 429; readonly detail: string; readonly seconds: number }

/** Checks the Basic header of an administrator of this tenant: what scim2 and the management API have in common. */
async function checkAdministrator(c: AppContext): Promise<AdministratorCheck> {
  const { scope } = c.var
  if (isFromElsewhere(c)) return refused(403, 'Another site may not send this with Basic.')
  const basic = parseBasic(c.req.header('Authorization'))
  if (!basic) return refused(401, 'Authenticate with Basic as an administrator.')
  const check = await checkCredentials(scope, basic.userName, basic.password)
  if (check.kind === 'wait') {
    const seconds = secondsUntil(check.until, scope.now)
    return { kind: 'refused', status: 429, detail: 'Too many wrong passwords: wait before you try again.', seconds }
  }
  if (check.kind === 'refused') return refused(401, 'The user name or the password is wrong.')
  if (!(await isAdministrator(scope, check.user.id))) return refused(403, 'Only an administrator may do this.')
  return { kind: 'ok', administrator: { id: check.user.id, userName: check.user.userName } }
}

/** Lets an administrator pass as c.var.administrator; anybody else gets the `failure` that the caller's standard has. */
export async function demandAdministrator(
  c: AppContext,
  failure: new (status: number, detail: string) => Error,
): Promise<void> {
  const check = await checkAdministrator(c)
  if (check.kind === 'ok') return c.set('administrator', check.administrator)
  if (check.status === 429) c.header('Retry-After', String(check.seconds))
  throw new failure(check.status, check.detail)
}

function refused(status: 401 | 403, detail: string): AdministratorCheck {
  return { kind: 'refused', status, detail }
}
