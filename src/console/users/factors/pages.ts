import { html } from 'hono/html'
import type { Factor } from '../../../directory/factors/queries.ts'
import { type Html, linkButton } from '../../../html.ts'
import { confirmation, emptyState, panel } from '../../../html/parts.ts'
import { table } from '../../../html/table.ts'
import { timeAgo } from '../../../html/time.ts'
import { consolePage, type View } from '../../frame.ts'
import { type Shown, userPage, userPath } from '../user-pages.ts'

/** What a user signs in with beside a password. */
export function userFactorsPage(view: View, shown: Shown, factors: readonly Factor[]): Html {
  if (factors.length === 0) {
    const none = emptyState('No second factor', 'The user has no authenticator app and no passkey.')
    return userPage(view, shown, 'factors', panel({}, none))
  }
  const { now } = view.scope
  const list = table({
    caption: 'Sign-in factors',
    rows: factors,
    columns: [
      { label: 'Factor', cell: nameOf },
      { label: 'Set up', cell: ({ created }) => (created ? timeAgo(created, now) : '') },
      {
        label: 'Last used',
        cell: ({ lastUsed, type }) => (lastUsed ? timeAgo(lastUsed, now) : type === 'passkey' ? 'Never' : ''),
      },
    ],
  })
  const href = `${userPath(view, shown.user)}/factors/reset`
  const reset = html`<div>${linkButton({ label: 'Reset sign-in factors', href, kind: 'danger' })}</div>`
  return userPage(view, shown, 'factors', [list, shown.isChangeable ? reset : ''])
}

function nameOf({ type, name, synced, left }: Factor): Html | string {
  if (type === 'totp') return 'Authenticator app'
  if (type === 'recovery-codes') return `Recovery codes: ${left} left`
  return html`Passkey “${name}” <span class="help">${synced ? 'on all devices' : 'on one device'}</span>`
}

export function resetFactorsPage(view: View, { user }: Shown, factors: readonly Factor[]): Html {
  const path = userPath(view, user)
  const keys = factors.filter(({ type }) => type === 'passkey').length
  return consolePage(view, {
    section: 'users',
    title: 'Reset sign-in factors',
    crumbs: [
      { label: 'Users', href: `${view.root}/users` },
      { label: user.displayName ?? user.userName, href: path },
    ],
    body: confirmation({
      question: `Reset the sign-in factors of ${user.userName}?`,
      goes: [
        factors.some(({ type }) => type === 'totp') && 'Codes of the authenticator app are worth nothing any more.',
        keys > 0 && `${keys} ${keys === 1 ? 'passkey is' : 'passkeys are'} removed.`,
        'Recovery codes stop working.',
        'Until new ones are set up, the password alone is enough. Sessions go on.',
      ].filter((line) => line !== false),
      action: `${path}/factors/reset`,
      cancel: `${path}/factors`,
      label: 'Reset sign-in factors',
      formToken: view.formToken,
    }),
  })
}
