/**
 * The only calls to an external OpenID provider, all through the guarded fetch of Platform. oauth4webapi makes the
 * requests and checks the answers; the keys are remembered here, so that a sign-in costs two calls and not four.
 */
import * as oauth from 'oauth4webapi'
import { clientBasicHeader } from '../core/basic.ts'
import { memoryOf, remember } from '../core/memory.ts'
import type { Authenticator } from '../db/schema.ts'
import type { Platform, Scope } from '../platform.ts'
import { type Outcome, failed, type SignInFailure } from './failure.ts'
import { CLOCK_TOLERANCE_SECONDS, findIdTokenFault } from './id-token.ts'
import { checkConfiguration, configurationUrls, configuredServer } from './metadata.ts'
import { UpstreamError, toFailure, Unanswered } from './upstream-error.ts'
import { personOf } from './upstream/claims.ts'
import type { UpstreamPerson } from './upstream/person.ts'

const REMEMBERED_MS = 5 * 60_000
/** Keys that do not verify a token are fetched again, for a provider may have changed them; but not for every token. */
const KEYS_AGAIN_MS = 30_000
const FAILURE_REMEMBERED_MS = 10_000

export type UpstreamConnection = { readonly id: string; readonly authenticator: Authenticator }

export type Provider = {
  readonly server: oauth.AuthorizationServer
  readonly authenticator: Authenticator
  readonly since: number
  keys?: { readonly text: string; readonly type: string; readonly since: number }
}

const remembered = new WeakMap<Platform, Map<string, Provider>>()
const failures = new WeakMap<Platform, Map<string, { readonly failure: SignInFailure; readonly since: number }>>()

/** The provider of a connection: its issuer, keys and endpoints, discovered where the connection does not say them. */
export async function findProvider(scope: Scope, connection: UpstreamConnection): Promise<Outcome<Provider>> {
  const providers = memoryOf(remembered, scope.platform)
  const key = JSON.stringify([scope.tenantId, connection.id, connection.authenticator])
  const known = providers.get(key)
  const now = scope.now.getTime()
  if (known && now - known.since < REMEMBERED_MS) return { ok: true, value: known }
  const before = memoryOf(failures, scope.platform).get(key)
  if (before && now - before.since < FAILURE_REMEMBERED_MS) return failed(before.failure)
  const found = await outcome(async () => {
    const { authenticator } = connection
    const server = configuredServer(authenticator) ?? (await discover(scope, authenticator))
    const provider: Provider = { server, authenticator, since: now }
    remember(providers, key, provider)
    return provider
  })
  // Anybody may ask for the way to a provider: one that is not found is not looked for again at each click.
  if (!found.ok) remember(memoryOf(failures, scope.platform), key, { failure: found.failure, since: now })
  return found
}

async function discover(scope: Scope, authenticator: Authenticator): Promise<oauth.AuthorizationServer> {
  const refusals: string[] = []
  for (const url of configurationUrls(authenticator)) {
    const response = await call(scope)(url, { headers: { Accept: 'application/json' }, redirect: 'manual' })
    if (response.status !== 200) {
      refusals.push(`${url}: status ${response.status}`)
      await response.body?.cancel()
      continue
    }
    const checked = checkConfiguration(await response.json().catch(() => undefined), authenticator)
    if (checked.ok) return checked.server
    refusals.push(`${url}: ${checked.why}`)
  }
  throw new UpstreamError({ kind: 'misconfigured', reason: `issuer and keys not found. ${refusals.join('; ')}` })
}

export type Redemption = {
  /** The query that the provider sent the browser back with. */
  readonly parameters: URLSearchParams
  readonly clientSecret: string
  readonly redirectUri: string
  readonly nonce: string
  readonly verifier: string
}

/** Exchanges the code and verifies all that comes back (OIDC Core sections 3.1.3.7 and 5.3.4, RFC 9207). */
export async function redeemUpstream(
  scope: Scope,
  provider: Provider,
  flow: Redemption,
): Promise<Outcome<UpstreamPerson>> {
  return outcome(async () => {
    const { server } = provider
    const client = clientOf(provider)
    const callback = oauth.validateAuthResponse(
      server,
      client,
      flow.parameters,
      flow.parameters.get('state') ?? undefined,
    )
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      clientAuthentication(server, flow.clientSecret),
      callback,
      flow.redirectUri,
      flow.verifier,
      requestOptions(scope, server.token_endpoint),
    )
    const expected = { expectedNonce: flow.nonce, requireIdToken: true }
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, expected)
    await verifySignature(scope, provider, response)
    const claims = await checkedClaims(scope, provider, tokens)
    const userinfo = await fetchUserinfo(scope, provider, tokens.access_token, claims.sub)
    return personOf(claims, userinfo, tokens)
  })
}

async function checkedClaims(
  scope: Scope,
  provider: Provider,
  tokens: oauth.TokenEndpointResponse,
): Promise<oauth.IDToken> {
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  if (!claims || tokens.id_token === undefined) throw new UpstreamError({ kind: 'unverified', reason: 'no id_token' })
  const fault = await findIdTokenFault(claims, {
    idToken: tokens.id_token,
    accessToken: tokens.access_token,
    clientId: provider.authenticator.clientId,
    now: scope.now,
  })
  if (fault !== undefined) throw new UpstreamError({ kind: 'unverified', reason: fault })
  return claims
}

async function fetchUserinfo(
  scope: Scope,
  provider: Provider,
  accessToken: string,
  subject: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { server } = provider
  if (server.userinfo_endpoint === undefined) return {}
  const client = clientOf(provider)
  const options = requestOptions(scope, server.userinfo_endpoint)
  const response = await oauth.userInfoRequest(server, client, accessToken, options)
  const isSigned = response.headers.get('Content-Type')?.startsWith('application/jwt') === true
  const userinfo = await oauth.processUserInfoResponse(server, client, subject, response)
  if (isSigned) await verifySignature(scope, provider, response)
  return userinfo
}

/** Verifies the JWT that `response` brought against the provider's keys, and once more if it may have changed them. */
async function verifySignature(scope: Scope, provider: Provider, response: Response): Promise<void> {
  // A copy: oauth4webapi keeps keys by the identity of this object, for as long as it likes.
  const verify = () =>
    oauth.validateApplicationLevelSignature({ ...provider.server }, response, {
      ...requestOptions(scope, provider.server.jwks_uri),
      [oauth.customFetch]: rememberedKeys(scope, provider),
    })
  try {
    await verify()
  } catch (error) {
    const age = scope.now.getTime() - (provider.keys?.since ?? scope.now.getTime())
    if (age < KEYS_AGAIN_MS) throw error
    delete provider.keys
    await verify()
  }
}

/** Answers a request for the provider's keys from memory where it can. */
function rememberedKeys(scope: Scope, provider: Provider) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    const now = scope.now.getTime()
    if (!provider.keys || now - provider.keys.since >= REMEMBERED_MS) {
      const response = await call(scope)(url, init)
      if (response.status !== 200) return response
      const type = response.headers.get('Content-Type') ?? ''
      provider.keys = { text: await textOf(url, response), type, since: now }
    }
    return new Response(provider.keys.text, { headers: { 'Content-Type': provider.keys.type } })
  }
}

function clientOf({ authenticator }: Provider): oauth.Client {
  return { client_id: authenticator.clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS }
}

/** client_secret_basic, which every provider has to know (RFC 6749 section 2.3.1), unless it says that it does not. */
function clientAuthentication(server: oauth.AuthorizationServer, clientSecret: string): oauth.ClientAuth {
  const methods = server.token_endpoint_auth_methods_supported ?? []
  const onlyPost = methods.includes('client_secret_post') && !methods.includes('client_secret_basic')
  if (onlyPost) return oauth.ClientSecretPost(clientSecret)
  // oauth4webapi's own encodes hyphens too, and so no UUID gets to the many providers that decode nothing.
  return (_server, client, _body, headers) => {
    headers.set('Authorization', clientBasicHeader(client.client_id, clientSecret))
  }
}

/** Plain http goes as far as the guarded fetch lets it: to hosts that the operator allows. */
function requestOptions(scope: Scope, url: string | undefined) {
  return {
    [oauth.customFetch]: call(scope),
    [oauth.allowInsecureRequests]: url?.startsWith('http:') === true,
  }
}

/** The guarded fetch; no answer at all is told apart from a wrong one. */
function call(scope: Scope) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    try {
      return await scope.platform.fetch(url, init)
    } catch (cause) {
      throw new Unanswered(url, cause)
    }
  }
}

async function textOf(url: string, response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (cause) {
    throw new Unanswered(url, cause)
  }
}

async function outcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    const failure: SignInFailure | undefined = toFailure(error)
    if (!failure) throw error
    return failed(failure)
  }
}
