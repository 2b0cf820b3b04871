import { html } from 'hono/html'
import type { Content, Html } from '../html.ts'
import { ICON_URL, SCRIPT_URL, STYLE_URL } from './assets.ts'

/** A whole document; `site` is the tenant's name. */
export function documentPage(page: {
  readonly title: string
  readonly site: string
  readonly kind: 'console' | 'card'
  readonly body: Content
}): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · ${page.site}</title>
        <link rel="icon" href="${ICON_URL}" />
        <link rel="stylesheet" href="${STYLE_URL}" />
        <script src="${SCRIPT_URL}" type="module"></script>
      </head>
      <body class="${page.kind}-page">
        ${page.body}
      </body>
    </html>`
}

/** The mark: an arched gate. Decoration, so that it needs no name. */
export function mark(): Html {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" />
    <path d="M9 26V15a7 7 0 0 1 14 0v11M16 26v-9" />
  </svg>`
}
