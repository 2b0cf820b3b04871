import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { keyUri, seedInWords } from '../../core/totp.ts'
import type { TotpFactor } from '../../directory/factors/queries.ts'
import {
  button,
  type Content,
  errorOf,
  errorSummary,
  field,
  flash,
  hidden,
  type Html,
  linkButton,
  tokenField,
} from '../../html.ts'
import { qrCode } from '../../html/qr-code.ts'
import type { Scope } from '../../platform.ts'
import { ownPage } from './own-page.ts'
import { factorWords, type FactorWords } from './words.ts'

/** An authenticator app's new key, as a picture and to type, and the form that confirms it with a code. */
export function enrolmentForm(form: {
  readonly action: string
  readonly formToken: string
  readonly fields: Readonly<Record<string, string>>
  readonly seed: Uint8Array
  readonly sealed: string
  /** Who gives the key, and whose it is, as the app shows it. */
  readonly issuer: string
  readonly account: string
  readonly errors: readonly FieldError[]
  readonly words: FactorWords
}): Html {
  const { words } = form
  return html`<form method="post" action="${form.action}">
    ${tokenField(form.formToken)} ${Object.entries(form.fields).map(([name, value]) => hidden(name, value))}
    ${hidden('enrolment', form.sealed)}
    <p>${words.appScan}</p>
    ${qrCode(keyUri(form.seed, form.issuer, form.account), words.appImage)}
    <p class="help">${words.appKey}<br /><code class="key" dir="ltr">${seedInWords(form.seed)}</code></p>
    ${codeField({ name: 'code', label: words.appCode, error: errorOf(form.errors, 'code') })}
    ${button({ label: words.appConfirm, kind: 'primary', wide: true })}
  </form>`
}

/** Where a code of the authenticator app is typed; phones fill it in. */
export function codeField(options: {
  readonly name: string
  readonly label: string
  readonly help?: string
  readonly error: string | undefined
  readonly autofocus?: boolean
}): Html {
  return field({ ...options, autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 20, required: true })
}

/** Recovery codes, which are in this page and nowhere else. */
export function recoveryCodeList(codes: readonly string[], words: FactorWords): Content {
  return html`<p>${words.codesShown}</p>
    <ul class="codes" dir="ltr">
      ${codes.map((code) => html`<li><code>${code}</code></li>`)}
    </ul>`
}

export function continueButton(href: string, words: FactorWords): Html {
  return linkButton({ label: words.continue, href, kind: 'primary', wide: true })
}

type Own = { readonly scope: Scope; readonly language: Language; readonly formToken: string }

/** {T}/account/totp while there is no authenticator app: its key, to be confirmed. */
export function appOffPage(
  page: Own & { readonly form: Omit<Parameters<typeof enrolmentForm>[0], 'words' | 'action' | 'formToken' | 'fields'> },
): Html {
  const words = factorWords(page.language)
  const form = enrolmentForm({
    ...page.form,
    action: `${page.scope.base}/account/totp`,
    formToken: page.formToken,
    fields: {},
    words,
  })
  const body = [errorSummary(page.form.errors), html`<p class="help">${words.appLead}</p>`, form]
  return ownPage({ ...page, title: words.appTitle, body })
}

/** {T}/account/totp while it is on. */
export function appOnPage(page: Own & { readonly factor: TotpFactor; readonly codesLeft: number }): Html {
  const { scope, language, factor } = page
  const words = factorWords(language)
  return ownPage({
    ...page,
    title: words.appTitle,
    body: [
      flash(words.appOn),
      html`<dl class="facts">
        <dt>${words.appSince}</dt>
        <dd>${day(factor.created, language)}</dd>
        <dt>${words.lastUsed}</dt>
        <dd>${day(factor.lastUsed, language)}</dd>
      </dl>`,
      linkButton({ label: words.remove, href: `${scope.base}/account/totp/remove`, kind: 'danger', wide: true }),
      codesPart(page, page.codesLeft),
    ],
  })
}

export function removeAppPage(page: Own): Html {
  const words = factorWords(page.language)
  const path = `${page.scope.base}/account/totp`
  return ownPage({
    ...page,
    title: words.appRemoveQuestion,
    body: [html`<p>${words.appRemoveWords}</p>`, yesOrNo(page, `${path}/remove`, path, words.remove, true)],
  })
}

/** How many recovery codes are left, and the way to new ones. */
export function codesPart({ scope, language }: Own, left: number): Html {
  const words = factorWords(language)
  return html`<section class="beside">
    <h2>${words.codesTitle}</h2>
    <p class="help">${words.codesLead} ${left === 0 ? words.codesNone : words.codesLeft(left)}</p>
    ${linkButton({ label: words.codesRenew, href: `${scope.base}/account/recovery-codes`, wide: true })}
  </section>`
}

export function renewCodesPage(page: Own): Html {
  const words = factorWords(page.language)
  const { base } = page.scope
  return ownPage({
    ...page,
    title: words.codesRenewQuestion,
    body: [
      html`<p>${words.codesRenewWords}</p>`,
      yesOrNo(page, `${base}/account/recovery-codes`, `${base}/account/totp`, words.codesRenew),
    ],
  })
}

/** Shown once: right after they were made. */
export function ownCodesPage(page: Own & { readonly codes: readonly string[]; readonly next: string }): Html {
  const words = factorWords(page.language)
  const body = [recoveryCodeList(page.codes, words), continueButton(page.next, words)]
  return ownPage({ ...page, title: words.codesTitle, body })
}

/** A question's form: its one button, and the way back. */
export function yesOrNo(page: Own, action: string, back: string, label: string, destroys = false): Html {
  return html`<form method="post" action="${action}">
    ${tokenField(page.formToken)} ${button({ label, kind: destroys ? 'danger' : 'primary', wide: true })}
    ${linkButton({ label: factorWords(page.language).cancel, href: back, wide: true })}
  </form>`
}

/** A day in the reader's language, in UTC; the exact time is for machines. */
export function day(time: Date, language: Language): Html {
  const words = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' }).format(time)
  return html`<time datetime="${time.toISOString()}">${words}</time>`
}
