import { setCookie } from 'hono/cookie'
import { LANGUAGES } from '../../core/language.ts'
import { Problem } from '../../core/errors.ts'
import { pageWords } from '../../html/page-words.ts'
import { type AppContext, formOf, isFromElsewhere, LANGUAGE_COOKIE, newRouter } from '../../http.ts'
import { limitForm } from '../../session/browser.ts'

const YEAR_SECONDS = 365 * 86_400

/** {T}/language: keeps the language that a person chose, and shows her the page again on which she did. */
export const languageRoutes = newRouter().post('/language', limitForm, async (c) => {
  if (isFromElsewhere(c)) throw new Problem(403, (language) => pageWords(language).formFromElsewhere)
  const { language } = await formOf(c)
  const chosen = LANGUAGES.find((one) => one === language)
  if (!chosen) throw new Problem(400, (language) => pageWords(language).noSuchLanguage)
  const secure = c.var.scope.issuer.startsWith('https:')
  setCookie(c, LANGUAGE_COOKIE, chosen, { path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge: YEAR_SECONDS })
  return c.redirect(pageBefore(c), 303)
})

/** Our referrer policy lets a browser say which page of ours a form stood on; without that, the sign-in page. */
function pageBefore(c: AppContext): string {
  const { scope } = c.var
  const front = `${scope.base}/login`
  const referer = c.req.header('Referer') ?? ''
  if (!URL.canParse(referer)) return front
  const { origin, pathname, search } = new URL(referer)
  return origin === scope.platform.config.baseUrl ? pathname + search : front
}
