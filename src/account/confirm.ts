import { html } from 'hono/html'
import { button, type Content, type Html, linkButton, tokenField } from '../html.ts'
import { panel } from '../html/parts.ts'
import { accountPage, type AccountView, sectionPath } from './frame.ts'
import type { SectionName } from './sections.ts'
import { accountWords } from './words.ts'

/** A page that asks before something goes: `goes` says what goes with it. The form is sent to the address of the page. */
export function confirmationPage(
  view: AccountView,
  ask: {
    readonly section: SectionName
    readonly title: string
    readonly action: string
    readonly goes: readonly Content[]
    readonly label: string
  },
): Html {
  const body = panel(
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
  return accountPage(view, { section: ask.section, title: ask.title, body })
}
