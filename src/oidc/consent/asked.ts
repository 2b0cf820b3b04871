/** What a person is asked to agree to. Pure. */
import type { ApplicationRow } from '../../applications/queries.ts'
import type { AuthorizationParameters } from '../../db/schema.ts'
import { isPermission, PERMISSIONS } from '../../directory/permissions.ts'
import { scopesOfClaims } from '../claims-parameter.ts'
import { claimAsScope, claimInWords } from './claim-words.ts'
import { grantedScopes, type KnownScope, SCOPES } from '../scope.ts'

const IN_WORDS: Readonly<Record<KnownScope, string>> = {
  openid: 'Know that it is you, and recognise you when you come again',
  profile: 'See your profile: your name, user name, picture, language and time zone',
  email: 'See your e-mail address',
  phone: 'See your phone number',
  address: 'See your postal address',
  groups: 'See which groups you are in',
  roles: 'See which roles you hold',
  offline_access: 'Go on doing so while you are away, until you take it back',
}

/** The scopes that the application is given, those of claims that it asks for one by one, and the claims of its own. */
export function askedScopes(
  { scope, claims }: Pick<AuthorizationParameters, 'scope' | 'claims'>,
  application: Pick<ApplicationRow, 'permissions' | 'grantTypes' | 'clientMetadata'>,
): string[] {
  const own = Object.keys(application.clientMetadata.claims ?? {}).map(claimAsScope)
  return [...new Set([...grantedScopes(scope, application), ...scopesOfClaims(claims), ...own])]
}

export function inWords(scope: string): string {
  const known = SCOPES.find((one) => one === scope)
  if (known) return IN_WORDS[known]
  const claim = claimInWords('en', scope)
  if (claim !== undefined) return claim
  return isPermission(scope) ? `On your behalf, as far as you may: ${PERMISSIONS[scope]}` : scope
}
