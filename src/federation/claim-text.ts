/** A claim by its path, as a text that identifies somebody. Pure. */
import { isRecord } from '../core/json-value.ts'
import type { Claims } from './claims.ts'

const LONGEST = 400

/** Of a claim that has one text or number: it is compared, so nothing of it is changed. Undefined for any other. */
export function claimText(claims: Claims, path: string): string | undefined {
  const value = Object.hasOwn(claims, path) ? claims[path] : nested(claims, path)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  return typeof value === 'string' && value !== '' && value.length <= LONGEST && value.isWellFormed()
    ? value
    : undefined
}

function nested(claims: Claims, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), claims)
}
