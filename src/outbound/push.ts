/** The only calls to a provisioning target, all through the guarded fetch of Platform. */
import { isScim2 } from '../connections/connectors/types.ts'
import { basicHeader, clientBasicHeader } from '../core/basic.ts'
import { unreachable } from '../core/errors.ts'
import { isRecord } from '../core/json-value.ts'
import type { ConnectorSecrets, ConnectorSettings } from '../db/schema.ts'
import type { Platform } from '../platform.ts'
import { parseRetryAfter } from './backoff.ts'
import { PushFailure } from './outcome.ts'
import { signatureHeaders } from './webhook/sign.ts'

const TIMEOUT_MS = 5000

/** One connector as it is called: the secrets are opened for this run alone. */
export type Target = {
  readonly settings: ConnectorSettings
  readonly secrets: ConnectorSecrets
  /** The access token of this run, with clientCredentials. */
  accessToken?: Promise<string>
}

/** A request and what came of it, for the log: no header, and bodies without secrets, cut. */
export type Attempt = {
  readonly at: Date
  readonly method: string
  readonly url: string
  readonly status: number | undefined
  readonly error: string | undefined
  readonly request: string | undefined
  readonly answer: string | undefined
  readonly durationMs: number
}

export type Answer = {
  readonly status: number
  readonly json: unknown
  /** What the target said of an error. */
  readonly detail: string
  readonly request: string
  readonly retryAfterMs: number
}
/** `messageId` is the webhook-id of what a webhook is told: its body is signed with it. */
export type Call = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
  messageId?: string,
) => Promise<Answer>

/** A way to call a target; each request is told to `record`. It throws PushFailure where no answer came. */
export function callerOf(platform: Platform, target: Target, record: (attempt: Attempt) => void): Call {
  const once = onceOf(platform, target, record)
  return async (method, url, body, messageId) => {
    const isTokenOld = target.accessToken !== undefined
    const answer = await once(method, url, body, messageId)
    if (answer.status !== 401) return answer
    // The access token served earlier calls of this run and may have expired since; a new one is refused for good.
    target.accessToken = undefined
    return isTokenOld ? once(method, url, body, messageId) : answer
  }
}

function onceOf(platform: Platform, target: Target, record: (attempt: Attempt) => void): Call {
  return async (method, url, body, messageId) => {
    const headers: Record<string, string> = {
      ...mediaTypes(target, body),
      ...(await authorization(platform, target)),
      ...(messageId === undefined
        ? {}
        : signatureHeaders(target.secrets, messageId, JSON.stringify(body), platform.now())),
    }
    const secrets = secretsOf(target, headers, body)
    const at = platform.now()
    const request = body === undefined ? undefined : forLog(JSON.stringify(withoutPassword(body)), secrets)
    const log = (status: number | undefined, error: string | undefined, answer?: string) =>
      record({ at, method, url, status, error, request, answer, durationMs: platform.now().getTime() - at.getTime() })
    try {
      const sent = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
      const response = await platform.fetch(url, { ...sent, timeoutMs: TIMEOUT_MS })
      const text = await response.text()
      const json = parseOrUndefined(text)
      // A target may repeat in its error what it was sent.
      const detail = redact(detailOf(json), secrets).slice(0, 300)
      log(response.status, response.ok ? undefined : detail, text === '' ? undefined : forLog(text, secrets))
      const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'), platform.now())
      return { status: response.status, json, detail, request: `${method} ${url}`, retryAfterMs }
    } catch (error) {
      // A header that cannot be sent stands in the words of the runtime's error.
      const words = redact(error instanceof Error ? error.message : String(error), secrets)
      log(undefined, words)
      throw unanswered(error, `${method} ${url}: ${words}`)
    }
  }
}

/** The platform with calls that the signal cuts short. */
export function cutBy(platform: Platform, signal: AbortSignal): Platform {
  return { ...platform, fetch: (url, init) => platform.fetch(url, { ...init, signal }) }
}

/** All that must not be repeated, the longest first, since one may be a part of another. */
function secretsOf(target: Target, headers: Record<string, string>, body: unknown): readonly string[] {
  const [, credentials = ''] = headers.Authorization?.split(' ') ?? []
  return [...passwordsIn(body), credentials, ...Object.values(target.secrets)]
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    .filter((secret) => secret.length >= 4)
    .sort((a, b) => b.length - a.length)
}

/** In a resource, or in the operations of a PATCH. */
function passwordsIn(body: unknown): string[] {
  if (!isRecord(body)) return []
  const operations = Array.isArray(body.Operations) ? body.Operations.filter(isRecord) : []
  const values = [body.password, ...operations.flatMap(({ path, value }) => (path === 'password' ? [value] : []))]
  return values.filter((value) => typeof value === 'string')
}

/** However short it is. */
function withoutPassword(body: unknown): unknown {
  if (!isRecord(body)) return body
  if ('password' in body) return { ...body, password: REDACTED }
  if (!Array.isArray(body.Operations)) return body
  const Operations: unknown[] = body.Operations.map((one: unknown) =>
    isRecord(one) && one.path === 'password' ? { ...one, value: REDACTED } : one,
  )
  return { ...body, Operations }
}

const MOST_LOGGED = 4000

function forLog(text: string, secrets: readonly string[]): string {
  const clean = redact(text, secrets)
  return clean.length > MOST_LOGGED ? `${clean.slice(0, MOST_LOGGED)}…` : clean
}

const REDACTED = '[redacted]'

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text)
}

function unanswered(error: unknown, words: string): PushFailure {
  const isBlocked = error instanceof Error && error.name === 'BlockedRequest'
  return new PushFailure(isBlocked ? { kind: 'blocked', error: words } : { kind: 'down', error: words })
}

/** SCIM's own media type (RFC 7644 section 3.1), or JSON. */
function mediaTypes({ settings }: Target, body: unknown): Record<string, string> {
  const type = isScim2(settings) ? 'application/scim+json' : 'application/json'
  const accepted = isScim2(settings) ? `${type}, application/json;q=0.9` : type
  return { Accept: accepted, ...(body === undefined ? {} : { 'Content-Type': type }) }
}

async function authorization(platform: Platform, target: Target): Promise<Record<string, string>> {
  if (!isScim2(target.settings)) return {}
  const { authentication } = target.settings
  const { secrets } = target
  switch (authentication.mode) {
    case 'none':
      return {}
    case 'basic':
      return { Authorization: basicHeader(authentication.username, secrets.password ?? '') }
    case 'bearer':
      return { Authorization: `Bearer ${secrets.token ?? ''}` }
    case 'apiKey':
      return { [authentication.header]: secrets.value ?? '' }
    case 'clientCredentials':
      target.accessToken ??= fetchAccessToken(platform, authentication, secrets.clientSecret ?? '')
      try {
        return { Authorization: `Bearer ${await target.accessToken}` }
      } catch (error) {
        target.accessToken = undefined
        throw error
      }
    default:
      return unreachable(authentication)
  }
}

/** RFC 6749 section 4.4, the client by Basic with both parts form-encoded (section 2.3.1). */
async function fetchAccessToken(
  platform: Platform,
  { tokenEndpoint, clientId, scope }: { tokenEndpoint: string; clientId: string; scope?: string },
  clientSecret: string,
): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) })
  const headers = {
    Authorization: clientBasicHeader(clientId, clientSecret),
    'Content-Type': 'application/x-www-form-urlencoded',
    Accept: 'application/json',
  }
  try {
    const init = { method: 'POST', headers, body: form.toString(), timeoutMs: TIMEOUT_MS }
    const response = await platform.fetch(tokenEndpoint, init)
    const json = parseOrUndefined(await response.text())
    if (response.ok && isRecord(json) && typeof json.access_token === 'string') return json.access_token
    const error = `The token endpoint answered ${response.status} and no access token.`
    const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'), platform.now())
    throw new PushFailure(
      isPassing(response.status) ? { kind: 'retry', error, retryAfterMs } : { kind: 'refused', error },
    )
  } catch (error) {
    if (error instanceof PushFailure) throw error
    throw unanswered(error, `POST ${tokenEndpoint}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Statuses that say nothing of the request: the same one may succeed later. */
export function isPassing(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status)
}

/** The target's own words. */
function detailOf(json: unknown): string {
  return isRecord(json) && typeof json.detail === 'string' ? json.detail : ''
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
