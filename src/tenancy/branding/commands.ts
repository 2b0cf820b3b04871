import { hashToken, toBase64 } from '../../core/crypto.ts'
import { Problem } from '../../core/errors.ts'
import { runBatch } from '../../db/open.ts'
import type { Branding } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { forgetTenant } from '../known.ts'
import { checkLogo } from './logo.ts'

/** Puts a tenant's branding in place of what was set before; its logo stays. */
export async function setBranding({ db, tenant, tenantId }: Scope, branding: Branding): Promise<void> {
  await runBatch(db, [sql`update tenants set branding = ${JSON.stringify(branding)} where id = ${tenantId}`])
  forgetTenant(db, tenant.slug)
}

/** Keeps a picture as the tenant's logo; Problem 400 says what is wrong with it. */
export async function setLogo({ db, tenant, tenantId, now }: Scope, bytes: Uint8Array): Promise<void> {
  const checked = checkLogo(bytes)
  if (!checked.ok) throw new Problem(400, checked.fault, [{ field: 'logo', message: checked.fault }])
  const data = toBase64(bytes)
  // Its address names it, so that a browser may keep it for good.
  const hash = hashToken(data).slice(0, 16)
  await runBatch(db, [
    sql`insert into tenant_logos (tenant_id, type, data, last_modified) values (${tenantId}, ${checked.type}, ${data}, ${now})
      on conflict (tenant_id) do update set type = excluded.type, data = excluded.data,
        last_modified = excluded.last_modified`,
    sql`update tenants set logo = ${hash} where id = ${tenantId}`,
  ])
  forgetTenant(db, tenant.slug)
}

export async function removeLogo({ db, tenant, tenantId }: Scope): Promise<void> {
  await runBatch(db, [
    sql`delete from tenant_logos where tenant_id = ${tenantId}`,
    sql`update tenants set logo = null where id = ${tenantId}`,
  ])
  forgetTenant(db, tenant.slug)
}
