/** What was told last to whoever has an access token: the same again while it is still true. */
import type { SentToken } from '../../core/basic.ts'
import type { Scope } from '../../platform.ts'
import type { AccessToken } from '../access-tokens.ts'
import { isBound } from '../confirmation.ts'
import { findRemembered } from '../verified-tokens.ts'
import type { Found } from './queries.ts'

/** It goes with what verified-tokens.ts remembers of the token. */
const told = new WeakMap<AccessToken, Told>()
type Told = {
  readonly found: Found
  readonly body: string
  /** Undefined for a token that is not enough by itself: what it is bound to has to be shown each time. */
  readonly stamp: number | undefined
}

/** A person may have so much in her document that some thousand tokens for her would take the memory of all tenants. */
const LONGEST = 8000

/** Without a question to the database: nothing in it has changed since. `stamp` is that of the moment (OurClient). */
export function tellAgain(scope: Scope, sent: SentToken, stamp: number | undefined): string | undefined {
  if (stamp === undefined || sent.scheme !== 'Bearer') return undefined
  const token = findRemembered(scope, sent.token)
  const before = token && told.get(token)
  return before && before.stamp === stamp && scope.now.getTime() < before.found.until ? before.body : undefined
}

/** While the database says the same of person and application, so do we. */
export function tellSame(token: AccessToken, now: Found): string | undefined {
  const before = told.get(token)
  return before && before.found.application === now.application && before.found.person === now.person
    ? before.body
    : undefined
}

/** `stamp` is that of before `found` was read. */
export function rememberTold(token: AccessToken, found: Found, body: string, stamp: number | undefined): void {
  if (found.person.length > LONGEST) return
  told.set(token, { found, body, stamp: isBound(token.confirmation) ? undefined : stamp })
}
