import { and, eq, gt } from 'drizzle-orm'
import { hashToken, randomToken } from '../../core/crypto.ts'
import { runBatch } from '../../db/open.ts'
import { partialSignIns } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { keepPartialVouched, type Vouched } from '../vouched/commands.ts'

const PARTIAL_MS = 15 * 60_000

type NewPartial = Omit<typeof partialSignIns.$inferInsert, 'tenantId' | 'idHash' | 'expiresAt'>

/** Keeps that the first step was done; the id is for this browser alone, and no session. */
export async function storePartial(scope: Scope, partial: NewPartial, vouched: Vouched | undefined): Promise<string> {
  const { db, tenantId, now } = scope
  const id = randomToken()
  const idHash = hashToken(id)
  const expiresAt = new Date(now.getTime() + PARTIAL_MS)
  await runBatch(db, [
    db.insert(partialSignIns).values({ ...partial, tenantId, idHash, expiresAt }),
    ...(vouched ? [keepPartialVouched(scope, idHash, vouched)] : []),
  ])
  return id
}

/** Of two requests that end one sign-in at once, one gets true. */
export async function takePartial(
  { db, tenantId, now }: Scope,
  { idHash, browserHash }: { readonly idHash: string; readonly browserHash: string },
): Promise<boolean> {
  const taken = await db
    .delete(partialSignIns)
    .where(
      and(
        eq(partialSignIns.tenantId, tenantId),
        eq(partialSignIns.idHash, idHash),
        eq(partialSignIns.browserHash, browserHash),
        gt(partialSignIns.expiresAt, now),
      ),
    )
    .returning({ userId: partialSignIns.userId })
  return taken.length > 0
}
