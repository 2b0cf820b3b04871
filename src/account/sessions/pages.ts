import { html } from 'hono/html'
import { button, hidden, type Html, tokenField } from '../../html.ts'
import { badge, panel } from '../../html/parts.ts'
import type { ActiveSession } from '../../session/queries.ts'
import { accountPage, type AccountView, sectionPath } from '../frame.ts'
import { written } from '../time.ts'
import { deviceOf } from './device.ts'
import { sessionWords } from './words.ts'

/** What the form sends that ends every session but the one at hand. A sid is longer. */
export const ALL_OTHERS = 'others'

/** The session at hand first. */
export function sessionsPage(view: AccountView, sessions: readonly ActiveSession[]): Html {
  const words = sessionWords(view.language)
  const isHere = ({ sid }: ActiveSession) => sid === view.person.sid
  const ordered = [...sessions.filter(isHere), ...sessions.filter((one) => !isHere(one))]
  const others = html`<form method="post" action="${sectionPath(view, 'sessions')}">
    ${tokenField(view.formToken)} ${hidden('end', ALL_OTHERS)} ${button({ label: words.endOthers })}
  </form>`
  return accountPage(view, {
    section: 'sessions',
    body: panel({}, [
      html`<ul class="rows">
        ${ordered.map((one) => html`<li>${row(view, one, isHere(one))}</li>`)}
      </ul>`,
      ordered.length > 1 ? others : html`<p class="help">${words.alone}</p>`,
    ]),
  })
}

function row(view: AccountView, session: ActiveSession, isHere: boolean): Html {
  const words = sessionWords(view.language)
  const { browser, system } = deviceOf(session.userAgent)
  const known = browser !== undefined && system !== undefined ? words.on(browser, system) : (browser ?? system)
  const name = known ?? words.unknownBrowser
  return html`<div class="what">
      <strong>${name} ${isHere ? badge(words.here, 'good') : ''}</strong>
      <span class="help"
        >${words.signedIn}: ${written(session.authenticatedAt, view.language)} · ${words.lastUsed}:
        ${written(session.lastUsedAt, view.language)}</span
      >
    </div>
    ${
      isHere
        ? ''
        : html`<form class="inline" method="post" action="${sectionPath(view, 'sessions')}">
            ${tokenField(view.formToken)} ${hidden('end', session.sid)}
            ${button({ label: html`${words.end}<span class="unseen"> ${name}</span>` })}
          </form>`
    }`
}
