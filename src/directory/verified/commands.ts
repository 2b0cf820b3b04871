import { hashToken } from '../../core/crypto.ts'
import { nameKey } from '../../core/ids.ts'
import { runBatch, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { foldAddress } from './address.ts'

/** An address as it is kept where only its being the same matters. */
export function hashAddress(address: string): string {
  return hashToken(foldAddress(address))
}

/** Notes that a user has shown an address to be hers, if it is one of hers now. */
export async function verifyEmail({ db, tenantId, now }: Scope, userId: string, address: string): Promise<void> {
  await runBatch(db, [
    sql`insert into verified_emails (tenant_id, user_id, address_hash, verified_at)
      select tenant_id, user_id, ${hashAddress(address)}, ${now} from user_emails
      where tenant_id = ${tenantId} and value_key = ${nameKey(address)} and user_id = ${userId}
      on conflict (tenant_id, user_id, address_hash) do nothing`,
  ])
}

/** Stands in the batch that gives a user other addresses: what is none of hers any more is not verified when it comes back. */
export function forgetVerified({ tenantId }: Scope, userId: string, kept: readonly string[]): Statement {
  const hashes = JSON.stringify(kept.map(hashAddress))
  return sql`delete from verified_emails where tenant_id = ${tenantId} and user_id = ${userId}
    and address_hash not in (select value from json_each(${hashes}))`
}
