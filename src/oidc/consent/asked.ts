/** What a person is asked to agree to. Pure. */
import type { ApplicationRow } from '../../applications/queries.ts'
import type { AuthorizationParameters } from '../../db/schema.ts'
import { scopesOfClaims } from '../claims-parameter.ts'
import { claimAsScope } from './claim-words.ts'
import { grantedScopes } from '../scope.ts'

/** The scopes that the application is given, those of claims that it asks for one by one, and the claims of its own. */
export function askedScopes(
  { scope, claims }: Pick<AuthorizationParameters, 'scope' | 'claims'>,
  application: Pick<ApplicationRow, 'permissions' | 'grantTypes' | 'clientMetadata'>,
): string[] {
  const own = Object.keys(application.clientMetadata.claims ?? {}).map(claimAsScope)
  return [...new Set([...grantedScopes(scope, application), ...scopesOfClaims(claims), ...own])]
}
