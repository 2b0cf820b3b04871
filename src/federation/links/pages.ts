import { html } from 'hono/html'
import type { Language } from '../../core/language.ts'
import { type Html, linkButton } from '../../html.ts'
import { cardPage } from '../../html/card.ts'
import { within } from '../../html/words.ts'
import type { Scope } from '../../platform.ts'
import { federationWords } from '../words.ts'
import { linkWords } from './words.ts'

/** Why an account elsewhere was not linked, and the way back. */
export function notLinkedPage(page: {
  readonly scope: Scope
  readonly language: Language
  readonly words: { readonly sentence: string; readonly advice: string }
  readonly back: string
  readonly requestId: string
}): Html {
  const { scope, language, words, back, requestId } = page
  const say = linkWords(language)
  return cardPage({
    scope,
    language,
    title: say.notLinked,
    isFinal: true,
    body: html`<p>${words.sentence}</p>
      <p>${words.advice}</p>
      <p>${linkButton({ label: say.back, href: back, kind: 'primary', wide: true })}</p>
      <p class="help">${within(federationWords(language).reference, html`<code>${requestId}</code>`)}</p>`,
  })
}
