import { firstRecoveryCodes } from '../../directory/factors/commands.ts'
import type { AppContext } from '../../http.ts'
import { raiseSession } from '../../session/commands.ts'
import { type SecondOption, withSecond } from '../../session/second-factor.ts'
import { sectionPath, viewOf } from '../frame.ts'
import { newCodesPage } from './pages.ts'

/** She has shown what she enrolled: her session has two steps. Where it is her first factor, she sees recovery codes. */
export async function afterEnrolment(c: AppContext, method: SecondOption, amr: readonly string[]): Promise<Response> {
  const view = viewOf(c)
  const { userId } = view.person
  await raiseSession(c, userId, withSecond(view.person, method, amr))
  const codes = await firstRecoveryCodes(c.var.scope, userId)
  const next = sectionPath(view, SECTIONS[method])
  return codes ? c.html(newCodesPage(view, SECTIONS[method], { codes, next })) : c.redirect(next, 303)
}

const SECTIONS = { totp: 'totp', passkey: 'passkeys' } as const
