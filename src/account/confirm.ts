import { html } from 'hono/html'
import { button, type Content, type Html, linkButton, tokenField } from '../html.ts'
import { panel } from '../html/parts.ts'
import { type AccountView, sectionPath } from './frame.ts'
import type { SectionName } from './sections.ts'
import { accountWords } from './words.ts'

/** Asks before something goes: `goes` says what goes with it. The form is sent to the address of the page. */
export function confirmation(
  view: AccountView,
  ask: {
    readonly section: SectionName
    readonly action: string
    readonly goes: readonly Content[]
    readonly label: string
  },
): Html {
  return panel(
    { destroys: true },
    html`<ul class="goes">
        ${ask.goes.map((one) => html`<li>${one}</li>`)}
      </ul>
      <form method="post" action="${ask.action}">
        ${tokenField(view.formToken)}
        <div class="buttons">
          ${button({ label: ask.label, kind: 'danger' })}
          ${linkButton({ label: accountWords(view.language).cancel, href: sectionPath(view, ask.section) })}
        </div>
      </form>`,
  )
}
