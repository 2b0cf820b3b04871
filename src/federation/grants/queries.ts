import { nameKey } from '../../core/ids.ts'
import { rowsOf } from '../../db/open.ts'
import type { GrantSettings } from '../../db/schema.ts'
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import { groupsAbove, IS_EVERYONE, roleIdsHeld } from '../../directory/list/membership.ts'
import { GROUPS, type Owner, ROLES } from '../../directory/members/commands.ts'
import { keptByLast } from '../../directory/roles/last-administrator.ts'
import type { Scope } from '../../platform.ts'
import type { Claims } from '../claims/said.ts'
import { type Listed, listedIn } from './listed.ts'
import { type GrantPlan, planGrants, type Standing, type Target, wantedBy } from './plan.ts'

export type GrantKind = 'group' | 'role'
export const OWNERS: Readonly<Record<GrantKind, Owner>> = { group: GROUPS, role: ROLES }

/** What becomes of her groups, or of her roles; nothing if the provider does not say, or not so that it can be used. */
export type GrantChange = {
  readonly kind: GrantKind
  readonly sync: GrantSettings['sync']
  readonly listed: Listed
  readonly plan: GrantPlan | undefined
}

/** What would change if she signed in with these claims; nothing is written. Without a user: of somebody who is new. */
export async function grantChanges(
  scope: Scope,
  {
    id,
    jit,
  }: { readonly id: string; readonly jit: { enabled: boolean; groups?: GrantSettings; roles?: GrantSettings } },
  claims: Claims,
  userId?: string,
): Promise<readonly GrantChange[]> {
  if (!jit.enabled) return []
  const settings = [['group', jit.groups] as const, ['role', jit.roles] as const]
  const changes = settings.map(async ([kind, grant]): Promise<GrantChange[]> => {
    if (!grant) return []
    const listed = listedIn(claims, grant.claim)
    const plan = listed.kind === 'listed' ? await planOf(scope, id, kind, grant, listed, userId) : undefined
    return [{ kind, sync: grant.sync, listed, plan }]
  })
  return (await Promise.all(changes)).flat()
}

async function planOf(
  scope: Scope,
  connectionId: string,
  kind: GrantKind,
  grant: GrantSettings,
  { mentions }: Extract<Listed, { kind: 'listed' }>,
  userId: string | undefined,
): Promise<GrantPlan> {
  const wanted = await findTargets(scope, kind, wantedBy(grant, mentions))
  if (userId === undefined) return planGrants(grant.sync, wanted, [])
  const among = grant.sync === 'replace' ? undefined : wanted.map(({ id }) => id)
  const standings = await findStandings(scope, { connectionId, kind, userId, among })
  return withoutKept(scope, kind, userId, planGrants(grant.sync, wanted, standings))
}

/** What goes of what a connection has granted somebody whom it vouches for no more: all that no other one has, too. */
export async function grantsLeft(scope: Scope, connectionId: string, userId: string): Promise<readonly GrantChange[]> {
  const kinds = Object.keys(OWNERS) as GrantKind[]
  return Promise.all(
    kinds.map(async (kind) => {
      const standings = await findStandings(scope, { connectionId, kind, userId, among: [] })
      const plan = await withoutKept(scope, kind, userId, planGrants('merge', [], standings))
      return { kind, sync: 'merge' as const, listed: { kind: 'listed' as const, mentions: [] }, plan }
    }),
  )
}

/** The last administrator stays one. */
async function withoutKept(scope: Scope, kind: GrantKind, userId: string, plan: GrantPlan): Promise<GrantPlan> {
  if (plan.remove.length === 0) return plan
  const kept = new Set(await findKeptByLast(scope, kind, userId))
  return {
    ...plan,
    remove: plan.remove.filter((one) => !kept.has(one.id)),
    forget: plan.forget.filter((one) => !kept.has(one)),
  }
}

/**
 * Those that are here. By name nobody comes into what permits anything: whoever gives names at the provider would be an
 * administrator here. `everyone` is held by everybody.
 */
async function findTargets(
  { db, tenantId }: Scope,
  kind: GrantKind,
  { ids, names }: ReturnType<typeof wantedBy>,
): Promise<Target[]> {
  if (ids.length === 0 && names.length === 0) return []
  const [mapped, keys] = [JSON.stringify(ids), JSON.stringify(names.map(nameKey))]
  const isNamed = sql`display_name_key in (select value from json_each(${keys}))`
  return rowsOf<Target>(
    db,
    kind === 'group'
      ? sql`select id, display_name as name from groups where tenant_id = ${tenantId}
          and id in (select value from json_each(${mapped}))
        union select w.id, w.display_name from groups w where w.tenant_id = ${tenantId} and w.${isNamed}
          and not ${permits(sql`${tenantId}`, sql`w.id`)}`
      : sql`select id, display_name as name from roles where tenant_id = ${tenantId}
          and id in (select value from json_each(${mapped})) and not (${IS_EVERYONE})
        union select id, display_name from roles where tenant_id = ${tenantId} and audience = '' and ${isNamed}
          and built_in = 0 and permissions = '[]'`,
  )
}

/** A role of the organization that permits something is held by who is in the group. */
function permits(tenantId: Sql, groupId: Sql): Sql {
  return sql`exists (${groupsAbove(tenantId, groupId)} select 1 from roles h where h.tenant_id = ${tenantId}
    and h.id in (${roleIdsHeld(tenantId, groupId)}) and h.audience = '' and (h.built_in = 1 or h.permissions <> '[]'))`
}

type Asked = {
  readonly connectionId: string
  readonly kind: GrantKind
  readonly userId: string
  /** Of her memberships only these; all unless told. */
  readonly among: readonly string[] | undefined
}

/** What she is in, and who put her there; and what this connection had granted that she is not in any more. */
async function findStandings(
  { db, tenantId }: Scope,
  { connectionId, kind, userId, among }: Asked,
): Promise<Standing[]> {
  const owner = OWNERS[kind]
  const key = verbatim(owner.key)
  const isAmong = among ? sql`and ${key} in (select value from json_each(${JSON.stringify(among)}))` : sql``
  const rows = await rowsOf<Target & Record<'isMember' | 'isOurs' | 'isAnothers', number>>(
    db,
    sql`with granted(id, connection) as (select target_id, connection_id from granted_memberships
        where tenant_id = ${tenantId} and user_id = ${userId} and kind = ${kind}),
      known(id) as (select ${key} from ${verbatim(owner.members)} where tenant_id = ${tenantId}
          and member_id = ${userId} ${isAmong}
        union select id from granted where connection = ${connectionId})
      select k.id, coalesce(t.display_name, '') as name,
        exists (select 1 from ${verbatim(owner.members)} m where m.tenant_id = ${tenantId} and m.${key} = k.id
          and m.member_id = ${userId}) as isMember,
        exists (select 1 from granted where granted.id = k.id and connection = ${connectionId}) as isOurs,
        exists (select 1 from granted where granted.id = k.id and connection <> ${connectionId}) as isAnothers
      from known k left join ${verbatim(owner.table)} t on t.tenant_id = ${tenantId} and t.id = k.id`,
  )
  return rows.map(({ isMember, isOurs, isAnothers, ...target }) => ({
    ...target,
    isMember: isMember === 1,
    isOurs: isOurs === 1,
    isAnothers: isAnothers === 1,
  }))
}

async function findKeptByLast(scope: Scope, kind: GrantKind, userId: string): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(scope.db, keptByLast(scope, OWNERS[kind].table, userId))
  return rows.map(({ id }) => id)
}
