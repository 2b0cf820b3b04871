import { html } from 'hono/html'
import {
  button,
  checkbox,
  type Content,
  errorOf,
  errorSummary,
  field,
  flash,
  type Html,
  linkButton,
  tokenField,
} from '../../html.ts'
import { radios } from '../../html/choices.ts'
import { badge, codeBlock, confirmation, emptyState, facts, panel } from '../../html/parts.ts'
import { type ListState, pager, table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import type { RegistrationSettings } from '../../oidc/registration/queries.ts'
import { changeForm, changeLink, readOnlyNote } from '../changes.ts'
import { expiryFieldsOf } from '../expiry.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { POLICIES } from './form.ts'
import type { InitialToken } from './queries.ts'

export const REGISTRATION_LEAD = 'Whether applications may register themselves, and with which tokens they may.'

export function registrationPath(view: View): string {
  return `${view.root}/client-registration`
}

export type Registration = {
  readonly settings: RegistrationSettings
  readonly state: ListState
  readonly total: number
  readonly rows: readonly InitialToken[]
  /** A token that was made a moment ago, for the one time that it is shown. */
  readonly token?: string | undefined
}

export function registrationPage(view: View, registration: Registration, draft: Draft): Html {
  const path = registrationPath(view)
  return consolePage(view, {
    section: 'client-registration',
    title: 'Client registration',
    lead: REGISTRATION_LEAD,
    action: newTokenLink(view, 'primary'),
    body: [
      errorSummary(draft.errors),
      readOnlyNote(view, path),
      registration.token === undefined ? '' : newTokenPanel(registration.token),
      settingsPanel(view, registration.settings, draft),
      html`<section class="stack">
        <h2>Initial access tokens</h2>
        ${registration.rows.length > 0 ? tokenTable(view, registration) : panel({}, noTokens(view, registration))}
      </section>`,
    ],
  })
}

const SHOWN_ONCE = 'The token is shown once, here and now. Copy it before you leave this page.'

function newTokenPanel(token: string): Html {
  return panel({ title: 'For whoever registers' }, [
    flash(SHOWN_ONCE, 'warning'),
    facts([['Initial access token', codeBlock('initial-token', token)]]),
  ])
}

function settingsPanel(view: View, settings: RegistrationSettings, { values, errors }: Draft): Html {
  const wasSent = errors.length > 0
  const choices = Object.entries(POLICIES).map(([value, { label, words }]) => ({ value, label, help: words }))
  const endpoint = facts([['Registration endpoint', codeBlock('endpoint', `${view.scope.issuer}/oauth2/register`)]])
  return panel({ title: 'Settings' }, [
    changeForm(
      view,
      registrationPath(view),
      html`${radios({
        name: 'policy',
        label: 'Who may register applications (RFC 7591)',
        choices,
        value: valueOf(values, 'policy') ?? settings.policy,
        error: errorOf(errors, 'policy'),
      })}
      ${checkbox({
        name: 'requirePkce',
        label: 'Demand PKCE of them',
        checked: wasSent ? valueOf(values, 'requirePkce') === 'on' : settings.requirePkce,
        help: 'Without it, those that keep a secret may do without; the others never. It counts for whoever registers from now on.',
      })}`,
    ),
    endpoint,
  ])
}

function newTokenLink(view: View, kind: 'primary' | 'plain'): Content {
  return changeLink(view, { label: 'New initial token', href: `${registrationPath(view)}/tokens/new`, kind })
}

function tokenTable(view: View, { state, total, rows }: Registration): Content {
  const { now } = view.scope
  return [
    table({
      caption: 'Initial access tokens',
      rows,
      columns: [
        { label: 'Description', cell: (row) => row.description },
        { label: 'Created', cell: (row) => timeAgo(row.created, now) },
        { label: 'Expires', cell: (row) => expiryOf(row, now) },
        { label: 'Revoke', acts: true, cell: (row) => revokeLink(view, row) },
      ],
    }),
    pager(state, total, { one: 'initial token', many: 'initial tokens' }),
  ]
}

function expiryOf({ expiresAt }: InitialToken, now: Date): Content {
  if (!expiresAt) return 'Never'
  return expiresAt > now ? timeAgo(expiresAt, now) : html`${badge('Expired', 'bad')} ${timeAgo(expiresAt, now)}`
}

function revokeLink(view: View, { id, description }: InitialToken): Content {
  const label = html`Revoke<span class="unseen"> ${description}</span>`
  return changeLink(view, { label, href: `${registrationPath(view)}/tokens/${id}/revoke`, kind: 'quiet' })
}

function noTokens(view: View, { state, total }: Registration): Html {
  if (total > 0) return emptyState('Nothing on this page', html`<a href="${state.path}">Go to the first page.</a>`)
  const words = 'Make one for each partner who is to register applications, and revoke it when that is done.'
  return emptyState('No initial tokens yet', words, newTokenLink(view, 'plain'))
}

export function newInitialTokenPage(view: View, draft: Draft): Html {
  const path = registrationPath(view)
  const { values, errors } = draft
  return consolePage(view, {
    section: 'client-registration',
    title: 'New initial token',
    crumbs: [{ label: 'Client registration', href: path }],
    body: [
      errorSummary(errors),
      panel(
        {},
        html`<form method="post" action="${path}/tokens/new">
          ${tokenField(view.formToken)}
          ${field({
            name: 'description',
            label: 'Description',
            required: true,
            maxlength: 200,
            autocomplete: 'off',
            autofocus: errors.length === 0,
            value: valueOf(values, 'description'),
            error: errorOf(errors, 'description'),
            help: 'Whom it is for.',
          })}
          ${expiryFieldsOf(draft)}
          <div class="buttons">
            ${button({ label: 'Create', kind: 'primary' })} ${linkButton({ label: 'Cancel', href: path })}
          </div>
        </form>`,
      ),
    ],
  })
}

export function revokeInitialTokenPage(view: View, { id, description }: InitialToken): Html {
  const path = registrationPath(view)
  return consolePage(view, {
    section: 'client-registration',
    title: 'Revoke initial token',
    crumbs: [{ label: 'Client registration', href: path }],
    body: confirmation({
      question: `Revoke ${description}?`,
      goes: [
        'Nobody registers an application with it any more. This cannot be undone.',
        'Applications that were registered with it stay, and go on as they are.',
      ],
      action: `${path}/tokens/${id}/revoke`,
      cancel: path,
      label: 'Revoke token',
      formToken: view.formToken,
    }),
  })
}
