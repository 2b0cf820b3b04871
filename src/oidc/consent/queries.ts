import { and, eq } from 'drizzle-orm'
import { consents } from '../../db/schema.ts'
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
