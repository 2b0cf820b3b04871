import { and, eq } from 'drizzle-orm'
import { firstOf } from '../db/open.ts'
import { applications, authorizationRequests } from '../db/schema.ts'
import { sql } from '../db/sql.ts'
import type { Scope } from '../platform.ts'

/** Who somebody is at a provider. The issuer belongs to it: a connection that is pointed elsewhere keeps no links. */
export type UpstreamIdentity = { readonly connectionId: string; readonly issuer: string; readonly subject: string }

/** The link of a person, the user that it leads to, and whether a domain is the connection's. */
export type FoundIdentity = {
  readonly identity: { readonly userId: string; readonly synced: Record<string, unknown> | null } | undefined
  /** Undefined with an identity: she was deleted. */
  readonly user: { readonly id: string; readonly active: boolean } | undefined
  /** Of who is linked. */
  readonly isOwnDomain: boolean
}

export async function findIdentity(
  { db, tenantId }: Scope,
  { connectionId, issuer, subject }: UpstreamIdentity,
  domain: string | undefined,
): Promise<FoundIdentity> {
  const found = await firstOf<{ userId: string; synced: string | null; active: number | null; own: number }>(
    db,
    sql`select f.user_id as userId, f.synced, u.active, exists (select 1 from connection_domains d
        where d.tenant_id = ${tenantId} and d.domain = ${domain ?? ''} and d.connection_id = f.connection_id) as own
      from federated_identities f left join users u on u.tenant_id = f.tenant_id and u.id = f.user_id
      where f.tenant_id = ${tenantId} and f.connection_id = ${connectionId} and f.issuer = ${issuer}
        and f.subject = ${subject}`,
  )
  if (!found) return { identity: undefined, user: undefined, isOwnDomain: false }
  const { userId, synced, active, own } = found
  return {
    identity: { userId, synced: synced === null ? null : (JSON.parse(synced) as Record<string, unknown>) },
    user: active === null ? undefined : { id: userId, active: active === 1 },
    isOwnDomain: own === 1,
  }
}

/**
 * The application that a person signs in to by a connection; undefined for the console, once the request is over, and where
 * the application does not offer the connection: it lets nobody in by that, and hears of nobody who comes so.
 */
export async function findRequestingApplication(
  { db, tenantId }: Scope,
  requestId: string,
  connectionId: string,
): Promise<string | undefined> {
  const [found] = await db
    .select({ id: applications.id, loginFlow: applications.loginFlow })
    .from(authorizationRequests)
    .innerJoin(
      applications,
      and(eq(applications.tenantId, tenantId), eq(applications.id, authorizationRequests.applicationId)),
    )
    .where(and(eq(authorizationRequests.tenantId, tenantId), eq(authorizationRequests.id, requestId)))
    .limit(1)
  const options = found?.loginFlow.steps[0]?.options ?? []
  const isOffered = options.some((option) => typeof option !== 'string' && option.connection === connectionId)
  return isOffered ? found?.id : undefined
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
