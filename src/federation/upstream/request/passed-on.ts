/** What of an application's request goes on to the provider, and what the provider's answer then has to show. Pure. */
import type { AuthorizationParameters, Authenticator } from '../../../db/schema.ts'
import { domainOfAddress } from '../../../directory/verified/address.ts'
import { habitsOf } from '../../../connections/presets/presets.ts'

export type Hints = {
  /** Whom she says she is: she typed it, or the application knows her. */
  readonly loginHint?: string | undefined
}

/** What auth_time is held against (OIDC Core section 3.1.2.1, max_age and prompt). */
export type Asked = {
  /** Seconds since the provider has seen her sign in, at the most. */
  readonly maxAge?: number | undefined
  /** She was to sign in again, after this (milliseconds). */
  readonly againAfter?: number | undefined
}

export type PassedOn = { readonly parameters: Readonly<Record<string, string>>; readonly asked: Asked }

type Request = Pick<AuthorizationParameters, 'prompt' | 'acrValues' | 'maxAge' | 'loginHint' | 'uiLocales'>

/** `domains` are the connection's: whose is known, by her address or as there is one alone, is sent to that one's sign-in. */
export function passedOn(
  authenticator: Authenticator,
  request: Request | undefined,
  { hints, domains, now }: { readonly hints: Hints; readonly domains: readonly string[]; readonly now: Date },
): PassedOn {
  const isPassed = (name: NonNullable<Authenticator['passOn']>[number]) => authenticator.passOn?.includes(name) === true
  // 'none' would have brought nobody here.
  const prompt = isPassed('prompt') ? (request?.prompt ?? []).filter((one) => one !== 'none') : []
  const maxAge = isPassed('max_age') ? request?.maxAge : undefined
  const hint = habitsOf(authenticator).domainHint
  const hers = domainOfAddress(hints.loginHint ?? '')
  const domain = domains.length === 1 ? domains[0] : domains.find((one) => one === hers)
  const given = {
    prompt: prompt.join(' ') || undefined,
    acr_values: isPassed('acr_values') ? request?.acrValues?.join(' ') || undefined : undefined,
    max_age: maxAge === undefined ? undefined : String(maxAge),
    login_hint: hints.loginHint ?? (isPassed('login_hint') ? request?.loginHint : undefined),
    ui_locales: isPassed('ui_locales') ? request?.uiLocales : undefined,
    ...(hint === undefined ? {} : { [hint]: authenticator.parameters?.[hint] ?? domain }),
  }
  const parameters = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return {
    parameters: Object.fromEntries(parameters) as Record<string, string>,
    asked: { maxAge, againAfter: prompt.includes('login') ? now.getTime() : undefined },
  }
}
