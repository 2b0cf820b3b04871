import { Problem } from '../../core/errors.ts'
import { rowsOf, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** Gives a connection these domains and no others. Problem 409 for one that is another connection's. */
export async function domainStatements(
  scope: Scope,
  connectionId: string,
  domains: readonly string[],
): Promise<Statement[]> {
  const { db, tenantId } = scope
  const wanted = JSON.stringify([...new Set(domains)])
  const others = await rowsOf<{ domain: string }>(
    db,
    sql`select domain from connection_domains where tenant_id = ${tenantId} and connection_id <> ${connectionId}
      and domain in (select value from json_each(${wanted}))`,
  )
  if (others.length > 0) throw taken(others.map(({ domain }) => domain))
  return [
    removeDomains(scope, connectionId),
    sql`insert into connection_domains (tenant_id, domain, connection_id)
      select ${tenantId}, value, ${connectionId} from json_each(${wanted})`,
  ]
}

export function removeDomains({ tenantId }: Scope, connectionId: string): Statement {
  return sql`delete from connection_domains where tenant_id = ${tenantId} and connection_id = ${connectionId}`
}

function taken(domains: readonly string[]): Problem {
  const message = `another connection has ${domains.join(', ')}`
  return new Problem(409, 'A domain belongs to one connection.', [{ field: 'domains', message }])
}
