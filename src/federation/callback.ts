/** Where providers answer to, below the issuer of a tenant. Pure. */
import type { ConnectionRow } from '../connections/queries.ts'

/**
 * The one callback of the tenant; or that of a connection alone. A code that came to the one could be another provider's
 * than it is taken to, where that one does not say who it is (RFC 9207): an attacker who is a provider here would have it
 * sent to herself, and use it in a sign-in of her own (mix-up, RFC 9700 section 4.4).
 */
export function callbackOf({ id, authenticator }: Pick<ConnectionRow, 'id' | 'authenticator'>): string {
  return authenticator?.ownCallback === true ? `/commonauth/${id}` : '/commonauth'
}
