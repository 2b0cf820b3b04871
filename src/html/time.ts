import { html } from 'hono/html'
import type { Html } from '../html.ts'

const UNITS = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
] as const

/** How long ago or how soon, in words; the exact time, in UTC, is in the title and for machines. */
export function timeAgo(time: Date, now: Date): Html {
  return html`<time datetime="${time.toISOString()}" title="${exactTime(time)}">${inWords(time, now)}</time>`
}

/** How long ago, and when that was. */
export function dated(time: Date, now: Date): Html {
  return html`${timeAgo(time, now)} <span class="help">(${exactTime(time)})</span>`
}

export function exactTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function inWords(time: Date, now: Date): string {
  const seconds = Math.round((time.getTime() - now.getTime()) / 1000)
  if (Math.abs(seconds) < 5) return 'just now'
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit)
  }
  return words.format(seconds, 'second')
}
