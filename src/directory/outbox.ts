/**
 * The outbox: with each change in the directory, and in the same batch, a row for every connector that must hear of it.
 * A row says that a resource is dirty, not what happened to it; delivery compares how things are with what was sent.
 */
import { type SQL, sql } from 'drizzle-orm'
import { runGuardedBatch, type Statement } from '../db/open.ts'
import { deliveries, pendingPasswords, type ProvisionedType, type UserSource } from '../db/schema.ts'
import type { Scope } from '../platform.ts'

/** Where a change came from: it decides which connectors hear of it. */
export type Origin = {
  readonly source: UserSource
  /** With source 'jit': the connection that the person came through. */
  readonly connectionId?: string
  /** The application that asked; absent for the resident application (SCIM with Basic, console, API). */
  readonly applicationId?: string
}

/** Statements of one command: others may join theirs before it is committed. */
export type Change = { readonly writes: readonly Statement[]; readonly outbox: readonly Statement[] }

export type DirtyResource = {
  readonly type: ProvisionedType
  readonly id: string
  readonly name: string
  readonly operation: 'create' | 'update' | 'delete'
  /** The user's new password, sealed at (tenant, 'pending_passwords', user id), if it was changed. */
  readonly sealedPassword?: string
}

/** Runs a change as one batch, and then wakes the outbound consumer if any connector has to hear of it. */
export async function commit(scope: Scope, change: Change): Promise<void> {
  const results = await runGuardedBatch(scope.db, [...change.writes, ...change.outbox])
  const queued = results.slice(change.writes.length)
  if (queued.some((result) => rowsAffected(result) > 0)) await scope.platform.wake({ tenantId: scope.tenantId })
}

/** Marks a resource dirty for the connectors that its origin names; a mark that waits already is raised, not doubled. */
export function markDirty(scope: Scope, resource: DirtyResource, origin: Origin): Statement[] {
  const { db, tenantId } = scope
  const statements: Statement[] = [
    db.run(
      insertDelivery(scope, resource, sql`${isProvisioner(scope, resource, origin)} and ${isWanted(scope, resource)}`),
    ),
  ]
  if (resource.sealedPassword !== undefined) {
    statements.push(
      db.run(sql`insert into ${pendingPasswords} (tenant_id, user_id, sealed)
        select ${tenantId}, ${resource.id}, ${resource.sealedPassword}
        where exists (select 1 from ${deliveries} where tenant_id = ${tenantId} and resource_id = ${resource.id}
          and open = 1 and with_password = 1)
        on conflict (tenant_id, user_id) do update set sealed = excluded.sealed`),
    )
  }
  return statements
}

/** Marks a resource dirty for one connector that is enabled, whatever the origin: for what a delivery found missing. */
export function markDirtyFor(scope: Scope, resource: DirtyResource, connectorId: string): Statement {
  return scope.db.run(insertDelivery(scope, resource, sql`c.id = ${connectorId} and ${isWanted(scope, resource)}`))
}

/** Marks the groups of a member dirty for one connector. Read as the batch runs: none that she joins meanwhile is missed. */
export function markGroupsDirtyFor(scope: Scope, memberId: string, connectorId: string): Statement {
  const group = { type: 'Group', id: sql`g.id`, name: sql`g.display_name`, operation: 'update' } as const
  const memberships = sql`join group_members m on m.tenant_id = c.tenant_id and m.member_id = ${memberId}
    join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id`
  return scope.db.run(insertDelivery(scope, group, sql`c.id = ${connectorId} and ${HAS_GROUPS}`, memberships))
}

const HAS_GROUPS = sql`json_extract(c.settings, '$.groupEndpoint') is not null`

/** `c` is the connector and `n` its connection, in `where` and for what `joined` adds. */
function insertDelivery(
  scope: Scope,
  resource: Omit<DirtyResource, 'id' | 'name'> & { readonly id: string | SQL; readonly name: string | SQL },
  where: SQL,
  joined = sql``,
): SQL {
  const at = scope.now.getTime()
  const withPassword = resource.sealedPassword === undefined ? 0 : 1
  return sql`insert into ${deliveries} (tenant_id, id, connector_id, resource_type, resource_id, resource_name, operation,
      state, open, generation, with_password, attempts, next_attempt_at, created, last_modified)
    select ${scope.tenantId}, lower(hex(randomblob(16))), c.id, ${resource.type}, ${resource.id}, ${resource.name},
      ${resource.operation}, 'pending', 1, 1, ${withPassword} and c.password_provisioning, 0, ${at}, ${at}, ${at}
    from connectors c join connections n on n.tenant_id = c.tenant_id and n.id = c.connection_id ${joined}
    where c.tenant_id = ${scope.tenantId} and c.enabled = 1 and ${where}
    on conflict (tenant_id, connector_id, resource_type, resource_id) where open = 1 do update set
      generation = generation + 1, state = 'pending', next_attempt_at = excluded.next_attempt_at,
      resource_name = excluded.resource_name, with_password = max(with_password, excluded.with_password),
      operation = case excluded.operation when 'update' then operation else excluded.operation end,
      last_modified = excluded.last_modified`
}

/**
 * The application's own provisioners if it has any, otherwise the resident application's. A target that has the
 * resource hears of it whoever changes it, while anything is provisioned there at all: a leaver goes from everywhere.
 */
function isProvisioner(scope: Scope, resource: DirtyResource, origin: Origin): SQL {
  const application = origin.applicationId ?? ''
  const onlyJit = origin.source === 'jit' ? sql`and p.jit = 1` : sql``
  return sql`exists (select 1 from provisioners p where p.tenant_id = ${scope.tenantId} and p.connector_id = c.id
    and (${isKnown(scope, resource)} or p.application_id = case when exists (select 1 from provisioners own
      where own.tenant_id = ${scope.tenantId} and own.application_id = ${application}) then ${application} else '' end
      ${onlyJit}))`
}

/** It arrived at the target, or is on its way. */
function isKnown({ tenantId }: Scope, resource: DirtyResource): SQL {
  return sql`(exists (select 1 from provisioned_resources l where l.tenant_id = ${tenantId} and l.connector_id = c.id
      and l.resource_type = ${resource.type} and l.resource_id = ${resource.id})
    or exists (select 1 from ${deliveries} d where d.tenant_id = ${tenantId} and d.connector_id = c.id
      and d.resource_type = ${resource.type} and d.resource_id = ${resource.id} and d.open = 1))`
}

/**
 * A user goes out if she holds one of the connection's outbound roles (or held it, and has to go from the target) or,
 * where none is set, is no administrator: the target may have an `admin` of its own, whom an adopted namesake would
 * overwrite. What was deleted goes out where it is known; a group where the connector has a group endpoint.
 */
function isWanted(scope: Scope, resource: DirtyResource): SQL {
  const { tenantId } = scope
  if (resource.operation === 'delete') return isKnown(scope, resource)
  if (resource.type === 'Group') return HAS_GROUPS
  const holds = (condition: SQL) => sql`exists (select 1 from role_members m join roles r on r.tenant_id = m.tenant_id
    and r.id = m.role_id where m.tenant_id = ${tenantId} and m.user_id = ${resource.id} and ${condition})`
  const everyone = sql`exists (select 1 from json_each(n.outbound_roles) o join roles r on r.id = o.value
    where r.tenant_id = ${tenantId} and r.display_name = 'everyone')`
  return sql`case when json_array_length(n.outbound_roles) = 0 then not ${holds(sql`r.display_name = 'admin'`)}
    else ${everyone} or ${holds(sql`r.id in (select value from json_each(n.outbound_roles))`)}
      or ${isKnown(scope, resource)} end`
}

function rowsAffected(result: unknown): number {
  return typeof result === 'object' && result !== null && 'rowsAffected' in result ? Number(result.rowsAffected) : 0
}
