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
  email: ['email'],
  phone: ['phone_number'],
  groups: ['groups'],
} as const
export type KnownScope = keyof typeof SCOPE_CLAIMS
export const SCOPES = Object.keys(SCOPE_CLAIMS) as KnownScope[]

/** The known scopes of a request, each once; unknown ones are ignored (OpenID Connect Core section 3.1.2.1). */
export function knownScopes(scope: string): KnownScope[] {
  const asked = scope.split(' ')
  return SCOPES.filter((known) => asked.includes(known))
}
