import { html } from 'hono/html'
import { createMiddleware } from 'hono/factory'
import { isAdministrator } from '../directory/users/queries.ts'
import { button, tokenField } from '../html.ts'
import { cardPage } from '../html/card.ts'
import type { AppContext, Env } from '../http.ts'
import { readCookie } from '../session/cookie.ts'
import { findSession } from '../session/queries.ts'

/**
 * Lets an administrator of this tenant pass and sets c.var.administrator. Nobody is sent to sign in and comes back
 * here; somebody else is told so, and can sign out. Stands after knowBrowser.
 */
export const requireAdministrator = createMiddleware<Env>(async (c, next) => {
  const { scope } = c.var
  const session = await findSession(scope, readCookie(c, 'session'))
  if (!session) return c.redirect(`${scope.base}/login?return_to=${encodeURIComponent(returnTo(c))}`, 303)
  if (!(await isAdministrator(scope, session.userId))) return c.html(notAllowedPage(c, session.userName), 403)
  c.set('administrator', { id: session.userId, userName: session.userName })
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
  return cardPage({
    scope,
    title: 'Not allowed',
    body: html`<p>You are signed in as <strong>${userName}</strong>, who is not an administrator.</p>
      <form method="post" action="${scope.base}/logout">
        ${tokenField(formToken)} ${button({ label: 'Sign out', kind: 'primary', wide: true })}
      </form>`,
  })
}
