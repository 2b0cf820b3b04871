import { html } from 'hono/html'
import type { Alert, AlertSettings } from '../../../connections/alerts/queries.ts'
import { ALERT_TYPES } from '../../../connections/alerts/settings.ts'
import { isRecord } from '../../../core/json-value.ts'
import { checkbox, type Content, errorOf, errorSummary, field, fieldId, type Html, linkButton } from '../../../html.ts'
import { badge, confirmation, emptyState, panel } from '../../../html/parts.ts'
import { timeAgo } from '../../../html/time.ts'
import { changeForm, mayChange, readOnlyNote } from '../../changes.ts'
import { action, type Once, onceNotice } from '../../connections/connectors/webhook/part.ts'
import { type Draft, valueOf } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { EVENTS } from './form.ts'

export const ALERTS_LEAD = 'Hear of it by a signed webhook when a connector is paused, or a delivery is given up.'

export function alertsPath(view: View): string {
  return `${view.root}/login-registration/provisioning/alerts`
}

export type Alerts = {
  readonly settings: AlertSettings | undefined
  readonly latest: readonly Alert[]
  readonly once: Once
}

export function alertsPage(view: View, { settings, latest, once }: Alerts, draft: Draft): Html {
  const path = alertsPath(view)
  return consolePage(view, {
    section: 'login-registration',
    title: 'Alerts',
    crumbs: [{ label: 'Login & Registration', href: `${view.root}/login-registration` }],
    lead: ALERTS_LEAD,
    body: [
      errorSummary(draft.errors),
      readOnlyNote(view, path),
      onceNotice(once),
      panel({ title: 'Where alerts go' }, changeForm(view, path, alertFields(settings, draft))),
      settings ? [latestPanel(view, latest), removal(view, path)] : '',
    ],
  })
}

function alertFields(settings: AlertSettings | undefined, { values, errors }: Draft): Html {
  const isDraft = Object.keys(values).length > 0
  const secretHelp = settings
    ? 'One is set. It is never shown; leave this empty to keep it. A new one signs at once, the former one as well for a day.'
    : 'whsec_ and 24 to 64 bytes in base64. Leave this empty and one is made, and shown once.'
  const isChosen = (type: (typeof ALERT_TYPES)[number]) =>
    isDraft ? valueOf(values, EVENTS[type].field) === 'on' : (settings?.events.includes(type) ?? true)
  return html`${field({
      name: 'url',
      label: 'URL',
      type: 'url',
      required: true,
      autocomplete: 'off',
      placeholder: 'https://app.example.com/webhooks/alerts',
      value: valueOf(values, 'url') ?? settings?.url,
      error: errorOf(errors, 'url'),
    })}
    ${field({ name: 'secret', label: 'Signing Secret', type: 'password', autocomplete: 'new-password', help: secretHelp, error: errorOf(errors, 'secret') })}
    <fieldset class="choices" id="${fieldId('events')}">
      <legend>Tell of it when</legend>
      ${ALERT_TYPES.map((type) => checkbox({ name: EVENTS[type].field, label: EVENTS[type].label, checked: isChosen(type), help: type }))}
    </fieldset>`
}

const STATES = {
  pending: ['On its way', 'wait'],
  delivered: ['Delivered', 'good'],
  dead: ['Given up', 'bad'],
} as const

function latestPanel(view: View, latest: readonly Alert[]): Html {
  return panel(
    {
      title: 'Latest alerts',
      lead: 'What is not heard is sent again, for a week.',
      action: action(view, `${alertsPath(view)}/test`, 'Send a test event'),
    },
    latest.length === 0
      ? emptyState('No alerts yet', 'When something is wrong with a connector, it stands here too.')
      : html`<ul class="rows">
          ${latest.map((alert) => alertRow(view, alert))}
        </ul>`,
  )
}

function alertRow({ scope }: View, { type, data, state, attempts, lastError, created }: Alert): Html {
  const [word, tone] = STATES[state]
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  return html`<li>
    <span class="what">
      <span><strong>${type}</strong> ${badge(word, tone)}</span>
      <span class="help"
        >${nameIn(data.connector)} of ${nameIn(data.connection)}, ${timeAgo(created, scope.now)}, ${tries}</span
      >
      ${lastError === null ? '' : html`<span class="help">${lastError}</span>`}
    </span>
  </li>`
}

function nameIn(value: unknown): string {
  return isRecord(value) && typeof value.name === 'string' ? value.name : ''
}

function removal(view: View, path: string): Content {
  if (!mayChange(view, `${path}/delete`)) return ''
  return panel(
    {
      title: 'Stop alerts',
      lead: 'Nobody is told of trouble any more. It still stands in the console.',
      destroys: true,
    },
    html`<div>${linkButton({ label: 'Stop alerts', href: `${path}/delete`, kind: 'danger' })}</div>`,
  )
}

export function stopAlertsPage(view: View, { url }: AlertSettings): Html {
  const path = alertsPath(view)
  return consolePage(view, {
    section: 'login-registration',
    title: 'Stop alerts',
    crumbs: [
      { label: 'Login & Registration', href: `${view.root}/login-registration` },
      { label: 'Alerts', href: path },
    ],
    body: confirmation({
      question: `Stop sending alerts to ${url}?`,
      goes: ['The address and its signing secret are deleted.', 'Alerts that have not arrived are given up.'],
      action: `${path}/delete`,
      cancel: path,
      label: 'Stop alerts',
      formToken: view.formToken,
    }),
  })
}
