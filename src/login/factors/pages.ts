import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import { keyUri, seedInWords } from '../../core/totp.ts'
import { button, type Content, errorOf, field, hidden, type Html, linkButton, tokenField } from '../../html.ts'
import { qrCode } from '../../html/qr-code.ts'
import type { FactorWords } from './words.ts'

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
