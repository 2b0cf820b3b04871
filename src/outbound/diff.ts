/** What a PATCH says so that a target has what it should (RFC 7644 section 3.5.2). Pure. */
import { isRecord } from '../core/json-value.ts'
import { isSameJson } from '../core/same-json.ts'
import type { Body } from './body.ts'

export type PatchOperation = {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string
  readonly value?: unknown
}

/** The attributes that differ from what was last sent, each as a whole; those of an extension by their own names. */
export function changesBetween(sent: unknown, present: Body): PatchOperation[] {
  const [before, after] = [attributesOf(sent), attributesOf(present)]
  const changed = [...after].filter(([path, value]) => !isSameJson(before.get(path), value))
  const gone = [...before.keys()].filter((path) => !after.has(path))
  return [
    ...changed.map(([path, value]) => ({ op: 'replace', path, value }) as const),
    ...gone.map((path) => ({ op: 'remove', path }) as const),
  ]
}

/** The same for an API that takes an object of what changes: null takes an attribute away. */
export function changedAttributes(changes: readonly PatchOperation[]): Record<string, unknown> {
  return Object.fromEntries(changes.map(({ op, path, value }) => [path, op === 'remove' ? null : value]))
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
