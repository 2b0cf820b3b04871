import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import type { PasskeyRow } from '../../directory/factors/queries.ts'
import { button, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../html.ts'
import { panel } from '../../html/parts.ts'
import { passkeyForm } from '../../login/passkeys/pages.ts'
import { passkeyWords } from '../../login/passkeys/words.ts'
import { confirmationPage } from '../confirm.ts'
import { accountPage, type AccountView, sectionPath } from '../frame.ts'
import { codesPanel } from '../recovery-codes/pages.ts'
import { writtenDay } from '../time.ts'
import { accountWords } from '../words.ts'
import { keyWords } from './words.ts'

/** What was typed as a name, and what is wrong with it. */
export type Draft = { readonly name: string; readonly errors: readonly FieldError[] }

/** Those that there are, and the way to another one. */
export function passkeysPage(
  view: AccountView,
  page: {
    readonly passkeys: readonly PasskeyRow[]
    readonly codesLeft: number
    /** What the browser is asked for. */
    readonly options: string
    readonly draft: Draft
  },
): Html {
  const { passkeys, draft } = page
  const list = html`<ul class="rows">
    ${passkeys.map((one) => html`<li>${row(view, one)}</li>`)}
  </ul>`
  return accountPage(view, {
    section: 'passkeys',
    body: [
      errorSummary(draft.errors),
      panel({}, passkeys.length === 0 ? html`<p class="help">${keyWords(view.language).none}</p>` : list),
      panel({ title: passkeyWords(view.language).keyAdd }, newPasskeyForm(view, page)),
      passkeys.length > 0 ? codesPanel(view, page.codesLeft) : '',
    ],
  })
}

function row(view: AccountView, passkey: PasskeyRow): Html {
  const { language } = view
  const words = keyWords(language)
  return html`<div class="what">
      <a href="${pathOf(view, passkey)}">${passkey.name}</a>
      <span class="help">${passkey.isSynced ? words.synced : words.bound}</span>
      <span class="help"
        >${words.added}: ${writtenDay(passkey.created, language)} · ${words.lastUsed}:
        ${passkey.lastUsed ? writtenDay(passkey.lastUsed, language) : words.never}</span
      >
    </div>
    ${linkButton({
      label: html`${words.remove}<span class="unseen"> ${passkey.name}</span>`,
      href: pathOf(view, passkey, '/remove'),
    })}`
}

function newPasskeyForm(view: AccountView, { options, draft }: { readonly options: string; readonly draft: Draft }) {
  const words = passkeyWords(view.language)
  return passkeyForm({
    kind: 'create',
    action: sectionPath(view, 'passkeys'),
    formToken: view.formToken,
    fields: {},
    options,
    label: words.keyAdd,
    isPrimary: true,
    body: nameField(view.language, draft),
    notes: { failed: words.keyFailed, known: words.keyKnown, missing: words.keyMissing, script: words.keyScript },
  })
}

/** One passkey: its name. */
export function passkeyPage(view: AccountView, passkey: PasskeyRow, draft: Draft): Html {
  const words = keyWords(view.language)
  return accountPage(view, {
    section: 'passkeys',
    title: passkey.name,
    body: [
      errorSummary(draft.errors),
      panel(
        {},
        html`<form method="post" action="${pathOf(view, passkey)}">
          ${tokenField(view.formToken)} ${nameField(view.language, draft)}
          <div class="buttons">
            ${button({ label: words.save, kind: 'primary' })}
            ${linkButton({ label: accountWords(view.language).cancel, href: sectionPath(view, 'passkeys') })}
          </div>
        </form>`,
      ),
    ],
  })
}

export function removePasskeyPage(view: AccountView, passkey: PasskeyRow): Html {
  const words = keyWords(view.language)
  const action = pathOf(view, passkey, '/remove')
  return confirmationPage(view, {
    section: 'passkeys',
    action,
    goes: [words.goes],
    label: words.remove,
    title: words.question(passkey.name),
  })
}

function nameField(language: Language, { name, errors }: Draft): Html {
  const words = keyWords(language)
  const error = errorOf(errors, 'name')
  const shared = { name: 'name', label: words.name, help: words.nameHelp, value: name, error }
  return field({ ...shared, required: true, maxlength: 100, autocomplete: 'off' })
}

function pathOf(view: AccountView, { credentialId }: PasskeyRow, behind = ''): string {
  return sectionPath(view, 'passkeys', `/${encodeURIComponent(credentialId)}${behind}`)
}
