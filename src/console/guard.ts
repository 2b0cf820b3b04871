import { html } from 'hono/html'
import { createMiddleware } from 'hono/factory'
import { mayUseConsole } from '../directory/permissions.ts'
import { permissionsOfUser } from '../directory/users/links/queries.ts'
import { accountWords } from '../account/words.ts'
import { button, strong, tokenField } from '../html.ts'
import { cardPage } from '../html/card.ts'
import { pageWords } from '../html/page-words.ts'
import { within } from '../html/words.ts'
import { type AppContext, type Env, languageOf } from '../http.ts'
import { loginWords } from '../login/words.ts'
import { lacksPermission, permissionFor } from './permissions.ts'
import { readCookie } from '../session/cookie.ts'
import { findSession } from '../session/queries.ts'
import { owesSecondStep } from '../session/second-factor.ts'

/**
 * Lets somebody of this tenant pass whose roles permit what the address is for, and sets c.var.caller. Nobody is sent
 * to sign in and comes back here; somebody without permissions is told so, and can sign out. Stands after knowBrowser.
 */
export const requirePermission = createMiddleware<Env>(async (c, next) => {
  const { scope } = c.var
  const session = await findSession(scope, readCookie(c, 'session'))
  if (!session) return c.redirect(`${scope.base}/login?return_to=${encodeURIComponent(returnTo(c))}`, 303)
  if (owesSecondStep(session)) {
    return c.redirect(`${scope.base}/login/second?return_to=${encodeURIComponent(returnTo(c))}`, 303)
  }
  const permissions = await permissionsOfUser(scope, session.userId)
  if (!mayUseConsole(permissions)) return c.html(notAllowedPage(c, session.userName), 403)
  const needed = permissionFor(c.req.path.slice(scope.base.length), c.req.method)
  if (needed !== undefined && !permissions.has(needed)) throw lacksPermission(needed)
  c.set('caller', { person: { id: session.userId, userName: session.userName }, permissions })
  await next()
  return undefined
})

/** A form that was posted cannot be posted again after the sign-in: its visitor starts at the front. */
function returnTo(c: AppContext): string {
  const { pathname, search } = new URL(c.req.url)
  return c.req.method === 'GET' ? pathname + search : `${c.var.scope.base}/console`
}

function notAllowedPage(c: AppContext, userName: string) {
  const { scope, formToken } = c.var
  const language = languageOf(c)
  const say = loginWords(language)
  return cardPage({
    scope,
    language,
    title: pageWords(language).notAllowed,
    body: html`<p>${within(say.permitsNothing, strong(userName))}</p>
      <p><a href="${scope.base}/account">${accountWords(language).account}</a></p>
      <form method="post" action="${scope.base}/logout">
        ${tokenField(formToken)} ${button({ label: say.signOut, kind: 'primary', wide: true })}
      </form>`,
  })
}
