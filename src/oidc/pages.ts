import { html } from 'hono/html'
import { button, hidden, type Html } from '../html.ts'
import { cardPage } from '../html/card.ts'
import type { Scope } from '../platform.ts'

/** response_mode=form_post (OAuth 2.0 Form Post Response Mode): a form that the person, or the script, sends on. */
export function formPostPage(scope: Scope, redirectUri: string, answer: Readonly<Record<string, string>>): Html {
  return cardPage({
    scope,
    title: 'Almost there',
    body: html`<form method="post" action="${redirectUri}" data-submit>
      ${Object.entries(answer).map(([name, value]) => hidden(name, value))}
      ${button({ label: 'Continue', kind: 'primary', wide: true })}
    </form>`,
  })
}
