import { and, eq } from 'drizzle-orm'
import { authorizationRequests, federatedIdentities, users } from '../db/schema.ts'
import type { Scope } from '../platform.ts'

/** Who somebody is at a provider. The issuer belongs to it: a connection that is pointed elsewhere keeps no links. */
export type UpstreamIdentity = { readonly connectionId: string; readonly issuer: string; readonly subject: string }

/** The link of a person, and the user that it leads to; without a user it is that of somebody who was deleted. */
export async function findIdentity({ db, tenantId }: Scope, upstream: UpstreamIdentity) {
  const [found] = await db
    .select({
      identity: { userId: federatedIdentities.userId, synced: federatedIdentities.synced },
      user: { id: users.id, active: users.active },
    })
    .from(federatedIdentities)
    .leftJoin(users, and(eq(users.tenantId, tenantId), eq(users.id, federatedIdentities.userId)))
    .where(
      and(
        eq(federatedIdentities.tenantId, tenantId),
        eq(federatedIdentities.connectionId, upstream.connectionId),
        eq(federatedIdentities.issuer, upstream.issuer),
        eq(federatedIdentities.subject, upstream.subject),
      ),
    )
    .limit(1)
  return { identity: found?.identity, user: found?.user ?? undefined }
}

/** The application that a person signs in to; undefined for the console, and once the request is over. */
export async function findRequestingApplication(
  { db, tenantId }: Scope,
  requestId: string,
): Promise<string | undefined> {
  const [found] = await db
    .select({ applicationId: authorizationRequests.applicationId })
    .from(authorizationRequests)
    .where(and(eq(authorizationRequests.tenantId, tenantId), eq(authorizationRequests.id, requestId)))
    .limit(1)
  return found?.applicationId
}

/** The languages that the application asked for, of the request that a person signs in for (ui_locales). */
export async function findUiLocales({ db, tenantId }: Scope, requestId: string): Promise<string | undefined> {
  const [found] = await db
    .select({ parameters: authorizationRequests.parameters })
    .from(authorizationRequests)
    .where(and(eq(authorizationRequests.tenantId, tenantId), eq(authorizationRequests.id, requestId)))
    .limit(1)
  return found?.parameters.uiLocales
}
