import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { button, errorOf, errorSummary, field, hidden, type Html, linkButton, tokenField } from '../../html.ts'
import { cardPage } from '../../html/card.ts'
import type { Scope } from '../../platform.ts'
import { type GoOn, pathWith } from '../asked-for.ts'
import { forgotWords } from './words.ts'

type Page = { readonly scope: Scope; readonly language: Language; readonly formToken: string }

export function forgotPage(
  page: Page & { readonly goOn: GoOn; readonly typed: string; readonly errors: readonly FieldError[] },
): Html {
  const { scope, language, formToken, goOn, typed, errors } = page
  const words = forgotWords(language)
  return cardPage({
    scope,
    language,
    title: words.title,
    body: html`${errorSummary(errors)}
      <form method="post" action="${pathWith(`${scope.base}/forgot`, goOn)}">
        ${tokenField(formToken)} ${Object.entries(goOn).map(([name, value]) => hidden(name, value))}
        <p>${words.lead}</p>
        ${field({
          name: 'username',
          label: words.name,
          value: typed,
          autocomplete: 'username',
          required: true,
          autofocus: errors.length === 0,
          maxlength: 300,
          error: errorOf(errors, 'username'),
        })}
        ${button({ label: words.send, kind: 'primary', wide: true })}
      </form>
      <p>${backLink(page.scope, language, goOn)}</p>`,
  })
}

function backLink({ base }: Scope, language: Language, goOn: GoOn): Html {
  return html`<a href="${pathWith(`${base}/login`, goOn)}">${forgotWords(language).back}</a>`
}

/** The same whether the name is known or not. */
export function sentPage({ scope, language, goOn }: Omit<Page, 'formToken'> & { readonly goOn: GoOn }): Html {
  const words = forgotWords(language)
  return cardPage({
    scope,
    language,
    title: words.sentTitle,
    body: html`<p>${words.sent}</p>
      <p>${backLink(scope, language, goOn)}</p>`,
  })
}

export function noMailPage({ scope, language, goOn }: Omit<Page, 'formToken'> & { readonly goOn: GoOn }): Html {
  const words = forgotWords(language)
  return cardPage({
    scope,
    language,
    title: words.title,
    body: html`<p>${words.noMail}</p>
      <p>${backLink(scope, language, goOn)}</p>`,
  })
}

export function newPasswordPage(
  page: Page & {
    readonly token: string
    readonly userName: string
    readonly rules: string
    readonly errors: readonly FieldError[]
  },
): Html {
  const { scope, language, formToken, token, userName, rules, errors } = page
  const words = forgotWords(language)
  return cardPage({
    scope,
    language,
    title: words.newTitle,
    body: html`${errorSummary(errors)}
      <form method="post" action="${scope.base}/forgot/new?${new URLSearchParams({ token })}">
        ${tokenField(formToken)} ${hidden('token', token)}
        <p>${words.forWhom(userName)}</p>
        ${field({
          name: 'password',
          label: words.password,
          type: 'password',
          autocomplete: 'new-password',
          required: true,
          autofocus: errors.length === 0,
          help: rules,
          error: errorOf(errors, 'password'),
        })}
        ${button({ label: words.set, kind: 'primary', wide: true })}
      </form>`,
  })
}

/** She goes on with what she came for, otherwise to her account. */
export function passwordSetPage(page: Omit<Page, 'formToken'> & { readonly goOn: GoOn | undefined }): Html {
  const { scope, language, goOn } = page
  const words = forgotWords(language)
  const href = pathWith(`${scope.base}/login`, goOn ?? { return_to: `${scope.base}/account` })
  return cardPage({
    scope,
    language,
    title: words.doneTitle,
    isFinal: true,
    body: html`<p>${words.done}</p>
      ${linkButton({ label: words.signIn, href, kind: 'primary', wide: true })}`,
  })
}

export function linkOverPage({ scope, language }: Omit<Page, 'formToken'>): Html {
  const words = forgotWords(language)
  return cardPage({
    scope,
    language,
    title: words.overTitle,
    body: html`<p>${words.over}</p>
      ${linkButton({ label: words.again, href: `${scope.base}/forgot`, kind: 'primary', wide: true })}`,
  })
}
