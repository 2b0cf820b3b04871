import { html } from 'hono/html'
import { type FieldError, unreachable } from '../core/errors.ts'
import type { Language } from '../core/language.ts'
import { button, type Content, divider, errorSummary, type Html, linkButton, strong, tokenField } from '../html.ts'
import { cardPage } from '../html/card.ts'
import { within } from '../html/words.ts'
import type { Scope } from '../platform.ts'
import { hintOf, nameForm, passwordForm, passwordOfForm } from './first/pages.ts'
import type { SignInOptions } from './options.ts'
import { loginWords } from './words.ts'

/** Everything at once; or the name, and then the password of whom it is. */
export type SignInStage = 'all' | 'name' | 'password'

export type SignInPage = {
  readonly scope: Scope
  readonly language: Language
  readonly formToken: string
  readonly stage: SignInStage
  readonly options: SignInOptions
  readonly connections: readonly { readonly name: string; readonly href: string }[]
  /** Where people of a domain sign in. */
  readonly hint?: Parameters<typeof hintOf>[1] | undefined
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
  readonly passkeys: Content
  /** Ways on for whoever cannot sign in yet. */
  readonly below: Content
}

/** What is asked; OR; a button for each connection. */
export function signInPage(page: SignInPage): Html {
  const { scope, language, stage, connections, passkeys, hint, application } = page
  const say = loginWords(language)
  const form = formOf(page)
  return cardPage({
    scope,
    language,
    title: say.signIn,
    body: [
      application ? html`<p class="help">${within(say.toGoOnTo, strong(application))}</p>` : '',
      errorSummary(page.errors),
      hint ? hintOf(language, hint) : '',
      form,
      form !== '' && stage !== 'password' && (connections.length > 0 || passkeys !== '') ? divider(say.or) : '',
      passkeys,
      connections.map(({ name, href }) => linkButton({ label: say.signInWith(name), href, wide: true })),
      page.about,
      page.below,
    ],
  })
}

function formOf(page: SignInPage): Html | '' {
  switch (page.stage) {
    case 'name':
      return nameForm(page)
    case 'password':
      return passwordOfForm(page)
    case 'all':
      return page.options.password ? passwordForm(page) : ''
    default:
      return unreachable(page.stage)
  }
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
      ${linkButton({ label: say.signIn, href: `${scope.base}/login`, wide: true })}`,
  })
}
