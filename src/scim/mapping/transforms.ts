/** What a mapping does with a value on its way. Pure. */
import type { Transform } from '../../core/attribute-mapping.ts'
import { unreachable } from '../../core/errors.ts'
import { isRecord } from '../../core/json-value.ts'

/** What a path of the source has. */
export type Read = (path: string) => unknown

/** Undefined if there is no value. */
export function transformed(value: unknown, transforms: readonly Transform[], read: Read): unknown {
  return transforms.reduce((now, transform) => once(now, transform, read), value)
}

function once(value: unknown, transform: Transform, read: Read): unknown {
  switch (transform.type) {
    case 'lowerCase':
      return eachText(value, (text) => text.toLowerCase())
    case 'upperCase':
      return eachText(value, (text) => text.toUpperCase())
    case 'trim':
      return eachText(value, (text) => text.trim() || undefined)
    case 'split':
      return eachText(value, (text) => text.split(transform.separator).at(transform.index) || undefined)
    case 'template':
      return filledIn(transform.template, read)
    case 'map':
      return mapped(value, transform)
    case 'join':
      return Array.isArray(value) ? value.map(textOf).filter(Boolean).join(transform.separator) || undefined : value
    case 'default':
      return isEmpty(value) ? transform.value : value
    default:
      return unreachable(transform)
  }
}

/** The paths of a template, in the order in which they stand. */
export function pathsIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, path = '']) => path.trim())
}
/** A path may hold a quoted text with a brace in it, which nobody needs: it ends at the first. */
const PLACEHOLDER = /\{([^{}]*)\}/g

function filledIn(template: string, read: Read): string | undefined {
  const values = pathsIn(template).map((path) => textOf(read(path)))
  if (values.length > 0 && values.every((text) => text === '')) return undefined
  let at = 0
  return template.replaceAll(PLACEHOLDER, () => values[at++] ?? '') || undefined
}

function mapped(value: unknown, { values, default: other }: Extract<Transform, { type: 'map' }>): unknown {
  const pick = (one: unknown) => {
    const text = textOf(one)
    return text !== '' && Object.hasOwn(values, text) ? values[text] : other
  }
  if (!Array.isArray(value)) return pick(value)
  const picked = value.map(pick).filter((one) => one !== undefined)
  return picked.length === 0 ? other : picked
}

/** Of a value that is no text, as a boolean or a whole address, nothing is changed. */
function eachText(value: unknown, change: (text: string) => string | undefined): unknown {
  if (typeof value === 'string') return change(value)
  if (!Array.isArray(value)) return value
  const changed = value.map((one: unknown) => (typeof one === 'string' ? change(one) : one))
  const left = changed.filter((one) => one !== undefined)
  return left.length === 0 ? undefined : left
}

/** A value as text: of several the primary or else the first one, of a complex one its `value`. */
export function textOf(value: unknown): string {
  const one = oneOf(value)
  const plain = isRecord(one) ? one.value : one
  return typeof plain === 'string' || typeof plain === 'number' || typeof plain === 'boolean' ? String(plain) : ''
}

/** Of several the primary or else the first one (RFC 7643 section 2.4). */
export function oneOf(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return value.find((one) => isRecord(one) && one.primary === true) ?? value[0]
}

export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
