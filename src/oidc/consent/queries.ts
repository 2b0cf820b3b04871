import { and, asc, eq } from 'drizzle-orm'
import { applications, type ClientMetadata, consents } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** The scopes that a person has let an application; undefined if she was never asked. */
export async function findConsent(
  { db, tenantId }: Scope,
  userId: string,
  applicationId: string,
): Promise<string[] | undefined> {
  const [row] = await db
    .select({ scopes: consents.scopes })
    .from(consents)
    .where(and(eq(consents.tenantId, tenantId), eq(consents.userId, userId), eq(consents.applicationId, applicationId)))
    .limit(1)
  return row?.scopes
}

export type GivenConsent = {
  readonly applicationId: string
  readonly application: string
  readonly clientMetadata: ClientMetadata
  readonly scopes: readonly string[]
  readonly grantedAt: Date
}

/** What a person has let applications know and do, by the applications' names. */
export async function listConsents({ db, tenantId }: Scope, userId: string): Promise<GivenConsent[]> {
  return db
    .select({
      applicationId: consents.applicationId,
      application: applications.name,
      clientMetadata: applications.clientMetadata,
      scopes: consents.scopes,
      grantedAt: consents.grantedAt,
    })
    .from(consents)
    .innerJoin(applications, and(eq(applications.tenantId, tenantId), eq(applications.id, consents.applicationId)))
    .where(and(eq(consents.tenantId, tenantId), eq(consents.userId, userId)))
    .orderBy(asc(applications.name))
}
