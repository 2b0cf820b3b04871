/** A sign-out here that goes on to the providers that vouched for the session (RP-Initiated Logout 1.0). */
import { findConnection } from '../../connections/queries.ts'
import { randomToken } from '../../core/crypto.ts'
import type { AppContext } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import type { EndedSession } from '../../session/commands.ts'
import { goOnSignedOut } from '../../session/front-channel.ts'
import type { Vouched } from '../../session/vouched/commands.ts'
import { findProvider } from '../upstream/provider.ts'
import { storeSignOut } from './commands.ts'
import { openIdToken } from './vouched.ts'

/**
 * Where a browser goes on whose session has ended here: to the first of these providers that has a page for it, and from
 * there, by {T}/commonauth/logout, to the next one; behind the last to `href`. A provider that cannot be found, or has no
 * such page, is passed over: the sign-out here is done.
 */
export async function passSignOut(
  scope: Scope,
  { vouched, href, browserHash }: { vouched: readonly Vouched[]; href: string; browserHash: string },
): Promise<string> {
  for (const [index, one] of vouched.entries()) {
    const found = await endSessionEndpoint(scope, one.connectionId)
    if (!found) continue
    const state = randomToken()
    await storeSignOut(scope, state, browserHash, {
      connectionId: one.connectionId,
      href,
      rest: vouched.slice(index + 1),
    })
    const idToken = await openIdToken(scope, one)
    const { endpoint, clientId } = found
    for (const [name, value] of Object.entries({
      ...(idToken === undefined ? {} : { id_token_hint: idToken }),
      client_id: clientId,
      post_logout_redirect_uri: `${scope.issuer}/commonauth/logout`,
      state,
    })) {
      endpoint.searchParams.set(name, value)
    }
    return endpoint.href
  }
  return href
}

/** Answers a browser whose session has ended: first its applications hear of it, then the providers, and then `href`. */
export async function answerSignedOut(c: AppContext, ended: EndedSession, href: string): Promise<Response> {
  const { scope, browserHash } = c.var
  const onward = await passSignOut(scope, { vouched: ended.vouched, href, browserHash })
  return goOnSignedOut(c, ended.frames, onward, onward !== href)
}

async function endSessionEndpoint(scope: Scope, connectionId: string) {
  const connection = await findConnection(scope, connectionId)
  const { authenticator } = connection ?? {}
  if (!connection || !authenticator) return undefined
  const address = authenticator.endSessionEndpoint ?? (await discovered(scope, { id: connection.id, authenticator }))
  if (address === undefined || !URL.canParse(address)) return undefined
  const endpoint = new URL(address)
  // A browser is led there: by no other scheme.
  return /^https?:$/.test(endpoint.protocol) ? { endpoint, clientId: authenticator.clientId } : undefined
}

async function discovered(scope: Scope, connection: Parameters<typeof findProvider>[1]): Promise<string | undefined> {
  const provider = await findProvider(scope, connection)
  if (provider.ok) return provider.value.server.end_session_endpoint
  const { tenantId, platform } = scope
  platform.log.warn('sign-out not passed on', { tenantId, connection: connection.id, ...provider.failure })
  return undefined
}
