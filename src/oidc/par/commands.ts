import { hashToken, randomToken } from '../../core/crypto.ts'
import { runBatch } from '../../db/open.ts'
import { type AuthorizationParameters, pushedRequests } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { REQUEST_SECONDS } from '../commands.ts'
import { pushedUri } from './request-uri.ts'

export const PUSHED_SECONDS = 60

/** Keeps a request until its browser comes; answers its request_uri, of which only the hash is kept. */
export async function storePushedRequest(
  { db, tenantId, now }: Scope,
  applicationId: string,
  parameters: AuthorizationParameters,
): Promise<string> {
  const requestUri = pushedUri(randomToken())
  const expiresAt = new Date(now.getTime() + PUSHED_SECONDS * 1000)
  await db
    .insert(pushedRequests)
    .values({ tenantId, idHash: hashToken(requestUri), applicationId, parameters, expiresAt })
  return requestUri
}

/**
 * Begins a sign-in of what was pushed, as often as its address is opened until one of them comes to an answer (takeRequest):
 * FAPI 2.0 section 5.3.2.2 has a request_uri used up at the authorization, for a page may be read again on the way there.
 * Another client gets nothing (RFC 9126 section 7).
 */
export async function beginPushedRequest(
  { db, tenantId, now }: Scope,
  pushed: { readonly requestUri: string; readonly applicationId: string; readonly browserHash: string },
): Promise<{ id: string; parameters: AuthorizationParameters } | undefined> {
  const id = randomToken()
  const expiresAt = new Date(now.getTime() + REQUEST_SECONDS * 1000)
  const [stored] = await runBatch(db, [
    sql`insert into authorization_requests
        (tenant_id, id, application_id, parameters, browser_hash, pushed_hash, created, expires_at)
      select tenant_id, ${id}, application_id, parameters, ${pushed.browserHash}, id_hash, ${now}, ${expiresAt}
      from pushed_requests where tenant_id = ${tenantId} and id_hash = ${hashToken(pushed.requestUri)}
        and application_id = ${pushed.applicationId} and expires_at > ${now}
      returning parameters`,
  ])
  const parameters = stored?.rows[0]?.parameters
  // It is what storePushedRequest was given.
  return typeof parameters === 'string'
    ? { id, parameters: JSON.parse(parameters) as AuthorizationParameters }
    : undefined
}
