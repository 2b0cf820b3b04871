import { isRecord } from '../core/json-value.ts'
import type { UserDocument } from '../db/schema.ts'

/** The text at a path of a user; of several values the primary one, or else the first. Undefined if there is none. */
export function attributeAt(user: UserDocument, path: string): string | undefined {
  const [, urn, name = '', part = 'value'] = /^(?:(urn:.+):)?([^.:]+)(?:\.([^.]+))?$/i.exec(path) ?? []
  const place: unknown = urn === undefined ? user : memberOf(user, urn)
  const value = memberOf(place, name)
  const one: unknown = Array.isArray(value) ? (value.find(isPrimary) ?? value[0]) : value
  const text = isRecord(one) ? memberOf(one, part) : one
  return typeof text === 'string' && text.trim() !== '' ? text : undefined
}

/** Names of attributes are compared in any case (RFC 7643 section 2.1). */
function memberOf(place: unknown, name: string): unknown {
  if (!isRecord(place)) return undefined
  const lower = name.toLowerCase()
  return Object.entries(place).find(([key]) => key.toLowerCase() === lower)?.[1]
}

function isPrimary(value: unknown): boolean {
  return isRecord(value) && value.primary === true
}
