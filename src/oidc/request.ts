/** What an authorization request says, checked in the order in which it is safe to answer. Pure. */
import { demandsOf } from '../applications/profile.ts'
import type { ApplicationRow } from '../applications/queries.ts'
import type { OAuthErrorCode } from '../core/errors.ts'
import type { AuthorizationParameters } from '../db/schema.ts'
import { parseClaims } from './claims-parameter.ts'
import { CODE_CHALLENGE } from './pkce.ts'
import { isRegisteredRedirectUri } from './redirect-uri.ts'
import { MANY_VALUED, resourcesOf } from './resource.ts'
import { responseModeOf } from './response-mode.ts'

/** Where an answer to the application goes. */
export type ReturnAddress = Pick<
  AuthorizationParameters,
  'clientId' | 'redirectUri' | 'responseMode' | 'responseAlg'
> & {
  readonly state?: string
  /** Which languages a page on the way is to speak. */
  readonly uiLocales?: string
}

export type CheckedRequest =
  /** Shown to the person: an unknown client or redirect URI must never be redirected to (RFC 6749 section 4.1.2.1). */
  | { readonly kind: 'page-error'; readonly detail: string; readonly code?: OAuthErrorCode }
  | {
      readonly kind: 'redirect-error'
      readonly to: ReturnAddress
      readonly code: OAuthErrorCode
      readonly description: string
    }
  | { readonly kind: 'ok'; readonly application: ApplicationRow; readonly parameters: AuthorizationParameters }

const MAX_LENGTH = 2000
/** A token or a JSON document in a parameter. */
const MAX_LENGTHS: Readonly<Record<string, number>> = { id_token_hint: 8000, claims: 8000, resource: 8000 }
/** `create` is of Initiating User Registration via OpenID Connect 1.0; whether the tenant lets people sign up, check.ts knows. */
const PROMPTS = ['none', 'login', 'consent', 'select_account', 'create']

/**
 * The one value of each parameter, or those of `resource` with blanks between; the names of those that were sent twice
 * (RFC 6749 section 3.1).
 */
export type SentParameters = {
  readonly values: ReadonlyMap<string, string>
  readonly twice: readonly string[]
  /** Of the request object that they came in, or should have. */
  readonly fault?: Fault
}

export function readParameters(source: Iterable<[string, string]>): SentParameters {
  const values = new Map<string, string>()
  const twice: string[] = []
  for (const [name, value] of source) {
    const before = values.get(name)
    if (before !== undefined && MANY_VALUED.includes(name)) values.set(name, `${before} ${value}`)
    else if (before !== undefined) twice.push(name)
    // A parameter without a value counts as not sent (RFC 6749 section 3.1).
    else if (value !== '') values.set(name, value)
  }
  return { values, twice }
}

/** Checks a request (RFC 6749 section 4.1.1, OpenID Connect Core 3.1.2.1, RFC 7636) of the client with that client_id. */
export function checkRequest(sent: SentParameters, application: ApplicationRow | undefined): CheckedRequest {
  const { values, twice } = sent
  if (twice.includes('client_id')) return { kind: 'page-error', detail: 'client_id was sent twice.' }
  if (!application) return { kind: 'page-error', detail: 'client_id is missing or belongs to no application here.' }
  if (twice.includes('redirect_uri')) return { kind: 'page-error', detail: 'redirect_uri was sent twice.' }
  const redirectUri = values.get('redirect_uri')
  if (redirectUri === undefined || !isRegisteredRedirectUri(application, redirectUri)) {
    if (sent.fault) return { kind: 'page-error', code: sent.fault[0], detail: `${sent.fault[1]}.` }
    return { kind: 'page-error', detail: `redirect_uri is missing or not registered for ${application.name}.` }
  }
  const state = values.get('state')
  const { responseAlg } = demandsOf(application)
  const to: ReturnAddress = {
    clientId: application.clientId,
    redirectUri,
    // An answer that says that the mode is none of ours goes into the query.
    responseMode: responseModeOf(values.get('response_mode')) ?? 'query',
    ...(responseAlg === 'RS256' ? {} : { responseAlg }),
    ...(state !== undefined && !twice.includes('state') ? { state } : {}),
  }
  const fault = findFault(sent, application)
  if (fault) return { kind: 'redirect-error', to, code: fault[0], description: fault[1] }
  return { kind: 'ok', application, parameters: parametersOf(values, to, application) }
}

/** RFC 7638, with SHA-256. */
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/

export type Fault = readonly [code: OAuthErrorCode, description: string]

function findFault({ values, twice, fault }: SentParameters, application: ApplicationRow): Fault | undefined {
  if (fault) return fault
  if (twice.length > 0) return ['invalid_request', `sent twice: ${twice.join(', ')}`]
  const long = [...values].find(([name, value]) => value.length > (MAX_LENGTHS[name] ?? MAX_LENGTH))
  if (long) return ['invalid_request', `${long[0]} is too long`]
  // What is in one was taken out of it before.
  if (values.has('request')) return ['request_not_supported', 'the request object was not read']
  if (values.has('request_uri')) return ['request_uri_not_supported', 'the request object was not read']
  if (values.has('registration')) return ['registration_not_supported', 'registration is not supported']
  const type = values.get('response_type')
  if (type === undefined) return ['invalid_request', 'response_type is missing']
  if (type !== 'code') return ['unsupported_response_type', 'response_type must be code']
  if (!application.grantTypes.includes('authorization_code')) {
    return ['unauthorized_client', 'the application may not use authorization codes']
  }
  if (responseModeOf(values.get('response_mode')) === undefined) {
    return ['invalid_request', 'response_mode must be query, fragment, form_post, jwt, or one of them with .jwt']
  }
  if (values.has('claims') && !parseClaims(values.get('claims'))) {
    return ['invalid_request', 'claims must be a JSON object with userinfo and id_token (OpenID Connect Core 5.5)']
  }
  const jkt = values.get('dpop_jkt')
  if (jkt !== undefined && !THUMBPRINT.test(jkt)) {
    return ['invalid_request', 'dpop_jkt must be the SHA-256 thumbprint of a key (RFC 9449 section 10)']
  }
  return promptFault(values) ?? challengeFault(values, application)
}

function promptFault(values: ReadonlyMap<string, string>): Fault | undefined {
  const prompts = promptsOf(values)
  const unknown = prompts.find((prompt) => !PROMPTS.includes(prompt))
  if (unknown !== undefined) return ['invalid_request', `prompt ${unknown} is not known`]
  if (prompts.includes('none') && prompts.length > 1) return ['invalid_request', 'prompt none stands alone']
  const maxAge = values.get('max_age')
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge))
    return ['invalid_request', 'max_age must be a number of seconds']
  return undefined
}

/** RFC 9700 section 2.1.1: S256 only. */
function challengeFault(values: ReadonlyMap<string, string>, application: ApplicationRow): Fault | undefined {
  const challenge = values.get('code_challenge')
  const method = values.get('code_challenge_method')
  if (challenge === undefined) {
    if (method !== undefined) return ['invalid_request', 'code_challenge is missing']
    return demandsOf(application).codeChallenge
      ? ['invalid_request', 'code_challenge is missing: the application has to use PKCE']
      : undefined
  }
  if (method !== 'S256') return ['invalid_request', 'code_challenge_method must be S256']
  return CODE_CHALLENGE.test(challenge)
    ? undefined
    : ['invalid_request', 'code_challenge must be 43 characters of base64url']
}

function parametersOf(
  values: ReadonlyMap<string, string>,
  to: ReturnAddress,
  { clientMetadata }: ApplicationRow,
): AuthorizationParameters {
  const nonce = values.get('nonce')
  const codeChallenge = values.get('code_challenge')
  // OpenID Connect Registration section 2: default_max_age is overridden by max_age.
  const maxAge = values.get('max_age') ?? clientMetadata.defaultMaxAge
  const loginHint = values.get('login_hint')
  // WSO2's name for it.
  const connection = values.get('connection') ?? values.get('fidp')
  const domainHint = values.get('domain_hint')
  const uiLocales = values.get('ui_locales')
  const acrValues = values
    .get('acr_values')
    ?.split(' ')
    .filter((value) => value !== '')
  const claims = parseClaims(values.get('claims'))
  const dpopJkt = values.get('dpop_jkt')
  const resources = resourcesOf(values)
  return {
    ...to,
    scope: values.get('scope') ?? '',
    prompt: promptsOf(values),
    ...(nonce === undefined ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { codeChallenge }),
    ...(maxAge === undefined ? {} : { maxAge: Number(maxAge) }),
    ...(loginHint === undefined ? {} : { loginHint }),
    ...(connection === undefined ? {} : { connection }),
    ...(domainHint === undefined ? {} : { domainHint }),
    ...(uiLocales === undefined ? {} : { uiLocales }),
    ...(acrValues === undefined ? {} : { acrValues }),
    ...(claims === undefined ? {} : { claims }),
    ...(dpopJkt === undefined ? {} : { dpopJkt }),
    ...(resources.length === 0 ? {} : { resources }),
  }
}

function promptsOf(values: ReadonlyMap<string, string>): string[] {
  return (values.get('prompt') ?? '').split(' ').filter((prompt) => prompt !== '')
}
