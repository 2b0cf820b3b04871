import type { Projection } from './query.ts'
import {
  type Attribute,
  type Complex,
  isComplex,
  namedIn,
  type Resource,
  type ResourceType,
  schemaOf,
  splitUrn,
  type Value,
} from './schema.ts'

/** Lower-case paths such as `name.givenname`, `urn:…:user:department`, or an extension's URN with a colon at its end. */
type Names = readonly string[] | undefined
type Asked = { readonly asked: Names; readonly excluded: Names }

/**
 * What of a resource is shown (RFC 7644 section 3.9, RFC 7643 section 2.2 "returned"): `always` cannot be taken away,
 * `never` cannot be asked for, `request` is shown only when asked.
 */
export function project(type: ResourceType, resource: Resource, projection: Projection = {}): Resource {
  const names = {
    asked: namesOf(type, projection.attributes),
    excluded: namesOf(type, projection.excludedAttributes),
  }
  const isPlain = !names.asked && !names.excluded
  const shown: Resource = { schemas: resource.schemas }
  for (const [name, value] of Object.entries(resource)) {
    const attribute = namedIn(type.schema.attributes, name) ?? namedIn(type.common, name)
    const kept = attribute
      ? isPlain && isAlwaysWhole(attribute)
        ? value
        : showValue(attribute, value, name.toLowerCase(), names)
      : showExtension(type, name, value, names)
    if (kept !== undefined) shown[name] = kept
  }
  return shown
}

/** Whether a projection may show the attribute at all: what it cannot show need not be read. */
export function isShown(type: ResourceType, name: string, projection: Projection): boolean {
  const lower = name.toLowerCase()
  const asked = namesOf(type, projection.attributes)
  if (asked) return asked.some((one) => one === lower || one.startsWith(`${lower}.`))
  return !(namesOf(type, projection.excludedAttributes) ?? []).includes(lower)
}

function showExtension(type: ResourceType, name: string, value: Value, names: Asked): Complex | undefined {
  const schema = isComplex(value) ? schemaOf(type, name) : undefined
  if (!schema || !isComplex(value)) return undefined
  const inner = showAttributes(schema.attributes, value, `${schema.id.toLowerCase()}:`, names)
  return Object.keys(inner).length > 0 ? inner : undefined
}

const wholes = new WeakMap<Attribute, boolean>()

/** Shown with all its parts unless somebody asks otherwise: most attributes. */
function isAlwaysWhole(attribute: Attribute): boolean {
  const known = wholes.get(attribute)
  if (known !== undefined) return known
  const isOwn = attribute.returned === 'default' || attribute.returned === 'always'
  const whole = isOwn && (attribute.subAttributes ?? []).every(isAlwaysWhole)
  wholes.set(attribute, whole)
  return whole
}

function namesOf(type: ResourceType, names: readonly string[] | undefined): Names {
  if (!names || names.length === 0) return undefined
  return names.flatMap((name) => {
    const { urn, rest } = splitUrn(type, name)
    if (urn === type.schema.id && rest === '') return type.schema.attributes.map((one) => one.name.toLowerCase())
    const prefix = urn === undefined || urn === type.schema.id ? '' : `${urn}:`
    return [`${prefix}${rest}`.toLowerCase()]
  })
}

function showAttributes(attributes: readonly Attribute[], from: Complex, prefix: string, names: Asked): Complex {
  const shown: Complex = {}
  for (const [name, value] of Object.entries(from)) {
    const attribute = namedIn(attributes, name)
    if (!attribute) continue
    const kept = showValue(attribute, value, `${prefix}${name.toLowerCase()}`, names)
    if (kept !== undefined) shown[name] = kept
  }
  return shown
}

function showValue(attribute: Attribute, value: Value, path: string, names: Asked): Value | undefined {
  const { asked, excluded } = names
  if (attribute.returned === 'never') return undefined
  if (attribute.returned === 'always') return value
  const covers = (name: string) => name === path || (name.endsWith(':') && path.startsWith(name))
  if (excluded?.some(covers)) return undefined
  const whole = asked?.some(covers)
  const partly = asked?.some((name) => name.startsWith(`${path}.`))
  if (asked ? !whole && !partly : attribute.returned === 'request') return undefined
  if (!attribute.subAttributes) return value
  const subAttributes = attribute.subAttributes
  const within = { asked: whole ? undefined : asked, excluded }
  const shown = (Array.isArray(value) ? value : [value]).flatMap((one): Value[] => {
    if (!isComplex(one)) return [one]
    const part = showAttributes(subAttributes, one, `${path}.`, within)
    return Object.keys(part).length > 0 ? [part] : []
  })
  // What nothing is left of is unassigned, and that is not shown (RFC 7643 section 2.5).
  return shown.length === 0 ? undefined : Array.isArray(value) ? shown : shown[0]
}
