import { html } from 'hono/html'
import type { Language } from '../../core/language.ts'
import type { Html } from '../../html.ts'
import type { Scope } from '../../platform.ts'
import { type GoOn, pathWith } from '../asked-for.ts'
import { wayWords } from './words.ts'

/** What stands below the sign-in page's form: for who has forgotten her password, and who is new. */
export function waysBeside(page: {
  readonly scope: Scope
  readonly language: Language
  readonly goOn: GoOn
  readonly hasSignUp: boolean
}): Html {
  const { scope, language, goOn, hasSignUp } = page
  const words = wayWords(language)
  const ways = [
    { path: '/forgot', label: words.forgot },
    ...(hasSignUp ? [{ path: '/signup', label: words.signUp }] : []),
  ]
  return html`<p class="ways">
    ${ways.map(({ path, label }) => html`<a href="${pathWith(scope.base + path, goOn)}">${label}</a> `)}
  </p>`
}
