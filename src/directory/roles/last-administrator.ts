/** A tenant without an active administrator has no way in: what would leave it so is undone in the batch that tries. */
import type { Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** Stands in a batch behind what may take away an administrator: a user who is active must hold `admin` still. */
export function demandAdministrator({ tenantId }: Scope): Statement {
  return sql`with recursive down(id, type) as (
      select member_id, member_type from role_members where tenant_id = ${tenantId} and role_id in (
        select id from roles where tenant_id = ${tenantId} and audience = '' and display_name_key = 'admin')
      union select g.member_id, g.member_type from down cross join group_members g
        on g.tenant_id = ${tenantId} and g.group_id = down.id where down.type = 'Group')
    select json_extract('{}', case when exists (select 1 from down cross join users u on u.tenant_id = ${tenantId}
      and u.id = down.id where u.active = 1) then '$' else 'no administrator' end)`
}

/** Whether a batch failed because of that. */
export function isWithoutAdministrator(error: unknown): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) if (e.message.includes('no administrator')) return true
  return false
}
