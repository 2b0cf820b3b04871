import { html } from 'hono/html'
import { attr, button, type Content, hidden, type Html, tokenField } from '../../html.ts'

/** What is said where a passkey cannot be used, or was not. */
export type PasskeyNotes = {
  readonly failed: string
  /** Of a passkey that is registered already. */
  readonly known?: string
  /** The browser has none. */
  readonly missing: string
  readonly script: string
}

/** A form that the script fills with what the browser's passkey answers; without script it says so. */
export function passkeyForm(form: {
  readonly kind: 'get' | 'create'
  readonly action: string
  readonly formToken: string
  readonly fields: Readonly<Record<string, string>>
  /** JSON of passkeys/options.ts. */
  readonly options: string
  readonly label: string
  readonly notes: PasskeyNotes
  /** The browser offers passkeys in the field of the user name. */
  readonly autofill?: boolean
  readonly isPrimary?: boolean
  readonly body?: Content
}): Html {
  const { notes, body = '' } = form
  return html`<form
    method="post"
    action="${form.action}"
    data-passkey="${form.kind}"
    data-options="${form.options}"
    ${attr('data-autofill', form.autofill)}
  >
    ${tokenField(form.formToken)} ${Object.entries(form.fields).map(([name, value]) => hidden(name, value))}
    ${hidden('credential', '')}
    <div data-with-passkeys hidden class="passkey">
      ${body} ${button({ label: form.label, wide: true, ...(form.isPrimary ? { kind: 'primary' } : {}) })}
    </div>
    ${note('failed', notes.failed)} ${notes.known ? note('known', notes.known) : ''} ${note('missing', notes.missing)}
    <p class="help" data-note="script">${notes.script}</p>
  </form>`
}

function note(name: string, words: string): Html {
  return html`<p class="error" role="alert" data-note="${name}" hidden>${words}</p>`
}
