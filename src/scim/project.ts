import {
  type Attribute,
  type Complex,
  isComplex,
  namedIn,
  type Resource,
  type ResourceType,
  splitUrn,
  type Value,
} from './schema.ts'

export type Projection = {
  readonly attributes?: readonly string[] | undefined
  readonly excludedAttributes?: readonly string[] | undefined
}

/**
 * What of a resource is shown (RFC 7644 section 3.9, RFC 7643 section 2.2 "returned"): `always` cannot be taken away,
 * `never` cannot be asked for, `request` is shown only when asked.
 */
export function project(type: ResourceType, resource: Resource, projection: Projection = {}): Resource {
  const asked = namesOf(type, projection.attributes)
  const excluded = namesOf(type, projection.excludedAttributes)
  const shown = showAttributes([...type.common, ...type.schema.attributes], resource, '', asked, excluded)
  for (const { schema } of type.extensions) {
    const extension = resource[schema.id]
    if (!isComplex(extension)) continue
    const inner = showAttributes(schema.attributes, extension, `${schema.id.toLowerCase()}:`, asked, excluded)
    if (Object.keys(inner).length > 0) shown[schema.id] = inner
  }
  return { ...shown, schemas: resource.schemas }
}

/** Lower-case paths such as `name.givenname`, `urn:…:user:department`, or an extension's URN with a colon at its end. */
function namesOf(type: ResourceType, names: readonly string[] | undefined): readonly string[] | undefined {
  if (!names || names.length === 0) return undefined
  return names.flatMap((name) => {
    const { urn, rest } = splitUrn(type, name)
    if (urn === type.schema.id && rest === '') return type.schema.attributes.map((one) => one.name.toLowerCase())
    const prefix = urn === undefined || urn === type.schema.id ? '' : `${urn}:`
    return [`${prefix}${rest}`.toLowerCase()]
  })
}

function showAttributes(
  attributes: readonly Attribute[],
  from: Complex,
  prefix: string,
  asked: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
): Complex {
  const shown: Complex = {}
  for (const [name, value] of Object.entries(from)) {
    const attribute = namedIn(attributes, name)
    if (!attribute) continue
    const kept = showValue(attribute, value, `${prefix}${name.toLowerCase()}`, asked, excluded)
    if (kept !== undefined) shown[name] = kept
  }
  return shown
}

function showValue(
  attribute: Attribute,
  value: Value,
  path: string,
  asked: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
): Value | undefined {
  if (attribute.returned === 'never') return undefined
  if (attribute.returned === 'always') return value
  if (excluded?.includes(path) || excluded?.some((name) => name.endsWith(':') && path.startsWith(name)))
    return undefined
  const whole = asked?.includes(path) || asked?.some((name) => name.endsWith(':') && path.startsWith(name))
  const partly = asked?.some((name) => name.startsWith(`${path}.`))
  if (asked ? !whole && !partly : attribute.returned === 'request') return undefined
  if (!attribute.subAttributes) return value
  const subAttributes = attribute.subAttributes
  const shown = (Array.isArray(value) ? value : [value]).flatMap((one): Value[] => {
    if (!isComplex(one)) return [one]
    const part = showAttributes(subAttributes, one, `${path}.`, whole ? undefined : asked, excluded)
    return Object.keys(part).length > 0 ? [part] : []
  })
  // What nothing is left of is unassigned, and that is not shown (RFC 7643 section 2.5).
  return shown.length === 0 ? undefined : Array.isArray(value) ? shown : shown[0]
}
