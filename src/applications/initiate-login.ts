import type { Scope } from '../platform.ts'
import type { ApplicationRow } from './queries.ts'

/**
 * Where a person is sent who wants to begin a sign-in to an application from here (OpenID Connect Core section 4); the
 * application then comes with a request of its own. Undefined if it registered no place for it.
 */
export function initiateLoginAddress(
  { issuer }: Pick<Scope, 'issuer'>,
  { clientMetadata: { initiateLoginUri: uri } }: Pick<ApplicationRow, 'clientMetadata'>,
): string | undefined {
  return uri === undefined ? undefined : `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ iss: issuer })}`
}
