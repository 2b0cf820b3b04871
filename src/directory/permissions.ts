/** What a role can permit: the names are OAuth scopes too, so that an access token asks for what a person may do. Pure. */
export const PERMISSIONS = {
  'scim:me': 'Read one’s own user',
  'scim:read': 'Read users, groups and roles',
  'scim:write': 'Change users and groups, and read what was changed',
  'roles:write': 'Change roles, and who holds them',
  'applications:read': 'Read applications',
  'applications:write': 'Change applications',
  'connections:read': 'Read connections and what was provisioned through them',
  'connections:write': 'Change connections and provisioning: who is let in, and where passwords go',
  'settings:read': 'Read SCIM tokens, user attributes, the password policy, branding and signing keys',
  'settings:write': 'Change SCIM tokens, user attributes, the password policy and branding, and rotate signing keys',
  'tenants:read': 'List tenants (default tenant only)',
  'tenants:write': 'Make tenants (default tenant only)',
} as const
export type Permission = keyof typeof PERMISSIONS
export type Permissions = ReadonlySet<string>

export const ALL_PERMISSIONS: Permissions = new Set(Object.keys(PERMISSIONS))
/** What everybody may do who can sign in. */
export const EVERYONES_PERMISSIONS: readonly Permission[] = ['scim:me']

/** What opens a console: any permission but the one that everybody has. */
export function mayUseConsole(permissions: Permissions): boolean {
  return [...permissions].some((permission) => permission !== 'scim:me')
}

export function isPermission(value: string): value is Permission {
  return Object.hasOwn(PERMISSIONS, value)
}

export type HeldRole = {
  readonly name: string
  readonly builtIn: boolean
  /** '' is the organization; an application's role permits nothing here. */
  readonly audience: string
  readonly permissions: readonly string[]
}

/** A role as it is stored. */
export type RoleRow = Pick<HeldRole, 'name' | 'audience'> & {
  readonly built_in: number
  /** JSON. */
  readonly permissions: string
}

export function toHeldRole({ name, audience, built_in: builtIn, permissions }: RoleRow): HeldRole {
  return { name, audience, builtIn: builtIn === 1, permissions: JSON.parse(permissions) as string[] }
}

/** What roles permit together; `admin` permits everything. */
export function permissionsOf(roles: readonly HeldRole[]): Permissions {
  const own = roles.filter((role) => role.audience === '')
  if (own.some(isAdminRole)) return ALL_PERMISSIONS
  return new Set([...EVERYONES_PERMISSIONS, ...own.flatMap((role) => role.permissions)])
}

export function isAdminRole(role: { readonly name: string; readonly builtIn: boolean }): boolean {
  return role.builtIn && role.name === 'admin'
}

/**
 * Whether somebody with `held` may change what gives `granted`: a user with these permissions, a group or a role that
 * gives them. Otherwise whoever may change users could make herself, or a password of hers, an administrator's.
 */
export function covers(held: Permissions, granted: Permissions): boolean {
  for (const permission of granted) if (permission !== 'scim:me' && !held.has(permission)) return false
  return true
}
