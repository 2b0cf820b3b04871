/**
 * The outbox: with each change in the directory, and in the same batch, a row for every connector that must hear of it.
 * A row says that a resource is dirty, not what happened to it; delivery compares how things are with what was sent.
 */
import { firstOf, type Statement } from '../db/open.ts'
import type { ProvisionedType, UserSource } from '../db/schema.ts'
import { type Sql, sql, verbatim } from '../db/sql.ts'
import type { Scope } from '../platform.ts'
import { groupsAbove, IS_EVERYONE, roleIdsHeld } from './list/membership.ts'
import type { Permissions } from './permissions.ts'

/** Where a change came from: it decides which connectors hear of it. */
export type Origin = {
  readonly source: UserSource
  /** With source 'jit': the connection that the person came through. */
  readonly connectionId?: string
  /** The application that asked; absent for the resident application (SCIM with Basic, console, API). */
  readonly applicationId?: string
  /** What whoever asks may do; absent where the server acts by itself. Nobody changes what permits more than that. */
  readonly by?: Permissions
}

export type DirtyResource = {
  readonly id: string
  readonly name: string
  /** The user's new password, sealed at (tenant, 'pending_passwords', user id), if it was changed. */
  readonly sealedPassword?: string | undefined
}
type Operation = 'create' | 'update' | 'delete'

/**
 * Marks resources dirty for the connectors that their origin names; a mark that waits already is raised, not doubled.
 * `newerThan` is a version: a group that is at it still, when the batch has run so far, was not changed.
 */
export function markDirty(
  scope: Scope,
  type: ProvisionedType,
  operation: Operation,
  resources: readonly DirtyResource[],
  origin: Origin,
  newerThan?: number,
): Statement[] {
  const { tenantId, now } = scope
  const rows = resources.map(({ id, name, sealedPassword }) => [id, name, sealedPassword === undefined ? 0 : 1])
  const passwords = resources.flatMap(({ id, sealedPassword }) =>
    sealedPassword === undefined
      ? []
      : [
          sql`insert into pending_passwords (tenant_id, user_id, sealed)
            select ${tenantId}, ${id}, ${sealedPassword} where exists (select 1 from deliveries
              where tenant_id = ${tenantId} and resource_id = ${id} and open = 1 and with_password = 1)
            on conflict (tenant_id, user_id) do update set sealed = excluded.sealed`,
        ],
  )
  const [only] = rows.length === 1 ? rows : []
  const args = [tenantId, now, origin.applicationId ?? '', newerThan ?? null, ...(only ?? [JSON.stringify(rows)])]
  return [{ sql: markingOf(type, operation, origin.source === 'jit', only !== undefined), args }, ...passwords]
}

/** The statement of markDirty, which comes with each change: made once for each kind of change, of one or of several. */
function markingOf(type: ProvisionedType, operation: Operation, isJit: boolean, isOne: boolean): string {
  const key = `${type} ${operation} ${isJit} ${isOne}`
  const known = markings.get(key)
  if (known !== undefined) return known
  const dirty: Dirty = {
    tenantId: verbatim('?1'),
    now: verbatim('?2'),
    type,
    operation,
    ...(isOne ? THE_ONE : EACH),
  }
  const isNewer = sql`(?4 is null or exists (select 1 from groups o where o.tenant_id = ?1 and o.id = ${dirty.id}
    and o.version <> ?4))`
  const isHeard = isProvisioner(dirty, isJit, verbatim('?3'))
  const marking = insertDelivery(dirty, sql`${isNewer} and ${isHeard} and ${isWanted(dirty)}`).sql
  markings.set(key, marking)
  return marking
}
const markings = new Map<string, string>()
const THE_ONE = { id: verbatim('?5'), name: verbatim('?6'), withPassword: verbatim('?7'), from: sql`` }
const PLACES = { id: sql`x.value ->> 0`, name: sql`x.value ->> 1`, withPassword: sql`x.value ->> 2` }
const EACH = { ...PLACES, from: sql`join json_each(?5) x` }

/** Marks a resource dirty for one connector that is enabled, whatever the origin: for what a delivery found missing. */
export function markDirtyFor(
  scope: Scope,
  type: ProvisionedType,
  operation: Operation,
  { id, name }: DirtyResource,
  connectorId: string,
): Statement {
  const dirty = dirtyOf(scope, type, operation, { id: sql`${id}`, name: sql`${name}`, from: sql`` })
  return insertDelivery(dirty, sql`c.id = ${connectorId} and ${isWanted(dirty)}`)
}

/**
 * Marks users dirty for the connectors whose people are chosen by roles or groups, after groups or roles changed who
 * holds what: of the ids, those of groups stand for everybody in them.
 */
export function markUsersDirty(scope: Scope, ids: readonly string[]): Statement {
  const { tenantId } = scope
  const from = sql`join users u on u.tenant_id = c.tenant_id`
  const dirty = dirtyOf(scope, 'User', 'update', { id: sql`u.id`, name: sql`u.user_name`, from })
  const isBelow = sql`u.id in (with recursive down(id) as (select value from json_each(${JSON.stringify(ids)})
      union select m.member_id from down cross join group_members m on m.tenant_id = ${tenantId} and m.group_id = down.id)
    select id from down)`
  return insertDelivery(dirty, sql`${HAS_CHOICE} and ${isBelow} and ${isProvisioned(scope)} and ${isWanted(dirty)}`)
}

/**
 * Marks the groups of a member who is about to go, for the targets that have them: not every target takes whom it removes
 * out of its groups (RFC 7644 leaves it open), and one that does has nothing more to do.
 */
export function markGroupsOf(scope: Scope, memberId: string): Statement {
  const from = sql`cross join group_members m on m.tenant_id = c.tenant_id and m.member_id = ${memberId}
    cross join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id`
  const dirty = dirtyOf(scope, 'Group', 'update', { id: sql`g.id`, name: sql`g.display_name`, from })
  return insertDelivery(dirty, sql`${HAS_GROUPS} and ${isProvisioned(scope)} and ${isKnown(dirty)}`)
}

/** Removes sealed passwords that no target has to be told any more: all of them, a tenant's, or one user's. */
export function forgetPasswords(tenantId?: string, userId?: string): Sql {
  const ofTenant = tenantId === undefined ? sql`1` : sql`tenant_id = ${tenantId}`
  const ofUser = userId === undefined ? sql`1` : sql`user_id = ${userId}`
  return sql`delete from pending_passwords where ${ofTenant} and ${ofUser} and not exists (select 1 from deliveries d
    where d.tenant_id = pending_passwords.tenant_id and d.resource_id = pending_passwords.user_id and d.open = 1
      and d.with_password = 1)`
}

/** The connection `n` chooses its people, by roles or by groups; those that are gone count, though they choose nobody. */
const HAS_CHOICE = sql`(json_array_length(n.outbound_roles) > 0 or json_array_length(n.outbound_groups) > 0)`

/** Whether any connection of the tenant chooses its people by roles or groups. */
export async function hasOutboundChoice({ db, tenantId }: Scope): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`select 1 as one from connections n where n.tenant_id = ${tenantId} and ${HAS_CHOICE} limit 1`,
  )
  return row !== undefined
}

/** Somebody provisions through the connector `c`. */
export function isProvisioned({ tenantId }: Pick<Scope, 'tenantId'>): Sql {
  return sql`exists (select 1 from provisioners p where p.tenant_id = ${tenantId} and p.connector_id = c.id)`
}

/** As hasGroups of connections/connectors/types.ts. */
export const HAS_GROUPS = sql`(json_extract(c.settings, '$.groupEndpoint') is not null
  or json_extract(c.settings, '$.groups') = 1)`

/** What is dirty, as expressions over the tables that `from` adds to the connector `c` and its connection `n`. */
export type Dirty = {
  readonly tenantId: Sql
  readonly now: Sql
  readonly type: ProvisionedType
  /** Where it is not the same for all of them, an expression. */
  readonly operation: Operation | Sql
  readonly id: Sql
  readonly name: Sql
  readonly withPassword: Sql
  readonly from: Sql
}

/** What is dirty at this moment, without a new password. */
export function dirtyOf(
  { tenantId, now }: Pick<Scope, 'tenantId' | 'now'>,
  type: ProvisionedType,
  operation: Dirty['operation'],
  which: Pick<Dirty, 'id' | 'name' | 'from'>,
): Dirty {
  return { tenantId: sql`${tenantId}`, now: sql`${now}`, type, operation, withPassword: sql`0`, ...which }
}

/** `raised`: which of the deliveries that are open already it raises; all unless told. */
export function insertDelivery(dirty: Dirty, where: Sql, raised: Sql = sql``): Sql {
  const { tenantId, now, operation } = dirty
  return sql`insert into deliveries (tenant_id, id, connector_id, resource_type, resource_id, resource_name, operation,
      state, open, generation, with_password, attempts, next_attempt_at, created, last_modified)
    select ${tenantId}, printf('%012x', ${now}) || lower(hex(randomblob(10))), c.id, ${quoted(dirty.type)}, ${dirty.id}, ${dirty.name},
      ${typeof operation === 'string' ? quoted(operation) : operation}, 'pending', 1, 1, ${dirty.withPassword} and c.password_provisioning, 0, ${now}, ${now},
      ${now}
    from connectors c join connections n on n.tenant_id = c.tenant_id and n.id = c.connection_id ${dirty.from}
    where c.tenant_id = ${tenantId} and c.enabled = 1 and ${where}
    on conflict (tenant_id, connector_id, resource_type, resource_id) where open = 1 do update set
      generation = generation + 1, state = 'pending', next_attempt_at = excluded.next_attempt_at,
      failing_since = null, removal = 0, resource_name = excluded.resource_name, with_password = max(with_password, excluded.with_password),
      operation = case excluded.operation when 'update' then operation else excluded.operation end,
      last_modified = excluded.last_modified ${raised}`
}

function quoted(word: ProvisionedType | Operation): Sql {
  return verbatim(`'${word}'`)
}

/**
 * The application's own provisioners if it has any, otherwise the resident application's. A target that has the
 * resource hears of it whoever changes it, while anything is provisioned there at all: a leaver goes from everywhere.
 */
export function isProvisioner(dirty: Dirty, isJit: boolean, applicationId: Sql): Sql {
  const { tenantId } = dirty
  return sql`exists (select 1 from provisioners p where p.tenant_id = ${tenantId} and p.connector_id = c.id
    and (p.application_id = case when exists (select 1 from provisioners own
      where own.tenant_id = ${tenantId} and own.application_id = ${applicationId}) then ${applicationId} else '' end ${verbatim(isJit ? 'and p.jit = 1' : '')}
      or ${isKnown(dirty)}))`
}

/** It arrived at the target, or is on its way. */
export function isKnown({ tenantId, type, id }: Dirty): Sql {
  return sql`(exists (select 1 from provisioned_resources l where l.tenant_id = ${tenantId} and l.connector_id = c.id
      and l.resource_type = ${quoted(type)} and l.resource_id = ${id})
    or exists (select 1 from deliveries d where d.tenant_id = ${tenantId} and d.connector_id = c.id
      and d.resource_type = ${quoted(type)} and d.resource_id = ${id} and d.open = 1))`
}

/**
 * A user goes out if she holds one of the connection's outbound roles or is in one of its groups (or was, and has to go
 * from the target) or, where none is set, is no administrator: the target may have an `admin` of its own, whom an adopted
 * namesake would overwrite. What was deleted goes out where it is known; a group where the connector has a group endpoint.
 */
export function isWanted(dirty: Dirty): Sql {
  if (dirty.operation === 'delete') return isKnown(dirty)
  if (dirty.type === 'Group') return HAS_GROUPS
  const { tenantId } = dirty
  const everyone = sql`exists (select 1 from json_each(n.outbound_roles) where value in (
    select id from roles where tenant_id = ${tenantId} and ${IS_EVERYONE}))`
  const byRole = holds(dirty, sql`held_role.id in (select value from json_each(n.outbound_roles))`)
  return sql`case when not ${HAS_CHOICE} then not ${holds(dirty, IS_ADMIN)}
    else ${everyone} or ${byRole} or ${isInOutboundGroup(dirty)} or ${isKnown(dirty)} end`
}

const IS_ADMIN = sql`held_role.built_in = 1 and held_role.display_name_key = 'admin'`

/**
 * She holds such a role, by a row of her own or through a group. Who has neither is asked no further: by a `case`, since
 * SQLite computes both sides of an `and` whose value it needs. The aliases are nobody else's: `id` may be a column of any
 * table around it, which one of the same name in here would hide.
 */
function holds({ tenantId, id }: Dirty, condition: Sql): Sql {
  const isIn = (table: Sql) => sql`exists (select 1 from ${table} own_row where own_row.tenant_id = ${tenantId}
    and own_row.member_id = ${id})`
  return sql`case when ${isIn(verbatim('role_members'))} or ${isIn(verbatim('group_members'))}
    then exists (${groupsAbove(tenantId, id)} select 1 from roles held_role where held_role.tenant_id = ${tenantId}
      and held_role.id in (${roleIdsHeld(tenantId, id)}) and ${condition}) else 0 end`
}

/** She is in one of the connection's outbound groups, by a row of her own or through a group in it. */
function isInOutboundGroup({ tenantId, id }: Dirty): Sql {
  return sql`(json_array_length(n.outbound_groups) > 0 and exists (${groupsAbove(tenantId, id)} select 1 from up
    where up.id in (select value from json_each(n.outbound_groups))))`
}
