import { html } from 'hono/html'
import type { FieldError } from '../core/errors.ts'
import {
  button,
  checkbox,
  type Content,
  divider,
  errorOf,
  errorSummary,
  field,
  hidden,
  type Html,
  linkButton,
  tokenField,
} from '../html.ts'
import { cardPage } from '../html/card.ts'
import type { Scope } from '../platform.ts'
import type { SignInOptions } from './options.ts'

export type SignInPage = {
  readonly scope: Scope
  readonly formToken: string
  readonly options: SignInOptions
  /** The application that asks, if one does. */
  readonly application?: string | undefined
  /** What that application says of itself. */
  readonly about?: Content
  /** The query that brought the person here: request or return_to. It goes on with every choice. */
  readonly query: Readonly<Record<string, string>>
  readonly userName: string
  readonly remember: boolean
  readonly errors: readonly FieldError[]
  /** The form of passkeys, where they are offered. */
  readonly passkeys?: Content
  /** Ways on for whoever cannot sign in yet. */
  readonly below: Content
}

/** User name and password, OR, a button for each connection. */
export function signInPage(page: SignInPage): Html {
  const { options, query, scope } = page
  const search = new URLSearchParams(query).toString()
  const connections = options.connections.map(({ id, name }) =>
    linkButton({
      label: `Sign In With ${name}`,
      href: `${scope.base}/login/connections/${encodeURIComponent(id)}${search ? `?${search}` : ''}`,
      wide: true,
    }),
  )
  return cardPage({
    scope,
    title: 'Sign In',
    body: [
      page.application ? html`<p class="help">to go on to <strong>${page.application}</strong></p>` : '',
      errorSummary(page.errors),
      options.password ? passwordForm(page) : '',
      options.password && (connections.length > 0 || options.passkey) ? divider('OR') : '',
      page.passkeys,
      connections,
      page.about,
      page.below,
    ],
  })
}

function passwordForm({ scope, formToken, options, query, userName, remember, errors }: SignInPage): Html {
  return html`<form method="post" action="${scope.base}/login">
    ${tokenField(formToken)} ${Object.entries(query).map(([name, value]) => hidden(name, value))}
    ${field({
      name: 'username',
      label: 'Username',
      value: userName,
      placeholder: 'Enter your username',
      autocomplete: options.passkey ? 'username webauthn' : 'username',
      required: true,
      autofocus: errors.length === 0 && userName === '',
      error: errorOf(errors, 'username'),
    })}
    ${field({
      name: 'password',
      label: 'Password',
      type: 'password',
      placeholder: 'Enter your password',
      autocomplete: 'current-password',
      required: true,
      autofocus: errors.length === 0 && userName !== '',
      error: errorOf(errors, 'password'),
    })}
    ${checkbox({ name: 'remember', label: 'Remember me on this computer', checked: remember })}
    ${button({ label: 'Sign In', kind: 'primary', wide: true })}
  </form>`
}

/** Asks first: a link from elsewhere must not sign anybody out. */
export function signOutPage(scope: Scope, formToken: string, userName: string): Html {
  return cardPage({
    scope,
    title: 'Sign Out',
    body: html`<p>You are signed in as <strong>${userName}</strong>.</p>
      <form method="post" action="${scope.base}/logout">
        ${tokenField(formToken)} ${button({ label: 'Sign Out', kind: 'primary', wide: true })}
      </form>`,
  })
}

export function signedOutPage(scope: Scope): Html {
  return cardPage({
    scope,
    title: 'Signed Out',
    body: html`<p>You are signed out here.</p>
      ${linkButton({ label: 'Open the console', href: `${scope.base}/console`, wide: true })}`,
  })
}
