/**
 * A scope whose calls to a provider are written down, without what may not be shown. Providers and keys are remembered by
 * platform: this is another one, so that a test asks for everything anew, and what it finds is nobody's but its own.
 */
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { isRecord } from '../../core/json-value.ts'
import type { Scope } from '../../platform.ts'

export type Call = {
  readonly method: string
  /** Without its query. */
  readonly url: string
  /** Undefined if there was no answer. */
  readonly status?: number
  /** The parameters that were sent in the body, without secrets. */
  readonly sent?: Readonly<Record<string, string>>
  /** The answer, if it was JSON or a JWT, without secrets and tokens. */
  readonly said?: unknown
  readonly idToken?: Decoded
  readonly fault?: string
}
/** A JWT as it says of itself: its signature was not looked at. */
export type Decoded = { readonly header: unknown; readonly claims: unknown }

const SECRET = /(?:^|_)(?:token|secret|password|assertion|verifier)s?$|^(?:code|device_code|jwt)$/i
const MAX_TEXT = 20_000

export function recordingScope(scope: Scope): { readonly scope: Scope; readonly calls: readonly Call[] } {
  const calls: Call[] = []
  const fetch: Scope['platform']['fetch'] = async (url, init = {}) => {
    const call = { method: init.method ?? 'GET', url: withoutQuery(url), ...sentOf(init.body) }
    try {
      const response = await scope.platform.fetch(url, init)
      calls.push({ ...call, status: response.status, ...(await saidOf(response.clone())) })
      return response
    } catch (error) {
      calls.push({ ...call, fault: error instanceof Error ? error.message : String(error) })
      throw error
    }
  }
  return { scope: { ...scope, platform: { ...scope.platform, fetch } }, calls }
}

function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

function sentOf(body: unknown): { readonly sent?: Readonly<Record<string, string>> } {
  if (typeof body !== 'string' && !(body instanceof URLSearchParams)) return {}
  const all = [...new URLSearchParams(body)].map(([name, value]) => [name, SECRET.test(name) ? HIDDEN : value])
  return { sent: Object.fromEntries(all) }
}

const HIDDEN = '(not shown)'

/** An answer whose end does not come, or that is too long, says nothing here; it is the flow that fails of it. */
async function saidOf(response: Response): Promise<Pick<Call, 'said' | 'idToken'>> {
  const text = await response.text().catch(() => '')
  if (text.length > MAX_TEXT) return { said: `an answer of ${text.length} characters` }
  const said = parsed(text)
  if (!isRecord(said)) return said === undefined ? {} : { said: withoutSecrets(said) }
  const idToken = typeof said.id_token === 'string' ? decodedJwt(said.id_token) : undefined
  return { said: withoutSecrets(said), ...(idToken ? { idToken } : {}) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return decodedJwt(text)?.claims
  }
}

export function decodedJwt(text: string): Decoded | undefined {
  try {
    return { header: decodeProtectedHeader(text), claims: decodeJwt(text) }
  } catch {
    return undefined
  }
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, SECRET.test(name) ? HIDDEN : withoutSecrets(one)]),
  )
}
