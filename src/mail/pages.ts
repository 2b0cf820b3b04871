/** A mail as HTML: the same words as its text, for whoever's program shows that; no picture, nothing from elsewhere. */
import { html } from 'hono/html'
import { directionOf, type Language } from '../core/language.ts'

export async function letterHtml(letter: {
  readonly language: Language
  readonly subject: string
  readonly before: string
  readonly link: string | undefined
  readonly after: string
}): Promise<string> {
  const { language, subject, before, link, after } = letter
  const page = html`<!doctype html>
    <html lang="${language}" dir="${directionOf(language)}">
      <head>
        <meta charset="utf-8" />
        <title>${subject}</title>
      </head>
      <body style="font: 16px/1.5 sans-serif; margin: 24px; max-width: 600px">
        <p>${before}</p>
        ${link === undefined ? '' : html`<p><a href="${link}" style="word-break: break-all">${link}</a></p>`}
        <p>${after}</p>
      </body>
    </html>`
  return String(await page)
}
