import type { RequestedClaims } from '../../db/schema.ts'
import type { UserRow } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'
import { claimsOf } from '../claims.ts'
import { namesIn } from '../claims-parameter.ts'
import { personOf } from '../person.ts'
import type { Grant } from '../tokens.ts'

/** What was asked for claim by claim (OpenID Connect Core section 5.5), with the values that stand in the id_token. */
export async function singleClaims(
  scope: Scope,
  asked: { readonly claims: RequestedClaims | null; readonly applicationId: string },
  user: UserRow,
): Promise<Pick<Grant, 'userinfoClaims' | 'idTokenClaims'>> {
  const { claims, applicationId } = asked
  if (!claims) return {}
  const inIdToken = namesIn(claims.id_token)
  const person = await personOf(scope, user, applicationId)
  return { userinfoClaims: namesIn(claims.userinfo), idTokenClaims: claimsOf(person, [], inIdToken) }
}
