/** The groups and roles of one user, for commands that change them with other things of hers in one batch. */
import type { Statement } from '../../db/open.ts'
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { Change } from '../commit.ts'
import type { Owner } from '../members/commands.ts'
import { dirtyOf, insertDelivery, isProvisioner, isWanted, markUsersDirty, type Origin } from '../outbox.ts'
import { keptByLast } from '../roles/last-administrator.ts'

/** Ids of groups, or of roles, that she comes into and goes out of. */
export type Memberships = { readonly add: readonly string[]; readonly remove: readonly string[] }

/**
 * The statements that put her into some groups or roles and take her out of others, by rows of her own. What changes has a
 * new version; what is so already, or is gone, stays as it is, and so does what the last administrator is one by. It
 * costs as much as there are changes, however many members they have.
 */
export function changeMemberships(
  scope: Scope,
  owner: Owner,
  userId: string,
  { add, remove }: Memberships,
  origin: Origin,
): Change {
  if (add.length === 0 && remove.length === 0) return { writes: [], outbox: [] }
  const { tenantId } = scope
  const [table, members, key] = [owner.table, owner.members, owner.key].map(verbatim) as [Sql, Sql, Sql]
  const isMember = sql`exists (select 1 from ${members} m where m.tenant_id = ${tenantId} and m.${key} = w.id
    and m.member_id = ${userId})`
  const among = (ids: readonly string[], condition: Sql) =>
    sql`select w.id from ${table} w where w.tenant_id = ${tenantId}
      and w.id in (select value from json_each(${JSON.stringify(ids)})) and ${condition}`
  const added = among(add, sql`not ${isMember}`)
  const removed = among(remove, sql`${isMember} and w.id not in (${keptByLast(scope, owner.table, userId)})`)
  const isThere = sql`exists (select 1 from users u where u.tenant_id = ${tenantId} and u.id = ${userId})`
  const joins = [
    raise(scope, owner, sql`${added} and ${isThere}`),
    sql`insert into ${members} (tenant_id, ${key}, member_id, member_type)
      select ${tenantId}, x.id, ${userId}, 'User' from (${added} and ${isThere}) x`,
  ]
  const leaves = [
    raise(scope, owner, removed),
    sql`delete from ${members} where tenant_id = ${tenantId} and member_id = ${userId} and ${key} in (${removed})`,
  ]
  return {
    // Before anything is changed: those that are going to be.
    leavers: owner.table === 'groups' ? [markGroupsDirty(scope, sql`${added} union ${removed}`, origin)] : [],
    writes: [],
    links: [...(add.length > 0 ? joins : []), ...(remove.length > 0 ? leaves : [])],
    outbox: [markUsersDirty(scope, [userId])],
  }
}

function raise({ tenantId, now }: Scope, { table }: Owner, which: Sql): Statement {
  return sql`update ${verbatim(table)} set version = version + 1, last_modified = ${now}
    where tenant_id = ${tenantId} and id in (${which})`
}

function markGroupsDirty(scope: Scope, which: Sql, origin: Origin): Statement {
  const from = sql`cross join (${which}) x cross join groups g on g.tenant_id = ${scope.tenantId} and g.id = x.id`
  const dirty = dirtyOf(scope, 'Group', 'update', { id: sql`g.id`, name: sql`g.display_name`, from })
  const isHeard = isProvisioner(dirty, origin.source === 'jit', sql`${origin.applicationId ?? ''}`)
  return insertDelivery(dirty, sql`${isHeard} and ${isWanted(dirty)}`)
}
