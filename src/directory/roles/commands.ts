import { ScimError } from '../../core/errors.ts'
import { nameKey, newResourceId } from '../../core/ids.ts'
import { DEMAND_ONE_CHANGE, isUniqueViolation, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { ROLE } from '../../scim/resource-types.ts'
import { isComplex, type Resource } from '../../scim/schema.ts'
import { sameValue } from '../../scim/values.ts'
import { roleSource } from '../list/source.ts'
import {
  addMembers,
  affectedBy,
  demandVersion,
  goneOrChanged,
  hold,
  memberStatements,
  ROLES,
  untilSettled,
  type Versions,
} from '../members/commands.ts'
import { type MemberChange, type MemberEdit, memberIds } from '../members/edit.ts'
import { unknownIds } from '../members/queries.ts'
import { type Change, commit, markUsersDirty, type Origin } from '../outbox.ts'
import { demandAdministrator, isWithoutAdministrator } from './last-administrator.ts'
import { connectionsWithRole, getRole, isApplication, roleResource, type RoleRow } from './queries.ts'
import { demandBuiltInKept, demandCovered, demandSameAudience, isAdmin, permissionsIn } from './rules.ts'

/** Creates a role from a validated resource. Throws uniqueness, invalidValue, and 403 for what the caller has not. */
export async function createRole(
  scope: Scope,
  input: Resource,
  origin: Origin,
  id = newResourceId(scope.now),
): Promise<RoleRow> {
  const { tenantId, now } = scope
  const audience = await audienceOf(scope, input)
  const permissions = permissionsIn(input, audience)
  const displayName = String(input.displayName)
  demandCovered(origin, { displayName, audience, builtIn: false, permissions })
  const changes = (['users', 'groups'] as const).map((attribute) => ({
    attribute,
    kind: 'add' as const,
    ids: memberIds(input, attribute),
  }))
  await demandKnown(scope, changes)
  await commitRole(scope, displayName, {
    writes: [
      sql`insert into roles (tenant_id, id, display_name, display_name_key, audience, built_in, permissions, created,
          last_modified, version)
        values (${tenantId}, ${id}, ${displayName}, ${nameKey(displayName)}, ${audience}, 0,
          ${JSON.stringify(permissions)}, ${now}, ${now}, 1)`,
      ...changes.flatMap((change) => addMembers(scope, ROLES, id, change)),
    ],
    outbox: [],
  })
  return getRole(scope, id)
}

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
  { edit, members }: MemberEdit,
  origin: Origin,
  expected: Versions | undefined,
): Promise<RoleRow> {
  demandCovered(origin, before)
  const current = roleResource(scope, before)
  const edited = edit(current)
  demandSameAudience(current, edited)
  demandBuiltInKept(before, edited, members)
  const changes = before.builtIn && !isAdmin(before) ? [] : members
  const after = before.builtIn
    ? before
    : { ...before, displayName: String(edited.displayName), permissions: permissionsIn(edited, before.audience) }
  const isChanged = after.displayName !== before.displayName || !sameValue(after.permissions, before.permissions)
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

function replaceRole({ tenantId, now }: Scope, before: RoleRow, after: RoleRow): Statement[] {
  return [
    sql`update roles set display_name = ${after.displayName}, display_name_key = ${nameKey(after.displayName)},
        permissions = ${JSON.stringify(after.permissions)}, last_modified = ${now}, version = version + 1
      where tenant_id = ${tenantId} and id = ${before.id} and version = ${before.version}`,
    DEMAND_ONE_CHANGE,
  ]
}

async function demandKnown(scope: Scope, changes: readonly MemberChange[]): Promise<void> {
  for (const change of changes) {
    if (!('ids' in change) || change.kind === 'remove') continue
    const types = ROLES.types(change.attribute)
    const [missing] = await unknownIds(scope, types, change.ids)
    if (missing === undefined) continue
    throw new ScimError(
      'invalidValue',
      `${change.attribute}: there is no ${types.join(' or ')} ${missing.slice(0, 200)}`,
    )
  }
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

/** '' for the organization. Throws invalidValue for an audience that is not here. */
async function audienceOf(scope: Scope, { audience }: Resource): Promise<string> {
  if (!isComplex(audience)) return ''
  const type = typeof audience.type === 'string' ? audience.type.toLowerCase() : 'organization'
  if (type === 'organization') {
    if (audience.value === undefined || audience.value === scope.tenantId) return ''
    throw new ScimError('invalidValue', `audience.value of the organization is ${scope.tenantId}`)
  }
  if (type !== 'application') throw new ScimError('invalidValue', 'audience.type must be organization or application')
  if (typeof audience.value === 'string' && (await isApplication(scope, audience.value))) return audience.value
  throw new ScimError('invalidValue', 'audience.value: there is no such application')
}

async function commitRole(scope: Scope, displayName: string, change: Change): Promise<void> {
  try {
    await commit(scope, change)
  } catch (error) {
    if (isUniqueViolation(error, 'display_name_key')) {
      throw new ScimError('uniqueness', `displayName "${displayName}" is taken`, { cause: error })
    }
    if (isWithoutAdministrator(error)) {
      throw new ScimError(403, 'The last administrator has to keep the role', { cause: error })
    }
    throw error
  }
}
