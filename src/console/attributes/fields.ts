import { html } from 'hono/html'
import { attr, button, checkbox, type Content, errorOf, field, fieldId, type Html } from '../../html.ts'
import { radios, select } from '../../html/choices.ts'
import { type Draft, valueOf } from '../form.ts'
import { MOST_ROWS, MUTABILITY, RETURNED, rowName, rowsOf, TYPES } from './form.ts'

/** What stands in the fields where nothing was typed. */
type Set = {
  readonly description: string
  readonly required: boolean
  readonly mutability: keyof typeof MUTABILITY
  readonly returned: keyof typeof RETURNED
  readonly canonicalValues?: readonly string[] | undefined
}
const NEW: Set = { description: '', required: false, mutability: 'readWrite', returned: 'default' }

/** Fields of an attribute, or of a part of one, whose names begin with `prefix`. */
type Fields = { readonly draft: Draft; readonly prefix: string; readonly set: Set }

function shared({ draft, prefix }: Fields, name: string) {
  return {
    name: prefix + name,
    value: valueOf(draft.values, prefix + name),
    error: errorOf(draft.errors, prefix + name),
  }
}

function box(fields: Fields, name: 'multiValued' | 'required' | 'caseExact', label: string, help?: string): Html {
  const { values } = fields.draft
  const was = name === 'required' && fields.set.required
  const checked = Object.keys(values).length > 0 ? valueOf(values, fields.prefix + name) === 'on' : was
  return checkbox({ name: fields.prefix + name, label, help, checked })
}

function description(fields: Fields): Html {
  const { value = fields.set.description, ...rest } = shared(fields, 'description')
  return field({ ...rest, value, label: 'Description', maxlength: 500, autocomplete: 'off' })
}

function canonicalValues(fields: Fields): Html {
  const { value = fields.set.canonicalValues?.join('\n'), ...rest } = shared(fields, 'canonicalValues')
  const help = 'Suggestions, one a line; others are taken too.'
  return field({ ...rest, value, label: 'Usual values', type: 'lines', help })
}

/** How the attribute is dealt with (RFC 7643 section 2.2). */
function characteristics(fields: Fields): Content {
  const choices = (list: Readonly<Record<string, { readonly label: string; readonly help: string }>>) =>
    Object.entries(list).map(([value, { label, help }]) => ({ value, label: `${label} (${help})` }))
  const mutability = shared(fields, 'mutability')
  const returned = shared(fields, 'returned')
  return [
    radios({
      ...mutability,
      label: 'Its value',
      choices: choices(MUTABILITY),
      value: mutability.value ?? fields.set.mutability,
    }),
    radios({
      ...returned,
      label: 'It is shown to SCIM clients',
      choices: choices(RETURNED),
      value: returned.value ?? fields.set.returned,
    }),
  ]
}

const REQUIRED = 'Whoever has any of this organization’s attributes has to have this one too.'

/** What can be changed of an attribute that is there. */
export function changeFields(draft: Draft, set: Set, isComplex: boolean): Html {
  const fields = { draft, prefix: '', set }
  return html`${description(fields)} ${box(fields, 'required', 'Required', REQUIRED)} ${characteristics(fields)}
  ${isComplex ? '' : canonicalValues(fields)}`
}

export function newFields(draft: Draft): Html {
  const fields = { draft, prefix: '', set: NEW }
  const type = shared(fields, 'type')
  return html`${field({ ...shared(fields, 'name'), label: 'Name', required: true, maxlength: 63, autocomplete: 'off', autofocus: draft.errors.length === 0, help: 'Letters, digits, - and _, such as shoeSize. It cannot be changed later.' })}
    ${description(fields)}
    ${select({ ...type, label: 'Type', choices: typeChoices(Object.keys(TYPES)), value: type.value ?? 'string', help: 'It cannot be changed later.' })}
    ${box(fields, 'multiValued', 'Several values', 'A user can have more than one. It cannot be changed later.')}
    ${box(fields, 'required', 'Required', REQUIRED)}
    <div class="unless-complex stack">
      ${box(fields, 'caseExact', 'Upper and lower case differ', 'In searches, a value is found only as it is written.')}
      ${canonicalValues(fields)}
    </div>
    ${characteristics(fields)} ${parts(draft)}`
}

function typeChoices(names: readonly string[]) {
  return Object.entries(TYPES)
    .filter(([value]) => names.includes(value))
    .map(([value, label]) => ({ value, label }))
}

const SIMPLE = Object.keys(TYPES).filter((name) => name !== 'complex')

/** Room for sub-attributes. Without script, more of it comes with the form itself, sent for that. */
function parts(draft: Draft): Html {
  const rows = rowsOf(draft.values)
  const error = errorOf(draft.errors, 'subAttributes')
  const id = fieldId('subAttributes')
  return html`<fieldset class="if-complex stack" id="${id}" ${attr('aria-describedby', error && `${id}-error`)}>
    <legend>Sub-attributes</legend>
    ${error ? html`<p class="error" id="${id}-error">${error}</p>` : ''}
    <p class="help">What the attribute consists of. Rows without a name are left out.</p>
    ${[...Array(rows).keys()].map((row) => part(draft, row))}
    ${rows < MOST_ROWS ? html`<div>${button({ label: 'Room for more', name: 'more', value: 'rows' })}</div>` : ''}
  </fieldset>`
}

function part(draft: Draft, row: number): Html {
  const fields = { draft, prefix: rowName(row), set: NEW }
  const type = shared(fields, 'type')
  const isOpen = draft.errors.some(
    (error) => error.field.startsWith(rowName(row)) && !/\.(?:name|type)$/.test(error.field),
  )
  return html`<fieldset class="part stack">
    <legend>Sub-attribute ${row + 1}</legend>
    <div class="pair">
      ${field({ ...shared(fields, 'name'), label: 'Name', maxlength: 63, autocomplete: 'off' })}
      ${select({ ...type, label: 'Type', choices: typeChoices(SIMPLE), value: type.value ?? 'string' })}
    </div>
    <details class="more" ${attr('open', isOpen)}>
      <summary>Further settings</summary>
      <div class="stack">
        ${description(fields)} ${box(fields, 'multiValued', 'Several values')} ${box(fields, 'required', 'Required')}
        ${box(fields, 'caseExact', 'Upper and lower case differ')} ${canonicalValues(fields)} ${characteristics(fields)}
      </div>
    </details>
  </fieldset>`
}
