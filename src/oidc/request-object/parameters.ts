/** The parameters of an authorization request as claims of a request object (RFC 9101 section 4). Pure. */
import { MANY_VALUED } from '../resource.ts'

/** What says something of the object, not of the request. */
const OF_THE_OBJECT = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']

/** As they would have been sent. A text says what is wrong. */
export function parametersIn(claims: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> | string {
  const parameters = new Map<string, string>()
  for (const [name, value] of Object.entries(claims)) {
    if (OF_THE_OBJECT.includes(name)) continue
    // RFC 9101 section 4.
    if (name === 'request' || name === 'request_uri') return `a request object has no ${name} in it`
    const text = MANY_VALUED.includes(name) && Array.isArray(value) ? listOf(value) : textOf(value)
    if (text === undefined) return `${name} in the request object is no text`
    if (text !== '') parameters.set(name, text)
  }
  return parameters
}

/** As readParameters puts them in a row. */
function listOf(values: readonly unknown[]): string | undefined {
  return values.every((value) => typeof value === 'string') ? values.join(' ') : undefined
}

/** Numbers stand for themselves (max_age), and objects for their JSON (claims). */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : undefined
}
