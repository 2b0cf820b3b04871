/** Filters as clients could write them, about attributes and values that the resources have, and a few that they have not. */
import {
  type Attribute,
  comparedAttribute,
  isComplex,
  type Resource,
  type ResourceType,
  schemasOf,
  type Value,
} from '../../../src/scim/schema.ts'
import type { Random } from './random.ts'

/** An attribute, how a filter names it, and the values that some resources have there. */
export type Target = {
  readonly path: string
  readonly attribute: Attribute
  readonly parent: Attribute | undefined
  readonly values: readonly Value[]
}

/** Every attribute and sub-attribute that can be filtered by. */
export function targetsOf(type: ResourceType, resources: readonly Resource[]): Target[] {
  const own = [...type.common, ...type.schema.attributes].map((attribute) => ({ attribute, urn: undefined }))
  const others = type.extensions.flatMap(({ schema }) =>
    schema.attributes.map((attribute) => ({ attribute, urn: schema.id })),
  )
  return [...own, ...others]
    .filter(({ attribute }) => attribute.returned !== 'never')
    .flatMap(({ attribute, urn }) => {
      const values = resources.flatMap((resource) => {
        const holder = urn === undefined ? resource : resource[urn]
        return isComplex(holder) ? listOf(holder[attribute.name]) : []
      })
      const path = urn === undefined ? attribute.name : `${urn}:${attribute.name}`
      return [
        { path, attribute, parent: undefined, values },
        ...(attribute.subAttributes ?? []).map((sub) => ({
          path: `${path}.${sub.name}`,
          attribute: sub,
          parent: attribute,
          values: values.flatMap((value) => (isComplex(value) ? listOf(value[sub.name]) : [])),
        })),
      ]
    })
}

const SOME_TEXT = [
  '',
  'a',
  'A',
  'é',
  'ß',
  'SS',
  '"',
  '\\',
  "'",
  '%',
  '_',
  '😀',
  '\uff5e',
  'x',
  '7',
  ' ',
  '\n',
  'İ',
  'Σ',
]
const SOME_TIMES = [
  '2026-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '2026-11-25T10:00:00+02:00',
  '2999-01-01T00:00:00Z',
]

/** One filter of some depth as text. */
export function anyFilter(random: Random, targets: readonly Target[], depth: number): string {
  const kind = depth === 0 ? 9 : random.below(10)
  const next = () => anyFilter(random, targets, depth - 1)
  if (kind < 2) return `(${next()} and ${next()})`
  if (kind < 4) return `(${next()} or ${next()})`
  if (kind === 4) return `not (${next()})`
  if (kind === 5) return `${next()} and ${next()} or ${next()}`
  const target = random.pick(targets)
  const { attribute, path, parent } = target
  if (parent === undefined && (attribute.subAttributes || attribute.multiValued) && random.chance(60)) {
    return valuePath(random, target, targets)
  }
  return comparison(random, spelt(random, path), target)
}

function valuePath(random: Random, { path, attribute, values }: Target, targets: readonly Target[]): string {
  const inner = (attribute.subAttributes ?? [])
    .filter((sub) => sub.returned !== 'never')
    .map((sub) => ({
      path: sub.name,
      attribute: sub,
      parent: attribute,
      values: targets.find((one) => one.path === `${path}.${sub.name}`)?.values ?? [],
    }))
  const own = { path: 'value', attribute: { ...attribute, multiValued: false }, parent: attribute, values }
  const within = inner.length > 0 ? inner : [own]
  const filter = innerFilter(random, within, random.below(3))
  if (inner.length > 0 && random.chance(25)) {
    const sub = random.pick(inner)
    return `${path}[${filter}]${comparison(random, `.${sub.path}`, sub)}`
  }
  return `${spelt(random, path)}[${filter}]`
}

function innerFilter(random: Random, targets: readonly Target[], depth: number): string {
  const next = () => innerFilter(random, targets, depth - 1)
  if (depth > 0 && random.chance(50)) return `(${next()} ${random.pick(['and', 'or'])} ${next()})`
  if (depth > 0 && random.chance(40)) return `not (${next()})`
  const target = random.pick(targets)
  return comparison(random, spelt(random, target.path), target)
}

function comparison(random: Random, path: string, { attribute, values, parent }: Target): string {
  const compared = comparedAttribute(attribute)
  if (!compared || random.chance(12)) return `${path} pr`
  if (random.chance(6)) return `${path} ${random.pick(['eq', 'ne'])} null`
  const known = values.map((value) => (isComplex(value) ? value[compared.name] : value)).flatMap(listOf)
  const value = known.length > 0 && random.chance(80) ? random.pick(known) : strangeValue(random, compared)
  const operator = random.pick(operatorsOf(compared))
  void parent
  return `${path} ${random.chance(20) ? operator.toUpperCase() : operator} ${operand(random, compared, operator, value)}`
}

function operatorsOf({ type }: Attribute): readonly string[] {
  if (type === 'boolean') return ['eq', 'ne']
  if (type === 'binary') return ['eq', 'ne', 'co', 'sw', 'ew']
  if (type === 'string' || type === 'reference') return ['eq', 'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
  return ['eq', 'ne', 'gt', 'ge', 'lt', 'le']
}

function operand(random: Random, { type }: Attribute, operator: string, value: Value): string {
  if (typeof value !== 'string' || type === 'dateTime') return JSON.stringify(value)
  const letters = [...value]
  const cut = 1 + random.below(Math.max(letters.length, 1))
  const part: Readonly<Record<string, string>> = {
    co: letters.slice(random.below(cut), cut).join(''),
    sw: letters.slice(0, cut).join(''),
    ew: letters.slice(-cut).join(''),
  }
  const text = part[operator.toLowerCase()] ?? value
  const cased = random.chance(25) ? text.toUpperCase() : random.chance(15) ? text.normalize('NFD') : text
  return JSON.stringify(cased.isWellFormed() ? cased : value)
}

function strangeValue(random: Random, { type }: Attribute): Value {
  switch (type) {
    case 'boolean':
      return random.chance(50)
    case 'integer':
    case 'decimal':
      return random.pick([0, -1, 1.5, 7, 1e21, -1.5e-7])
    case 'dateTime':
      return random.pick(SOME_TIMES)
    default:
      return random.pick(SOME_TEXT)
  }
}

/** Names count in any case (RFC 7643 section 2.1). */
function spelt(random: Random, path: string): string {
  if (random.chance(80)) return path
  return random.chance(50) ? path.toUpperCase() : path.toLowerCase()
}

function listOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** Every path of a type that a list can be sorted by. */
export function sortablePaths(type: ResourceType): string[] {
  return targetsOf(type, []).flatMap(({ path, attribute }) => (comparedAttribute(attribute) ? [path] : []))
}

export function urnsOf(type: ResourceType): string[] {
  return schemasOf(type).map(({ id }) => id)
}
