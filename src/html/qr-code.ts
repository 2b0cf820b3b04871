import { html } from 'hono/html'
import { encode } from 'uqr'
import type { Html } from '../html.ts'

/** Modules of white that readers need around the code (ISO/IEC 18004). */
const QUIET = 4

/** A QR code as one path of an inline SVG, black on white whatever the page's colours; `label` is its text alternative. */
export function qrCode(content: string, label: string): Html {
  const { data, size } = encode(content, { ecc: 'M', border: 0 })
  const side = size + 2 * QUIET
  const modules = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])),
  )
  return html`<svg
    class="qr"
    viewBox="0 0 ${side} ${side}"
    role="img"
    aria-label="${label}"
    shape-rendering="crispEdges"
  >
    <rect width="${side}" height="${side}" fill="#fff" />
    <path d="${modules.join('')}" fill="#000" />
  </svg>`
}
