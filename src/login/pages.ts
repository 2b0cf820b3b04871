import { html } from 'hono/html'
import type { FieldError } from '../core/errors.ts'
import type { Language } from '../core/language.ts'
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
  strong,
  tokenField,
} from '../html.ts'
import { cardPage } from '../html/card.ts'
import { within } from '../html/words.ts'
import type { Scope } from '../platform.ts'
import type { SignInOptions } from './options.ts'
import { loginWords } from './words.ts'

export type SignInPage = {
  readonly scope: Scope
  readonly language: Language
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
  const { options, query, scope, language } = page
  const say = loginWords(language)
  const connections = options.connections.map(({ id, name }) =>
    linkButton({
      label: say.signInWith(name),
      href: `${scope.base}/login/connections/${encodeURIComponent(id)}${searchOf(query)}`,
      wide: true,
    }),
  )
  return cardPage({
    scope,
    language,
    title: say.signIn,
    body: [
      page.application ? html`<p class="help">${within(say.toGoOnTo, strong(page.application))}</p>` : '',
      errorSummary(page.errors),
      options.password ? passwordForm(page) : '',
      options.password && (connections.length > 0 || options.passkey) ? divider(say.or) : '',
      page.passkeys,
      connections,
      page.about,
      page.below,
    ],
  })
}

/** The form goes to the page's own address, so that the page can be asked for again, in another language say. */
function passwordForm({ scope, language, formToken, options, query, userName, remember, errors }: SignInPage): Html {
  const say = loginWords(language)
  return html`<form method="post" action="${scope.base}/login${searchOf(query)}">
    ${tokenField(formToken)} ${Object.entries(query).map(([name, value]) => hidden(name, value))}
    ${field({
      name: 'username',
      label: say.username,
      value: userName,
      placeholder: say.usernameHint,
      autocomplete: options.passkey ? 'username webauthn' : 'username',
      required: true,
      autofocus: errors.length === 0 && userName === '',
      error: errorOf(errors, 'username'),
    })}
    ${field({
      name: 'password',
      label: say.password,
      type: 'password',
      placeholder: say.passwordHint,
      autocomplete: 'current-password',
      required: true,
      autofocus: errors.length === 0 && userName !== '',
      error: errorOf(errors, 'password'),
    })}
    ${checkbox({ name: 'remember', label: say.remember, checked: remember })}
    ${button({ label: say.signIn, kind: 'primary', wide: true })}
  </form>`
}

function searchOf(query: SignInPage['query']): string {
  const search = new URLSearchParams(query).toString()
  return search === '' ? '' : `?${search}`
}

/** Asks first: a link from elsewhere must not sign anybody out. */
export function signOutPage(scope: Scope, language: Language, formToken: string, userName: string): Html {
  const say = loginWords(language)
  return cardPage({
    scope,
    language,
    title: say.signOut,
    body: html`<p>${within(say.signedInAs, strong(userName))}</p>
      <form method="post" action="${scope.base}/logout">
        ${tokenField(formToken)} ${button({ label: say.signOut, kind: 'primary', wide: true })}
      </form>`,
  })
}

export function signedOutPage(scope: Scope, language: Language): Html {
  const say = loginWords(language)
  return cardPage({
    scope,
    language,
    title: say.signedOut,
    body: html`<p>${say.signedOutHere}</p>
      ${linkButton({ label: say.openConsole, href: `${scope.base}/console`, wide: true })}`,
  })
}
