/** What a person is asked to agree to. Pure. */
import type { ApplicationRow } from '../../applications/queries.ts'
import type { AuthorizationParameters } from '../../db/schema.ts'
import { scopesOfClaims } from '../claims-parameter.ts'
import { grantedScopes } from '../scope.ts'

/** The scopes that the application is given, and those of claims that it asks for one by one. */
export function askedScopes(
  { scope, claims }: Pick<AuthorizationParameters, 'scope' | 'claims'>,
  application: Pick<ApplicationRow, 'permissions' | 'grantTypes'>,
): string[] {
  return [...new Set([...grantedScopes(scope, application), ...scopesOfClaims(claims)])]
}
