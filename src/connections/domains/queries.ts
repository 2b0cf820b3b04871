import { firstOf, rowsOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** The e-mail domains of each of these connections, in order. */
export async function listDomainsOf(
  { db, tenantId }: Scope,
  connectionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await rowsOf<{ id: string; domain: string }>(
    db,
    sql`select connection_id id, domain from connection_domains where tenant_id = ${tenantId}
      and connection_id in (select value from json_each(${JSON.stringify(connectionIds)})) order by domain`,
  )
  return new Map(connectionIds.map((id) => [id, rows.filter((row) => row.id === id).map(({ domain }) => domain)]))
}

export async function listDomains(scope: Scope, connectionId: string): Promise<readonly string[]> {
  return (await listDomainsOf(scope, [connectionId])).get(connectionId) ?? []
}

/** The connection that people of an e-mail domain sign in through; undefined if it is nobody's. */
export async function findConnectionOfDomain({ db, tenantId }: Scope, domain: string): Promise<string | undefined> {
  const row = await firstOf<{ id: string }>(
    db,
    sql`select connection_id id from connection_domains where tenant_id = ${tenantId} and domain = ${domain.toLowerCase()}`,
  )
  return row?.id
}
