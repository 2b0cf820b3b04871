import type { Claims } from '../claims/said.ts'

/** What somebody is called at a provider, to tell her accounts apart: an address or a user name. Undefined if it says none. */
export function displayOf(claims: Claims): string | undefined {
  const named = ['email', 'preferred_username', 'login', 'name', 'nickname'].map((claim) => claims[claim])
  return named.find((value): value is string => typeof value === 'string' && isShowable(value))
}

function isShowable(text: string): boolean {
  return text.isWellFormed() && text.trim() !== '' && text.length <= 255 && !/[\p{Cc}\p{Bidi_Control}]/u.test(text)
}
