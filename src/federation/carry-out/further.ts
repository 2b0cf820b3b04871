/** What a sign-in changes beside the account and its link, in the same batch. */
import type { Change } from '../../directory/commit.ts'
import type { Scope } from '../../platform.ts'
import { grantStatements } from '../grants/commands.ts'
import { grantChanges } from '../grants/queries.ts'
import { keepTokens } from '../provider-tokens/commands.ts'
import type { Arrival } from './commands.ts'

/**
 * The changes that come with an account being made, linked or signed in to: groups and roles by the provider's word, and
 * its tokens where they are kept.
 */
export async function furtherChanges(
  scope: Scope,
  { connection, person, origin }: Arrival,
  userId: string,
  kind: 'create' | 'link' | 'sign-in',
): Promise<readonly Change[]> {
  const changes = await grantChanges(scope, connection, person.claims, kind === 'create' ? undefined : userId)
  const tokens = await keepTokens(scope, connection, person, userId)
  return [
    ...(await grantStatements(scope, { connectionId: connection.id, userId, origin }, changes)),
    ...(tokens.length === 0 ? [] : [{ writes: [...tokens], outbox: [] }]),
  ]
}
