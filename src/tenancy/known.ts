import { memoryOf } from '../core/memory.ts'
import type { Db } from '../db/open.ts'
import type { Tenant } from '../platform.ts'
import { findTenantBySlug } from './queries.ts'

/** Id, slug and name stay for good. How a tenant looks can be changed, by another process too. */
const KNOWN_MS = 60_000

type Known = { readonly tenant: Tenant; readonly since: number }
const known = new WeakMap<Db, Map<string, Known>>()

/** The tenant of a path: one that was found a moment ago needs no query. */
export async function findKnownTenant(db: Db, slug: string, now: Date): Promise<Tenant | undefined> {
  const tenants = memoryOf(known, db)
  const before = tenants.get(slug)
  if (before && now.getTime() - before.since < KNOWN_MS) return before.tenant
  const tenant = await findTenantBySlug(db, slug)
  if (tenant) tenants.set(slug, { tenant, since: now.getTime() })
  return tenant
}

/** Whoever changes it sees it at once, in this process. */
export function forgetTenant(db: Db, slug: string): void {
  memoryOf(known, db).delete(slug)
}
