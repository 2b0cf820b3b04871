import { createMiddleware } from 'hono/factory'
import { Problem } from '../core/errors.ts'
import type { Permission, Permissions } from '../directory/permissions.ts'
import type { AppContext, Env } from '../http.ts'

/** What it takes to see and to change what stands under an address of the console. The rest is for everybody in it. */
const AREAS: readonly { readonly path: string; readonly reads: Permission; readonly writes: Permission }[] = [
  { path: '/console/users', reads: 'scim:read', writes: 'scim:write' },
  { path: '/console/groups', reads: 'scim:read', writes: 'scim:write' },
  { path: '/console/roles', reads: 'scim:read', writes: 'roles:write' },
  { path: '/console/deleted-users', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/attributes', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/scim-tokens', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/password-policy', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/authorization-policy', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/sign-up', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/branding', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/signing-keys', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/client-registration', reads: 'applications:read', writes: 'applications:write' },
  { path: '/console/applications', reads: 'applications:read', writes: 'applications:write' },
  { path: '/console/connections', reads: 'connections:read', writes: 'connections:write' },
  { path: '/console/sign-in-decisions', reads: 'connections:read', writes: 'connections:write' },
  // The page above it is a way to this and to the password policy: it shows the ways that one may go.
  { path: '/console/login-registration/provisioning', reads: 'connections:read', writes: 'connections:write' },
]

/** The permission that a request to this path needs; the path begins with /console. */
export function permissionFor(path: string, method: string): Permission | undefined {
  const area = AREAS.find((one) => path === one.path || path.startsWith(`${one.path}/`))
  return method === 'GET' || method === 'HEAD' ? area?.reads : area?.writes
}

/** Whether somebody may see what stands under an address: no link leads her to another. */
export function mayRead(permissions: Permissions, path: string): boolean {
  const needed = permissionFor(path, 'GET')
  return needed === undefined || permissions.has(needed)
}

/** Stands before a page that is nothing but a form: who may not send it does not see it. */
export const formPage = createMiddleware<Env>(async (c, next) => {
  const needed = permissionFor(c.req.path.slice(c.var.scope.base.length), 'POST')
  if (needed !== undefined) demandPermission(c, needed)
  await next()
})

/** Throws Problem 403 that names it. */
export function demandPermission(c: AppContext, permission: Permission): void {
  if (!c.var.caller.permissions.has(permission)) throw lacksPermission(permission)
}

export function lacksPermission(permission: Permission): Problem {
  return new Problem(403, `You need the permission ${permission} for this.`)
}
