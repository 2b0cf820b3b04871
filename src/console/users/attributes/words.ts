/** Values as people read them. */
import { html } from 'hono/html'
import type { Content, Html } from '../../../html.ts'
import { type Attribute, isComplex, type Value } from '../../../scim/schema.ts'
import { textOf } from './fields.ts'
import { labelOfAttribute } from './labels.ts'

export function valueInWords(attribute: Attribute, path: string, value: Value): Content {
  if (!Array.isArray(value)) return oneInWords(attribute, path, value)
  const [only] = value
  if (value.length === 1 && only !== undefined) return oneInWords(attribute, path, only)
  return html`<ul class="lines">
    ${value.map((one) => html`<li>${oneInWords(attribute, path, one)}</li>`)}
  </ul>`
}

function oneInWords(attribute: Attribute, path: string, value: Value): Content {
  if (!isComplex(value)) return simpleInWords(attribute, value)
  const { value: main, ...rest } = value
  const others = (attribute.subAttributes ?? []).flatMap((part) => {
    const one = rest[part.name]
    return one === undefined || one === null || one === false ? [] : [partInWords(part, `${path}.${part.name}`, one)]
  })
  if (main === undefined || main === null) return joined(others)
  const words = textOf(main)
  return others.length === 0 ? words : html`${words} <span class="help">(${joined(others)})</span>`
}

/** What kind of value it is speaks for itself; the other parts are named. */
function partInWords(part: Attribute, path: string, value: Value): Content {
  if (part.name === 'primary') return 'primary'
  const words = Array.isArray(value) ? value.map(textOf).join(', ') : simpleInWords(part, value)
  return part.name === 'type' ? words : html`${labelOfAttribute(part, path)}: ${words}`
}

function simpleInWords({ type }: Attribute, value: Value): string {
  if (type === 'boolean') return value === true ? 'Yes' : 'No'
  return textOf(value)
}

function joined(parts: readonly Content[]): Html {
  return html`${parts.map((part, i) => (i === 0 ? part : html`, ${part}`))}`
}
