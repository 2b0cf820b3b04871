import { html } from 'hono/html'
import { directionOf, type Language } from '../core/language.ts'
import type { Content, Html } from '../html.ts'
import { ICON_URL, SCRIPT_URL, STYLE_URL } from './assets.ts'

/** A whole document; `site` is the tenant's name. */
export function documentPage(page: {
  readonly title: string
  readonly site: string
  readonly kind: 'console' | 'account' | 'card' | 'docs'
  readonly language?: Language
  /** A style sheet on top of the one that all pages have. */
  readonly style?: string | undefined
  readonly body: Content
}): Html {
  const { language = 'en' } = page
  return html`<!doctype html>
    <html lang="${language}" dir="${directionOf(language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · ${page.site}</title>
        <link rel="icon" href="${ICON_URL}" />
        <link rel="stylesheet" href="${STYLE_URL}" />
        ${page.style === undefined ? '' : html`<link rel="stylesheet" href="${page.style}" />`}
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
    <path d="M8 25.5V15a8 8 0 0 1 16 0v10.5zM16 18v4M16 15v.1" />
  </svg>`
}
