/** How a connection's provisioning fares, at a glance. */
import { html } from 'hono/html'
import type { Content, Html } from '../../../html.ts'
import { badge, facts, panel, type Tone } from '../../../html/parts.ts'
import { dated, exactTime, timeAgo } from '../../../html/time.ts'
import { deliveredIn, type Health, LATELY_MINUTES, type TargetHealth } from '../../../outbound/log/health/queries.ts'
import type { View } from '../../frame.ts'
import { hoursChart } from './chart.ts'
import { deliveriesPath, OPEN_STATES, STATES } from './states.ts'

export function healthPanel(view: View, connection: { readonly id: string }, health: Health): Html {
  const { now } = view.scope
  const { oldest, hours, lately, targets } = health
  const rate = (lately / LATELY_MINUTES).toLocaleString('en', { maximumFractionDigits: 1 })
  const waiting = oldest && html`changed ${dated(oldest, now)}`
  return panel(
    { title: 'Health' },
    html`<ul class="rows">
        ${targets.map((target) => targetRow(target, now))}
      </ul>
      <div class="columns">
        ${facts([
          ['Not delivered', openCounts(view, connection, health)],
          ['The oldest', waiting],
          ['Delivered', `${deliveredIn(hours).toLocaleString('en')} in the last day`],
          ['Rate', `${rate} a minute`],
        ])}
        ${hoursChart(hours)}
      </div>`,
  )
}

/** Each number leads to what it counts. */
function openCounts(view: View, connection: { readonly id: string }, { open }: Health): Content {
  const some = OPEN_STATES.filter((state) => open[state] > 0)
  if (some.length === 0) return 'Nothing waits.'
  return html`<ul class="filters">
    ${some.map(
      (state) =>
        html`<li>
          <a href="${deliveriesPath(view, connection)}?state=${state}"
            >${STATES[state].label} <span class="number">${open[state].toLocaleString('en')}</span></a
          >
        </li>`,
    )}
  </ul>`
}

function targetRow(target: TargetHealth, now: Date): Html {
  const { lastSuccess, lastFailure } = target
  const { label, tone, words } = conditionOf(target, now)
  const at = (label: string, time: Date | null) => (time ? html`<span>${label} ${timeAgo(time, now)}.</span>` : '')
  return html`<li>
    <span class="what">
      <strong>${target.connector}</strong>
      ${words ? html`<span>${words}</span>` : ''}
      <span class="help">${at('Last success', lastSuccess)} ${at('Last failure', lastFailure)}</span>
    </span>
    ${badge(label, tone)}
  </li>`
}

/** Whether anything is sent through a connector, and why not. */
export function conditionOf(
  target: TargetHealth,
  now: Date,
): { readonly label: string; readonly tone: Tone; readonly words?: Content } {
  const { pausedAt, pauseReason, waitUntil, lastSuccess, lastFailure } = target
  if (!target.enabled) return { label: 'Disabled', tone: 'off' }
  if (pausedAt) {
    const since = html`Nothing is sent since ${exactTime(pausedAt)}, until somebody looks after it.`
    return {
      label: 'Paused',
      tone: 'bad',
      words: pauseReason ? html`${pauseReason.replace(/\.?$/, '.')} ${since}` : since,
    }
  }
  if (target.quarantinedAt) {
    const since = html`One change is tried now and then, since ${exactTime(target.quarantinedAt)}.`
    return { label: 'Quarantined', tone: 'bad', words: html`Most is refused: ${target.quarantineReason} ${since}` }
  }
  if (target.removalsHeldAt) {
    return { label: 'Asks', tone: 'wait', words: 'Removals wait until somebody allows them, on the connector’s page.' }
  }
  if (waitUntil && waitUntil > now) {
    return { label: 'Waits', tone: 'wait', words: html`The target is called again ${timeAgo(waitUntil, now)}.` }
  }
  if (!lastSuccess && !lastFailure) return { label: 'Not called yet', tone: 'off' }
  if (!lastSuccess || (lastFailure && lastFailure > lastSuccess)) return { label: 'Fails', tone: 'bad' }
  return { label: 'Works', tone: 'good' }
}
