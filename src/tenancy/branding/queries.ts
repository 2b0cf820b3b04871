import { eq } from 'drizzle-orm'
import { fromBase64 } from '../../core/crypto.ts'
import { tenantLogos } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** The picture of a tenant, if it has one. */
export async function findLogo({ db, tenantId }: Scope) {
  const [row] = await db.select().from(tenantLogos).where(eq(tenantLogos.tenantId, tenantId)).limit(1)
  return row && { type: row.type, bytes: fromBase64(row.data) }
}
