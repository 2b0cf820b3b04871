/** The inputs of one attribute, whatever its type: what a schema says is all they know. */
import { html } from 'hono/html'
import type { FieldError } from '../../../core/errors.ts'
import { attr, checkbox, type Content, errorOf, field, fieldId, type Html } from '../../../html.ts'
import { datalist, select } from '../../../html/choices.ts'
import { type Attribute, isComplex, type Value } from '../../../scim/schema.ts'
import { CUSTOM_USER_URN } from '../../../scim/schemas/custom.ts'
import {
  type Fields,
  hasPrimary,
  isAt,
  isFixed,
  isTooLarge,
  partsIn,
  partsOf,
  type Place,
  primaryOf,
  removalOf,
  rowOf,
  rowsIn,
} from './fields.ts'
import { labelOfAttribute, oneOfAttribute } from './labels.ts'
import { valueInWords } from './words.ts'

/** What stands in the form, and what is wrong with it. */
export type Filled = { readonly fields: Fields; readonly errors: readonly FieldError[] }

/** `value` is the one that the resource has: of what is fixed, and of what a form cannot hold, it is shown. */
export function attributeInput(filled: Filled, { attribute, path }: Place, value: Value | undefined): Content {
  if (isTooLarge(value)) return told(attribute, path, 'Too long for a form: it is changed over SCIM.')
  return inputOf(filled, attribute, path, value)
}

function inputOf(filled: Filled, attribute: Attribute, path: string, value: Value | undefined): Content {
  if (isFixed(attribute, value)) return value === undefined ? '' : fixed(attribute, path, value)
  if (attribute.multiValued) return rows(filled, attribute, path, value)
  return attribute.subAttributes ? parts(filled, attribute, path, value) : simple(filled, attribute, path)
}

/** Whether the attribute takes a line of the form for itself. */
export function isWide({ attribute }: Place): boolean {
  return attribute.multiValued || attribute.subAttributes !== undefined
}

function fixed(attribute: Attribute, path: string, value: Value): Html {
  const note = attribute.mutability === 'immutable' ? html`<p class="help">It was set once, and stays.</p>` : ''
  return told(attribute, path, [valueInWords(attribute, path, value), note])
}

function told(attribute: Attribute, path: string, words: Content): Html {
  return html`<div class="field">
    <span class="label">${labelOfAttribute(attribute, path)}</span>
    <div>${words}</div>
  </div>`
}

function simple(filled: Filled, attribute: Attribute, path: string, label = labelOfAttribute(attribute, path)): Html {
  const value = filled.fields[path] ?? ''
  const control = { name: path, label, help: helpOf(attribute, path), error: errorOf(filled.errors, path) }
  if (attribute.type === 'boolean') return select({ ...control, empty: 'Not set', choices: TRUTH, value })
  const suggestions = attribute.canonicalValues ?? []
  const list = suggestions.length > 0 ? `${fieldId(path)}-list` : undefined
  const input = field({
    ...control,
    value,
    type: isLong(attribute, path, value) ? 'lines' : 'text',
    autocomplete: 'off',
    required: attribute.required && path === attribute.name,
    list,
    ...KEYBOARDS[attribute.type],
  })
  return list === undefined ? input : html`${input}${datalist(list, suggestions)}`
}

const TRUTH = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
]

const KEYBOARDS: Partial<Record<Attribute['type'], { inputmode: 'numeric' | 'decimal' | 'url' }>> = {
  integer: { inputmode: 'numeric' },
  decimal: { inputmode: 'decimal' },
  reference: { inputmode: 'url' },
}

/** A line of its own has no line breaks in it: a browser would take them out. */
function isLong({ type, name }: Attribute, path: string, value: string): boolean {
  const isAddress = path.startsWith('addresses[') && (name === 'formatted' || name === 'streetAddress')
  return type === 'binary' || isAddress || /[\r\n]/.test(value)
}

/** What the tenant's own attributes are for, their administrator says; the others are known. */
function helpOf(attribute: Attribute, path: string): string {
  const meaning = path.startsWith(`${CUSTOM_USER_URN}:`) ? attribute.description : ''
  const once = attribute.mutability === 'immutable' ? 'It cannot be changed once it is set.' : ''
  return [meaning, TYPES[attribute.type] ?? '', once].filter((words) => words !== '').join(' ')
}

const TYPES: Partial<Record<Attribute['type'], string>> = {
  dateTime: 'Such as 2026-01-31T12:00:00Z.',
  integer: 'A whole number.',
  decimal: 'A number, such as 1.5.',
}

function parts(filled: Filled, attribute: Attribute, path: string, value: Value | undefined): Html {
  return html`<fieldset class="values">
    <legend>${labelOfAttribute(attribute, path)}</legend>
    <div class="value-row">${partInputs(filled, attribute, path, value)}</div>
  </fieldset>`
}

function partInputs(filled: Filled, attribute: Attribute, path: string, value: Value | undefined): Content {
  const values = partsIn(value)
  return partsOf(attribute).map((part) => inputOf(filled, part, `${path}.${part.name}`, values[part.name]))
}

/** A row for each value, and one more to be filled in. */
function rows(filled: Filled, attribute: Attribute, path: string, value: Value | undefined): Html {
  const values = Array.isArray(value) ? value : []
  const present = rowsIn(filled.fields, path).filter((i) => i < values.length)
  const added = rowsIn(filled.fields, path).filter((i) => i >= values.length)
  const next = Math.max(values.length, ...added.map((i) => i + 1))
  const row = (i: number) => oneRow(filled, attribute, path, i, values[i])
  const isWrong = filled.errors.some(({ field }) => isAt(field, rowOf(path, next)))
  return html`<fieldset class="values">
    <legend>${labelOfAttribute(attribute, path)}</legend>
    ${[...present, ...added].map(row)}
    ${filled.fields[primaryOf(path)] ? choiceOfPrimary(filled, path, '', 'None is primary') : ''}
    <details class="more" ${attr('open', isWrong)}>
      <summary>Add ${oneOfAttribute(attribute)}</summary>
      ${row(next)}
    </details>
  </fieldset>`
}

function oneRow(filled: Filled, attribute: Attribute, path: string, index: number, value: Value | undefined): Html {
  const row = rowOf(path, index)
  const name = `${labelOfAttribute(attribute, path)} ${index + 1}`
  if (!attribute.subAttributes) return html`<div class="value-row">${simple(filled, attribute, row, name)}</div>`
  const isThere = isComplex(value)
  return html`<fieldset class="value-row">
    <legend class="unseen">${name}</legend>
    ${partInputs(filled, attribute, row, value)}
    <div class="checks">
      ${hasPrimary(attribute) ? choiceOfPrimary(filled, path, String(index), 'Primary') : ''}
      ${isThere ? checkbox({ name: removalOf(row), label: 'Remove', checked: removalOf(row) in filled.fields }) : ''}
    </div>
  </fieldset>`
}

function choiceOfPrimary({ fields }: Filled, path: string, value: string, label: string): Html {
  const name = primaryOf(path)
  const id = `${fieldId(name)}-${value}`
  return html`<div class="field check">
    <input type="radio" id="${id}" name="${name}" value="${value}" ${attr('checked', (fields[name] ?? '') === value)} />
    <label for="${id}">${label}</label>
  </div>`
}
