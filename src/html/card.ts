import { html } from 'hono/html'
import type { Language } from '../core/language.ts'
import { type Content, flash, type Html } from '../html.ts'
import type { Scope } from '../platform.ts'
import { documentPage, mark } from './document.ts'

/** One card in the middle with the tenant's name above: the sign-in pages and whatever is shown to a visitor. */
export function cardPage(page: {
  readonly scope: Scope | undefined
  readonly language?: Language
  readonly title: string
  readonly body: Content
  readonly flash?: Content
}): Html {
  const site = page.scope?.tenant.name ?? 'postern'
  return documentPage({
    title: page.title,
    site,
    kind: 'card',
    ...(page.language ? { language: page.language } : {}),
    body: html`<main class="gate">
      <p class="brand">${mark()}<span>${site}</span></p>
      <div class="card">
        <h1>${page.title}</h1>
        ${page.flash ? flash(page.flash) : ''}${page.body}
      </div>
    </main>`,
  })
}

/** A refusal as a page. It says what is wrong and nothing of the inside; the request id leads to the log. */
export function errorPage(scope: Scope | undefined, status: number, detail: string, requestId?: string): Html {
  return cardPage({
    scope,
    title: errorTitle(status),
    body: html`<p>${detail}</p>
      ${requestId ? html`<p class="help">Error ${status}, request <code>${requestId}</code></p>` : ''}`,
  })
}

function errorTitle(status: number): string {
  if (status === 404) return 'Not found'
  if (status === 401 || status === 403) return 'Not allowed'
  if (status === 429) return 'Too many requests'
  return status >= 500 ? 'Something went wrong' : 'That did not work'
}
