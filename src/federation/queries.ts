import { and, eq, gte, lt, or } from 'drizzle-orm'
import { nameKey } from '../core/ids.ts'
import { authorizationRequests, deletedUsers, federatedIdentities, users } from '../db/schema.ts'
import type { Scope } from '../platform.ts'
import { secondUserName } from './user-name.ts'

/** Who somebody is at a provider. The issuer belongs to it: a connection that is pointed elsewhere keeps no links. */
export type UpstreamIdentity = { readonly connectionId: string; readonly issuer: string; readonly subject: string }

/** The link of a person, and the user that it leads to; without a user it is that of somebody who was deleted. */
export async function findIdentity({ db, tenantId }: Scope, upstream: UpstreamIdentity) {
  const [found] = await db
    .select({ identity: { userId: federatedIdentities.userId }, user: { id: users.id, active: users.active } })
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

/**
 * Whether somebody was deleted who is, by all that is known, the person who arrives: provisioned under the provider's
 * subject as externalId, or under the name that she would get. Nobody else can be taken for her by this: it only refuses.
 */
export async function isBuried(
  { db, tenantId }: Scope,
  { subject, userName }: { readonly subject: string; readonly userName: string },
): Promise<boolean> {
  const rows = await db
    .select({ id: deletedUsers.id })
    .from(deletedUsers)
    .where(
      and(
        eq(deletedUsers.tenantId, tenantId),
        or(eq(deletedUsers.externalId, subject), eq(deletedUsers.userNameKey, nameKey(userName))),
      ),
    )
    .limit(1)
  return rows.length > 0
}

/** Tells of every user name that a new person of this connection might be given, or has chosen, whether somebody has it. */
export async function findTakenNames(
  { db, tenantId }: Scope,
  wanted: string,
  connectionName: string,
  chosen: string = wanted,
): Promise<(userName: string) => boolean> {
  const second = nameKey(secondUserName(wanted, connectionName))
  const rows = await db
    .select({ key: users.userNameKey })
    .from(users)
    .where(
      and(
        eq(users.tenantId, tenantId),
        or(
          eq(users.userNameKey, nameKey(wanted)),
          eq(users.userNameKey, nameKey(chosen)),
          and(gte(users.userNameKey, second), lt(users.userNameKey, `${second}\u{10ffff}`)),
        ),
      ),
    )
  const taken = new Set(rows.map(({ key }) => key))
  return (userName) => taken.has(nameKey(userName))
}
