import { html } from 'hono/html'
import type { Language } from '../../core/language.ts'
import { button, errorSummary, hidden, type Html, linkButton, tokenField } from '../../html.ts'
import { shownName } from '../../html/branding/parts.ts'
import { cardPage } from '../../html/card.ts'
import type { Scope } from '../../platform.ts'
import { verifyWords } from './words.ts'

type Page = { readonly scope: Scope; readonly language: Language }

/** Asks first: programs that read mail follow links, too. */
export function verifyPage(
  page: Page & {
    readonly formToken: string
    readonly token: string
    readonly address: string
    readonly isRefused: boolean
  },
): Html {
  const { scope, language, formToken, token, address, isRefused } = page
  const words = verifyWords(language)
  return cardPage({
    scope,
    language,
    title: words.title,
    body: html`${errorSummary(isRefused ? [{ field: '', message: words.refused }] : [])}
      <form method="post" action="${scope.base}/verify-email?${new URLSearchParams({ token })}">
        ${tokenField(formToken)} ${hidden('token', token)}
        <p>${words.ask(address, shownName(scope.tenant))}</p>
        ${button({ label: words.confirm, kind: 'primary', wide: true })}
      </form>`,
  })
}

export function verifiedPage({ scope, language }: Page, address: string): Html {
  const words = verifyWords(language)
  return cardPage({
    scope,
    language,
    title: words.doneTitle,
    isFinal: true,
    body: html`<p>${words.done(address)}</p>
      ${accountLink(scope, language)}`,
  })
}

export function verifyOverPage({ scope, language }: Page): Html {
  const words = verifyWords(language)
  return cardPage({
    scope,
    language,
    title: words.overTitle,
    body: html`<p>${words.over}</p>
      ${accountLink(scope, language)}`,
  })
}

function accountLink({ base }: Scope, language: Language): Html {
  return linkButton({ label: verifyWords(language).account, href: `${base}/account/profile`, wide: true })
}
