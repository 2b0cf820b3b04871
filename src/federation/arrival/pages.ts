import { html } from 'hono/html'
import type { FieldError } from '../../core/errors.ts'
import { type Language, LANGUAGES } from '../../core/language.ts'
import {
  button,
  type Content,
  errorOf,
  errorSummary,
  field,
  fieldId,
  hidden,
  type Html,
  strong,
  tokenField,
} from '../../html.ts'
import { aboutApplication } from '../../html/about-application.ts'
import { shownName } from '../../html/branding/parts.ts'
import { cardPage } from '../../html/card.ts'
import { datalist, select } from '../../html/choices.ts'
import { facts } from '../../html/parts.ts'
import { LANGUAGE_NAMES, within } from '../../html/words.ts'
import type { Scope } from '../../platform.ts'
import type { ResourceType } from '../../scim/schema.ts'
import type { PendingRequest } from '../../session/pending/queries.ts'
import type { Asks } from '../decision/decide.ts'
import type { Typed } from './form.ts'
import { inputAt, inputName } from './inputs.ts'
import { labelOf } from './label.ts'
import type { Shown } from './shown.ts'
import { arrivalWords } from './words.ts'

/** What every page of an arrival needs. */
export type ArrivalView = {
  readonly scope: Scope
  readonly language: Language
  readonly formToken: string
  /** What every form and link of the page carries on: which arrival it is, and what she has said of it. */
  readonly query: Readonly<Record<string, string>>
  /** The connection's name. */
  readonly connection: string
  /** The request of the application that she is on her way to. */
  readonly pending: PendingRequest | undefined
}

export type Asking = {
  readonly asks: Asks
  readonly type: ResourceType
  /** What is going to be stored, without what she types. */
  readonly shown: readonly Shown[]
  readonly print: string
  readonly typed: Typed
  /** The password policy in words. */
  readonly rules: string
  readonly errors: readonly FieldError[]
}

/** Says what will be stored, and asks for what is missing. */
export function askPage(view: ArrivalView, asking: Asking): Html {
  const { scope, language, connection } = view
  const { asks } = asking
  // In the order of the fields.
  const fields = ['', ...asks.attributes.map(inputName), 'userName', 'password']
  const errors = [...asking.errors].sort((one, other) => fields.indexOf(one.field) - fields.indexOf(other.field))
  const say = arrivalWords(language)
  return arrivalPage(view, say.title(shownName(scope.tenant)), [
    errorSummary(errors),
    html`<p>${within(say.vouched, strong(connection))}</p>`,
    asks.consent ? storedPart(view, asking) : '',
    arrivalForm(view, [
      hidden('print', asking.print),
      asks.attributes.length > 0 ? html`<h2>${say.missing}</h2>` : '',
      asks.attributes.map((path) => attributeField(view, asking, path)),
      asks.userName ? userNameField(view, asking) : '',
      asks.password ? passwordField(view, asking) : '',
      button({ label: say.create, kind: 'primary', wide: true, name: 'act', value: 'create' }),
    ]),
  ])
}

/** The frame of all of them: for whom one signs in, and at the foot the way out. */
export function arrivalPage(view: ArrivalView, title: string, body: Content): Html {
  const { scope, language, pending } = view
  const say = arrivalWords(language)
  const application = pending?.application
  return cardPage({
    scope,
    language,
    title,
    body: [
      application ? html`<p class="help">${within(say.toGoOnTo, strong(application.name))}</p>` : '',
      body,
      arrivalForm(view, button({ label: say.cancel, wide: true, name: 'act', value: 'cancel' })),
      application ? aboutApplication(scope, application, language) : '',
    ],
  })
}

/** The form goes to the page's own address, so that the page can be asked for again, in another language say. */
export function arrivalForm({ scope, formToken, query }: ArrivalView, body: Content): Html {
  return html`<form method="post" action="${scope.base}/login/arrival?${new URLSearchParams(query)}">
    ${tokenField(formToken)} ${Object.entries(query).map(([name, value]) => hidden(name, value))} ${body}
  </form>`
}

function storedPart({ language, connection }: ArrivalView, { shown }: Asking): Html {
  const say = arrivalWords(language)
  const paths = [...new Set(shown.map(({ path }) => path))]
  const valuesAt = (path: string) =>
    shown
      .filter((one) => one.path === path)
      .map(({ value }) => (typeof value === 'string' ? value : value ? say.yes : say.no))
  return html`<section class="stored" aria-labelledby="stored">
    <h2 id="stored">${say.stored}</h2>
    ${facts(paths.map((path) => [labelOf(language, path), valuesAt(path).map((value) => html`<div><bdi>${value}</bdi></div>`)]))}
    <p class="help">${say.storedFrom(connection)}</p>
  </section>`
}

function attributeField({ language }: ArrivalView, { type, typed, errors }: Asking, path: string): Content {
  const say = arrivalWords(language)
  const input = inputAt(type, path)
  const name = inputName(path)
  const help = [input.meaning, input.hint === undefined ? '' : say[input.hint]].filter((text) => text !== '').join(' ')
  const control = { name, label: labelOf(language, path), value: typed.attributes[path] ?? '', required: true, help }
  const error = errorOf(errors, name)
  if (input.type === 'yes-or-no') {
    const choices = [
      { value: 'true', label: say.yes },
      { value: 'false', label: say.no },
    ]
    return select({ ...control, error, empty: '', choices })
  }
  if (input.type === 'language') {
    const choices = LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))
    return select({ ...control, error, empty: '', choices })
  }
  const list = input.suggestions.length > 0 ? `${fieldId(name)}-list` : undefined
  const { autocomplete, inputmode } = input
  return [
    field({ ...control, error, type: input.type, autocomplete, list, ...(inputmode ? { inputmode } : {}) }),
    list === undefined ? '' : datalist(list, input.suggestions),
  ]
}

function userNameField({ language }: ArrivalView, { typed, errors }: Asking): Html {
  const say = arrivalWords(language)
  return field({
    name: 'userName',
    label: say.userName,
    value: typed.userName,
    autocomplete: 'username',
    required: true,
    maxlength: 200,
    help: say.userNameHelp,
    error: errorOf(errors, 'userName'),
  })
}

/** Where the name is fixed, whoever keeps passwords for her hears it from a field that nobody sees. */
function passwordField({ language }: ArrivalView, { asks, typed, rules, errors }: Asking): Content {
  return [
    asks.userName
      ? ''
      : html`<input type="text" name="username" value="${typed.userName}" autocomplete="username" hidden readonly />`,
    field({
      name: 'password',
      label: arrivalWords(language).password,
      type: 'password',
      autocomplete: 'new-password',
      required: true,
      help: rules,
      error: errorOf(errors, 'password'),
    }),
  ]
}
