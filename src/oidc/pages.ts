import { html } from 'hono/html'
import type { Language } from '../core/language.ts'
import { button, hidden, type Html } from '../html.ts'
import { cardPage } from '../html/card.ts'
import type { Scope } from '../platform.ts'
import { oidcWords } from './words.ts'

/** response_mode=form_post (OAuth 2.0 Form Post Response Mode): a form that the person, or the script, sends on. */
export function formPostPage(page: {
  readonly scope: Scope
  readonly language: Language
  readonly redirectUri: string
  readonly answer: Readonly<Record<string, string>>
}): Html {
  const { scope, language } = page
  const say = oidcWords(language)
  return cardPage({
    scope,
    language,
    title: say.almostThere,
    isFinal: true,
    body: html`<form method="post" action="${page.redirectUri}" data-submit>
      ${Object.entries(page.answer).map(([name, value]) => hidden(name, value))}
      ${button({ label: say.continue, kind: 'primary', wide: true })}
    </form>`,
  })
}
