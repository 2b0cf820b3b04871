import { ScimError } from '../../core/errors.ts'
import { nameKey } from '../../core/ids.ts'
import { DEMAND_ONE_CHANGE, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { ROLE } from '../../scim/resource-types.ts'
import { sameValue } from '../../scim/values.ts'
import { roleSource } from '../list/source.ts'
import {
  affectedBy,
  demandVersion,
  goneOrChanged,
  hold,
  memberStatements,
  ROLES,
  untilSettled,
  type Versions,
} from '../members/commands.ts'
import type { MemberEdit } from '../members/edit.ts'
import { commit } from '../commit.ts'
import { markUsersDirty, type Origin } from '../outbox.ts'
import { commitRole, demandKnown } from './creation/commands.ts'
import { demandAdministrator } from './last-administrator.ts'
import { connectionsWithRole, getRole, roleResource, type RoleRow } from './queries.ts'
import { demandBuiltInKept, demandCovered, demandSameAudience, externalIdIn, isAdmin, permissionsIn } from './rules.ts'

/** Changes a role; of `admin` only who holds it, of `everyone` nothing. What changes nothing is not written. */
export async function updateRole(
  scope: Scope,
  id: string,
  edit: MemberEdit,
  origin: Origin,
  expected?: Versions,
): Promise<RoleRow> {
  return untilSettled(async () => {
    const before = await getRole(scope, id)
    demandVersion(before, expected)
    return writeRole(scope, before, edit, origin, expected)
  })
}

async function writeRole(
  scope: Scope,
  before: RoleRow,
  change: MemberEdit,
  origin: Origin,
  expected: Versions | undefined,
): Promise<RoleRow> {
  demandCovered(origin, before)
  const current = roleResource(scope, before)
  const edited = change.edit(current)
  demandSameAudience(current, edited)
  demandBuiltInKept(before, edited, change)
  const changes = before.builtIn && !isAdmin(before) ? [] : change.members
  const after = before.builtIn
    ? { ...before, externalId: externalIdIn(edited) }
    : {
        ...before,
        displayName: String(edited.displayName),
        externalId: externalIdIn(edited),
        permissions: permissionsIn(edited, before.audience),
      }
  const isChanged = !sameValue(factsOf(after), factsOf(before))
  if (!isChanged && changes.length === 0) return before
  demandCovered(origin, after)
  await demandKnown(scope, changes)
  const source = roleSource(scope, ROLE)
  const affected = await affectedBy(scope, ROLES, before.id, changes)
  await commitRole(scope, after.displayName, {
    writes: [
      ...(isChanged ? replaceRole(scope, before, after) : hold(scope, ROLES, before.id, expected && before.version)),
      ...changes.flatMap((change) => memberStatements(scope, ROLES, source, before.id, change)),
      ...(isAdmin(before) ? [demandAdministrator(scope)] : []),
    ],
    outbox: affected.length > 0 ? [markUsersDirty(scope, affected)] : [],
  })
  return getRole(scope, before.id)
}

function factsOf({ displayName, externalId, permissions }: RoleRow) {
  return { displayName, externalId, permissions }
}

function replaceRole({ tenantId, now }: Scope, before: RoleRow, after: RoleRow): Statement[] {
  return [
    sql`update roles set display_name = ${after.displayName}, display_name_key = ${nameKey(after.displayName)},
        external_id = ${after.externalId}, permissions = ${JSON.stringify(after.permissions)}, last_modified = ${now}, version = version + 1
      where tenant_id = ${tenantId} and id = ${before.id} and version = ${before.version}`,
    DEMAND_ONE_CHANGE,
  ]
}

/** Deletes a role, with who holds it. Throws 404, 403 for a built-in one, 409 for one that a connection chooses by. */
export async function removeRole(scope: Scope, id: string, origin: Origin, expected?: Versions): Promise<void> {
  const { tenantId } = scope
  const row = await getRole(scope, id)
  demandVersion(row, expected)
  demandCovered(origin, row)
  if (row.builtIn) throw new ScimError(403, `${row.displayName} is built in and stays`)
  const connections = await connectionsWithRole(scope, id)
  if (connections.length > 0) {
    throw new ScimError(
      409,
      `The role chooses who is provisioned through ${connections.join(', ')}: take it out there first`,
    )
  }
  try {
    await commit(scope, {
      writes: [
        ...hold(scope, ROLES, id, expected && row.version),
        sql`delete from roles where tenant_id = ${tenantId} and id = ${id}`,
        sql`delete from role_members where tenant_id = ${tenantId} and role_id = ${id}`,
      ],
      outbox: [],
    })
  } catch (error) {
    throw goneOrChanged(error, `Role ${id}`, expected)
  }
}
