/** What a sign-in changes beside the account and its link, in the same batch. */
import type { Change } from '../../directory/commit.ts'
import type { Scope } from '../../platform.ts'
import type { Arrival } from './commands.ts'

/** The changes that come with an account being made, linked or signed in to: groups and roles by the provider's word. */
export async function furtherChanges(
  _scope: Scope,
  _arrival: Arrival,
  _userId: string,
  _kind: 'create' | 'link' | 'sign-in',
): Promise<readonly Change[]> {
  return []
}
