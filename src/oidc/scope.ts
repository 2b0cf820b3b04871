import { isPermission, PERMISSIONS } from '../directory/permissions.ts'

/** The scopes that we know, and what each tells of a person (OpenID Connect Core section 5.4). */
export const SCOPE_CLAIMS = {
  openid: ['sub'],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'locale',
    'zoneinfo',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  groups: ['groups'],
  roles: ['roles'],
  /** Tells nothing: it asks for a refresh token (section 11). */
  offline_access: [],
} as const
export type KnownScope = keyof typeof SCOPE_CLAIMS
export const SCOPES = Object.keys(SCOPE_CLAIMS) as KnownScope[]
export const API_SCOPES = Object.keys(PERMISSIONS)

/** The known scopes of a request, each once; unknown ones are ignored (OpenID Connect Core section 3.1.2.1). */
export function knownScopes(scope: string): KnownScope[] {
  const asked = scope.split(' ')
  return SCOPES.filter((known) => asked.includes(known))
}

/**
 * What an application is granted of the scopes that it asks for: those about the person, and of scim2 and the
 * management API those that an administrator allows it. What the person may do is asked when the token is used.
 */
export function grantedScopes(scope: string, application: Allowed): string[] {
  const known = knownScopes(scope)
  // Who may not refresh asks for it in vain (section 11).
  const own = application.grantTypes.includes('refresh_token') ? known : known.filter((one) => one !== 'offline_access')
  return [...own, ...permittedScopes(scope, application)]
}

/** Of the scopes of scim2 and the management API that are asked for, those that an administrator allows. */
export function permittedScopes(scope: string, { permissions }: Pick<Allowed, 'permissions'>): string[] {
  const asked = new Set(scope.split(' '))
  return permissions.filter((name) => isPermission(name) && asked.has(name))
}

type Allowed = { readonly permissions: readonly string[]; readonly grantTypes: readonly string[] }
