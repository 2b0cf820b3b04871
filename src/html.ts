/**
 * What pages are made of: form fields, buttons and messages. Text is escaped wherever it
 * stands, by hono/html. What only the console needs is in html/.
 */
import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { FieldError } from './core/errors.ts'
import type { Language } from './core/language.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>
/** What may stand between tags: markup as it is, text escaped, nothing for the rest. */
export type Content = Html | string | number | false | null | undefined | readonly Content[]

/** The hidden field that every form of ours carries (session/browser.ts checks it). */
export const FORM_TOKEN_FIELD = '_token'

/** ` name="value"`, ` name` for true, nothing for false and undefined. */
export function attr(name: string, value: string | number | boolean | undefined): Html | '' {
  if (value === undefined || value === false) return ''
  return value === true ? html` ${name}` : html` ${name}="${value}"`
}

/** A name within a sentence. */
export function strong(name: string): Html {
  return html`<strong>${name}</strong>`
}

/** What whoever made a request has to know of it, which is said in English alone. */
export function technical(language: Language, words: string): Content {
  return language === 'en' ? words : html`<span lang="en" dir="ltr">${words}</span>`
}

/** A message about what was done, read out by screen readers. */
export function flash(message: Content, kind: 'done' | 'warning' = 'done'): Html {
  return html`<p class="flash ${kind}" role="status">${message}</p>`
}

/** What is wrong with a form, on top of it; it takes the focus. A message without a field stands for the whole form. */
export function errorSummary(errors: readonly FieldError[]): Html | '' {
  if (errors.length === 0) return ''
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus>
    <ul>
      ${errors.map(
        (error) =>
          html`<li>
            ${error.field === '' ? error.message : html`<a href="#${fieldId(error.field)}">${error.message}</a>`}
          </li>`,
      )}
    </ul>
  </div>`
}

/** The first message for a field of a refused form. */
export function errorOf(errors: readonly FieldError[] | undefined, name: string): string | undefined {
  return errors?.find((error) => error.field === name)?.message
}

export function tokenField(formToken: string): Html {
  return html`<input type="hidden" name="${FORM_TOKEN_FIELD}" value="${formToken}" />`
}

export function hidden(name: string, value: string | number): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`
}

export type Control = {
  readonly name: string
  readonly label: string
  readonly help?: Content
  readonly error?: string | undefined
  readonly required?: boolean
  readonly disabled?: boolean
}

export type Field = Control & {
  /** `password` gets a button that reveals it, where script runs. `lines` is a text area. */
  readonly type?: 'text' | 'password' | 'email' | 'url' | 'tel' | 'search' | 'date' | 'datetime-local' | 'lines'
  readonly value?: string | undefined
  readonly autocomplete?: string
  readonly placeholder?: string
  readonly autofocus?: boolean
  readonly maxlength?: number
  readonly inputmode?: 'email' | 'numeric' | 'decimal' | 'url'
  /** The id of a datalist of suggestions. */
  readonly list?: string | undefined
}

export function fieldId(name: string): string {
  return `field-${name.replace(/[^A-Za-z0-9_-]/g, '-')}`
}

/** Label above, help and error below, tied to the input for screen readers. */
export function field(options: Field): Html {
  const id = fieldId(options.name)
  const shared = html`id="${id}"
  name="${options.name}"${describedBy(options)}${attr('required', options.required)}${attr('disabled', options.disabled)}${attr('autocomplete', options.autocomplete)}${attr('placeholder', options.placeholder)}${attr('maxlength', options.maxlength)}${attr('autofocus', options.autofocus)}${attr('inputmode', options.inputmode)}${attr('list', options.list)}`
  return html`<div class="field${options.error ? ' wrong' : ''}">
    ${labelOf(options)} ${inputOf(options, id, shared)}${notesOf(options)}
  </div>`
}

function inputOf(options: Field, id: string, shared: Html): Html {
  switch (options.type) {
    case 'lines':
      // The line break is no part of the value, and keeps one that the value begins with.
      return html`<textarea ${shared} rows="3" spellcheck="false">${'\n'}${options.value ?? ''}</textarea>`
    case 'password':
      return html`<div class="reveal">
        <input type="password" ${shared}${attr('value', options.value)} spellcheck="false" /><button
          type="button"
          class="button quiet"
          data-reveal
          aria-controls="${id}"
          hidden
        >
          <span></span><span class="unseen"> ${options.label}</span>
        </button>
      </div>`
    default:
      return html`<input
        type="${options.type ?? 'text'}"
        ${shared}${attr('value', options.value)}
        spellcheck="false"
      />`
  }
}

export function labelOf(options: Control): Html {
  return html`<label for="${fieldId(options.name)}" ${attr('class', options.required && 'required')}
    >${options.label}</label
  >`
}

export function describedBy(options: Control): Content {
  const id = fieldId(options.name)
  const notes = [options.error ? `${id}-error` : '', options.help ? `${id}-help` : ''].filter((note) => note !== '')
  return [
    attr('aria-invalid', options.error ? 'true' : undefined),
    attr('aria-describedby', notes.join(' ') || undefined),
  ]
}

export function notesOf(options: Control): Content {
  const id = fieldId(options.name)
  return [
    options.error ? html`<p class="error" id="${id}-error">${options.error}</p>` : '',
    options.help ? html`<p class="help" id="${id}-help">${options.help}</p>` : '',
  ]
}

/** Sends `on` when it is checked, and nothing otherwise, as browsers do. */
export function checkbox(options: Control & { readonly checked?: boolean; readonly value?: string }): Html {
  const id = fieldId(options.name)
  return html`<div class="field check">
    <input
      type="checkbox"
      id="${id}"
      name="${options.name}"
      value="${options.value ?? 'on'}"
      ${describedBy(options)}${attr('checked', options.checked)}${attr('disabled', options.disabled)}
    />
    <label for="${id}">${options.label}</label>${notesOf(options)}
  </div>`
}

type Look = { readonly kind?: 'primary' | 'danger' | 'quiet' | 'plain'; readonly wide?: boolean }

/** A submit button; `name` and `value` tell which of several was pressed. */
export function button(
  options: Look & {
    readonly label: Content
    readonly name?: string
    readonly value?: string
    readonly disabled?: boolean
  },
): Html {
  return html`<button
    type="submit"
    class="${lookOf(options)}"
    ${attr('name', options.name)}${attr('value', options.value)}${attr('disabled', options.disabled)}
  >
    ${options.label}
  </button>`
}

/** A link that looks like a button. */
export function linkButton(options: Look & { readonly label: Content; readonly href: string }): Html {
  return html`<a class="${lookOf(options)}" href="${options.href}">${options.label}</a>`
}

function lookOf({ kind = 'plain', wide = false }: Look): string {
  return `button ${kind}${wide ? ' wide' : ''}`
}

/** A line with a word in it, such as OR between two ways to sign in. */
export function divider(word: string): Html {
  return html`<p class="divider"><span>${word}</span></p>`
}
