/** Tells applications in the browser that its person signs out: OpenID Connect Front-Channel Logout 1.0. */
import { html } from 'hono/html'
import { attr, type Html } from '../html.ts'
import { cardPage } from '../html/card.ts'
import { type AppContext, contentSecurityPolicy, languageOf } from '../http.ts'
import { signOutWords } from './words.ts'

/** So long a page waits for the applications without script; with it, until they have answered. */
const WAIT_SECONDS = 5

/**
 * Where a browser goes on when its session has ended: at once, or over a page that tells applications in frames. Also over
 * a page if it goes from a form to a provider: browsers hold redirects behind a form against the policy of the form's page.
 */
export function goOnSignedOut(
  c: AppContext,
  frames: readonly string[],
  href: string,
  isToProvider = false,
): Response | Promise<Response> {
  c.header('Cache-Control', 'no-store')
  const hasPage = frames.length > 0 || (isToProvider && c.req.method === 'POST')
  if (!hasPage) return c.redirect(href, 303)
  const onward = href.replace(/[^\x21-\x7e]/gu, encodeURIComponent)
  c.header('Refresh', `${frames.length > 0 ? WAIT_SECONDS : 0}; url=${onward}`)
  c.header('Content-Security-Policy', contentSecurityPolicy([], frames.map(frameSource)))
  return c.html(framesPage(c, frames, onward, isToProvider))
}

/** The address that is opened for one application (section 2): it says whose session, of whom. */
export function frameAddress(issuer: string, { uri, sid }: { readonly uri: string; readonly sid: string }): string {
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ iss: issuer, sid })}`
}

/** This page and no other of its server. A policy has no way to write an IPv6 address, nor ; and , within a path. */
function frameSource(address: string): string {
  const { protocol, host, pathname } = new URL(address)
  const path = pathname.replace(/[;,]/g, encodeURIComponent)
  return host.startsWith('[') ? protocol : `${protocol}//${host}${path}`
}

function framesPage(c: AppContext, frames: readonly string[], onward: string, isToProvider: boolean): Html {
  const language = languageOf(c)
  const { title, told, alsoThere, onward: label } = signOutWords(language)
  return cardPage({
    scope: c.var.scope,
    language,
    title,
    isFinal: true,
    body: html`<p role="status">${frames.length > 0 ? told : alsoThere}</p>
      ${isToProvider && frames.length > 0 ? html`<p>${alsoThere}</p>` : ''}
      ${frames.map(
        (address) =>
          // It may do what its own pages may, and lead this one nowhere.
          html`<iframe
            class="unseen"
            src="${address}"
            title="${new URL(address).host}"
            sandbox="allow-scripts allow-same-origin allow-forms"
            tabindex="-1"
            aria-hidden="true"
          ></iframe>`,
      )}
      <a class="button primary wide" href="${onward}" ${attr('data-after-load', frames.length > 0)}>${label}</a>`,
  })
}
