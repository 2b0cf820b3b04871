import { html } from 'hono/html'
import type { Language } from '../core/language.ts'
import { type Html, linkButton } from '../html.ts'
import { cardPage } from '../html/card.ts'
import { within } from '../html/words.ts'
import type { Scope } from '../platform.ts'
import type { FailureWords } from './failure.ts'
import { federationWords } from './words.ts'

/** Why a sign-in at a provider came to nothing, what to do, and the way back. */
export function failurePage(page: {
  readonly scope: Scope
  readonly language: Language
  readonly words: FailureWords
  readonly back: string
  readonly requestId: string
  /** A callback counts once: asked for again it would say something else. */
  readonly isFinal: boolean
}): Html {
  const { scope, language, words, back, requestId, isFinal } = page
  const say = federationWords(language)
  return cardPage({
    scope,
    language,
    title: say.failed,
    isFinal,
    body: html`<p>${words.sentence}</p>
      <p>${words.advice}</p>
      <p>${linkButton({ label: say.back, href: back, kind: 'primary', wide: true })}</p>
      <p class="help">${within(say.reference, html`<code>${requestId}</code>`)}</p>`,
  })
}
