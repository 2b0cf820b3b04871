/** What a PATCH says so that a target has what it should (RFC 7644 section 3.5.2). Pure. */
import { isRecord } from '../core/json-value.ts'
import { isSameJson } from '../core/same-json.ts'
import type { Body } from './body.ts'

export type PatchOperation = {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/**
 * The attributes that differ from what was last sent, each as a whole; those of an extension by their own names. With
 * `toParts`, parts and values that are known by their type go by paths of their own, as Entra ID tells a change.
 */
export function changesBetween(sent: unknown, present: Body, toParts = false): PatchOperation[] {
  const [before, after] = [attributesOf(sent), attributesOf(present)]
  const changed = [...after].filter(([path, value]) => !isSameJson(before.get(path), value))
  return [
    ...changed.flatMap(([path, value]) =>
      toParts ? partChanges(path, before.get(path), value) : [{ op: 'replace', path, value } as const],
    ),
    ...goneFrom(before, after),
  ]
}

/** The same for an API that takes an object of what changes: null takes an attribute away. */
export function changedAttributes(changes: readonly PatchOperation[]): Record<string, unknown> {
  return Object.fromEntries(changes.map(({ op, path, value }) => [path, op === 'remove' ? null : value]))
}

/** All of it, for a target of which it is not known what it has; what it was last sent and should not have goes. */
export function wholeChanges(sent: unknown, present: Body, toParts = false): PatchOperation[] {
  return [...changesBetween({}, present, toParts), ...goneFrom(attributesOf(sent), attributesOf(present))]
}

function goneFrom(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): PatchOperation[] {
  return [...before.keys()].filter((path) => !after.has(path)).map((path) => ({ op: 'remove', path }) as const)
}

/** Of a complex attribute its parts, of a multi-valued one those of each type; as a whole where that says too little. */
function partChanges(path: string, before: unknown, after: unknown): PatchOperation[] {
  if (!path.includes(':') && isRecord(after)) {
    return changesOfParts((part) => `${path}.${part}`, isRecord(before) ? before : {}, after)
  }
  const [old, all] = [byType(before ?? []), byType(after)]
  if (!old || !all) return [{ op: 'replace', path, value: after }]
  const gone = [...old.keys()].filter((type) => !all.has(type))
  return [
    ...[...all].flatMap(([type, parts]) =>
      changesOfParts((part) => `${path}[type eq ${JSON.stringify(type)}].${part}`, old.get(type) ?? {}, parts),
    ),
    ...gone.map((type) => ({ op: 'remove', path: `${path}[type eq ${JSON.stringify(type)}]` }) as const),
  ]
}

type Parts = Readonly<Record<string, unknown>>

/** What was not there is added: to replace what a filter does not find is an error (RFC 7644 section 3.5.2.3). */
function changesOfParts(pathOf: (part: string) => string, before: Parts, after: Parts): PatchOperation[] {
  const changed = Object.entries(after).filter(([part, value]) => !isSameJson(before[part], value))
  const gone = Object.keys(before).filter((part) => !(part in after))
  return [
    ...changed.map(([part, value]) => ({ op: part in before ? 'replace' : 'add', path: pathOf(part), value }) as const),
    ...gone.map((part) => ({ op: 'remove', path: pathOf(part) }) as const),
  ]
}

/** The other parts of values by their type; undefined if there are no such values, or two of one type. */
function byType(values: unknown): ReadonlyMap<string, Parts> | undefined {
  if (!Array.isArray(values)) return undefined
  const typed = values.flatMap((one: unknown) => {
    if (!isRecord(one) || typeof one.type !== 'string') return []
    const { type, ...parts } = one
    return [[type, parts] as const]
  })
  const byTypes = new Map(typed)
  return byTypes.size === values.length ? byTypes : undefined
}

/** Every attribute of a resource by its PATCH path. */
export function attributesOf(resource: unknown): Map<string, unknown> {
  const attributes = new Map<string, unknown>()
  for (const [name, value] of Object.entries(isRecord(resource) ? resource : {})) {
    if (name === 'schemas' || value === undefined) continue
    if (!name.includes(':')) attributes.set(name, value)
    else if (isRecord(value)) for (const [inner, one] of Object.entries(value)) attributes.set(`${name}:${inner}`, one)
  }
  return attributes
}
