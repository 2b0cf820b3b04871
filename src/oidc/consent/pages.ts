import { html } from 'hono/html'
import type { Language } from '../../core/language.ts'
import { button, type Content, hidden, type Html, strong, tokenField } from '../../html.ts'
import { cardPage } from '../../html/card.ts'
import { within } from '../../html/words.ts'
import { loginWords } from '../../login/words.ts'
import type { Scope } from '../../platform.ts'
import { inWords } from './scope-words.ts'
import { consentWords } from './words.ts'

/** Names the application and what it would know and do. What the person let it before is there too, and marked. */
export function consentPage(page: {
  readonly scope: Scope
  readonly language: Language
  readonly formToken: string
  readonly request: string
  readonly application: string
  readonly userName: string
  readonly asked: readonly string[]
  readonly given: readonly string[] | undefined
  readonly about: Content
}): Html {
  const { scope, language, formToken, request, application, userName, asked, given } = page
  const say = consentWords(language)
  const added = html` <strong>${say.isNew}</strong>`
  return cardPage({
    scope,
    language,
    title: say.allowAccess,
    body: html`<p>${within(say.asksTo, strong(application))}</p>
      <ul>
        ${asked.map((one) => html`<li>${inWords(language, one)}${given && !given.includes(one) ? added : ''}</li>`)}
      </ul>
      <p class="help">${within(loginWords(language).signedInAs, strong(userName))}</p>
      <form method="post" action="${scope.base}/consent?request=${encodeURIComponent(request)}">
        ${tokenField(formToken)} ${hidden('request', request)} ${hidden('asked', asked.join(' '))}
        ${button({ label: say.allow, kind: 'primary', wide: true, name: 'decision', value: 'allow' })}
        ${button({ label: say.deny, wide: true, name: 'decision', value: 'deny' })}
      </form>
      ${page.about}`,
  })
}
