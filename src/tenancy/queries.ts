import { asc, eq } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { tenants } from '../db/schema.ts'
import type { Tenant } from '../platform.ts'

/** The tenant under /t/{slug}; '' is the default tenant. */
export async function findTenantBySlug(db: Db, slug: string): Promise<Tenant | undefined> {
  const [tenant] = await db.select().from(tenants).where(eq(tenants.slug, slug)).limit(1)
  return tenant
}

export async function findTenant(db: Db, id: string): Promise<Tenant | undefined> {
  const [tenant] = await db.select().from(tenants).where(eq(tenants.id, id)).limit(1)
  return tenant
}

/** Every tenant, the default one first. */
export async function listTenants(db: Db): Promise<Tenant[]> {
  return db.select().from(tenants).orderBy(asc(tenants.slug))
}
