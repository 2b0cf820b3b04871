/** Whom an assertion of a client is for (RFC 7523 section 3). Pure. */
import { demandsOf } from '../../applications/profile.ts'
import type { ApplicationRow } from '../../applications/queries.ts'

/** Where clients authenticate. RFC 9126 section 2 wants the address of par taken, too. */
const ENDPOINTS = ['token', 'par', 'introspect', 'revoke', 'device_authorize']

/**
 * Ourselves, by our issuer or by one of these addresses; older clients list both. Of several audiences each could send it
 * on to the others (CVE-2025-27370): one that is not us makes it nobody's. FAPI 2.0 section 5.3.2.1 takes the issuer as a
 * text alone.
 */
export function isForUs(
  { issuer }: { readonly issuer: string },
  application: Pick<ApplicationRow, 'clientMetadata' | 'tokenEndpointAuthMethod'>,
  audience: string | readonly string[] | undefined,
): boolean {
  if (audience === undefined || demandsOf(application).issuerAsAudience) return audience === issuer
  const ours = [issuer, ...ENDPOINTS.map((name) => `${issuer}/oauth2/${name}`)]
  const all = typeof audience === 'string' ? [audience] : audience
  return all.length > 0 && all.every((one) => ours.includes(one))
}
