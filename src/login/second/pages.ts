import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import {
  attr,
  button,
  type Content,
  divider,
  errorOf,
  errorSummary,
  field,
  hidden,
  type Html,
  tokenField,
} from '../../html.ts'
import { shownName } from '../../html/branding/parts.ts'
import { cardPage } from '../../html/card.ts'
import type { Scope } from '../../platform.ts'
import { codeField, continueButton, enrolmentForm, recoveryCodeList } from '../factors/pages.ts'
import { factorWords } from '../factors/words.ts'
import { passkeyForm } from '../passkeys/pages.ts'
import { passkeyWords } from '../passkeys/words.ts'
import type { Subject } from './subject.ts'
import { secondWords } from './words.ts'

type Shared = {
  readonly scope: Scope
  readonly language: Language
  readonly formToken: string
  readonly subject: Subject
  readonly errors: readonly FieldError[]
}

/** What she may do as the second step. `passkey` is what the browser is asked for, where she has one. */
export function secondPage(page: Shared & { readonly passkey: string | undefined }): Html {
  const { scope, language, subject, errors, passkey } = page
  const words = secondWords(language)
  const options = subject.owed.kind === 'ask' ? subject.owed.options : []
  const ways = [
    options.includes('totp') ? appForm(page) : '',
    passkey === undefined ? '' : usePasskey(page, passkey, options.length === 1),
    subject.mayRecover ? recoveryForm(page) : '',
  ].filter((way) => way !== '')
  return frame(page, words.title, [
    errorSummary(errors),
    html`<p class="help">${words.asUser(subject.userName)}</p>`,
    ways.slice(0, 1),
    ways.length > 1 && options.length > 1 ? divider(words.or) : '',
    ways.slice(1),
    html`<p><a href="${scope.base}/login?${new URLSearchParams(elsewhere(subject))}">${words.other}</a></p>`,
  ])
}

/** For somebody who has to have a second step and has none. */
export function setUpPage(
  page: Shared & {
    readonly enrolment: { readonly seed: Uint8Array; readonly sealed: string } | undefined
    readonly passkey: string | undefined
  },
): Html {
  const { scope, language, formToken, subject, errors } = page
  const words = secondWords(language)
  const action = actionOf(page)
  const app =
    page.enrolment &&
    enrolmentForm({
      action,
      formToken,
      fields: { ...subject.query, way: 'set-up-totp' },
      ...page.enrolment,
      issuer: shownName(scope.tenant),
      account: subject.userName,
      errors,
      words: factorWords(language),
    })
  const key = page.passkey === undefined ? undefined : makePasskey(page, page.passkey)
  return frame(page, words.setUpTitle, [
    errorSummary(errors),
    html`<p class="help">${words.setUpLead}</p>`,
    app ? [html`<h2>${factorWords(language).appTitle}</h2>`, app] : '',
    app && key ? divider(words.or) : '',
    key ?? '',
  ])
}

/** The recovery codes of somebody who has just set up her second step, and the way on. */
export function codesPage(
  page: Pick<Shared, 'scope' | 'language'> & { readonly codes: readonly string[]; readonly next: string },
): Html {
  const words = factorWords(page.language)
  const body = [recoveryCodeList(page.codes, words), continueButton(page.next, words)]
  return cardPage({ scope: page.scope, language: page.language, title: words.codesTitle, body, isFinal: true })
}

function frame({ scope, language }: Pick<Shared, 'scope' | 'language'>, title: string, body: Content): Html {
  return cardPage({ scope, language, title, body })
}

/** The page's own address, so that it can be asked for again, in another language say. */
function actionOf({ scope, subject }: Pick<Shared, 'scope' | 'subject'>): string {
  const query = new URLSearchParams(subject.query).toString()
  return `${scope.base}/login/second${query === '' ? '' : `?${query}`}`
}

function appForm({ scope, language, formToken, subject, errors }: Shared): Html {
  const words = secondWords(language)
  return html`<form method="post" action="${actionOf({ scope, subject })}">
    ${tokenField(formToken)} ${fieldsOf(subject, 'totp')}
    ${codeField({
      name: 'code',
      label: words.appLabel,
      help: words.appHelp,
      error: errorOf(errors, 'code'),
      autofocus: errors.length === 0,
    })}
    ${button({ label: words.continue, kind: 'primary', wide: true })}
  </form>`
}

function recoveryForm({ scope, language, formToken, subject, errors }: Shared): Html {
  const words = secondWords(language)
  const error = errorOf(errors, 'recovery')
  return html`<details class="more" ${attr('open', error !== undefined)}>
    <summary>${words.lost}</summary>
    <form method="post" action="${actionOf({ scope, subject })}">
      ${tokenField(formToken)} ${fieldsOf(subject, 'recovery')}
      ${field({ name: 'recovery', label: words.recoveryLabel, help: words.recoveryHelp, error, required: true, autocomplete: 'off', maxlength: 40 })}
      ${button({ label: words.continue, wide: true })}
    </form>
  </details>`
}

function usePasskey({ scope, language, formToken, subject }: Shared, options: string, isPrimary: boolean): Html {
  const words = secondWords(language)
  return passkeyForm({
    kind: 'get',
    action: actionOf({ scope, subject }),
    formToken,
    fields: { ...subject.query, way: 'passkey' },
    options,
    label: words.passkey,
    isPrimary,
    notes: { failed: words.passkeyFailed, missing: words.passkeyMissing, script: words.passkeyScript },
  })
}

function makePasskey({ scope, language, formToken, subject }: Shared, options: string): Html {
  const words = passkeyWords(language)
  return passkeyForm({
    kind: 'create',
    action: actionOf({ scope, subject }),
    formToken,
    fields: { ...subject.query, way: 'set-up-passkey' },
    options,
    label: words.keyAdd,
    notes: { failed: words.keyFailed, known: words.keyKnown, missing: words.keyMissing, script: words.keyScript },
  })
}

function fieldsOf({ query }: Subject, way: string): Content {
  return Object.entries({ ...query, way }).map(([name, value]) => hidden(name, value))
}

/** The first step anew, for the same purpose. */
function elsewhere({ goesOn }: Subject): Record<string, string> {
  const { request, return_to } = goesOn
  return { ...(request === undefined ? {} : { request }), ...(return_to === undefined ? {} : { return_to }) }
}
