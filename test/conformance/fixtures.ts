/** The examples of the RFCs, as files (test/fixtures). */
import { readFileSync } from 'node:fs'
import type { Json } from './world.ts'

export function fixture<T = Json>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${path}.json`, import.meta.url), 'utf8')) as T
}

/** The same with what this server calls `{babs}` or `{base}` in its place. */
export function filled<T>(example: T, names: Readonly<Record<string, string>>): T {
  return JSON.parse(
    JSON.stringify(example, (_name, value: unknown) =>
      typeof value === 'string' ? value.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole) : value,
    ),
  ) as T
}

/** Of a resource what its client has said: not what the server gives, nor what is never shown. */
export function clientsPart(resource: Json): Json {
  const { id: _id, meta: _meta, groups: _groups, roles: _roles, password: _password, ...rest } = resource
  return rest
}
