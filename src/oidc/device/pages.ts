import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { button, errorOf, errorSummary, field, hidden, type Html, linkButton, strong, tokenField } from '../../html.ts'
import { cardPage } from '../../html/card.ts'
import { within } from '../../html/words.ts'
import type { Scope } from '../../platform.ts'
import { inWords } from '../consent/scope-words.ts'
import { shownUserCode } from './user-code.ts'
import { deviceWords } from './words.ts'

type Page = { readonly scope: Scope; readonly language: Language; readonly formToken: string }

/** Asks for the code. One that came in the address stands there already, and is sent by the person (RFC 8628 section 3.3.1). */
export function enterCodePage(
  page: Page & {
    readonly typed: string
    readonly errors: readonly FieldError[]
    /** Too many have guessed: who signs in is counted alone. */
    readonly signInFirst: boolean
  },
): Html {
  const { scope, language, formToken, typed, errors, signInFirst } = page
  const text = deviceWords(language)
  const search = new URLSearchParams({ return_to: `${scope.base}/device` })
  return cardPage({
    scope,
    language,
    title: text.title,
    body: html`${errorSummary(errors)}
      <p class="help">${text.intro}</p>
      <form method="post" action="${scope.base}/device">
        ${tokenField(formToken)}
        ${field({
          name: 'user_code',
          label: text.code,
          value: typed,
          required: true,
          autocomplete: 'off',
          maxlength: 40,
          autofocus: errors.length === 0,
          help: text.help,
          error: errorOf(errors, 'user_code'),
        })}
        ${button({ label: text.next, kind: signInFirst ? 'plain' : 'primary', wide: true })}
      </form>
      ${signInFirst ? linkButton({ label: text.signIn, href: `${scope.base}/login?${search}`, kind: 'primary', wide: true }) : ''}`,
  })
}

/** Names the application, what it would know and do, and the code to compare: always, whoever made the application (section 5.4). */
export function confirmDevicePage(
  page: Page & {
    readonly request: string
    readonly application: string
    readonly userName: string
    readonly userCode: string
    readonly asked: readonly string[]
    readonly errors: readonly FieldError[]
  },
): Html {
  const { scope, language, formToken, request, application, userName, userCode, asked, errors } = page
  const text = deviceWords(language)
  return cardPage({
    scope,
    language,
    title: text.confirmTitle,
    body: html`${errorSummary(errors)}
      ${
        asked.length === 0
          ? html`<p>${within(text.asksNothing, strong(application))}</p>`
          : html`<p>${within(text.asks, strong(application))}</p>
              <ul>
                ${asked.map((one) => html`<li>${inWords(language, one)}</li>`)}
              </ul>`
      }
      <p>${text.compare}</p>
      <p class="user-code"><code dir="ltr">${shownUserCode(userCode)}</code></p>
      <p class="flash warning">${text.warning}</p>
      <p class="help">${text.signedInAs} <strong>${userName}</strong></p>
      <form method="post" action="${scope.base}/device/confirm?${new URLSearchParams({ request })}">
        ${tokenField(formToken)} ${hidden('request', request)} ${hidden('asked', asked.join(' '))}
        ${button({ label: text.allow, kind: 'primary', wide: true, name: 'decision', value: 'allow' })}
        ${button({ label: text.deny, wide: true, name: 'decision', value: 'deny' })}
      </form>`,
  })
}

/** How it ended. */
export function deviceEndPage(
  page: Pick<Page, 'scope' | 'language'> & { readonly end: 'allowed' | 'denied' | 'over' },
): Html {
  const { scope, language, end } = page
  const text = deviceWords(language)
  const title = { allowed: text.allowedTitle, denied: text.deniedTitle, over: text.overTitle }[end]
  return cardPage({
    scope,
    language,
    title,
    body: html`<p>${text[end]}</p>
      ${end === 'over' ? linkButton({ label: text.again, href: `${scope.base}/device`, wide: true }) : ''}`,
  })
}
