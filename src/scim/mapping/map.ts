/** A mapping, carried out. Pure. */
import type { MappingRule } from '../../core/attribute-mapping.ts'
import { ScimError, unlessRefused } from '../../core/errors.ts'
import { isRecord } from '../../core/json-value.ts'
import type { Attribute, Resource, ResourceType } from '../schema.ts'
import { parseSource, parseTarget, type Place, valueAt, withValueAt } from './place.ts'
import { isEmpty, oneOf, pathsIn, type Read, textOf, transformed } from './transforms.ts'

/** Reads paths of a resource. What a tenant took away since the rule was made has no value. */
export function readerOf(type: ResourceType, resource: Resource): Read {
  return (path) => unlessRefused(() => parseSource(type, path)(resource))
}

export type Sources = {
  readonly read: Read
  /** What was sent before: rules that count for what is new leave it as it is. Undefined for what is new. */
  readonly sent: Readonly<Record<string, unknown>> | undefined
}

/** What the rules make of `base`; `type` is what its attributes are. A rule that makes no sense any more does nothing. */
export function applyRules(
  type: ResourceType,
  rules: readonly MappingRule[],
  base: Readonly<Record<string, unknown>>,
  sources: Sources,
): Readonly<Record<string, unknown>> {
  const mapped = rules.reduce((body, rule) => {
    const place = placeOf(type, rule.target)
    return place ? withValueAt(body, place, ruleValue(place, rule, sources)) : body
  }, base)
  return withSchemas(type, mapped)
}

function placeOf(type: ResourceType, target: string): Place | undefined {
  return unlessRefused(() => parseTarget(type, target))
}

/** What a rule makes of its source, as its target has to be; undefined for none. */
export function ruleValue(place: Place, rule: MappingRule, { read, sent }: Sources): unknown {
  if (rule.on === 'create' && sent) return valueAt(sent, place)
  const found = rule.source === undefined ? rule.constant : read(rule.source)
  const value = transformed(found, rule.transforms ?? [], read)
  return isEmpty(value) ? undefined : fitted(place.attribute, value)
}

/** A value as its attribute has to be; undefined for what cannot be made so. */
function fitted(attribute: Attribute | undefined, value: unknown): unknown {
  if (!attribute) return value
  if (!attribute.multiValued) return fittedOne(attribute, oneOf(value))
  const all = (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => fittedOne(attribute, one) ?? [])
  return all.length === 0 ? undefined : all
}

function fittedOne(attribute: Attribute, value: unknown): unknown {
  switch (attribute.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : BOOLEANS[textOf(value).toLowerCase()]
    case 'integer':
    case 'decimal': {
      const number = typeof value === 'number' ? value : Number.parseFloat(textOf(value))
      return Number.isFinite(number) && (attribute.type === 'decimal' || Number.isInteger(number)) ? number : undefined
    }
    case 'complex':
      return isRecord(value) ? value : { value }
    default:
      return textOf(value) || undefined
  }
}
const BOOLEANS: Readonly<Record<string, boolean | undefined>> = { true: true, false: false }

/** The schemas are those that it has attributes of (RFC 7643 section 3). */
function withSchemas(type: ResourceType, body: Readonly<Record<string, unknown>>) {
  const extensions = Object.keys(body).filter((name) => name.includes(':'))
  const core = Array.isArray(body.schemas) ? body.schemas.filter((one) => one === type.schema.id) : []
  return { ...body, schemas: [...(core.length > 0 ? core : [type.schema.id]), ...extensions] }
}

/** What throws for a path that leads nowhere. */
type Parsers = { readonly source: (path: string) => unknown; readonly target: (path: string) => unknown }

/** What is wrong with a rule, by its field; empty if nothing is. Both sides are paths of the type unless `parse` says. */
export function checkRule(
  type: ResourceType,
  rule: MappingRule,
  parse: Parsers = { source: (path) => parseSource(type, path), target: (path) => parseTarget(type, path) },
): readonly { field: string; message: string }[] {
  const problem = (field: string, check: () => unknown) => {
    try {
      check()
      return []
    } catch (error) {
      if (error instanceof ScimError) return [{ field, message: error.message }]
      throw error
    }
  }
  const { source, transforms = [] } = rule
  return [
    ...problem('target', () => parse.target(rule.target)),
    ...(source === undefined ? [] : problem('source', () => parse.source(source))),
    ...transforms.flatMap((one, i) =>
      one.type === 'template'
        ? problem(`transforms.${i}.template`, () => pathsIn(one.template).forEach((path) => parse.source(path)))
        : [],
    ),
  ]
}

/** The last rule for a whole attribute of the core schema, by its place in the list; -1 if there is none. */
export function lastRuleFor(type: ResourceType, rules: readonly MappingRule[], attribute: string): number {
  return rules.findLastIndex(({ target }) => {
    const place = placeOf(type, target)
    return place?.container === undefined && place?.sub === undefined && place?.name === attribute
  })
}
