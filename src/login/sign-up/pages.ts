import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import { inOrderOfNames, type Language } from '../../core/language.ts'
import type { SignUpPolicy } from '../../db/schema.ts'
import { button, errorOf, errorSummary, field, hidden, type Html, linkButton, tokenField } from '../../html.ts'
import { cardPage } from '../../html/card.ts'
import type { Newcomer } from '../../mail/orders.ts'
import type { Scope } from '../../platform.ts'
import { type GoOn, pathWith } from '../asked-for.ts'
import { signUpWords } from './words.ts'

type Page = { readonly scope: Scope; readonly language: Language }

export type SignUpForm = Page & {
  readonly formToken: string
  readonly goOn: GoOn
  /** The application that asks, if one does. */
  readonly application: string | undefined
  readonly policy: SignUpPolicy
  readonly typed: Newcomer
  /** The password policy in words, where the password is chosen here: nobody can be mailed. */
  readonly rules: string | undefined
  readonly errors: readonly FieldError[]
}

export function signUpPage(page: SignUpForm): Html {
  const { scope, language, formToken, goOn, application, policy, typed, rules, errors } = page
  const words = signUpWords(language)
  const of = (name: keyof Newcomer) => ({ name, value: typed[name], error: errorOf(errors, name), maxlength: 200 })
  return cardPage({
    scope,
    language,
    title: words.title,
    body: html`${application ? html`<p class="help">${words.lead(application)}</p>` : ''} ${errorSummary(errors)}
      <form method="post" action="${pathWith(`${scope.base}/signup`, goOn)}">
        ${tokenField(formToken)} ${Object.entries(goOn).map(([name, value]) => hidden(name, value))}
        ${
          policy.userName === 'chosen'
            ? field({ ...of('userName'), label: words.userName, autocomplete: 'username', required: true })
            : ''
        }
        ${field({
          ...of('email'),
          label: words.email,
          type: 'email',
          autocomplete: policy.userName === 'email' ? 'username' : 'email',
          required: true,
          ...(rules === undefined ? { help: words.mailed } : {}),
        })}
        ${inOrderOfNames(
          language,
          field({ ...of('givenName'), label: words.givenName, autocomplete: 'given-name' }),
          field({ ...of('familyName'), label: words.familyName, autocomplete: 'family-name' }),
        )}
        ${rules === undefined ? '' : passwordField(language, rules, errors)}
        ${button({ label: rules === undefined ? words.next : words.finish, kind: 'primary', wide: true })}
      </form>
      <p><a href="${pathWith(`${scope.base}/login`, goOn)}">${words.signIn}</a></p>`,
  })
}

function passwordField(language: Language, rules: string, errors: readonly FieldError[]): Html {
  return field({
    name: 'password',
    label: signUpWords(language).password,
    type: 'password',
    autocomplete: 'new-password',
    required: true,
    help: rules,
    error: errorOf(errors, 'password'),
  })
}

export function signUpSentPage({ scope, language }: Page): Html {
  const words = signUpWords(language)
  return cardPage({ scope, language, title: words.sentTitle, body: html`<p>${words.sent}</p>` })
}

export function finishPage(
  page: Page & {
    readonly formToken: string
    readonly token: string
    readonly newcomer: Newcomer
    readonly rules: string
    readonly errors: readonly FieldError[]
  },
): Html {
  const { scope, language, formToken, token, newcomer, rules, errors } = page
  const words = signUpWords(language)
  const isChosen = newcomer.userName !== newcomer.email
  return cardPage({
    scope,
    language,
    title: words.finishTitle,
    body: html`${errorSummary(errors)}
      <form method="post" action="${scope.base}/signup/finish?${new URLSearchParams({ token })}">
        ${tokenField(formToken)} ${hidden('token', token)}
        <p>${words.finishLead(newcomer.email)}</p>
        ${
          isChosen
            ? field({
                name: 'userName',
                label: words.userName,
                value: newcomer.userName,
                autocomplete: 'username',
                required: true,
                maxlength: 200,
                error: errorOf(errors, 'userName'),
              })
            : ''
        }
        ${passwordField(language, rules, errors)} ${button({ label: words.finish, kind: 'primary', wide: true })}
      </form>`,
  })
}

export function signUpOverPage({ scope, language }: Page): Html {
  const words = signUpWords(language)
  return cardPage({
    scope,
    language,
    title: words.overTitle,
    body: html`<p>${words.over}</p>
      ${linkButton({ label: words.again, href: `${scope.base}/signup`, kind: 'primary', wide: true })}`,
  })
}

export function noSignUpPage({ scope, language, goOn }: Page & { readonly goOn: GoOn }): Html {
  const words = signUpWords(language)
  return cardPage({
    scope,
    language,
    title: words.offTitle,
    body: html`<p>${words.off}</p>
      <p><a href="${pathWith(`${scope.base}/login`, goOn)}">${words.signIn}</a></p>`,
  })
}
