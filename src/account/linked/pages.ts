import { html } from 'hono/html'
import { button, type Content, errorSummary, type Html, linkButton, tokenField } from '../../html.ts'
import { panel } from '../../html/parts.ts'
import { confirmationPage } from '../confirm.ts'
import { accountPage, type AccountView, sectionPath } from '../frame.ts'
import { written, writtenDay } from '../time.ts'
import { accountWords } from '../words.ts'
import type { Linked } from './linked.ts'
import { linkedWords } from './words.ts'

/** A connection that a person could link. */
export type Linkable = { readonly id: string; readonly name: string }

export function linkedPage(
  view: AccountView,
  page: { readonly linked: readonly Linked[]; readonly linkable: readonly Linkable[]; readonly isOnlyWay?: boolean },
): Html {
  const words = linkedWords(view.language)
  const { linked, linkable, isOnlyWay = false } = page
  const rows = linked.map((one) => row(view, one))
  return accountPage(view, {
    section: 'linked',
    // It stands at the address of the question.
    isFinal: isOnlyWay,
    body: [
      isOnlyWay ? errorSummary([{ field: '', message: words.onlyWay }]) : '',
      panel({}, rows.length === 0 ? html`<p class="help">${words.none}</p>` : list(rows)),
      linkable.length === 0
        ? ''
        : panel({ title: words.another, lead: words.anotherLead }, list(linkable.map((one) => linkableRow(view, one)))),
    ],
  })
}

function list(rows: readonly Html[]): Html {
  return html`<ul class="rows">
    ${rows.map((one) => html`<li>${one}</li>`)}
  </ul>`
}

function row(view: AccountView, { connectionId, connection, displays, created, lastSignIn }: Linked): Html {
  const words = linkedWords(view.language)
  const used = lastSignIn ? html`${words.lastSignIn}: ${written(lastSignIn, view.language)}` : words.notUsed
  return html`<div class="what">
      <strong>${connection}</strong>
      ${displays.length === 0 ? '' : html`<span><bdi>${displays.join(', ')}</bdi></span>`}
      <span class="help">${words.since} ${writtenDay(created, view.language)} · ${used}</span>
    </div>
    ${linkButton({ label: labelOf(words.unlink, connection), href: pathTo(view, connectionId, 'unlink') })}`
}

function linkableRow(view: AccountView, { id, name }: Linkable): Html {
  const { link } = linkedWords(view.language)
  return html`<div class="what"><strong>${name}</strong></div>
    ${linkButton({ label: labelOf(link, name), href: pathTo(view, id, 'link') })}`
}

function labelOf(label: string, name: string): Content {
  return html`${label}<span class="unseen"> ${name}</span>`
}

export function unlinkPage(view: AccountView, { connectionId, connection }: Linked): Html {
  const words = linkedWords(view.language)
  return confirmationPage(view, {
    section: 'linked',
    action: pathTo(view, connectionId, 'unlink'),
    goes: words.goes(connection),
    label: words.unlink,
    title: words.question(connection),
  })
}

/** What linking means, before she goes to the provider; `failure` says why she could not. */
export function linkPage(view: AccountView, { id, name }: Linkable, failure?: string): Html {
  const words = linkedWords(view.language)
  const body = [
    failure === undefined ? '' : errorSummary([{ field: '', message: failure }]),
    panel(
      {},
      html`<ul class="goes">
          ${words.linkMeans(name).map((one) => html`<li>${one}</li>`)}
        </ul>
        <form method="post" action="${pathTo(view, id, 'link')}">
          ${tokenField(view.formToken)}
          <div class="buttons">
            ${button({ label: words.go(name), kind: 'primary' })}
            ${linkButton({ label: accountWords(view.language).cancel, href: sectionPath(view, 'linked') })}
          </div>
        </form>`,
    ),
  ]
  return accountPage(view, { section: 'linked', title: words.linkQuestion(name), body })
}

function pathTo(view: AccountView, connectionId: string, what: 'link' | 'unlink'): string {
  return sectionPath(view, 'linked', `/${encodeURIComponent(connectionId)}/${what}`)
}
