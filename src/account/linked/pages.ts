import { html } from 'hono/html'
import type { LinkedIdentity } from '../../federation/queries.ts'
import { errorSummary, type Html, linkButton } from '../../html.ts'
import { panel } from '../../html/parts.ts'
import { confirmationPage } from '../confirm.ts'
import { accountPage, type AccountView, sectionPath } from '../frame.ts'
import { written, writtenDay } from '../time.ts'
import { linkedWords } from './words.ts'

export function linkedPage(view: AccountView, identities: readonly LinkedIdentity[], isOnlyWay = false): Html {
  const words = linkedWords(view.language)
  const list = html`<ul class="rows">
    ${identities.map((one) => html`<li>${row(view, one)}</li>`)}
  </ul>`
  return accountPage(view, {
    section: 'linked',
    // It stands at the address of the question.
    isFinal: isOnlyWay,
    body: [
      isOnlyWay ? errorSummary([{ field: '', message: words.onlyWay }]) : '',
      panel({}, identities.length === 0 ? html`<p class="help">${words.none}</p>` : list),
    ],
  })
}

function row(view: AccountView, { connectionId, connection, created, lastSignIn }: LinkedIdentity): Html {
  const words = linkedWords(view.language)
  return html`<div class="what">
      <strong>${connection}</strong>
      <span class="help"
        >${words.since} ${writtenDay(created, view.language)} · ${words.lastSignIn}:
        ${written(lastSignIn, view.language)}</span
      >
    </div>
    ${linkButton({
      label: html`${words.unlink}<span class="unseen"> ${connection}</span>`,
      href: unlinkPath(view, connectionId),
    })}`
}

export function unlinkPage(view: AccountView, { connectionId, connection }: LinkedIdentity): Html {
  const words = linkedWords(view.language)
  return confirmationPage(view, {
    section: 'linked',
    action: unlinkPath(view, connectionId),
    goes: words.goes(connection),
    label: words.unlink,
    title: words.question(connection),
  })
}

function unlinkPath(view: AccountView, connectionId: string): string {
  return sectionPath(view, 'linked', `/${encodeURIComponent(connectionId)}/unlink`)
}
