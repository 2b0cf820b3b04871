import { and, eq } from 'drizzle-orm'
import { providerTokens } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { Whose } from './sealed.ts'

export type KeptRow = typeof providerTokens.$inferSelect

export async function findKept({ db, tenantId }: Scope, { userId, connectionId }: Whose): Promise<KeptRow | undefined> {
  const [row] = await db
    .select()
    .from(providerTokens)
    .where(
      and(
        eq(providerTokens.tenantId, tenantId),
        eq(providerTokens.userId, userId),
        eq(providerTokens.connectionId, connectionId),
      ),
    )
    .limit(1)
  return row
}
