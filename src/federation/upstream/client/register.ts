/** This tenant as a client that registers itself (RFC 7591), and takes that back (RFC 7592). */
import type { AuthorizationServer } from 'oauth4webapi'
import { z } from 'zod'
import type { Scope } from '../../../platform.ts'
import { UpstreamError } from '../error.ts'
import { call, jsonOf } from '../calls.ts'

const answer = z.object({
  client_id: z.string().min(1).max(2000),
  client_secret: z.string().min(1).max(4000).optional(),
  registration_client_uri: z.url().optional(),
  registration_access_token: z.string().optional(),
})
const refusal = z.object({ error: z.string(), error_description: z.string().optional() })

export type Registered = {
  readonly clientId: string
  readonly clientSecret: string | undefined
  readonly management: { readonly url: string; readonly token: string } | undefined
}

/** Throws UpstreamError: 'misconfigured' where nobody registers, 'provider-error' with the provider's word otherwise. */
export async function registerClient(
  scope: Scope,
  server: AuthorizationServer,
  metadata: Readonly<Record<string, unknown>>,
  initialAccessToken: string | undefined,
): Promise<Registered> {
  const { registration_endpoint: endpoint } = server
  if (endpoint === undefined) {
    throw new UpstreamError({ kind: 'misconfigured', reason: 'The provider does not let clients register themselves.' })
  }
  const bearer: Record<string, string> =
    initialAccessToken === undefined ? {} : { Authorization: `Bearer ${initialAccessToken}` }
  const response = await call(scope)(endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', ...bearer },
    body: JSON.stringify(metadata),
    redirect: 'manual',
  })
  const body = await jsonOf(endpoint, response)
  const registered = response.status === 201 || response.status === 200 ? answer.safeParse(body).data : undefined
  if (registered === undefined) throw refused(response.status, body)
  const { registration_client_uri: url, registration_access_token: token } = registered
  const isThere = url !== undefined && new URL(url).origin === new URL(endpoint).origin
  return {
    clientId: registered.client_id,
    clientSecret: registered.client_secret,
    management: isThere && token !== undefined ? { url, token } : undefined,
  }
}

/** What came to nothing here is taken back there, if that is possible; if not, a client stays there that nobody uses. */
export async function unregisterClient(
  scope: Scope,
  server: AuthorizationServer,
  { management, clientId }: Registered,
): Promise<void> {
  try {
    if (management === undefined) return
    const headers = { Authorization: `Bearer ${management.token}` }
    await call(scope)(management.url, { method: 'DELETE', headers, redirect: 'manual' })
  } catch (error) {
    const facts = { tenantId: scope.tenantId, issuer: server.issuer, clientId, error }
    scope.platform.log.warn('a registration stays at the provider', facts)
  }
}

function refused(status: number, body: unknown): UpstreamError {
  const said = refusal.safeParse(body).data
  const error = said?.error ?? 'no registration'
  const reason = said?.error_description ?? `It answered with status ${status}.`
  return new UpstreamError({ kind: 'provider-error', error: error.slice(0, 100), reason })
}
