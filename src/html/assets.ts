import { createHash } from 'node:crypto'
import { SCRIPT } from './script.ts'
import { STYLE_SHEET } from './style.ts'

/** The arch of the mark, on a ground of its own: readable on light and dark browser tabs alike. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#3348a8"/><path d="M8 25.5V15a8 8 0 0 1 16 0v10.5zM16 17v5M16 15.2v.1" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`

/** The content's hash stands in the URL, so that a browser may keep each version for good. */
export const STYLE_URL = versioned('/assets/postern.css', STYLE_SHEET)
export const SCRIPT_URL = versioned('/assets/postern.js', SCRIPT)
export const ICON_URL = versioned('/assets/icon.svg', ICON)

/** An address with the hash of what is there. */
export function versioned(path: string, content: string): string {
  return `${path}?v=${createHash('sha256').update(content).digest('hex').slice(0, 12)}`
}
