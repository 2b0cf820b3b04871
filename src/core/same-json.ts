import { isRecord } from './json-value.ts'

/** Whether two values are the same JSON, whatever the order of their members; one that is undefined is none. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((one, i) => isSameJson(one, b[i]))
  if (!isRecord(a) || !isRecord(b)) return false
  const [left, right] = [membersOf(a), membersOf(b)]
  return left.length === right.length && left.every((name) => isSameJson(a[name], b[name]))
}

function membersOf(value: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(value).filter((name) => value[name] !== undefined)
}
