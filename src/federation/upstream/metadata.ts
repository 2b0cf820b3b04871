/**
 * Who an OpenID provider is, from as little as its two endpoints. A document found by guessing is believed only if it
 * names these very endpoints, and an issuer and keys at the token endpoint's own origin: whoever could forge it there
 * could forge the tokens as well.
 */
import { withoutUndefined } from '../../core/members.ts'
import type { AuthorizationServer } from 'oauth4webapi'
import { z } from 'zod'
import { endpoint } from '../../connections/fields.ts'
import type { Authenticator } from '../../db/schema.ts'
import { isDirectoryIssuer } from './entra.ts'

/** Never `none`, never HS*: with those a client secret, or nothing, would vouch for a person (RFC 8725 section 3.1). */
export const SIGNING_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA', 'Ed25519']

const WELL_KNOWN = '/.well-known/openid-configuration'
const MOST_CANDIDATES = 8

/** Each address is what an administrator could have typed: https, or http, and nothing else. */
const configuration = z.object({
  issuer: endpoint,
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  userinfo_endpoint: endpoint.optional(),
  end_session_endpoint: endpoint.optional(),
  registration_endpoint: endpoint.optional(),
  pushed_authorization_request_endpoint: endpoint.optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  response_modes_supported: z.array(z.string()).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
  userinfo_signing_alg_values_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})
type Configuration = z.infer<typeof configuration>

export type CheckedConfiguration =
  { readonly ok: true; readonly server: AuthorizationServer } | { readonly ok: false; readonly why: string }

/** What needs no discovery: issuer and keys both stand in the connection, or there are none. */
export function configuredServer(authenticator: Authenticator): AuthorizationServer | undefined {
  const { issuer, jwksUri, authorizationEndpoint, tokenEndpoint } = authenticator
  if (authenticator.type === 'oauth2') return oauthServer(authenticator)
  if (!issuer || !jwksUri || !authorizationEndpoint || !tokenEndpoint) return undefined
  return serverOf(authenticator, {
    issuer,
    jwks_uri: jwksUri,
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
  })
}

/** Without OpenID Connect there is nothing to discover; the issuer is the name under which its people are known here. */
function oauthServer(authenticator: Authenticator): AuthorizationServer {
  const { authorizationEndpoint = '', tokenEndpoint = '', userinfoEndpoint = '' } = authenticator
  const pushed = authenticator.pushedAuthorizationRequestEndpoint
  return {
    issuer: authenticator.issuer ?? new URL(tokenEndpoint).origin,
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
    userinfo_endpoint: userinfoEndpoint,
    ...(pushed === undefined ? {} : { pushed_authorization_request_endpoint: pushed }),
  }
}

/**
 * Where the configuration may stand, the likeliest first: at the given issuer (OpenID Connect Discovery section 4), or
 * under the token endpoint itself, where WSO2 has it, and under each shorter prefix of its path.
 */
export function configurationUrls({ issuer, tokenEndpoint }: Authenticator): readonly string[] {
  if (issuer !== undefined) return [issuer.replace(/\/$/, '') + WELL_KNOWN]
  if (tokenEndpoint === undefined) return []
  const { origin, pathname } = new URL(tokenEndpoint)
  const segments = pathname.split('/').filter((segment) => segment !== '')
  const prefixes = [segments, ...segments.map((_, i) => segments.slice(0, segments.length - 1 - i))]
  return prefixes
    .slice(0, MOST_CANDIDATES)
    .map((path) => origin + path.map((segment) => `/${segment}`).join('') + WELL_KNOWN)
}

/** Checks a document that stood at one of configurationUrls against what the connection says. */
export function checkConfiguration(document: unknown, authenticator: Authenticator): CheckedConfiguration {
  const parsed = configuration.safeParse(document)
  if (!parsed.success) {
    return {
      ok: false,
      why: `members missing or wrong: ${parsed.error.issues.map((i) => i.path.join('.')).join(', ')}`,
    }
  }
  const why = contradictionOf(parsed.data, authenticator)
  return why === undefined ? { ok: true, server: serverOf(authenticator, parsed.data) } : { ok: false, why }
}

function contradictionOf(found: Configuration, authenticator: Authenticator): string | undefined {
  const { issuer, jwksUri, authorizationEndpoint, tokenEndpoint } = authenticator
  const differs = (name: string, is: string, expected: string) => `${name} is ${is}, and not ${expected}`
  if (authorizationEndpoint !== undefined && !isSameUrl(found.authorization_endpoint, authorizationEndpoint)) {
    return differs('authorization_endpoint', found.authorization_endpoint, authorizationEndpoint)
  }
  if (tokenEndpoint !== undefined && !isSameUrl(found.token_endpoint, tokenEndpoint))
    return differs('token_endpoint', found.token_endpoint, tokenEndpoint)
  if (issuer !== undefined) {
    const isIt = found.issuer === issuer || isDirectoryIssuer(found.issuer, authenticator)
    return isIt ? downgradeOf(found) : differs('issuer', found.issuer, issuer)
  }
  const { origin } = new URL(found.token_endpoint)
  if (new URL(found.issuer).origin !== origin) return differs('issuer', found.issuer, `of ${origin}`)
  if (jwksUri === undefined && new URL(found.jwks_uri).origin !== origin)
    return differs('jwks_uri', found.jwks_uri, `of ${origin}`)
  return downgradeOf(found)
}

/** Who is reached by https sends nobody elsewhere without it. */
function downgradeOf(found: Configuration): string | undefined {
  const plain = addressesOf(found).find((url) => url.startsWith('http:'))
  return found.issuer.startsWith('https:') && plain !== undefined
    ? `${plain} is not https, as the issuer is`
    : undefined
}

function addressesOf(found: Configuration): string[] {
  return Object.entries(found).flatMap(([name, url]) => (/_(?:endpoint|uri)$/.test(name) ? [String(url)] : []))
}

function isSameUrl(a: string, b: string): boolean {
  return new URL(a).href === new URL(b).href
}

/** What stands in the connection goes before what was found. */
function serverOf(
  authenticator: Authenticator,
  found: Partial<Configuration> &
    Pick<Configuration, 'issuer' | 'jwks_uri' | 'authorization_endpoint' | 'token_endpoint'>,
): AuthorizationServer {
  const userinfo = authenticator.userinfoEndpoint ?? userinfoOf(authenticator, found)
  return {
    ...withoutUndefined({
      userinfo_endpoint: userinfo,
      end_session_endpoint: authenticator.endSessionEndpoint ?? found.end_session_endpoint,
      pushed_authorization_request_endpoint:
        authenticator.pushedAuthorizationRequestEndpoint ?? besideTokens(authenticator, found),
      registration_endpoint: found.registration_endpoint,
      require_pushed_authorization_requests: found.require_pushed_authorization_requests,
      response_modes_supported: found.response_modes_supported,
      token_endpoint_auth_methods_supported: found.token_endpoint_auth_methods_supported,
    }),
    issuer: found.issuer,
    authorization_endpoint: authenticator.authorizationEndpoint ?? found.authorization_endpoint,
    token_endpoint: authenticator.tokenEndpoint ?? found.token_endpoint,
    jwks_uri: authenticator.jwksUri ?? found.jwks_uri,
    id_token_signing_alg_values_supported: allowed(found.id_token_signing_alg_values_supported),
    userinfo_signing_alg_values_supported: allowed(found.userinfo_signing_alg_values_supported),
    authorization_response_iss_parameter_supported: found.authorization_response_iss_parameter_supported ?? false,
  }
}

/** Our client secret goes there: nowhere but where the token endpoint is. */
function besideTokens({ tokenEndpoint }: Authenticator, found: Partial<Configuration>): string | undefined {
  const pushed = found.pushed_authorization_request_endpoint
  const tokens = tokenEndpoint ?? found.token_endpoint
  if (pushed === undefined || tokens === undefined) return undefined
  return new URL(pushed).origin === new URL(tokens).origin ? pushed : undefined
}

/** An access token goes there: a document that was found by guessing may not send it to another origin. */
function userinfoOf(authenticator: Authenticator, found: Partial<Configuration>): string | undefined {
  const endpoint = found.userinfo_endpoint
  if (endpoint === undefined || authenticator.issuer !== undefined) return endpoint
  const { tokenEndpoint } = authenticator
  return new URL(endpoint).origin === new URL(tokenEndpoint ?? endpoint).origin ? endpoint : undefined
}

function allowed(offered: readonly string[] | undefined): string[] {
  return SIGNING_ALGORITHMS.filter((alg) => offered === undefined || offered.includes(alg))
}
