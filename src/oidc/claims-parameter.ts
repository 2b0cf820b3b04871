/** The `claims` parameter (OpenID Connect Core section 5.5): claims that are asked for one by one. Pure. */
import { isRecord } from '../core/json-value.ts'
import type { RequestedClaims } from '../db/schema.ts'
import { type KnownScope, SCOPE_CLAIMS, SCOPES } from './scope.ts'

/**
 * Undefined if it is not there, or not as the section has it. `essential` and `value` are kept, and demand nothing but of
 * `sub` (subjectsIn) and `acr` (acr.ts).
 */
export function parseClaims(text: string | undefined): RequestedClaims | undefined {
  const document = text === undefined ? undefined : parseJson(text)
  if (!isRecord(document)) return undefined
  const { userinfo, id_token } = document
  if (!isMember(userinfo) || !isMember(id_token)) return undefined
  return { ...(userinfo ? { userinfo } : {}), ...(id_token ? { id_token } : {}) }
}

/** The claims that are ours to give, of those that a member names. */
export function namesIn(member: RequestedClaims['userinfo']): string[] {
  return Object.keys(member ?? {}).filter((name) => scopeOfClaim(name) !== undefined)
}

/** Of each `sub` that is asked for with a value: which ones will do (OpenID Connect Core sections 3.1.2.2 and 5.5.1). */
export function subjectsIn({ userinfo, id_token }: RequestedClaims = {}): (readonly unknown[])[] {
  return [userinfo?.sub, id_token?.sub].flatMap((sub): (readonly unknown[])[] => {
    if (!sub) return []
    if (Array.isArray(sub.values)) return [sub.values]
    return sub.value === undefined ? [] : [[sub.value]]
  })
}

/** The scopes that the single claims belong to: who is asked for one is told in the words of its scope. */
export function scopesOfClaims(claims: RequestedClaims | undefined): KnownScope[] {
  const names = [...namesIn(claims?.userinfo), ...namesIn(claims?.id_token)]
  return SCOPES.filter((scope) => names.some((name) => scopeOfClaim(name) === scope))
}

function scopeOfClaim(name: string): KnownScope | undefined {
  return SCOPES.find((scope) => scope !== 'openid' && (SCOPE_CLAIMS[scope] as readonly string[]).includes(name))
}

function isMember(value: unknown): value is RequestedClaims['userinfo'] {
  return value === undefined || (isRecord(value) && Object.values(value).every((one) => one === null || isRecord(one)))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
