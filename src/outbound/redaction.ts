/** What the log shows of a request and of its answer. Pure. */
import { isRecord } from '../core/json-value.ts'
import type { ConnectorSecrets } from '../db/schema.ts'
import type { Headers } from './authorization.ts'

/** All that must not be repeated, the longest first, since one may be a part of another. */
export function secretsOf(secrets: ConnectorSecrets, headers: Headers, body: unknown): readonly string[] {
  const [, credentials = ''] = headers.Authorization?.split(' ') ?? []
  return [...passwordsIn(body), credentials, ...Object.values(secrets)]
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length)
}

/** In a resource, in the operations of a PATCH, or in a request for a new one at Salesforce. */
function passwordsIn(body: unknown): string[] {
  if (!isRecord(body)) return []
  const operations = Array.isArray(body.Operations) ? body.Operations.filter(isRecord) : []
  const values = [
    body.password,
    body.NewPassword,
    ...operations.flatMap(({ path, value }) => (path === 'password' ? [value] : [])),
  ]
  return values.filter((value) => typeof value === 'string')
}

/** However short it is. */
export function withoutPassword(body: unknown): unknown {
  if (!isRecord(body)) return body
  if ('password' in body) return { ...body, password: REDACTED }
  if ('NewPassword' in body) return { ...body, NewPassword: REDACTED }
  if (!Array.isArray(body.Operations)) return body
  const Operations: unknown[] = body.Operations.map((one: unknown) =>
    isRecord(one) && one.path === 'password' ? { ...one, value: REDACTED } : one,
  )
  return { ...body, Operations }
}

const MOST_LOGGED = 4000

export function forLog(text: string, secrets: readonly string[]): string {
  const clean = redact(text, secrets)
  return clean.length > MOST_LOGGED ? `${clean.slice(0, MOST_LOGGED)}…` : clean
}

const REDACTED = '[redacted]'

export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text)
}
