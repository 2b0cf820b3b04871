import { html } from 'hono/html'
import type { UserRow } from '../../directory/users/queries.ts'
import {
  button,
  checkbox,
  errorOf,
  errorSummary,
  field,
  hidden,
  type Html,
  linkButton,
  tokenField,
} from '../../html.ts'
import { facts, panel } from '../../html/parts.ts'
import { table } from '../../html/table.ts'
import { exactTime, timeAgo } from '../../html/time.ts'
import { type Draft, valueOf } from '../form.ts'
import type { View } from '../frame.ts'
import { sourceOf } from './pages.ts'
import { profileOf } from './profile.ts'
import type { Identity } from './queries.ts'
import { isSelf, userPage, userPath } from './user-pages.ts'

export type UserProfile = {
  readonly user: UserRow
  readonly identities: readonly Identity[]
  readonly connections: ReadonlyMap<string, string>
}

export function profilePage(view: View, profile: UserProfile, draft: Draft): Html {
  const { user } = profile
  return userPage(view, user, 'profile', [
    errorSummary(draft.errors),
    panel({ title: 'Profile' }, profileForm(view, user, draft)),
    panel({ title: 'Origin' }, origin(view, profile)),
    panel(
      { title: 'Password', lead: user.passwordHash ? 'A password is set.' : 'No password is set.' },
      html`<div>${linkButton({ label: 'Reset password', href: `${userPath(view, user)}/password` })}</div>`,
    ),
    isSelf(view, user) ? '' : deletePanel(view, user),
  ])
}

function profileForm(view: View, user: UserRow, { values, errors }: Draft): Html {
  const shown = profileOf(user.document)
  const isDraft = Object.keys(values).length > 0
  const shared = (name: keyof typeof shown) => ({
    name,
    value: isDraft ? valueOf(values, name) : shown[name],
    error: errorOf(errors, name),
    autocomplete: 'off',
  })
  return html`<form method="post" action="${userPath(view, user)}">
    ${tokenField(view.formToken)} ${hidden('version', user.version)}
    ${field({ ...shared('userName'), label: 'User name', required: true })}
    <div class="pair">
      ${field({ ...shared('givenName'), label: 'First name' })}
      ${field({ ...shared('familyName'), label: 'Last name' })}
    </div>
    ${field({ ...shared('displayName'), label: 'Display name' })}
    ${field({ ...shared('email'), label: 'E-mail', type: 'email' })}
    ${field({ ...shared('phone'), label: 'Phone', type: 'tel' })}
    ${activeBox(view, user, isDraft ? valueOf(values, 'active') === 'on' : user.active, errorOf(errors, 'active'))}
    ${button({ label: 'Update', kind: 'primary' })}
  </form>`
}

/** Nobody can shut herself out by a slip: her own box is on, and stays so. */
function activeBox(view: View, user: UserRow, checked: boolean, error: string | undefined): Html {
  const label = 'Active'
  if (isSelf(view, user)) {
    return html`${checkbox({ name: 'active-shown', label, checked: true, disabled: true, help: 'You cannot deactivate yourself.' })}${hidden('active', 'on')}`
  }
  const help = 'A deactivated user cannot sign in, and every session ends at once.'
  return checkbox({ name: 'active', label, checked, help, error })
}

function origin(view: View, { user, identities, connections }: UserProfile): Html {
  const { now } = view.scope
  return html`${facts([
    ['Source', sourceOf(user, connections)],
    ['Created', html`${timeAgo(user.created, now)} <span class="help">(${exactTime(user.created)})</span>`],
    [
      'Last changed',
      html`${timeAgo(user.lastModified, now)} <span class="help">(${exactTime(user.lastModified)})</span>`,
    ],
    ['User ID', html`<code>${user.id}</code>`],
    ['External ID', user.externalId && html`<code>${user.externalId}</code>`],
  ])}
  ${identities.length > 0 ? identityTable(view, identities) : ''}`
}

function identityTable(view: View, identities: readonly Identity[]): Html {
  return table({
    caption: 'Linked accounts',
    rows: identities,
    columns: [
      {
        label: 'Linked account at',
        cell: (row) =>
          row.connection
            ? html`<a href="${view.root}/connections/${row.connectionId}">${row.connection}</a>`
            : 'A deleted connection',
      },
      { label: 'Issuer', cell: (row) => row.issuer },
      { label: 'Subject', cell: (row) => html`<code>${row.subject}</code>` },
      { label: 'Last sign-in', cell: (row) => timeAgo(row.lastSignIn, view.scope.now) },
    ],
  })
}

function deletePanel(view: View, user: UserRow): Html {
  return panel(
    { title: 'Delete user', lead: 'For good, here and wherever the account was provisioned to.', destroys: true },
    html`<div>${linkButton({ label: 'Delete user', href: `${userPath(view, user)}/delete`, kind: 'danger' })}</div>`,
  )
}
