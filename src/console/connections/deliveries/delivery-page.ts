import { html } from 'hono/html'
import { attr, button, type Content, errorSummary, type Html, tokenField } from '../../../html.ts'
import { badge, emptyState, facts, panel } from '../../../html/parts.ts'
import { dated, timeAgo } from '../../../html/time.ts'
import type { AttemptView, DeliveryView } from '../../../outbound/log/queries.ts'
import { mayChange, mayOpen } from '../../changes.ts'
import type { Draft } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectionCrumbs } from '../connection-pages.ts'
import { deliveriesPath, isOpenState, OPERATIONS, OUTBOUND, stateBadge, STATES } from './states.ts'

export function deliveryPage(
  view: View,
  connection: { readonly id: string; readonly name: string },
  delivery: DeliveryView,
  attempts: readonly AttemptView[],
  draft: Draft,
): Html {
  const isOpen = isOpenState(delivery.state)
  const path = `${deliveriesPath(view, connection)}/${delivery.id}`
  const retry = html`<form method="post" action="${path}/retry">
    ${tokenField(view.formToken)} ${button({ label: 'Retry now', kind: 'primary' })}
  </form>`
  return consolePage(view, {
    section: 'connections',
    title: delivery.resourceName,
    crumbs: [
      ...connectionCrumbs(view, connection, OUTBOUND),
      { label: 'Provisioning log', href: deliveriesPath(view, connection) },
    ],
    action: isOpen && mayChange(view, path) ? retry : '',
    body: html`${errorSummary(draft.errors)}
      <section id="log" class="stack" ${attr('data-live', isOpen && '3000')}>
        ${panel({}, deliveryFacts(view, delivery))}
        ${panel({ title: 'Attempts' }, attemptList(view, delivery, attempts))}
      </section>`,
  })
}

function deliveryFacts(view: View, delivery: DeliveryView): Html {
  const { now } = view.scope
  const isUser = delivery.resourceType === 'User'
  const isNotMade = delivery.operation === 'create' && delivery.state === 'refused'
  const href = `${view.root}/${isUser ? 'users' : 'groups'}/${delivery.resourceId}`
  const name =
    delivery.operation === 'delete' || isNotMade || !mayOpen(view, href)
      ? delivery.resourceName
      : html`<a href="${href}">${delivery.resourceName}</a>`
  const log = `${deliveriesPath(view, { id: delivery.connectionId })}?resource=${delivery.resourceId}`
  const at = (time: Date) => dated(time, now)
  return facts([
    ['State', html`${stateBadge(delivery.state)} <span class="help">${STATES[delivery.state].words}</span>`],
    [delivery.resourceType, html`${name} <a class="help" href="${log}">All its deliveries</a>`],
    ['Operation', OPERATIONS[delivery.operation]],
    ['Connector', delivery.connector],
    ['Last error', delivery.lastError],
    ['Next attempt', delivery.nextAttemptAt && at(delivery.nextAttemptAt)],
    ['Changed', at(delivery.created)],
    ['Last news', at(delivery.lastModified)],
  ])
}

function attemptList(view: View, { state }: DeliveryView, attempts: readonly AttemptView[]): Html {
  if (attempts.length === 0 && state === 'delivered') {
    return emptyState('Nothing had to be sent', 'The target has it already as it is here.')
  }
  if (attempts.length === 0) {
    return emptyState('No request yet', 'Each request to the target is listed here with its answer.')
  }
  return html`<ol class="rows attempts">
    ${attempts.map((attempt) => attemptRow(view, attempt))}
  </ol>`
}

function attemptRow(view: View, row: AttemptView): Html {
  const took = `${row.durationMs.toLocaleString('en')}\u00a0ms`
  return html`<li>
    <span class="what">
      <span><strong>${row.method}</strong> <code>${row.url}</code></span>
      <span class="help">
        Attempt ${row.attempt}${row.decision === '' ? '' : `: ${row.decision}`}. ${timeAgo(row.at, view.scope.now)},
        took ${took}
      </span>
      ${row.error ? html`<span>${row.error}</span>` : ''}
    </span>
    ${answerBadge(row)} ${bodies(row)}
  </li>`
}

function answerBadge({ status }: AttemptView): Html {
  if (status === null) return badge('No answer', 'bad')
  return badge(String(status), status < 300 ? 'good' : 'bad')
}

/** What was sent and what came back, as they were recorded: without secrets, and cut. */
function bodies({ request, answer }: AttemptView): Content {
  const shown = [
    ['Request', request],
    ['Answer', answer],
  ] as const
  const given = shown.filter(([, body]) => body !== null && body !== '')
  if (given.length === 0) return ''
  return html`<details class="more">
    <summary>${given.map(([label]) => label).join(' and ')}</summary>
    <div class="columns">
      ${given.map(
        ([label, body]) =>
          html`<div>
            <h3>${label}</h3>
            <pre>${readable(body ?? '')}</pre>
          </div>`,
      )}
    </div>
  </details>`
}

/** JSON with its lines; what was cut is none, and stays as it is. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
