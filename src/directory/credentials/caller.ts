/** Who sends a request to scim2 or the management API, and what that credential may do. */
import { parseBasic, parseSentToken, type SentToken } from '../../core/basic.ts'
import { type AppContext, type Caller, callerNetwork, isFromElsewhere, type Person } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { findEnrolled } from '../factors/queries.ts'
import type { Permissions } from '../permissions.ts'
import { permissionsOfUser } from '../users/links/queries.ts'
import { findUser } from '../users/queries.ts'
import { checkCredentials } from './check.ts'
import { recordTokenUse } from './commands.ts'
import { secondsUntil } from './lockout.ts'
import { findScimToken } from './queries.ts'

/**
 * What an access token of this tenant says; undefined for one that is wrong, has expired or was revoked, or whose sender
 * does not hold what it is bound to.
 */
export type VerifyAccessToken = (
  c: AppContext,
  sent: SentToken,
) => Promise<{ readonly userId: string; readonly scope: string } | undefined>

type Failure = new (status: number, detail: string) => Error

/** The tenant's data as it was when the credential was looked up, beside who it is. */
export type Found = { readonly caller: Caller; readonly schemaVersion?: number }

export const SCIM_TOKEN_PERMISSIONS: Readonly<Record<'read' | 'write', Permissions>> = {
  read: new Set(['scim:read']),
  write: new Set(['scim:read', 'scim:write']),
}
/** A SCIM token has no dot in it; an access token has two, or one if it is opaque. */
const IS_ACCESS_TOKEN = /^[^.]+\.[^.]+(?:\.[^.]+)?$/

/** Lets in Basic of a user of this tenant, an access token, and where `scimTokens` says so a SCIM token; others get 401 or 429. */
export async function findCaller(
  c: AppContext,
  failure: Failure,
  { verify, scimTokens }: { readonly verify: VerifyAccessToken; readonly scimTokens: boolean },
): Promise<Found> {
  const sent = parseSentToken(c.req.header('Authorization'))
  if (sent === undefined) return { caller: await callerOfBasic(c, failure) }
  const found = IS_ACCESS_TOKEN.test(sent.token)
    ? await callerOfAccessToken(c, sent, verify)
    : scimTokens && sent.scheme === 'Bearer'
      ? await callerOfScimToken(c.get('scope'), sent.token)
      : undefined
  if (found) return found
  if (sent.scheme === 'Bearer') throw new failure(401, 'The bearer token is unknown, was revoked or has expired.')
  throw new failure(401, 'The access token is unknown, was revoked or has expired, or its DPoP proof is not valid.')
}

/** Throws 403 that names the permission which the caller lacks. */
export function demandPermission(c: AppContext, failure: Failure, permission: string): void {
  if (c.get('caller').permissions.has(permission)) return
  // RFC 6750 section 3.1.
  const scheme = parseSentToken(c.req.header('Authorization'))?.scheme
  if (scheme !== undefined) {
    c.header('WWW-Authenticate', `${scheme} error="insufficient_scope", scope="${permission}"`)
  }
  throw new failure(403, `This needs the permission ${permission}, which the credential has not.`)
}

/** Nobody hands out what she has not: to a token, an application or a role. */
export function demandCovered(caller: Caller, failure: Failure, permissions: Iterable<string>): void {
  const missing = [...permissions].find((permission) => !caller.permissions.has(permission))
  if (missing !== undefined)
    throw new failure(403, `This credential lacks the permission ${missing}, and cannot give it.`)
}

async function callerOfBasic(c: AppContext, failure: Failure): Promise<Caller> {
  const { scope } = c.var
  if (isFromElsewhere(c)) throw new failure(403, 'Another site may not send this with Basic.')
  const basic = parseBasic(c.req.header('Authorization'))
  if (!basic) throw new failure(401, 'Authenticate with Basic or a bearer token.')
  const check = await checkCredentials(scope, basic.userName, basic.password, { network: callerNetwork(c) })
  if (check.kind === 'wait') {
    c.header('Retry-After', String(secondsUntil(check.until, scope.now)))
    throw new failure(429, 'Too many wrong passwords: wait before you try again.')
  }
  if (check.kind === 'refused') throw new failure(401, 'The user name or the password is wrong.')
  const [caller, enrolled] = await Promise.all([callerOfPerson(scope, check.user), findEnrolled(scope, check.user.id)])
  // Her password alone lets nobody in at the sign-in page, so neither here, where her factors could be taken away.
  if (enrolled.totp || enrolled.passkey) {
    throw new failure(403, 'This account has a second factor, which Basic has no place for: use a bearer token.')
  }
  return caller
}

async function callerOfPerson(scope: Scope, { id, userName }: Person): Promise<Caller> {
  return { person: { id, userName }, permissions: await permissionsOfUser(scope, id) }
}

/** What was granted to the application, as far as the person may do it still. */
async function callerOfAccessToken(
  c: AppContext,
  sent: SentToken,
  verify: VerifyAccessToken,
): Promise<Found | undefined> {
  const { scope } = c.var
  const granted = await verify(c, sent)
  const user = granted && (await findUser(scope, granted.userId))
  if (!granted || !user?.active) return undefined
  const caller = await callerOfPerson(scope, user)
  const scopes = granted.scope.split(' ').filter((name) => caller.permissions.has(name))
  return { caller: { ...caller, permissions: new Set(scopes) } }
}

async function callerOfScimToken(scope: Scope, value: string): Promise<Found | undefined> {
  const token = await findScimToken(scope, value)
  if (!token) return undefined
  await recordTokenUse(scope, token)
  return {
    caller: {
      permissions: SCIM_TOKEN_PERMISSIONS[token.access],
      client: { name: token.description, isStrict: token.conformance === 'strict' },
    },
    schemaVersion: token.schemaVersion,
  }
}
