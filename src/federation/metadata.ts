/**
 * Who an OpenID provider is, from as little as its two endpoints. A document found by guessing is believed only if it
 * names these very endpoints, and an issuer and keys at the token endpoint's own origin: whoever could forge it there
 * could forge the tokens as well.
 */
import type { AuthorizationServer } from 'oauth4webapi'
import { z } from 'zod'
import type { Authenticator } from '../db/schema.ts'

/** Never `none`, never HS*: with those a client secret, or nothing, would vouch for a person (RFC 8725 section 3.1). */
export const SIGNING_ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA', 'Ed25519']

const WELL_KNOWN = '/.well-known/openid-configuration'
const MOST_CANDIDATES = 8

const configuration = z.object({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
  userinfo_signing_alg_values_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})
type Configuration = z.infer<typeof configuration>

export type CheckedConfiguration =
  { readonly ok: true; readonly server: AuthorizationServer } | { readonly ok: false; readonly why: string }

/** What needs no discovery: issuer and keys both stand in the connection. */
export function configuredServer(authenticator: Authenticator): AuthorizationServer | undefined {
  const { issuer, jwksUri, authorizationEndpoint, tokenEndpoint } = authenticator
  if (!issuer || !jwksUri || !authorizationEndpoint || !tokenEndpoint) return undefined
  return serverOf(authenticator, {
    issuer,
    jwks_uri: jwksUri,
    authorization_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
  })
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
  if (issuer !== undefined) return found.issuer === issuer ? undefined : differs('issuer', found.issuer, issuer)
  const { origin } = new URL(found.token_endpoint)
  if (new URL(found.issuer).origin !== origin) return differs('issuer', found.issuer, `of ${origin}`)
  if (jwksUri === undefined && new URL(found.jwks_uri).origin !== origin)
    return differs('jwks_uri', found.jwks_uri, `of ${origin}`)
  return undefined
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
  const methods = found.token_endpoint_auth_methods_supported
  return {
    issuer: found.issuer,
    authorization_endpoint: authenticator.authorizationEndpoint ?? found.authorization_endpoint,
    token_endpoint: authenticator.tokenEndpoint ?? found.token_endpoint,
    jwks_uri: authenticator.jwksUri ?? found.jwks_uri,
    ...(userinfo === undefined ? {} : { userinfo_endpoint: userinfo }),
    ...(methods === undefined ? {} : { token_endpoint_auth_methods_supported: methods }),
    id_token_signing_alg_values_supported: allowed(found.id_token_signing_alg_values_supported),
    userinfo_signing_alg_values_supported: allowed(found.userinfo_signing_alg_values_supported),
    authorization_response_iss_parameter_supported: found.authorization_response_iss_parameter_supported ?? false,
  }
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
