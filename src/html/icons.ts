import { html, raw } from 'hono/html'
import type { Html } from '../html.ts'

/** Line icons of the menu, on a grid of 24. */
const PATHS = {
  home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  applications: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  connections: 'M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.5a6.5 6.5 0 0 1 3.5 5.5',
  attributes:
    'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  branding:
    'M12 3a9 9 0 1 0 0 18c1.7 0 2-1.2 1.5-2.2-.7-1.5.2-2.8 1.8-2.8H18a3 3 0 0 0 3-3c0-5.5-4-10-9-10zM7.5 12.5v.1M9.5 8v.1M14.5 8v.1',
  login: 'M14 4h5v16h-5M4 12h11M11 8l4 4-4 4',
} as const
export type Icon = keyof typeof PATHS

export function icon(name: Icon): Html {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${raw(PATHS[name])}" /></svg>`
}
