/** How values are compared (RFC 7643 sections 2.2 and 2.3): the forms that a filter, a sort and the database share. */
import { nameKey } from '../core/ids.ts'
import { type Attribute, isComplex, namedIn, type Resource, type ResourceType, schemaOf, type Value } from './schema.ts'

/** Text as it is compared: as it is if case counts, otherwise folded. A dateTime as text is its own. */
export function keyOf(attribute: Attribute, text: string): string {
  return attribute.caseExact || attribute.type === 'dateTime' ? text : nameKey(text)
}

/**
 * A dateTime as milliseconds since 1970, and what of one is finer: Entra ID sends seven digits. Without a zone it is
 * UTC, wherever the server stands.
 */
export function instantOf(text: string): number {
  const [, finer] = /\.\d{3}(\d+)/.exec(text) ?? []
  const milliseconds = Date.parse(/(Z|[+-]\d{2}:\d{2})$/i.test(text) ? text : `${text}Z`)
  return finer === undefined ? milliseconds : milliseconds + Number(`0.${finer}`)
}

/** By code points, as UTF-8 sorts: JavaScript's own order puts U+FF5E behind U+1F600. */
export function compareText(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [one.charCodeAt(i), other.charCodeAt(i)]
    if (left !== right) return codePointOrder(left) - codePointOrder(right)
  }
  return one.length - other.length
}

/** Surrogates stand for what lies behind all other code units. */
function codePointOrder(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit
}

/** What of a resource is searched, with each value in the form in which it is compared: text folded, a dateTime a number. */
export function comparedForm(type: ResourceType, resource: Resource): Record<string, Value> {
  const form: Record<string, Value> = {}
  for (const [name, value] of Object.entries(resource)) {
    const attribute = namedIn(type.schema.attributes, name) ?? namedIn(type.common, name)
    const extension = attribute ? undefined : schemaOf(type, name)
    if (attribute) assign(form, attribute, value)
    else if (extension && isComplex(value)) form[extension.id] = comparedParts(extension.attributes, value)
  }
  return form
}

function comparedParts(
  attributes: readonly Attribute[],
  parts: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const form: Record<string, Value> = {}
  for (const [name, value] of Object.entries(parts)) {
    const attribute = namedIn(attributes, name)
    if (attribute) assign(form, attribute, value)
  }
  return form
}

function assign(form: Record<string, Value>, attribute: Attribute, value: Value): void {
  // What is never shown can be neither searched nor guessed at.
  if (attribute.returned !== 'never') form[attribute.name] = comparedValue(attribute, value)
}

function comparedValue(attribute: Attribute, value: Value): Value {
  if (Array.isArray(value)) return value.map((one) => comparedValue(attribute, one))
  if (isComplex(value)) return comparedParts(attribute.subAttributes ?? [], value)
  if (typeof value !== 'string') return value
  return attribute.type === 'dateTime' ? instantOf(value) : keyOf(attribute, value)
}
