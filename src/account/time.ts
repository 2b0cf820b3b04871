import { html } from 'hono/html'
import type { Language } from '../core/language.ts'
import type { Html } from '../html.ts'

/** A time in the words of a language; where the reader is we do not know, so it is UTC and says so. */
export function written(time: Date, language: Language): Html {
  const words = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return html`<time datetime="${time.toISOString()}">${words.format(time)} UTC</time>`
}

export function writtenDay(time: Date, language: Language): Html {
  const words = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' })
  return html`<time datetime="${time.toISOString()}">${words.format(time)}</time>`
}
