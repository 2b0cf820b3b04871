/** The only calls to a provisioning target, all through the guarded fetch of Platform. */
import { hashToken } from '../core/crypto.ts'
import { isRecord } from '../core/json-value.ts'
import { memoryOf, remember } from '../core/memory.ts'
import type { Db } from '../db/open.ts'
import type { ConnectorSecrets, ConnectorSettings } from '../db/schema.ts'
import type { Platform } from '../platform.ts'
import { type Headers, headersOf, tokenRequestOf } from './authorization.ts'
import { parseRetryAfter } from './backoff.ts'
import { PushFailure } from './outcome.ts'
import { forLog, redact, secretsOf, withoutPassword } from './redaction.ts'
import { signatureHeaders } from './webhook/sign.ts'

const TIMEOUT_MS = 5000

/** One connector as it is called: the secrets are opened for this run alone. */
export type Target = {
  readonly settings: ConnectorSettings
  readonly secrets: ConnectorSecrets
  /** Of a connector that has a token endpoint. */
  accessToken?: Promise<AccessToken> | undefined
}

type AccessToken = { readonly value: string; readonly expires: Date }

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

/** A platform whose calls to others all have to end within so many milliseconds, however many they are. */
export function withPatience(platform: Platform, patienceMs: number): Platform {
  const end = platform.now().getTime() + patienceMs
  return {
    ...platform,
    fetch: async (url, init) => {
      const rest = end - platform.now().getTime()
      if (rest <= 0) throw new Error('the target takes too long for a request that waits for it')
      return platform.fetch(url, { ...init, timeoutMs: Math.min(init?.timeoutMs ?? rest, rest) })
    },
  }
}

/** A way to call a target; each request is told to `record`. It throws PushFailure where no answer came. */
export function callerOf(platform: Platform, target: Target, record: (attempt: Attempt) => void): Call {
  const once = onceOf(platform, target, record)
  return async (method, url, body, messageId) => {
    target.accessToken ??= knownToken(platform, target)
    const old = target.accessToken
    const answer = await once(method, url, body, messageId)
    if (answer.status !== 401) return answer
    // The access token served earlier calls and may have expired since; a new one is refused for good.
    if (old === undefined || target.accessToken === old) forgetToken(platform, target)
    return old === undefined ? answer : once(method, url, body, messageId)
  }
}

function onceOf(platform: Platform, target: Target, record: (attempt: Attempt) => void): Call {
  return async (method, url, body, messageId) => {
    const headers = {
      ...mediaTypes(target, body),
      ...(await authorization(platform, target)),
      ...(messageId !== undefined && signatureHeaders(target.secrets, messageId, JSON.stringify(body), platform.now())),
    }
    const secrets = secretsOf(target.secrets, headers, body)
    const at = platform.now()
    const text = body === undefined ? undefined : JSON.stringify(body)
    const shown = withoutPassword(body)
    const request = text && forLog(shown === body ? text : JSON.stringify(shown), secrets)
    const log = (status: number | undefined, error: string | undefined, answer?: string) =>
      record({ at, method, url, status, error, request, answer, durationMs: platform.now().getTime() - at.getTime() })
    try {
      const sent = text === undefined ? { method, headers } : { method, headers, body: text }
      const response = await platform.fetch(url, { ...sent, timeoutMs: TIMEOUT_MS })
      const answer = await response.text()
      const json = parseOrUndefined(answer)
      // A target may repeat in its error what it was sent.
      const detail = redact(detailOf(json), secrets).slice(0, 300)
      log(response.status, response.ok ? undefined : detail, answer === '' ? undefined : forLog(answer, secrets))
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

function unanswered(error: unknown, words: string): PushFailure {
  const isBlocked = error instanceof Error && error.name === 'BlockedRequest'
  return new PushFailure(isBlocked ? { kind: 'blocked', error: words } : { kind: 'down', error: words })
}

/** SCIM's own media type (RFC 7644 section 3.1), or JSON. */
function mediaTypes({ settings }: Target, body: unknown): Headers {
  const isScim = settings.type === undefined || settings.type === 'scim2'
  const type = isScim ? 'application/scim+json' : 'application/json'
  const headers: Record<string, string> = {
    Accept: isScim ? `${type}, application/json;q=0.9` : type,
    // AWS refuses a PATCH that does not say who sends it, and Workers say nothing by themselves.
    'User-Agent': 'postern',
  }
  if (body !== undefined) headers['Content-Type'] = type
  if (settings.type === 'google' && settings.applicationName) headers['User-Agent'] = settings.applicationName
  return headers
}

async function authorization(platform: Platform, target: Target): Promise<Headers> {
  const headers = headersOf(target)
  if (headers) return headers
  const before = target.accessToken
  const known = await before?.catch(() => undefined)
  if ((known === undefined || known.expires <= platform.now()) && target.accessToken === before) {
    target.accessToken = undefined
  }
  target.accessToken ??= fetchAccessToken(platform, target)
  const mine = target.accessToken
  try {
    return { Authorization: `Bearer ${(await mine).value}` }
  } catch (error) {
    if (target.accessToken === mine) target.accessToken = undefined
    throw error
  }
}

/** Access tokens of earlier runs, by what they were given for. */
const tokens = new WeakMap<Db, Map<string, AccessToken>>()
/** Where the answer does not say how long a token lives. */
const TOKEN_SECONDS = 600

function knownToken(platform: Platform, target: Target): Promise<AccessToken> | undefined {
  const known = memoryOf(tokens, platform.db).get(keyOf(target))
  return known && known.expires > platform.now() ? Promise.resolve(known) : undefined
}

/** It is renewed a little before it expires: a request is on its way for a while. */
function rememberToken(platform: Platform, target: Target, value: string, expiresIn: unknown): AccessToken {
  const seconds = typeof expiresIn === 'number' && expiresIn > 0 ? expiresIn : TOKEN_SECONDS
  const token = { value, expires: new Date(platform.now().getTime() + seconds * 900) }
  remember(memoryOf(tokens, platform.db), keyOf(target), token)
  return token
}

function forgetToken(platform: Platform, target: Target): void {
  target.accessToken = undefined
  memoryOf(tokens, platform.db).delete(keyOf(target))
}

function keyOf(target: Target): string {
  const known = keys.get(target)
  if (known !== undefined) return known
  const key = hashToken(JSON.stringify([target.settings, target.secrets]))
  keys.set(target, key)
  return key
}
const keys = new WeakMap<Target, string>()

async function fetchAccessToken(platform: Platform, target: Target): Promise<AccessToken> {
  const request = await tokenRequestOf(target, platform.now())
  if (!request) throw new Error('a connector without a token endpoint')
  const { tokenEndpoint, form } = request
  const headers = {
    ...request.headers,
    'Content-Type': 'application/x-www-form-urlencoded',
    Accept: 'application/json',
  }
  const secrets = [...form.getAll('assertion'), ...secretsOf(target.secrets, headers, undefined)]
  try {
    const init = { method: 'POST', headers, body: form.toString(), timeoutMs: TIMEOUT_MS }
    const response = await platform.fetch(tokenEndpoint, init)
    const json = parseOrUndefined(await response.text())
    if (response.ok && isRecord(json) && typeof json.access_token === 'string') {
      return rememberToken(platform, target, json.access_token, json.expires_in)
    }
    // Cut afterwards: half a secret would not be found.
    const words = redact(oauthErrorOf(json), secrets).slice(0, 300)
    const error = `The token endpoint answered ${response.status} and no access token.${words}`
    const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'), platform.now())
    throw new PushFailure(
      isPassing(response.status) ? { kind: 'retry', error, retryAfterMs } : { kind: 'refused', error },
    )
  } catch (error) {
    if (error instanceof PushFailure) throw error
    const words = redact(error instanceof Error ? error.message : String(error), secrets)
    throw unanswered(error, `POST ${tokenEndpoint}: ${words}`)
  }
}

/** Statuses that say nothing of the request: the same one may succeed later. */
export function isPassing(status: number): boolean {
  return status >= 500 || [408, 425, 429].includes(status)
}

/** The target's own words: as SCIM has them, as Google (`error.message`), or as Salesforce (a list of errors). */
function detailOf(json: unknown): string {
  const one: unknown = Array.isArray(json) ? json[0] : isRecord(json) && isRecord(json.error) ? json.error : json
  if (!isRecord(one)) return ''
  if (typeof one.detail === 'string') return one.detail
  if (typeof one.message !== 'string') return ''
  return typeof one.errorCode === 'string' ? `${one.errorCode}: ${one.message}` : one.message
}

/** Why there is no token (RFC 6749 section 5.2). */
function oauthErrorOf(json: unknown): string {
  if (!isRecord(json) || typeof json.error !== 'string') return ''
  return ` ${json.error}${typeof json.error_description === 'string' ? `: ${json.error_description}` : ''}`
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
