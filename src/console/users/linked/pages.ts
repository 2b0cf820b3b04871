/** The accounts at providers with which a user can sign in: on her page, and the forms to add one and to take one away. */
import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import type { Link } from '../../../federation/links/queries.ts'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../../html.ts'
import { select } from '../../../html/choices.ts'
import { confirmation, emptyState, panel } from '../../../html/parts.ts'
import { table } from '../../../html/table.ts'
import { timeAgo } from '../../../html/time.ts'
import { mayOpen } from '../../changes.ts'
import { type Draft, valueOf } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { type Shown, userPath } from '../user-pages.ts'

export function linkedPanel(view: View, { user, isChangeable }: Shown, links: readonly Link[]): Html {
  const path = `${userPath(view, user)}/linked`
  const log = `${view.root}/sign-in-decisions`
  const add = html`<span class="buttons">
    ${mayOpen(view, log) ? linkButton({ label: 'Sign-in decisions', href: `${log}?user=${user.id}` }) : ''}
    ${isChangeable ? linkButton({ label: 'Link an account', href: `${path}/new` }) : ''}
  </span>`
  const title = 'Linked accounts'
  if (links.length === 0) {
    const none = emptyState(
      'No linked accounts',
      'None at a provider signs this user in. It is linked when she first arrives from there.',
      add,
    )
    return panel({ title }, none)
  }
  return panel(
    { title, lead: 'At providers, with which this user can sign in.', action: add },
    table({
      caption: title,
      rows: links,
      columns: [
        { label: 'Connection', cell: (row) => connectionCell(view, row) },
        { label: 'Account there', cell: accountCell },
        { label: 'Issuer', cell: (row) => row.issuer },
        { label: 'Linked', cell: (row) => timeAgo(row.created, view.scope.now) },
        {
          label: 'Last sign-in',
          cell: (row) => (row.lastSignIn === null ? 'Never' : timeAgo(row.lastSignIn, view.scope.now)),
        },
        { label: 'Unlink', acts: true, cell: (row) => isChangeable && unlinkLink(path, row) },
      ],
    }),
  )
}

function connectionCell(view: View, { connection, connectionId }: Link): Content {
  const href = `${view.root}/connections/${connectionId}`
  return mayOpen(view, href) ? html`<a href="${href}">${connection}</a>` : connection
}

function accountCell({ display, subject }: Link): Content {
  if (display === null) return html`<code>${subject}</code>`
  return html`${display}<span class="sub"><code>${subject}</code></span>`
}

function unlinkLink(path: string, { connectionId, connection }: Link): Html {
  const label = html`Unlink<span class="unseen"> ${connection}</span>`
  return linkButton({ label, href: `${path}/${connectionId}/unlink`, kind: 'quiet' })
}

export function newLinkPage(
  view: View,
  { user }: Shown,
  connections: readonly ConnectionRow[],
  { values, errors }: Draft,
): Html {
  const path = `${userPath(view, user)}/linked/new`
  const none = emptyState('No connection signs people in', 'Add one under Connections first.')
  const form = html`<form method="post" action="${path}">
    ${tokenField(view.formToken)}
    ${select({
      name: 'connection',
      label: 'Connection',
      required: true,
      empty: 'Choose a connection',
      choices: connections.map(({ id, name }) => ({ value: id, label: name })),
      value: valueOf(values, 'connection'),
      error: errorOf(errors, 'connection'),
    })}
    ${field({
      name: 'subject',
      label: 'Subject',
      required: true,
      maxlength: 255,
      autocomplete: 'off',
      value: valueOf(values, 'subject'),
      error: errorOf(errors, 'subject'),
      help: 'What the provider calls her in the claim sub: not her e-mail address, unless it is that.',
    })}
    ${field({
      name: 'issuer',
      label: 'Issuer',
      type: 'url',
      autocomplete: 'off',
      value: valueOf(values, 'issuer'),
      error: errorOf(errors, 'issuer'),
      help: 'Left empty: the issuer of the connection.',
    })}
    ${field({
      name: 'display',
      label: 'What she is called there',
      maxlength: 255,
      autocomplete: 'off',
      value: valueOf(values, 'display'),
      error: errorOf(errors, 'display'),
      help: 'To be shown, such as her address.',
    })}
    <div class="buttons">
      ${button({ label: 'Link the account', kind: 'primary' })}
      ${linkButton({ label: 'Cancel', href: userPath(view, user) })}
    </div>
  </form>`
  return consolePage(view, {
    section: 'users',
    title: 'Link an account',
    crumbs: userCrumbs(view, user),
    lead: `Whoever signs in with it at the provider is ${user.userName} here. Make sure that it is hers.`,
    body: [errorSummary(errors), panel({}, connections.length === 0 ? none : form)],
  })
}

export function unlinkPage(view: View, { user }: Shown, links: readonly Link[]): Html {
  const [first] = links
  const names = links.map(({ display, subject }) => display ?? subject)
  return consolePage(view, {
    section: 'users',
    title: 'Unlink an account',
    crumbs: userCrumbs(view, user),
    body: confirmation({
      question: `Unlink ${names.join(', ')} at ${first?.connection ?? ''}?`,
      goes: [
        `${user.userName} cannot sign in with it any more, and every session that it vouched for ends.`,
        user.passwordHash === null && 'No password is set: see that there is another way for her to sign in.',
        'Whoever comes with it again is somebody new, as the connection decides. The user and her profile stay.',
      ],
      action: `${userPath(view, user)}/linked/${first?.connectionId ?? ''}/unlink`,
      cancel: userPath(view, user),
      label: 'Unlink the account',
      formToken: view.formToken,
    }),
  })
}

function userCrumbs(view: View, user: Shown['user']) {
  return [
    { label: 'Users', href: `${view.root}/users` },
    { label: user.displayName ?? user.userName, href: userPath(view, user) },
  ]
}
