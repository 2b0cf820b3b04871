import { ScimError } from '../../core/errors.ts'
import { DEMAND_ONE_CHANGE, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { GROUP } from '../../scim/resource-types.ts'
import type { Resource } from '../../scim/schema.ts'
import { sameValue } from '../../scim/values.ts'
import { membersChangeOf } from '../ahead/queries.ts'
import { groupSource } from '../list/source.ts'
import {
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
import type { MemberEdit } from '../members/edit.ts'
import { hasOutboundChoice, markDirty, markUsersDirty, type Origin } from '../outbox.ts'
import { covers } from '../permissions.ts'
import { demandAdministratorBelow, demandAdministratorBeside } from '../roles/last-administrator.ts'
import { type GroupColumns, toColumns } from './columns.ts'
import { commitGroup, groupAhead } from './creation/commands.ts'
import { getGroup, type GroupRow, permissionsOfGroup } from './queries.ts'
import { forgetStatements, handleUnknown, REFUSE, type UnknownMembers } from './unknown/commands.ts'

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
    await demandGoverned(scope, before, origin)
    return writeGroup(scope, before, edit, { origin, expected, unknown })
  })
}

/** Nobody changes a group whose members may do more than she herself. */
async function demandGoverned(scope: Scope, group: GroupRow, { by }: Origin): Promise<void> {
  if (by && !covers(by, await permissionsOfGroup(scope, group.id))) {
    throw new ScimError(
      403,
      `${group.displayName} gives permissions that this credential has not, and may not be changed by it.`,
    )
  }
}

type Circumstances = {
  readonly origin: Origin
  readonly expected: Versions | undefined
  readonly unknown: UnknownMembers
}

async function writeGroup(
  scope: Scope,
  before: GroupRow,
  { edit, members }: MemberEdit,
  { origin, expected, unknown }: Circumstances,
): Promise<GroupRow> {
  const current = { ...before.document, id: before.id } as Resource
  const columns = toColumns(edit(current))
  const isChanged = !sameValue(columns.document, before.document)
  if (!isChanged && members.length === 0) return before
  const named = members.flatMap((change) => ('ids' in change && change.kind !== 'remove' ? change.ids : []))
  const unknowns = await handleUnknown(scope, before.id, named, unknown)
  const source = groupSource(scope, GROUP)
  const affected = await affectedBy(scope, GROUPS, before.id, members)
  const dirty = { id: before.id, name: columns.displayName }
  await commitGroup(scope, columns.displayName, {
    writes: [
      ...(isChanged
        ? replaceDocument(scope, before, columns)
        : hold(scope, GROUPS, before.id, expected && before.version)),
      ...members.flatMap((change) => memberStatements(scope, GROUPS, source, before.id, change)),
      ...members.flatMap((change) => forgetStatements(scope, before.id, change)),
      ...unknowns,
      ...(members.some(({ kind }) => kind !== 'add') ? [demandAdministratorBelow(scope, before.id)] : []),
    ],
    outbox: [
      ...markDirty(scope, 'Group', 'update', [dirty], origin, before.version),
      // Whom a filter meets among those who come with it is not foreseen: a target that had to take it first looks again.
      ...(members.length > 1 && members.some(({ kind }) => kind === 'removeWhere')
        ? markDirty(scope, 'Group', 'update', [dirty], origin, before.version)
        : []),
      ...(affected.length > 0 ? [markUsersDirty(scope, affected)] : []),
    ],
    ahead: groupAhead('update', dirty, origin, async () => ({
      row: { ...before, ...columns, lastModified: scope.now, version: before.version + 1 },
      members: await membersChangeOf(scope, source, before.id, members),
    })),
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

/** Deletes a group and its memberships, on both sides (RFC 7644 section 3.6). Throws 404 if there is none. */
export async function removeGroup(scope: Scope, id: string, origin: Origin, expected?: Versions): Promise<void> {
  const { tenantId } = scope
  const row = await getGroup(scope, id)
  demandVersion(row, expected)
  await demandGoverned(scope, row, origin)
  // Whoever went out by it has to leave: read in the batch, while she is still in it.
  const leavers = (await hasOutboundChoice(scope)) ? [markUsersDirty(scope, [id])] : []
  const dirty = { id, name: row.displayName }
  try {
    await commitGroup(scope, row.displayName, {
      leavers,
      writes: [
        demandAdministratorBeside(scope, id),
        ...hold(scope, GROUPS, id, expected && row.version),
        sql`delete from groups where tenant_id = ${tenantId} and id = ${id}`,
        sql`delete from group_members where tenant_id = ${tenantId} and group_id = ${id}`,
        sql`delete from unknown_members where tenant_id = ${tenantId} and group_id = ${id}`,
        ...leaveEverything(scope, id),
      ],
      outbox: markDirty(scope, 'Group', 'delete', [dirty], origin),
      ahead: groupAhead('delete', dirty, origin, () => undefined),
    })
  } catch (error) {
    throw goneOrChanged(error, `Group ${id}`, expected)
  }
}
