import type { Permission } from '../directory/permissions.ts'

/** What it takes to see and to change what stands under an address of the console. The rest is for everybody in it. */
const AREAS: readonly { readonly path: string; readonly reads: Permission; readonly writes: Permission }[] = [
  { path: '/console/users', reads: 'scim:read', writes: 'scim:write' },
  { path: '/console/groups', reads: 'scim:read', writes: 'scim:write' },
  { path: '/console/roles', reads: 'scim:read', writes: 'roles:write' },
  { path: '/console/deleted-users', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/attributes', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/scim-tokens', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/password-policy', reads: 'settings:read', writes: 'settings:write' },
  { path: '/console/applications', reads: 'applications:read', writes: 'applications:write' },
  { path: '/console/connections', reads: 'connections:read', writes: 'connections:write' },
  { path: '/console/login-registration', reads: 'connections:read', writes: 'connections:write' },
]

/** The permission that a request to this path needs; the path begins with /console. */
export function permissionFor(path: string, method: string): Permission | undefined {
  const area = AREAS.find((one) => path === one.path || path.startsWith(`${one.path}/`))
  return method === 'GET' || method === 'HEAD' ? area?.reads : area?.writes
}
