import { ScimError } from '../../core/errors.ts'
import { nameKey, newResourceId } from '../../core/ids.ts'
import { DEMAND_ONE_CHANGE, isUniqueViolation, type Statement } from '../../db/open.ts'
import type { UserDocument } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { comparedForm } from '../../scim/compared.ts'
import { GROUP } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { sameValue } from '../../scim/values.ts'
import { groupSource } from '../list/source.ts'
import {
  addMembers,
  affectedBy,
  demandVersion,
  goneOrChanged,
  GROUPS,
  hold,
  leaveEverything,
  memberStatements,
  untilSettled,
  type Versions,
} from '../members/commands.ts'
import { type MemberChange, type MemberEdit, memberIds } from '../members/edit.ts'
import { unknownIds } from '../members/queries.ts'
import { type Change, commit, markDirty, markUsersDirty, type Origin } from '../outbox.ts'
import { ALL_PERMISSIONS, covers, type Permissions } from '../permissions.ts'
import { demandAdministrator, isWithoutAdministrator } from '../roles/last-administrator.ts'
import { getGroup, type GroupRow, permissionsOfGroup } from './queries.ts'

/**
 * What becomes of members who are not here: refused, or passed over and remembered under the client's name, since Okta
 * gives up a whole push for one of them.
 */
export type UnknownMembers = { readonly kind: 'refuse' } | { readonly kind: 'pass'; readonly client: string }
const REFUSE: UnknownMembers = { kind: 'refuse' }

/**
 * Creates a group from a validated resource. Throws ScimError uniqueness if the displayName is taken, invalidValue for
 * a member that is no user or group of this tenant; then nothing was changed.
 */
export async function createGroup(
  scope: Scope,
  input: Resource,
  origin: Origin,
  { unknown = REFUSE, id = newResourceId(scope.now) }: { readonly unknown?: UnknownMembers; readonly id?: string } = {},
): Promise<GroupRow> {
  const { tenantId, now } = scope
  const ids = memberIds(input, 'members')
  const unknowns = await handleUnknown(scope, id, ids, unknown)
  const columns = toColumns(input)
  const row: GroupRow = { id, ...columns, created: now, lastModified: now, version: 1 }
  await commitGroup(scope, row.displayName, {
    writes: [
      sql`insert into groups (tenant_id, id, display_name, display_name_key, external_id, document, compared, created,
          last_modified, version)
        values (${tenantId}, ${id}, ${row.displayName}, ${columns.displayNameKey}, ${row.externalId},
          ${JSON.stringify(row.document)}, ${columns.compared}, ${now}, ${now}, 1)`,
      ...addMembers(scope, GROUPS, id, { attribute: 'members', ids }),
      ...unknowns,
    ],
    outbox: markDirty(scope, 'Group', 'create', [{ id, name: row.displayName }], origin),
  })
  return row
}

/**
 * Changes a group; what changes nothing is not written, pushed or dated. Changes of members do not exclude each other:
 * of two at once both happen. `expected` comes from If-Match: another version is 412.
 */
export async function updateGroup(
  scope: Scope,
  id: string,
  edit: MemberEdit,
  origin: Origin,
  { expected, unknown = REFUSE }: { expected?: Versions | undefined; unknown?: UnknownMembers } = {},
): Promise<GroupRow> {
  return untilSettled(async () => {
    const before = await getGroup(scope, id)
    demandVersion(before, expected)
    const granted = await demandGoverned(scope, before, origin)
    return writeGroup(scope, before, edit, { origin, granted, expected, unknown })
  })
}

/** Nobody changes a group whose members may do more than she herself. */
async function demandGoverned(scope: Scope, group: GroupRow, { by }: Origin): Promise<Permissions> {
  const granted = await permissionsOfGroup(scope, group.id)
  if (by && !covers(by, granted)) {
    throw new ScimError(
      403,
      `${group.displayName} gives permissions that this credential has not, and may not be changed by it.`,
    )
  }
  return granted
}

type Circumstances = {
  readonly origin: Origin
  readonly granted: Permissions
  readonly expected: Versions | undefined
  readonly unknown: UnknownMembers
}

async function writeGroup(
  scope: Scope,
  before: GroupRow,
  { edit, members }: MemberEdit,
  { origin, granted, expected, unknown }: Circumstances,
): Promise<GroupRow> {
  const current = { ...before.document, id: before.id } as Resource
  const columns = toColumns(edit(current))
  const isChanged = !sameValue(columns.document, before.document)
  if (!isChanged && members.length === 0) return before
  const named = members.flatMap((change) => ('ids' in change && change.kind !== 'remove' ? change.ids : []))
  const unknowns = await handleUnknown(scope, before.id, named, unknown)
  const source = groupSource(scope, GROUP)
  const affected = await affectedBy(scope, GROUPS, before.id, members)
  await commitGroup(scope, columns.displayName, {
    writes: [
      ...(isChanged
        ? replaceDocument(scope, before, columns)
        : hold(scope, GROUPS, before.id, expected && before.version)),
      ...members.flatMap((change) => memberStatements(scope, GROUPS, source, before.id, change)),
      ...members.flatMap((change) => forgetStatements(scope, before.id, change)),
      ...unknowns,
      ...(members.length > 0 && granted === ALL_PERMISSIONS ? [demandAdministrator(scope)] : []),
    ],
    outbox: [
      ...markDirty(scope, 'Group', 'update', [{ id: before.id, name: columns.displayName }], origin, before.version),
      ...(affected.length > 0 ? [markUsersDirty(scope, affected)] : []),
    ],
  })
  return getGroup(scope, before.id)
}

function replaceDocument({ tenantId, now }: Scope, before: GroupRow, columns: GroupColumns): Statement[] {
  return [
    sql`update groups set display_name = ${columns.displayName}, display_name_key = ${columns.displayNameKey},
        external_id = ${columns.externalId}, document = ${JSON.stringify(columns.document)},
        compared = ${columns.compared}, last_modified = ${now}, version = version + 1
      where tenant_id = ${tenantId} and id = ${before.id} and version = ${before.version}`,
    DEMAND_ONE_CHANGE,
  ]
}

/** An id that is no longer named is no longer missed. */
function forgetStatements({ tenantId }: Scope, groupId: string, change: MemberChange): Statement[] {
  if (change.kind !== 'remove' && change.kind !== 'replace') return []
  const isNamed = sql`member_id in (select value from json_each(${JSON.stringify(change.ids)}))`
  return [
    sql`delete from unknown_members where tenant_id = ${tenantId} and group_id = ${groupId}
      and ${change.kind === 'remove' ? isNamed : sql`not ${isNamed}`}`,
  ]
}

/** Throws invalidValue for ids that nobody has here, or gives the statements that remember them. */
async function handleUnknown(
  scope: Scope,
  groupId: string,
  ids: readonly string[],
  unknown: UnknownMembers,
): Promise<Statement[]> {
  const missing = await unknownIds(scope, ['User', 'Group'], ids)
  const [first] = missing
  if (first === undefined) return []
  if (unknown.kind === 'refuse') {
    throw new ScimError('invalidValue', `members: there is no user or group ${first.slice(0, 200)}`)
  }
  scope.platform.log.warn('members passed over who are not here', {
    groupId,
    client: unknown.client,
    count: missing.length,
  })
  const { tenantId, now } = scope
  return [
    sql`insert into unknown_members (tenant_id, group_id, member_id, client, last_seen)
      select ${tenantId}, ${groupId}, value, ${unknown.client}, ${now} from json_each(${JSON.stringify(missing)})
      where true on conflict do update set client = excluded.client, last_seen = excluded.last_seen`,
  ]
}

/** Deletes a group and its memberships, on both sides (RFC 7644 section 3.6). Throws 404 if there is none. */
export async function removeGroup(scope: Scope, id: string, origin: Origin, expected?: Versions): Promise<void> {
  const { tenantId } = scope
  const row = await getGroup(scope, id)
  demandVersion(row, expected)
  const granted = await demandGoverned(scope, row, origin)
  try {
    await commitGroup(scope, row.displayName, {
      writes: [
        ...hold(scope, GROUPS, id, expected && row.version),
        sql`delete from groups where tenant_id = ${tenantId} and id = ${id}`,
        sql`delete from group_members where tenant_id = ${tenantId} and group_id = ${id}`,
        sql`delete from unknown_members where tenant_id = ${tenantId} and group_id = ${id}`,
        ...leaveEverything(scope, id),
        ...(granted === ALL_PERMISSIONS ? [demandAdministrator(scope)] : []),
      ],
      outbox: markDirty(scope, 'Group', 'delete', [{ id, name: row.displayName }], origin),
    })
  } catch (error) {
    throw goneOrChanged(error, `Group ${id}`, expected)
  }
}

/** Forgets the members whom clients named and who are not here. */
export async function forgetUnknownMembers(scope: Scope, groupId: string): Promise<void> {
  await commit(scope, {
    writes: [sql`delete from unknown_members where tenant_id = ${scope.tenantId} and group_id = ${groupId}`],
    outbox: [],
  })
}

async function commitGroup(scope: Scope, displayName: string, change: Change): Promise<void> {
  try {
    await commit(scope, change)
  } catch (error) {
    if (isUniqueViolation(error, 'display_name_key')) {
      throw new ScimError('uniqueness', `displayName "${displayName}" is taken`, { cause: error })
    }
    if (isWithoutAdministrator(error)) {
      throw new ScimError(403, 'The last administrator holds her role by this group', { cause: error })
    }
    throw error
  }
}

type GroupColumns = ReturnType<typeof toColumns>

function toColumns(input: Resource) {
  const { id: _id, meta: _meta, members: _members, ...document } = input
  const displayName = String(input.displayName)
  return {
    displayName,
    displayNameKey: nameKey(displayName),
    externalId: typeof input.externalId === 'string' ? input.externalId : null,
    document: document as UserDocument,
    compared: JSON.stringify(comparedForm(GROUP, document as Resource)),
  }
}
