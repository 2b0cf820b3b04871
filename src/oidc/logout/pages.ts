import { html } from 'hono/html'
import { button, flash, hidden, type Html, tokenField } from '../../html.ts'
import { cardPage } from '../../html/card.ts'
import type { Scope } from '../../platform.ts'
import type { LogoutReturn } from './request.ts'

/** Asks first: a link from elsewhere must not sign anybody out. */
export function confirmLogoutPage(page: {
  readonly scope: Scope
  readonly formToken: string
  readonly userName: string
  readonly to: LogoutReturn | undefined
  readonly fault: string | undefined
}): Html {
  const { scope, to, fault } = page
  const fields = to ? { client_id: to.clientId, post_logout_redirect_uri: to.uri, state: to.state } : {}
  return cardPage({
    scope,
    title: 'Sign Out',
    body: html`${fault === undefined ? '' : faultNote(fault)}
      <p>You are signed in as <strong>${page.userName}</strong>. Do you want to sign out?</p>
      <form method="post" action="${scope.base}/oidc/logout/confirm">
        ${tokenField(page.formToken)}
        ${Object.entries(fields).map(([name, value]) => (value === undefined ? '' : hidden(name, value)))}
        ${button({ label: 'Sign Out', kind: 'primary', wide: true })}
      </form>`,
  })
}

/** For a request that is not in order, of which nobody here has to be signed out. */
export function refusedLogoutPage(scope: Scope, fault: string): Html {
  return cardPage({
    scope,
    title: 'Signed Out',
    body: html`${faultNote(fault)}
      <p>You are signed out here.</p>`,
  })
}

function faultNote(fault: string): Html {
  return flash(
    `The application sent a request that is not in order: ${fault} You will not be sent back to it.`,
    'warning',
  )
}
