/**
 * A tenant without an active administrator has no way in: what would leave it so is undone in the batch that tries. It
 * is asked in the batch, of everybody: whoever seemed to be no administrator may become the last one meanwhile.
 */
import type { Statement } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** Stands behind a change of who holds `admin`: somebody who is active must hold it still. */
export function demandAdministrator({ tenantId }: Scope): Statement {
  return sql`${administrators(tenantId)} ${demand(isThereOne(tenantId))}`
}

/** Stands behind a change of a group's members: somebody must be left, if the group is one of administrators. */
export function demandAdministratorBelow({ tenantId }: Scope, groupId: string): Statement {
  return sql`${administrators(tenantId)} ${demand(sql`${isThereOne(tenantId)} or not ${isAmongThem(groupId)}`)}`
}

/** Stands before the deactivation or the removal of a user or a group: somebody must be left without her or it. */
export function demandAdministratorBeside({ tenantId }: Scope, id: string): Statement {
  const others = sql`exists (${administrators(tenantId, id)} select 1 where ${isThereOne(tenantId)})`
  return sql`${administrators(tenantId)} ${demand(sql`${others} or not ${isAmongThem(id)}`)}`
}

/** The ids of what a user may not leave, the groups or the role: nobody else would be an administrator. */
export function keptByLast({ tenantId }: Pick<Scope, 'tenantId'>, table: 'groups' | 'roles', userId: string): Sql {
  const isLast = sql`not exists (${administrators(tenantId, userId)} select 1 where ${isThereOne(tenantId)})`
  return table === 'groups'
    ? sql`${administrators(tenantId)} select id from down where type = 'Group' and ${isLast}`
    : sql`select id from roles where tenant_id = ${tenantId} and audience = '' and display_name_key = 'admin'
        and ${isLast}`
}

/** Whether a batch failed because of that. */
export function isWithoutAdministrator(error: unknown): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) if (e.message.includes('no administrator')) return true
  return false
}

/** Users and groups who hold `admin` by a row of their own or through groups; `without` one of them and who is below it. */
function administrators(tenantId: string, without = ''): Sql {
  return sql`with recursive down(id, type) as (
      select member_id, member_type from role_members where tenant_id = ${tenantId} and member_id <> ${without}
        and role_id in (
          select id from roles where tenant_id = ${tenantId} and audience = '' and display_name_key = 'admin')
      union select g.member_id, g.member_type from down cross join group_members g
        on g.tenant_id = ${tenantId} and g.group_id = down.id where down.type = 'Group' and g.member_id <> ${without})`
}

function isThereOne(tenantId: string): Sql {
  return sql`exists (select 1 from down cross join users u on u.tenant_id = ${tenantId} and u.id = down.id
    where u.active = 1)`
}

function isAmongThem(id: string): Sql {
  return sql`exists (select 1 from down where id = ${id})`
}

function demand(condition: Sql): Sql {
  return sql`select json_extract('{}', case when ${condition} then '$' else 'no administrator' end)`
}
