import { createMiddleware } from 'hono/factory'
import { Problem } from '../core/errors.ts'
import { demandPermission, findCaller, type VerifyAccessToken } from '../directory/credentials/caller.ts'
import type { Permission } from '../directory/permissions.ts'
import type { Env } from '../http.ts'

/** What it takes to read and to change what stands under an address. */
const AREAS: Readonly<Record<string, { readonly reads: Permission; readonly writes: Permission }>> = {
  users: { reads: 'scim:read', writes: 'scim:write' },
  tenants: { reads: 'tenants:read', writes: 'tenants:write' },
  'scim-tokens': { reads: 'settings:read', writes: 'settings:write' },
  'user-attributes': { reads: 'settings:read', writes: 'settings:write' },
  'password-policy': { reads: 'settings:read', writes: 'settings:write' },
  'authorization-policy': { reads: 'settings:read', writes: 'settings:write' },
  'sign-up-policy': { reads: 'settings:read', writes: 'settings:write' },
  branding: { reads: 'settings:read', writes: 'settings:write' },
  'signing-keys': { reads: 'settings:read', writes: 'settings:write' },
  'deleted-users': { reads: 'settings:read', writes: 'settings:write' },
  'client-registration': { reads: 'applications:read', writes: 'applications:write' },
  applications: { reads: 'applications:read', writes: 'applications:write' },
  connections: { reads: 'connections:read', writes: 'connections:write' },
  'resident-application': { reads: 'connections:read', writes: 'connections:write' },
  'sign-in-decisions': { reads: 'connections:read', writes: 'connections:write' },
  provisioning: { reads: 'connections:read', writes: 'connections:write' },
}

/** Lets in a user of this tenant with Basic, and an access token of hers. */
export function apiAuth(verify: VerifyAccessToken) {
  return createMiddleware<Env>(async (c, next) => {
    const { caller } = await findCaller(c, Problem, { verify, scimTokens: false })
    c.set('caller', caller)
    await next()
  })
}

/** Throws 403 that names what the credential lacks. What is in no area is nowhere, and is answered 404. */
export const demandPermissions = createMiddleware<Env>(async (c, next) => {
  const [, name = ''] = /\/api\/v1\/([^/]+)/.exec(c.req.path) ?? []
  const area = Object.hasOwn(AREAS, name) ? AREAS[name] : undefined
  const reads = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (area) demandPermission(c, Problem, reads ? area.reads : area.writes)
  await next()
})
