import { ICON, ICON_URL, SCRIPT_URL, STYLE_URL } from './html/assets.ts'
import { SCRIPT } from './html/script.ts'
import { STYLE_SHEET } from './html/style.ts'
import { type AppContext, newRouter } from './http.ts'

/** /assets: the style sheet, the script and the icon, the same for every tenant. */
export const assetRoutes = newRouter()
  .get('/assets/postern.css', (c) => answerAsset(c, STYLE_URL, STYLE_SHEET, 'text/css; charset=utf-8'))
  .get('/assets/postern.js', (c) => answerAsset(c, SCRIPT_URL, SCRIPT, 'text/javascript; charset=utf-8'))
  .get('/assets/icon.svg', (c) => answerAsset(c, ICON_URL, ICON, 'image/svg+xml'))

/** Kept for good under the URL of this very content; another version's URL gets this content, but not to keep. */
function answerAsset(c: AppContext, url: string, content: string, type: string): Response {
  const isCurrent = new URL(c.req.url).search === url.slice(url.indexOf('?'))
  c.header('Cache-Control', isCurrent ? 'public, max-age=31536000, immutable' : 'no-cache')
  return c.body(content, 200, { 'Content-Type': type })
}
