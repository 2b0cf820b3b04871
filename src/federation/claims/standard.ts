/** The claims that every OpenID provider has, and which scope asks for them (OIDC Core sections 5.1 and 5.4). */
import type { ClaimRule } from '../../db/schema.ts'

/**
 * What becomes of them where a connection has no mapping of its own. `sub` is not among them: who a person is stands in
 * federated_identities and not in the profile.
 */
export const STANDARD_RULES: readonly ClaimRule[] = [
  ...['displayName', 'name.formatted'].flatMap((target): ClaimRule[] => [
    { target, transforms: [{ type: 'template', template: '{given_name} {family_name}' }, { type: 'trim' }] },
    { target, source: 'name' },
  ]),
  { target: 'name.givenName', source: 'given_name' },
  { target: 'name.familyName', source: 'family_name' },
  { target: 'name.middleName', source: 'middle_name' },
  { target: 'nickName', source: 'nickname' },
  { target: 'profileUrl', source: 'profile' },
  { target: 'photos', source: 'picture' },
  { target: 'locale', source: 'locale' },
  { target: 'timezone', source: 'zoneinfo' },
  { target: 'emails', source: 'email' },
  { target: 'phoneNumbers', source: 'phone_number' },
]

const PROFILE =
  'name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale updated_at'

const SCOPES: ReadonlyMap<string, string> = new Map([
  ...PROFILE.split(' ').map((claim) => [claim, 'profile'] as const),
  ['email', 'email'],
  ['email_verified', 'email'],
  ['address', 'address'],
  ['phone_number', 'phone'],
  ['phone_number_verified', 'phone'],
])

/** The scope that asks for a claim; undefined for one that is no standard claim. */
export function scopeOfClaim(claim: string): string | undefined {
  return SCOPES.get(claim)
}

/** What a provider says of the sign-in, and not of the person. */
export const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set(
  'iss sub aud exp iat nbf auth_time nonce acr amr azp sid jti at_hash c_hash s_hash'.split(' '),
)
