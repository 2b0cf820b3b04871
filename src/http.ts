/** What every routes.ts shares: the router's type, validated input, and the headers of answers. Errors become answers in http/failure.ts. */
import { zValidator } from '@hono/zod-validator'
import { type Context, Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import type { z } from 'zod'
import { type FieldError, Problem } from './core/errors.ts'
import { networkOf } from './core/ip-address.ts'
import { acceptedLanguages, type Language, languageFor } from './core/language.ts'
import { pageWords } from './html/page-words.ts'
import type { Bindings, Scope } from './platform.ts'

export type Person = { readonly id: string; readonly userName: string }

/** Who asks, and what that credential may do. */
export type Caller = {
  /** Absent for a SCIM token, which is nobody's. */
  readonly person?: Person
  /** Names of permissions (directory/permissions.ts). */
  readonly permissions: ReadonlySet<string>
  /** Of a SCIM token: what it is for, and whether it wants the RFCs to the letter. */
  readonly client?: { readonly name: string; readonly isStrict: boolean }
}

/** Who is signed in in a browser, by her session. */
export type SignedIn = {
  readonly userId: string
  readonly userName: string
  readonly displayName: string | null
  /** The first step: 'pwd', 'passkey', or the id of the connection that vouched for the person. */
  readonly method: string
  /** Every step that was done, and the same in RFC 8176's terms. */
  readonly methods: readonly string[]
  readonly amr: readonly string[]
  readonly authenticatedAt: Date
  /** When the last second step was done, and what she could do as one. */
  readonly secondFactorAt: Date | null
  readonly enrolled: { readonly totp: boolean; readonly passkey: boolean }
  /** Its public name; what the cookie holds is secret. */
  readonly sid: string
}

export type Env = {
  Bindings: Bindings
  Variables: {
    scope: Scope
    requestId: string
    /** The answer has all of its headers (http/open-answer.ts). */
    isWhole?: boolean
    /** Set by the guards of scim2, api and console. */
    caller: Caller
    /** What was wrong with an access token that came with a DPoP proof, or without one that it needs (RFC 9449 7.1). */
    dpopError?: string
    /** Set by the guard of account. */
    signedIn: SignedIn
    /** For the next proof of who sent one: also where an answer brings all its headers with it. */
    dpopNonce?: string
    /** Set by session/browser.ts: a hash of this browser's cookie, and the token that its forms carry. */
    browserHash: string
    formToken: string
    /** What the pending request says of languages, once it was read: a refusal is then said in them, too. */
    uiLocales?: string | undefined
  }
}
export type AppContext = Context<Env>

/** What a person chose at the foot of a page, on this server. It is no secret, and nothing depends on it. */
export const LANGUAGE_COOKIE = 'postern-language'

/**
 * What the person reads: what she chose, else what the application says in ui_locales (a list with spaces; that of the
 * address where it stands there), else what her browser says.
 */
export function languageOf(c: AppContext, uiLocales = c.get('uiLocales') ?? c.req.query('ui_locales')): Language {
  const asked = uiLocales?.split(' ') ?? []
  const wanted = [getCookie(c, LANGUAGE_COOKIE) ?? '', ...asked, ...acceptedLanguages(c.req.header('Accept-Language'))]
  return languageFor(wanted) ?? 'en'
}

/**
 * True for a request that another site's page made. A browser sends the Basic that a person once typed with it, and a
 * POST without a Content-Type needs no preflight: what changes something must not be let in by that.
 */
export function isFromElsewhere(c: AppContext): boolean {
  const origin = c.req.header('Origin')
  const reads = c.req.method === 'GET' || c.req.method === 'HEAD'
  return !reads && origin !== undefined && origin !== c.var.scope.platform.config.baseUrl
}

/**
 * The network that a request comes from, as far as the runtime knows it; tests have none. Behind a proxy every connection
 * comes from there, and nobody's guesses could be told from another's: a setting names the header that it adds to.
 */
export function callerNetwork(c: AppContext): string | undefined {
  const bindings: Bindings | undefined = c.env
  const { clientAddressHeader: header } = c.var.scope.platform.config
  // What stands before the last one, the client itself may have sent (RFC 7239 section 8.1).
  const forwarded = header === undefined ? undefined : c.req.header(header)?.split(',').at(-1)?.trim()
  return networkOf(forwarded ?? '') ?? networkOf(bindings?.address?.() ?? '')
}

export function newRouter() {
  return new Hono<Env>()
}

/** A JSON body of the management API, or Problem 400 that names each wrong field. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return zValidator('json', schema, (result) => {
    if (!result.success) throw new Problem(400, 'The request body is not valid.', fieldErrors(result.error.issues))
  })
}

/** Query parameters, or Problem 400 that names each wrong one. */
export function queryOf<S extends z.ZodType>(schema: S) {
  return zValidator('query', schema, (result) => {
    if (!result.success)
      throw new Problem(400, (language) => pageWords(language).queryNotValid, fieldErrors(result.error.issues))
  })
}

export type FormValues = Readonly<Record<string, string | readonly string[]>>
export type CheckedForm<T> =
  | { readonly ok: true; readonly data: T; readonly values: FormValues }
  | { readonly ok: false; readonly values: FormValues; readonly errors: readonly FieldError[] }

/** Reads a posted form. A refused one comes back with what was typed, so that the page can show it again. */
export async function readForm<S extends z.ZodType>(c: AppContext, schema: S): Promise<CheckedForm<z.output<S>>> {
  const body = await formOf(c)
  const values: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'string') values[name] = value
    else if (Array.isArray(value)) values[name] = value.filter((one) => typeof one === 'string')
  }
  const parsed = schema.safeParse(values)
  return parsed.success
    ? { ok: true, data: parsed.data, values }
    : { ok: false, values, errors: fieldErrors(parsed.error.issues) }
}

/** A body that is no form is the sender's fault. */
export async function formOf(c: AppContext): Promise<Record<string, unknown>> {
  try {
    return await c.req.parseBody({ all: true })
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new Problem(400, (language) => pageWords(language).formUnreadable, [], { cause })
  }
}

export function fieldErrors(issues: readonly z.core.$ZodIssue[]): readonly FieldError[] {
  return issues.map((issue) => ({ field: issue.path.join('.'), message: messageOf(issue) }))
}

/** Of a name that may not stand there, why not. */
export function messageOf(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message
}

/**
 * What a form may lead to that ends at an application's `address`. Behind it may stand another one: a server that
 * federates to us sends the person on to its own. Where that leads we cannot know.
 */
export function formTargetsOf(address: string | undefined): readonly string[] {
  // A sign-in that decides on a device leads to no application.
  return !address ? [] : [...new Set(['https:', 'http:', new URL(address).protocol])]
}

/** Of a picture or a style sheet: opened by its address, it is that and nothing else. */
export const NO_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

/**
 * The Content-Security-Policy of a page. Browsers hold every redirect that follows a form against form-action, so a
 * page whose form may end at an application names that application's origin. `frames` are what may stand in its frames.
 */
export function contentSecurityPolicy(formTargets: readonly string[] = [], frames: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    // The script reads the page that it stands on again, to refresh a log.
    "connect-src 'self'",
    ...(frames.length > 0 ? [`frame-src ${[...new Set(frames)].join(' ')}`] : []),
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

/**
 * The headers of an answer that is no page. Whole, and in a plain object: what is set header by header costs, on Node,
 * as much as all the rest of the answer.
 */
export function answerHeaders(c: AppContext, contentType?: string): Record<string, string> {
  const hsts = c.get('scope')?.platform.config.hsts
  const nonce = c.get('dpopNonce')
  return {
    ...(contentType === undefined ? NOTHING : { 'Content-Type': contentType }),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': c.get('requestId'),
    ...(hsts === undefined ? NOTHING : { 'Strict-Transport-Security': hsts }),
    ...(nonce === undefined ? NOTHING : { 'DPoP-Nonce': nonce }),
  }
}
const NOTHING = {}

/** `application/scim+json`, unless the client takes `application/json` alone (RFC 7644 section 3.1). */
export function scimMediaType(c: AppContext): string {
  const accept = c.req.header('Accept')
  const isPlain = accept !== undefined && /\bapplication\/json\b/i.test(accept) && !/scim\+json|\*\/\*/i.test(accept)
  return `application/${isPlain ? '' : 'scim+'}json; charset=utf-8`
}

/** Which standard the caller of a path speaks. The tenant's prefix, if any, does not matter. */
export function standardOf(path: string): 'scim' | 'oauth' | 'api' | 'page' {
  if (path.startsWith('/scim2/')) return 'scim'
  const [, first = '', second = ''] = path.replace(/^\/t\/[^/]+/, '').split('/')
  if (first === 'scim2') return 'scim'
  if (first === 'api') return second === 'docs' ? 'page' : 'api'
  if (first === 'oauth2' && second !== 'authorize') return 'oauth'
  // A provider posts there (Back-Channel Logout 1.0 section 2.8).
  if (first === 'login' && path.endsWith('/backchannel-logout')) return 'oauth'
  return 'page'
}
