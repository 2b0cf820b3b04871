import { and, eq, gt } from 'drizzle-orm'
import { hashToken, randomToken } from '../../core/crypto.ts'
import { type AuthorizationParameters, pushedRequests } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
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

/** Of two browsers that come with one request_uri, one gets the request; another client gets nothing (RFC 9126 section 7). */
export async function takePushedRequest(
  { db, tenantId, now }: Scope,
  requestUri: string,
  applicationId: string,
): Promise<AuthorizationParameters | undefined> {
  const [taken] = await db
    .delete(pushedRequests)
    .where(
      and(
        eq(pushedRequests.tenantId, tenantId),
        eq(pushedRequests.idHash, hashToken(requestUri)),
        eq(pushedRequests.applicationId, applicationId),
        gt(pushedRequests.expiresAt, now),
      ),
    )
    .returning({ parameters: pushedRequests.parameters })
  return taken?.parameters
}
