import { html } from 'hono/html'
import type { ScimToken } from '../../directory/credentials/queries.ts'
import { type Content, flash, type Html, linkButton } from '../../html.ts'
import { codeBlock, confirmation, facts, panel } from '../../html/parts.ts'
import { dated, exactTime, timeAgo } from '../../html/time.ts'
import { mayChange } from '../changes.ts'
import { consolePage, type View } from '../frame.ts'
import { ACCESS, CONFORMANCE } from './form.ts'
import { expiryOf, tokenPath } from './pages.ts'

/** `secret` is the token itself, for the one time that it is shown. */
export function tokenPage(view: View, token: ScimToken, secret: string | undefined): Html {
  const revoke = `${tokenPath(view, token)}/revoke`
  return consolePage(view, {
    section: 'scim-tokens',
    title: token.description,
    crumbs: [{ label: 'SCIM tokens', href: `${view.root}/scim-tokens` }],
    body: [
      credentials(view, secret),
      html`<div class="columns">${entra(token)}${okta()}</div>`,
      panel({ title: 'About this token' }, about(view, token)),
      mayChange(view, revoke)
        ? panel(
            {
              title: 'Revoke token',
              lead: 'Its client is refused from then on. Users and groups stay.',
              destroys: true,
            },
            html`<div>${linkButton({ label: 'Revoke token', href: revoke, kind: 'danger' })}</div>`,
          )
        : '',
    ],
  })
}

const SHOWN_ONCE = 'The secret token is shown once, here and now. Copy it before you leave this page.'

function credentials(view: View, secret: string | undefined): Html {
  return panel({ title: 'For the client' }, [
    secret === undefined ? '' : flash(SHOWN_ONCE, 'warning'),
    facts([
      ['Tenant URL', codeBlock('tenant-url', `${view.scope.issuer}/scim2`)],
      ['Secret token', secret === undefined ? LOST : codeBlock('secret-token', secret)],
    ]),
  ])
}

const LOST = 'Shown once, when it was made. If it is lost, make another token and revoke this one.'

function entra({ conformance }: ScimToken): Html {
  const isStrict = conformance === 'strict'
  return panel({ title: 'Entra ID' }, [
    isStrict
      ? flash('Entra ID is made for a lenient token: to this one, much of what it sends is wrong.', 'warning')
      : '',
    html`<ol class="goes">
      <li>Open your enterprise application, Provisioning, and set the mode to Automatic.</li>
      <li>Paste the two values above as <strong>Tenant URL</strong> and <strong>Secret Token</strong>.</li>
      <li>Press <strong>Test Connection</strong>, save, and start provisioning.</li>
    </ol>`,
  ])
}

function okta(): Html {
  return panel(
    { title: 'Okta' },
    html`<ol class="goes">
      <li>Open your SCIM application, Provisioning, Integration.</li>
      <li>
        Paste the Tenant URL as <strong>SCIM connector base URL</strong>; the
        <strong>unique identifier field for users</strong> is <code>userName</code>.
      </li>
      <li>
        Choose <strong>HTTP Header</strong> as authentication mode, and paste the secret token behind
        <strong>Bearer</strong>.
      </li>
    </ol>`,
  )
}

function about(view: View, token: ScimToken): Html {
  const { now } = view.scope
  const { access, conformance, created, lastUsed, expiresAt } = token
  return facts([
    ['Access', inWords(ACCESS[access])],
    ['Conformance', inWords(CONFORMANCE[conformance])],
    ['Created', dated(created, now)],
    ['Last used', lastUsed ? dated(lastUsed, now) : 'Never'],
    [
      'Expires',
      html`${expiryOf(token, now)}${expiresAt && html` <span class="help">(${exactTime(expiresAt)})</span>`}`,
    ],
  ])
}

function inWords({ label, words }: { readonly label: string; readonly words: string }): Content {
  return html`${label} <span class="help">${words}</span>`
}

export function revokeTokenPage(view: View, token: ScimToken): Html {
  const path = tokenPath(view, token)
  const { now } = view.scope
  return consolePage(view, {
    section: 'scim-tokens',
    title: 'Revoke token',
    crumbs: [
      { label: 'SCIM tokens', href: `${view.root}/scim-tokens` },
      { label: token.description, href: path },
    ],
    body: confirmation({
      question: `Revoke ${token.description}?`,
      goes: [
        'Its client is refused at once: nothing that happens there reaches this server any more. This cannot be undone.',
        token.lastUsed ? html`It was last used ${timeAgo(token.lastUsed, now)}.` : 'It was never used.',
        'Users and groups that were provisioned with it stay.',
      ],
      action: `${path}/revoke`,
      cancel: path,
      label: 'Revoke token',
      formToken: view.formToken,
    }),
  })
}
