/** Groups and roles by the provider's word, and who had granted them. */
import { sql, verbatim } from '../../db/sql.ts'
import type { Statement } from '../../db/open.ts'
import type { Change } from '../../directory/commit.ts'
import { changeMemberships } from '../../directory/memberships/commands.ts'
import type { Origin } from '../../directory/outbox.ts'
import type { Scope } from '../../platform.ts'
import { type GrantPlan, isNoChange } from './plan.ts'
import { type GrantChange, type GrantKind, OWNERS } from './queries.ts'

/** Whose memberships, and through which connection. */
type Whose = { readonly connectionId: string; readonly userId: string; readonly origin: Origin }

/** The statements of what grantChanges found; none if nothing changes. */
export function grantStatements(scope: Scope, whose: Whose, changes: readonly GrantChange[]): Change[] {
  return changes.flatMap(({ kind, sync, plan }) => {
    if (!plan || isNoChange(plan)) return []
    const ids = { add: plan.add.map(({ id }) => id), remove: plan.remove.map(({ id }) => id) }
    const vouch = { writes: [], links: vouchFor(scope, whose, kind, plan), outbox: [] }
    const forget = { writes: [], links: forgetGrants(scope, whose, kind, plan, sync === 'replace'), outbox: [] }
    const members = changeMemberships(scope, OWNERS[kind], whose.userId, ids, whose.origin)
    return [vouch, members, forget]
  })
}

/** Of what she is in already it vouches for nothing but what another connection had granted. */
function vouchFor({ tenantId, now }: Scope, whose: Whose, kind: GrantKind, { vouch }: GrantPlan): Statement[] {
  if (vouch.length === 0) return []
  const { table, members, key } = OWNERS[kind]
  const { userId, connectionId } = whose
  return [
    sql`insert into granted_memberships (tenant_id, user_id, connection_id, kind, target_id, created)
      select ${tenantId}, ${userId}, ${connectionId}, ${kind}, w.id, ${now} from ${verbatim(table)} w
      where w.tenant_id = ${tenantId} and w.id in (select value from json_each(${JSON.stringify(vouch)}))
        and (not exists (select 1 from ${verbatim(members)} m where m.tenant_id = ${tenantId}
            and m.${verbatim(key)} = w.id and m.member_id = ${userId})
          or exists (select 1 from granted_memberships o where o.tenant_id = ${tenantId} and o.user_id = ${userId}
            and o.connection_id <> ${connectionId} and o.kind = ${kind} and o.target_id = w.id))
      on conflict do nothing`,
  ]
}

/** What a replacement took away nobody vouches for any more. */
function forgetGrants(
  { tenantId }: Scope,
  { userId, connectionId }: Whose,
  kind: GrantKind,
  { forget, remove }: GrantPlan,
  isReplaced: boolean,
): Statement[] {
  const gone = isReplaced ? [...new Set([...forget, ...remove.map(({ id }) => id)])] : forget
  if (gone.length === 0) return []
  const whose = isReplaced ? sql`1` : sql`connection_id = ${connectionId}`
  return [
    sql`delete from granted_memberships where tenant_id = ${tenantId} and user_id = ${userId} and kind = ${kind}
      and target_id in (select value from json_each(${JSON.stringify(gone)})) and ${whose}`,
  ]
}
