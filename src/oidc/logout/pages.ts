import { html } from 'hono/html'
import type { Language } from '../../core/language.ts'
import { button, flash, hidden, type Html, strong, technical, tokenField } from '../../html.ts'
import { cardPage } from '../../html/card.ts'
import { within } from '../../html/words.ts'
import { loginWords } from '../../login/words.ts'
import type { Scope } from '../../platform.ts'
import type { LogoutReturn } from './request.ts'
import { logoutWords } from './words.ts'

/** Asks first: a link from elsewhere must not sign anybody out. */
export function confirmLogoutPage(page: {
  readonly scope: Scope
  readonly language: Language
  readonly formToken: string
  readonly userName: string
  readonly to: LogoutReturn | undefined
  readonly fault: string | undefined
  /** What goes on with the form in its address. */
  readonly query: string
}): Html {
  const { scope, language, to, fault } = page
  const { signOut } = loginWords(language)
  const fields = to ? { client_id: to.clientId, post_logout_redirect_uri: to.uri, state: to.state } : {}
  return cardPage({
    scope,
    language,
    title: signOut,
    body: html`${fault === undefined ? '' : faultNote(language, fault)}
      <p>${within(logoutWords(language).question, strong(page.userName))}</p>
      <form method="post" action="${scope.base}/oidc/logout/confirm${page.query}">
        ${tokenField(page.formToken)}
        ${Object.entries(fields).map(([name, value]) => (value === undefined ? '' : hidden(name, value)))}
        ${button({ label: signOut, kind: 'primary', wide: true })}
      </form>`,
  })
}

/** For a request that is not in order, of which nobody here has to be signed out. */
export function refusedLogoutPage(scope: Scope, language: Language, fault: string): Html {
  const say = loginWords(language)
  return cardPage({
    scope,
    language,
    title: say.signedOut,
    body: html`${faultNote(language, fault)}
      <p>${say.signedOutHere}</p>`,
  })
}

function faultNote(language: Language, fault: string): Html {
  return flash(within(logoutWords(language).notInOrder, technical(language, fault)), 'warning')
}
