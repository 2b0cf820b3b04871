/** Who has to be told of a change before it is made: the targets of provisioners that block. */
import type { Statement } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope, Touched } from '../../platform.ts'
import type { Origin } from '../outbox.ts'

/**
 * Stands behind all statements of a change, and undoes them if a blocking provisioner has to hear of it first: the
 * change was possible then, and nothing of it was done.
 */
export function demandNobodyFirst({ tenantId }: Scope, touched: readonly Touched[], origin: Origin): Statement {
  const ids = JSON.stringify(touched.map(({ id }) => id))
  return sql`select json_extract('{}', case when exists (select 1 from provisioners p cross join json_each(${ids}) x
      where ${isBlocking(tenantId, origin)} and exists (select 1 from deliveries d where d.tenant_id = ${tenantId}
        and d.connector_id = p.connector_id and d.resource_id = x.value and d.open = 1))
    then 'to be pushed first' else '$' end)`
}

/** Whether a batch was undone because of that. */
export function isToBePushedFirst(error: unknown): boolean {
  return hasWords(error, 'to be pushed first')
}

/** Undoes the batch that it ends, whatever is in it: whether it failed before says whether it is possible. */
export const REHEARSED: Statement = sql`select json_extract('{}', 'rehearsed')`

export function isRehearsed(error: unknown): boolean {
  return hasWords(error, 'rehearsed')
}

/** The provisioner `p` blocks, and is one of those that the origin names (outbox.ts). */
export function isBlocking(tenantId: string, { applicationId = '', source }: Origin): Sql {
  return sql`p.tenant_id = ${tenantId} and p.blocking = 1 and p.jit >= ${source === 'jit'}
    and p.application_id = case when exists (select 1 from provisioners own where own.tenant_id = ${tenantId}
      and own.application_id = ${applicationId}) then ${applicationId} else '' end`
}

function hasWords(error: unknown, words: string): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) if (e.message.includes(words)) return true
  return false
}
