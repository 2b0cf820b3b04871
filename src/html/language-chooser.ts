import { html } from 'hono/html'
import { directionOf, type Language, LANGUAGES } from '../core/language.ts'
import type { Html } from '../html.ts'
import type { Scope } from '../platform.ts'
import { pageWords } from './page-words.ts'
import { LANGUAGE_NAMES } from './words.ts'

/** A button for each language at the foot of a page; login/language/routes.ts keeps the choice and shows the page again. */
export function languageChooser({ base }: Scope, current: Language): Html {
  return html`<form
    class="languages"
    method="post"
    action="${base}/language"
    aria-label="${pageWords(current).chooseLanguage}"
  >
    ${LANGUAGES.map((language) =>
      language === current
        ? html`<span aria-current="true">${LANGUAGE_NAMES[language]}</span>`
        : html`<button name="language" value="${language}" lang="${language}" dir="${directionOf(language)}">
            ${LANGUAGE_NAMES[language]}
          </button>`,
    )}
  </form>`
}
