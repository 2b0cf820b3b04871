import { ScimError } from '../../../core/errors.ts'
import { nameKey, newResourceId } from '../../../core/ids.ts'
import { firstOf, isUniqueViolation } from '../../../db/open.ts'
import { sql } from '../../../db/sql.ts'
import type { Scope, Touched } from '../../../platform.ts'
import type { Resource } from '../../../scim/schema.ts'
import { addMembers, GROUPS } from '../../members/commands.ts'
import { memberIds } from '../../members/edit.ts'
import type { MembersChange } from '../../ahead/future.ts'
import { membersToBe } from '../../ahead/queries.ts'
import { type Ahead, type Change, commit } from '../../commit.ts'
import { type DirtyResource, markDirty, type Origin } from '../../outbox.ts'
import { isWithoutAdministrator } from '../../roles/last-administrator.ts'
import { toColumns } from '../columns.ts'
import type { GroupRow } from '../queries.ts'
import { handleUnknown, REFUSE, type UnknownMembers } from '../unknown/commands.ts'

/**
 * Creates a group from a validated resource. Throws ScimError uniqueness if the displayName is taken, invalidValue for
 * a member that is no user or group of this tenant; then nothing was changed.
 */
export async function createGroup(
  scope: Scope,
  input: Resource,
  origin: Origin,
  circumstances: Parameters<typeof insertGroup>[3] = {},
): Promise<GroupRow> {
  const { row, change } = await insertGroup(scope, input, origin, circumstances)
  await commitGroup(scope, row.displayName, change)
  return row
}

export type InsertedGroup = { readonly row: GroupRow; readonly change: Change }

/** What createGroup would do; `others` are ids that the same batch makes. */
export async function insertGroup(
  scope: Scope,
  input: Resource,
  origin: Origin,
  {
    unknown = REFUSE,
    id = newResourceId(scope.now),
    others = [],
  }: { readonly unknown?: UnknownMembers; readonly id?: string | undefined; readonly others?: readonly string[] },
): Promise<InsertedGroup> {
  const { tenantId, now } = scope
  const ids = memberIds(input, 'members')
  const known = new Set(others)
  const unknowns = await handleUnknown(
    scope,
    id,
    ids.filter((one) => !known.has(one)),
    unknown,
  )
  const columns = toColumns(input)
  const row: GroupRow = { id, ...columns, created: now, lastModified: now, version: 1 }
  const change = {
    writes: [
      sql`insert into groups (tenant_id, id, display_name, display_name_key, external_id, document, compared, created,
          last_modified, version)
        values (${tenantId}, ${id}, ${row.displayName}, ${columns.displayNameKey}, ${row.externalId},
          ${JSON.stringify(row.document)}, ${columns.compared}, ${now}, ${now}, 1)`,
      ...unknowns,
    ],
    links: addMembers(scope, GROUPS, id, { attribute: 'members', ids }),
    outbox: markDirty(scope, 'Group', 'create', [{ id, name: row.displayName }], origin),
    ahead: groupAhead('create', { id, name: row.displayName }, origin, async () => ({
      row,
      members: { added: await membersToBe(scope, ids), removed: [] },
    })),
  }
  return { row, change }
}

/** What a target may have to be told before a group is made, altered or taken away. */
export function groupAhead(
  operation: Touched['operation'],
  { id, name }: DirtyResource,
  origin: Origin,
  future: () => Promise<{ readonly row: GroupRow; readonly members: MembersChange }> | undefined,
): Ahead {
  return {
    origin,
    touched: [{ type: 'Group', operation, id, name }],
    future: async () => {
      const after = await future()
      return { groups: new Map([[id, after?.row]]), ...(after && { members: new Map([[id, after.members]]) }) }
    },
  }
}

/** Throws uniqueness. */
export async function demandFreeGroupName({ db, tenantId }: Scope, displayName: string): Promise<void> {
  const taken = await firstOf(
    db,
    sql`select 1 as one from groups where tenant_id = ${tenantId} and display_name_key = ${nameKey(displayName)}`,
  )
  if (taken) throw nameTaken(displayName)
}

function nameTaken(displayName: string, cause?: unknown): ScimError {
  return new ScimError('uniqueness', `displayName "${displayName}" is taken`, { cause })
}

/** Commits a change that writes this displayName; a taken one is 409 uniqueness (RFC 7644 section 3.3). */
export async function commitGroup(scope: Scope, displayName: string, change: Change): Promise<void> {
  try {
    await commit(scope, change)
  } catch (error) {
    if (isUniqueViolation(error, 'display_name_key')) throw nameTaken(displayName, error)
    if (isWithoutAdministrator(error)) {
      throw new ScimError(403, 'The last administrator holds her role by this group', { cause: error })
    }
    throw error
  }
}
