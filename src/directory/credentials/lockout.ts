/** After so many wrong passwords in a row, a user name has to wait before it is asked again. */
const FREE_FAILURES = 5
const LONGEST_WAIT_MS = 15 * 60 * 1000

/**
 * Until when no password of this user name is looked at: 1 s after the fifth failure, twice as long after each further
 * one, at most 15 minutes. It never locks for good, so that nobody can shut another person out (OWASP ASVS 6.3.1).
 */
export function waitsUntil(failures: number, lastFailure: Date): Date {
  if (failures < FREE_FAILURES) return lastFailure
  const wait = Math.min(1000 * 2 ** (failures - FREE_FAILURES), LONGEST_WAIT_MS)
  return new Date(lastFailure.getTime() + wait)
}

/** How long somebody is told to wait: whole seconds, one at the least (RFC 9110 section 10.2.3). */
export function secondsUntil(until: Date, now: Date): number {
  return Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))
}
