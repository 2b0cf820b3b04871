/** What a logout token has to say (OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6). Pure: who signed it is told apart. */
import { isRecord } from '../../core/json-value.ts'
import { CLOCK_TOLERANCE_SECONDS } from '../upstream/answer/id-token.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** Longer ago it was not made for now, whatever its exp says. */
const LONGEST_SECONDS = 3600
const LONGEST_TEXT = 255

/** Whose sessions end: those of one session at the provider, or all of somebody's. */
export type LogoutClaims = {
  readonly issuer: string
  readonly subject?: string
  readonly sid?: string
  readonly jti: string
  /** From then on it is refused for its age. */
  readonly until: Date
}

export type CheckedLogout =
  { readonly ok: true; readonly claims: LogoutClaims } | { readonly ok: false; readonly fault: string }

type Expected = { readonly issuer: string; readonly clientId: string; readonly now: Date }

export function checkLogoutClaims(
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
  expected: Expected,
): CheckedLogout {
  const fault = typeFault(header) ?? partiesFault(claims, expected) ?? kindFault(claims) ?? whoseFault(claims)
  if (fault !== undefined) return { ok: false, fault }
  const { iat, exp, jti, sub, sid } = claims
  if (typeof iat !== 'number') return { ok: false, fault: 'iat is missing' }
  // Drafts had no exp.
  if (exp !== undefined && typeof exp !== 'number') return { ok: false, fault: 'exp is no number' }
  const now = expected.now.getTime() / 1000
  const until = Math.min(exp ?? Infinity, iat + LONGEST_SECONDS) + CLOCK_TOLERANCE_SECONDS
  if (iat > now + CLOCK_TOLERANCE_SECONDS) return { ok: false, fault: 'iat is in the future' }
  if (until <= now) return { ok: false, fault: 'it has expired' }
  return {
    ok: true,
    claims: {
      issuer: expected.issuer,
      jti: String(jti),
      until: new Date(until * 1000),
      ...(typeof sub === 'string' ? { subject: sub } : {}),
      ...(typeof sid === 'string' ? { sid } : {}),
    },
  }
}

/** Explicit typing (section 2.4), as far as providers do it: another type is another token's (RFC 8725 section 3.11). */
function typeFault({ typ }: Readonly<Record<string, unknown>>): string | undefined {
  if (typ === undefined) return undefined
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : ''
  return ['logout+jwt', 'jwt'].includes(type) ? undefined : 'typ is of another kind of token'
}

function partiesFault(
  { iss, aud, azp }: Readonly<Record<string, unknown>>,
  { issuer, clientId }: Expected,
): string | undefined {
  if (iss !== issuer) return 'iss is another issuer'
  const audience: unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!audience.includes(clientId)) return 'aud is another client'
  return azp === undefined || azp === clientId ? undefined : 'azp is another client'
}

function kindFault({ events, nonce }: Readonly<Record<string, unknown>>): string | undefined {
  if (!isRecord(events) || !isRecord(events[EVENT])) return 'events has no back-channel logout'
  // So that no id_token passes for one.
  return nonce === undefined ? undefined : 'nonce is there'
}

function whoseFault({ sub, sid, jti }: Readonly<Record<string, unknown>>): string | undefined {
  if (!isText(jti)) return 'jti is missing'
  if (sub === undefined && sid === undefined) return 'neither sub nor sid is there'
  if (sub !== undefined && !isText(sub)) return 'sub is no text'
  return sid === undefined || isText(sid) ? undefined : 'sid is no text'
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT
}
