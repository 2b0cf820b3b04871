/** A client's metadata as it says them itself (RFC 7591 section 2), and as we keep them. Pure. */
import { z } from 'zod'
import type { ApplicationRow } from '../../applications/queries.ts'
import { type ApplicationInput, applicationInput } from '../../applications/settings.ts'
import { OAuthError } from '../../core/errors.ts'
import type { ClientMetadata } from '../../db/schema.ts'

/** What a client may say of itself beside its names and grants; the rest of ClientMetadata is for administrators. */
const OWN = {
  jwks: 'jwks',
  jwks_uri: 'jwksUri',
  id_token_signed_response_alg: 'idTokenSignedResponseAlg',
  userinfo_signed_response_alg: 'userinfoSignedResponseAlg',
  require_pushed_authorization_requests: 'requirePushedAuthorizationRequests',
  post_logout_redirect_uris: 'postLogoutRedirectUris',
  backchannel_logout_uri: 'backchannelLogoutUri',
  backchannel_logout_session_required: 'backchannelLogoutSessionRequired',
  dpop_bound_access_tokens: 'dpopBoundAccessTokens',
  authorization_signed_response_alg: 'authorizationSignedResponseAlg',
  require_signed_request_object: 'requireSignedRequestObject',
  request_object_signing_alg: 'requestObjectSigningAlg',
  request_uris: 'requestUris',
  tls_client_auth_subject_dn: 'tlsClientAuthSubjectDn',
  tls_client_auth_san_dns: 'tlsClientAuthSanDns',
  tls_client_auth_san_uri: 'tlsClientAuthSanUri',
  tls_client_auth_san_ip: 'tlsClientAuthSanIp',
  tls_client_auth_san_email: 'tlsClientAuthSanEmail',
  tls_client_certificate_bound_access_tokens: 'tlsClientCertificateBoundAccessTokens',
  frontchannel_logout_uri: 'frontchannelLogoutUri',
  frontchannel_logout_session_required: 'frontchannelLogoutSessionRequired',
  initiate_login_uri: 'initiateLoginUri',
  logo_uri: 'logoUri',
  client_uri: 'clientUri',
  policy_uri: 'policyUri',
  tos_uri: 'tosUri',
  contacts: 'contacts',
  subject_type: 'subjectType',
  sector_identifier_uri: 'sectorIdentifierUri',
  default_max_age: 'defaultMaxAge',
  token_endpoint_auth_signing_alg: 'tokenEndpointAuthSigningAlg',
} as const satisfies Record<string, keyof ClientMetadata>
const OWN_NAMES = Object.entries(OWN)

/** Where a setting of ours stands in what the client sent. */
const SENT_AS: Readonly<Record<string, string>> = {
  name: 'client_name',
  redirectUris: 'redirect_uris',
  grantTypes: 'grant_types',
  tokenEndpointAuthMethod: 'token_endpoint_auth_method',
  ...Object.fromEntries(OWN_NAMES.map(([sent, kept]) => [kept, sent])),
}

/** What only has one value here; null is as if it were not there. Whatever else is sent is ignored (RFC 7591 section 2). */
const fixed = z.object({ response_types: z.array(z.literal('code')).nullish() })

/**
 * The settings of a client that sent this; `kept` are those that an administrator gave it. OAuthError
 * invalid_redirect_uri or invalid_client_metadata (RFC 7591 section 3.2.2) says what is wrong, and where.
 */
export function toApplicationInput(
  sent: Readonly<Record<string, unknown>>,
  kept: ClientMetadata = {},
): ApplicationInput {
  refuse(fixed.safeParse(sent).error)
  const { redirect_uris, grant_types, token_endpoint_auth_method, client_name } = sent
  const own = OWN_NAMES.flatMap(([name, key]) => (sent[name] == null ? [] : [[key, sent[name]]]))
  const administered = Object.entries(kept).filter(([key]) => !OWN_NAMES.some(([, own]) => own === key))
  const parsed = applicationInput.safeParse({
    name: client_name ?? 'Registered client',
    template: token_endpoint_auth_method === 'none' ? 'single-page-application' : 'traditional-web-application',
    redirectUris: redirect_uris ?? [],
    grantTypes: grant_types ?? ['authorization_code'],
    tokenEndpointAuthMethod: token_endpoint_auth_method ?? 'client_secret_basic',
    // Nobody of the tenant vouched for it: people are asked.
    clientMetadata: { firstParty: false, ...Object.fromEntries([...administered, ...own]) },
  })
  if (parsed.success) return parsed.data
  refuse(parsed.error)
  throw parsed.error
}

function refuse(error: z.ZodError | undefined): void {
  const issue = error?.issues[0]
  if (issue) throw registrationFault(issue.path.map(String), issue.message)
}

/** What is wrong with a setting of ours, under the name that the client has for it. */
export function registrationFault(path: readonly string[], message: string, cause?: unknown): OAuthError {
  const [first = '', ...rest] = path.filter((part) => part !== 'clientMetadata')
  const where = [SENT_AS[first] ?? first, ...rest].join('.')
  const code = where.startsWith('redirect_uris') ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  return new OAuthError(code, where === '' ? message : `${where}: ${message}`, { cause })
}

/** What a client is told of itself (RFC 7591 section 3.2.1), with the `token` it came with (RFC 7592 section 3). */
export function toRegistration(row: ApplicationRow, token: string, issuer: string): Record<string, unknown> {
  const { clientMetadata } = row
  const own = OWN_NAMES.flatMap(([name, key]) =>
    clientMetadata[key] === undefined ? [] : [[name, clientMetadata[key]]],
  )
  return {
    client_id: row.clientId,
    client_id_issued_at: Math.floor(row.created.getTime() / 1000),
    client_name: row.name,
    redirect_uris: row.redirectUris,
    grant_types: row.grantTypes,
    // Empty if nothing is answered at the authorization endpoint (RFC 7591 section 2.1).
    response_types: row.grantTypes.includes('authorization_code') ? ['code'] : [],
    token_endpoint_auth_method: row.tokenEndpointAuthMethod,
    ...Object.fromEntries(own),
    registration_client_uri: `${issuer}/oauth2/register/${encodeURIComponent(row.clientId)}`,
    registration_access_token: token,
  }
}
