import type { AppContext } from '../http.ts'
import { personOf } from './frame.ts'
import { forgetCookie, readCookie, writeCookie } from '../session/cookie.ts'

/** Browsers refuse cookies of more than 4,096 bytes, name and attributes included. */
const MAX_SEALED_LENGTH = 3800
const KEPT_SECONDS = 30 * 60

/**
 * Keeps a little of what an administrator is at in her browser, sealed: a wizard's answers, or a secret for the one
 * page that shows it. It may hold secrets, which must stand in no address and no page. False if it is too much.
 */
export async function keep(c: AppContext, purpose: string, value: unknown): Promise<boolean> {
  const sealed = await c.var.scope.platform.sealer.seal(JSON.stringify(value), placeOf(c, purpose))
  if (sealed.length > MAX_SEALED_LENGTH) return false
  writeCookie(c, 'console', sealed, KEPT_SECONDS)
  return true
}

/** What was kept for this purpose by this administrator; undefined if it is something else's, or was changed. */
export async function kept(c: AppContext, purpose: string): Promise<unknown> {
  const sealed = readCookie(c, 'console')
  if (!sealed) return undefined
  try {
    return JSON.parse(await c.var.scope.platform.sealer.open(sealed, placeOf(c, purpose)))
  } catch {
    return undefined
  }
}

export function forgetKept(c: AppContext): void {
  forgetCookie(c, 'console')
}

function placeOf(c: AppContext, purpose: string) {
  return { tenantId: c.var.scope.tenantId, table: 'console cookie', row: `${personOf(c).id} ${purpose}` }
}
