/** Google, where an address is verified once, and may be somebody else's since. Pure. */
import type { Authenticator } from '../../db/schema.ts'
import { domainOfAddress } from '../../directory/verified/address.ts'

const ITS_OWN = ['gmail.com', 'googlemail.com']

/**
 * Anybody can make an account with an address elsewhere, and keeps it when she has left there: Google speaks for the
 * addresses of its own, and of the domains that it keeps for an organization (hd), and for no others ("Verify the Google
 * ID token on your server side").
 */
export function withOwnAddress(
  claims: Readonly<Record<string, unknown>>,
  { preset }: Pick<Authenticator, 'preset'>,
): Readonly<Record<string, unknown>> {
  if (preset !== 'google' && claims.iss !== 'https://accounts.google.com') return claims
  const { email_verified: _verified, ...rest } = claims
  const isKept = typeof claims.hd === 'string' && claims.hd !== ''
  const domain = typeof claims.email === 'string' ? domainOfAddress(claims.email) : undefined
  return isKept || ITS_OWN.includes(domain ?? '') ? claims : rest
}
