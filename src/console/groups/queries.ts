import { rowsOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import { rolesHeld } from '../../directory/list/membership.ts'
import type { Scope } from '../../platform.ts'

export type GroupRole = {
  readonly id: string
  readonly name: string
  /** '' is the organization. */
  readonly audience: string
  readonly audienceName: string | null
  /** By a row of its own; otherwise through a group that it is in. */
  readonly isDirect: boolean
}

/** The roles that whoever is in the group holds by it, by name; not `everyone`, which needs no group. */
export async function rolesOfGroup({ db, tenantId }: Scope, groupId: string): Promise<GroupRole[]> {
  const rows = await rowsOf<Omit<GroupRole, 'isDirect'> & { readonly direct: number }>(
    db,
    sql`select o.id, o.display_name as name, o.audience, (select a.name from applications a
        where a.tenant_id = ${tenantId} and a.id = o.audience) as audienceName,
      exists (select 1 from role_members m where m.tenant_id = ${tenantId} and m.role_id = o.id
        and m.member_id = ${groupId}) as direct
      from (${rolesHeld(sql`${tenantId}`, sql`${groupId}`)}) o
      where not (o.built_in = 1 and o.display_name_key = 'everyone') order by o.display_name_key, o.audience`,
  )
  return rows.map(({ direct, ...role }) => ({ ...role, isDirect: direct === 1 }))
}
