import { html } from 'hono/html'
import type { FieldError } from '../../../core/errors.ts'
import type { Language } from '../../../core/language.ts'
import type { PasskeyRow } from '../../../directory/factors/queries.ts'
import { button, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../../html.ts'
import type { Scope } from '../../../platform.ts'
import { ownPage } from '../../factors/own-page.ts'
import { codesPart, day, yesOrNo } from '../../factors/pages.ts'
import { factorWords } from '../../factors/words.ts'
import { passkeyForm } from '../pages.ts'
import { passkeyWords } from '../words.ts'

type Own = { readonly scope: Scope; readonly language: Language; readonly formToken: string }
type Draft = { readonly name: string; readonly errors: readonly FieldError[] }

/** {T}/account/passkeys: those that there are, and the way to another one. */
export function passkeysPage(
  page: Own & {
    readonly passkeys: readonly PasskeyRow[]
    readonly codesLeft: number
    /** What the browser is asked for. */
    readonly options: string
    readonly draft: Draft
  },
): Html {
  const { language, passkeys, draft } = page
  const words = passkeyWords(language)
  return ownPage({
    ...page,
    title: words.keysTitle,
    body: [
      errorSummary(draft.errors),
      html`<p class="help">${words.keysLead}</p>`,
      passkeys.length === 0
        ? html`<p>${words.keysNone}</p>`
        : html`<ul class="things">
            ${passkeys.map((one) => passkeyItem(page, one))}
          </ul>`,
      newPasskeyForm(page),
      passkeys.length > 0 ? codesPart(page, page.codesLeft) : '',
    ],
  })
}

function passkeyItem({ scope, language }: Own, passkey: PasskeyRow): Html {
  const words = passkeyWords(language)
  const { lastUsed, never } = factorWords(language)
  return html`<li>
    <a href="${pathOf(scope, passkey)}">${passkey.name}</a>
    <span class="help">${passkey.isSynced ? words.keySynced : words.keyBound}</span>
    <span class="help">${words.keyAdded}: ${day(passkey.created, language)}</span>
    <span class="help">${lastUsed}: ${passkey.lastUsed ? day(passkey.lastUsed, language) : never}</span>
  </li>`
}

function newPasskeyForm({ scope, language, formToken, options, draft }: Parameters<typeof passkeysPage>[0]): Html {
  const words = passkeyWords(language)
  return passkeyForm({
    kind: 'create',
    action: `${scope.base}/account/passkeys`,
    formToken,
    fields: {},
    options,
    label: words.keyAdd,
    isPrimary: true,
    body: nameField(language, draft),
    notes: { failed: words.keyFailed, known: words.keyKnown, missing: words.keyMissing, script: words.keyScript },
  })
}

/** One passkey: its name, and the way to be rid of it. */
export function passkeyPage(page: Own & { readonly passkey: PasskeyRow; readonly draft: Draft }): Html {
  const { scope, language, formToken, passkey, draft } = page
  const words = passkeyWords(language)
  const path = pathOf(scope, passkey)
  return ownPage({
    ...page,
    title: passkey.name,
    body: [
      errorSummary(draft.errors),
      html`<form method="post" action="${path}">
        ${tokenField(formToken)} ${nameField(language, draft)}
        ${button({ label: words.keySave, kind: 'primary', wide: true })}
      </form>`,
      linkButton({ label: factorWords(language).remove, href: `${path}/remove`, kind: 'danger', wide: true }),
      linkButton({ label: factorWords(language).back, href: `${scope.base}/account/passkeys`, wide: true }),
    ],
  })
}

export function removePasskeyPage(page: Own & { readonly passkey: PasskeyRow }): Html {
  const words = passkeyWords(page.language)
  const path = pathOf(page.scope, page.passkey)
  const { remove } = factorWords(page.language)
  return ownPage({
    ...page,
    title: words.keyRemoveQuestion(page.passkey.name),
    body: [html`<p>${words.keyRemoveWords}</p>`, yesOrNo(page, `${path}/remove`, path, remove, true)],
  })
}

function nameField(language: Language, { name, errors }: Draft): Html {
  const words = passkeyWords(language)
  const error = errorOf(errors, 'name')
  return field({
    name: 'name',
    label: words.keyName,
    help: words.keyNameHelp,
    value: name,
    error,
    required: true,
    maxlength: 100,
    autocomplete: 'off',
  })
}

function pathOf({ base }: Scope, { credentialId }: PasskeyRow): string {
  return `${base}/account/passkeys/${encodeURIComponent(credentialId)}`
}
