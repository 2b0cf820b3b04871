import { html } from 'hono/html'
import { button, type Content, hidden, type Html, tokenField } from '../../html.ts'
import { cardPage } from '../../html/card.ts'
import type { Scope } from '../../platform.ts'
import { inWords } from './asked.ts'

/** Names the application and what it would know and do. What the person let it before is there too, and marked. */
export function consentPage(page: {
  readonly scope: Scope
  readonly formToken: string
  readonly request: string
  readonly application: string
  readonly userName: string
  readonly asked: readonly string[]
  readonly given: readonly string[] | undefined
  readonly about: Content
}): Html {
  const { scope, formToken, request, application, userName, asked, given } = page
  return cardPage({
    scope,
    title: 'Allow Access',
    body: html`<p><strong>${application}</strong> asks to:</p>
      <ul>
        ${asked.map((one) => html`<li>${inWords(one)}${given && !given.includes(one) ? html` <strong>(new)</strong>` : ''}</li>`)}
      </ul>
      <p class="help">You are signed in as <strong>${userName}</strong>.</p>
      <form method="post" action="${scope.base}/consent">
        ${tokenField(formToken)} ${hidden('request', request)} ${hidden('asked', asked.join(' '))}
        ${button({ label: 'Allow', kind: 'primary', wide: true, name: 'decision', value: 'allow' })}
        ${button({ label: 'Deny', wide: true, name: 'decision', value: 'deny' })}
      </form>
      ${page.about}`,
  })
}
