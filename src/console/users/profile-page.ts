import { html } from 'hono/html'
import type { Link } from '../../federation/links/queries.ts'
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
import { dated } from '../../html/time.ts'
import type { Draft } from '../form.ts'
import type { View } from '../frame.ts'
import { printsOf, typedOr } from './attributes/fields.ts'
import { linkedPanel } from './linked/pages.ts'
import { sourceOf } from './pages.ts'
import { profileOf } from './profile.ts'
import { isSelf, type Shown, userPage, userPath } from './user-pages.ts'

export type UserProfile = Shown & {
  readonly linked: readonly Link[]
  readonly connections: ReadonlyMap<string, string>
}

export function profilePage(view: View, profile: UserProfile, draft: Draft): Html {
  const { user, isChangeable } = profile
  const reset = linkButton({ label: 'Reset password', href: `${userPath(view, user)}/password` })
  return userPage(view, profile, 'profile', [
    errorSummary(draft.errors),
    panel({ title: 'Profile' }, isChangeable ? profileForm(view, user, draft) : profileFacts(user)),
    panel({ title: 'Origin' }, origin(view, profile)),
    linkedPanel(view, profile, profile.linked),
    panel(
      { title: 'Password', lead: user.passwordHash ? 'A password is set.' : 'No password is set.' },
      isChangeable ? html`<div>${reset}</div>` : '',
    ),
    isChangeable && !isSelf(view, user) ? deletePanel(view, user) : '',
  ])
}

function profileFacts(user: UserRow): Html {
  const shown = profileOf(user.document)
  return facts([
    ['User name', shown.userName],
    ['First name', shown.givenName],
    ['Last name', shown.familyName],
    ['Display name', shown.displayName],
    ['E-mail', shown.email],
    ['Phone', shown.phone],
  ])
}

function profileForm(view: View, user: UserRow, { values, errors }: Draft): Html {
  const now = { ...profileOf(user.document), active: user.active ? 'on' : '' }
  const shown = typedOr(now, values)
  const shared = (name: keyof typeof now) => ({
    name,
    value: shown[name],
    error: errorOf(errors, name),
    autocomplete: 'off',
  })
  return html`<form method="post" action="${userPath(view, user)}">
    ${tokenField(view.formToken)} ${hidden('version', user.version)} ${hidden('shown', printsOf(now, Object.keys(now)))}
    ${field({ ...shared('userName'), label: 'User name', required: true })}
    <div class="pair">
      ${field({ ...shared('givenName'), label: 'First name' })}
      ${field({ ...shared('familyName'), label: 'Last name' })}
    </div>
    ${field({ ...shared('displayName'), label: 'Display name' })}
    ${field({ ...shared('email'), label: 'E-mail', inputmode: 'email' })}
    ${field({ ...shared('phone'), label: 'Phone', type: 'tel' })}
    ${activeBox(view, user, shown.active === 'on', errorOf(errors, 'active'))}
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

function origin(view: View, { user, connections }: UserProfile): Html {
  const { now } = view.scope
  return facts([
    ['Source', sourceOf(user, connections)],
    ['Created', dated(user.created, now)],
    ['Last changed', dated(user.lastModified, now)],
    ['User ID', html`<code>${user.id}</code>`],
    ['External ID', user.externalId && html`<code>${user.externalId}</code>`],
  ])
}

function deletePanel(view: View, user: UserRow): Html {
  return panel(
    { title: 'Delete user', lead: 'For good, here and wherever the account was provisioned to.', destroys: true },
    html`<div>${linkButton({ label: 'Delete user', href: `${userPath(view, user)}/delete`, kind: 'danger' })}</div>`,
  )
}
