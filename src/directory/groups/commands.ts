import { and, eq, or, sql } from 'drizzle-orm'
import { ScimError } from '../../core/errors.ts'
import { nameKey, newId } from '../../core/ids.ts'
import { isSameJson } from '../../core/same-json.ts'
import { DEMAND_ONE_CHANGE, isUniqueViolation, StaleRow, type Statement } from '../../db/open.ts'
import { groupMembers, groups, type UserDocument } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { Resource } from '../../scim/schema.ts'
import { type Change, commit, markDirty, type Origin } from '../outbox.ts'
import { findMemberTypes, getGroup, type GroupRow, readGroupResource } from './queries.ts'

const UPDATE_TRIES = 5

/**
 * Creates a group from a validated resource. Throws ScimError uniqueness if the displayName is taken, invalidValue for
 * a member that is no user or group of this tenant; then nothing was changed.
 */
export async function createGroup(scope: Scope, input: Resource, origin: Origin): Promise<GroupRow> {
  const row: GroupRow = {
    tenantId: scope.tenantId,
    id: newId(),
    ...columnsOf(input),
    created: scope.now,
    lastModified: scope.now,
    version: 1,
  }
  const members = await addMembers(scope, row.id, memberIds(input))
  await commitGroup(scope, row.displayName, {
    writes: [scope.db.insert(groups).values(row), ...members],
    outbox: markDirty(scope, { type: 'Group', id: row.id, name: row.displayName, operation: 'create' }, origin),
  })
  return row
}

/** Changes a group by a pure function of its present resource; see updateUser. Only the difference in members is written. */
export async function updateGroup(
  scope: Scope,
  id: string,
  edit: (current: Resource) => Resource,
  origin: Origin,
  expectedVersion?: number,
): Promise<GroupRow> {
  for (let tries = 1; ; tries++) {
    const before = await getGroup(scope, id)
    if (expectedVersion !== undefined && before.version !== expectedVersion) {
      throw new ScimError(412, `Group ${id} is at version ${before.version}`)
    }
    try {
      return await writeGroup(scope, before, edit, origin)
    } catch (error) {
      if (!(error instanceof StaleRow) || tries === UPDATE_TRIES) throw error
    }
  }
}

async function writeGroup(
  scope: Scope,
  before: GroupRow,
  edit: (current: Resource) => Resource,
  origin: Origin,
): Promise<GroupRow> {
  const { db, tenantId } = scope
  const current = await readGroupResource(scope, before)
  const edited = edit(current)
  const columns = columnsOf(edited)
  const had = new Set(memberIds(current))
  const wanted = new Set(memberIds(edited))
  const added = [...wanted].filter((id) => !had.has(id))
  const removed = [...had].filter((id) => !wanted.has(id))
  const sameDocument = isSameJson(columns.document, before.document)
  if (edited === current || (sameDocument && added.length === 0 && removed.length === 0)) return before
  const row: GroupRow = { ...before, ...columns, lastModified: scope.now, version: before.version + 1 }
  const sameVersion = and(eq(groups.tenantId, tenantId), eq(groups.id, row.id), eq(groups.version, before.version))
  await commitGroup(scope, row.displayName, {
    writes: [
      db.update(groups).set(row).where(sameVersion),
      DEMAND_ONE_CHANGE,
      ...(removed.length > 0 ? [removeMembers(scope, row.id, removed)] : []),
      ...(await addMembers(scope, row.id, added)),
    ],
    outbox: markDirty(scope, { type: 'Group', id: row.id, name: row.displayName, operation: 'update' }, origin),
  })
  return row
}

/** Deletes a group and its memberships, on both sides (RFC 7644 section 3.6). Throws 404 if there is none. */
export async function removeGroup(scope: Scope, id: string, origin: Origin): Promise<void> {
  const { db, tenantId } = scope
  const row = await getGroup(scope, id)
  try {
    await commit(scope, {
      writes: [
        db.delete(groups).where(and(eq(groups.tenantId, tenantId), eq(groups.id, id))),
        DEMAND_ONE_CHANGE,
        db
          .delete(groupMembers)
          .where(
            and(eq(groupMembers.tenantId, tenantId), or(eq(groupMembers.groupId, id), eq(groupMembers.memberId, id))),
          ),
      ],
      outbox: markDirty(scope, { type: 'Group', id, name: row.displayName, operation: 'delete' }, origin),
    })
  } catch (error) {
    if (error instanceof StaleRow) throw new ScimError(404, `Group ${id} not found`, { cause: error })
    throw error
  }
}

async function commitGroup(scope: Scope, displayName: string, change: Change): Promise<void> {
  try {
    await commit(scope, change)
  } catch (error) {
    if (isUniqueViolation(error, 'display_name_key')) {
      throw new ScimError('uniqueness', `displayName "${displayName}" is taken`, { cause: error })
    }
    throw error
  }
}

/** One statement however many members: the ids travel as one JSON value. */
async function addMembers(scope: Scope, groupId: string, ids: readonly string[]): Promise<Statement[]> {
  if (ids.length === 0) return []
  const types = await findMemberTypes(scope, ids)
  const unknown = ids.find((id) => !types.has(id))
  if (unknown !== undefined) throw new ScimError('invalidValue', `members: there is no user or group ${unknown}`)
  const rows = JSON.stringify(ids.map((id) => [id, types.get(id)]))
  return [
    scope.db.run(sql`insert into ${groupMembers} (tenant_id, group_id, member_id, member_type)
      select ${scope.tenantId}, ${groupId}, json_extract(value, '$[0]'), json_extract(value, '$[1]')
      from json_each(${rows}) where true on conflict do nothing`),
  ]
}

function removeMembers({ db, tenantId }: Scope, groupId: string, ids: readonly string[]): Statement {
  return db
    .delete(groupMembers)
    .where(
      and(
        eq(groupMembers.tenantId, tenantId),
        eq(groupMembers.groupId, groupId),
        sql`${groupMembers.memberId} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    )
}

function memberIds(resource: Resource): string[] {
  if (!Array.isArray(resource.members)) return []
  const ids = resource.members.flatMap((member: unknown) =>
    typeof member === 'object' && member !== null && 'value' in member && typeof member.value === 'string'
      ? [member.value]
      : [],
  )
  return [...new Set(ids)]
}

function columnsOf(input: Resource) {
  const { id: _id, meta: _meta, members: _members, ...document } = input
  const displayName = String(input.displayName)
  return {
    displayName,
    displayNameKey: nameKey(displayName),
    externalId: typeof input.externalId === 'string' ? input.externalId : null,
    document: document as UserDocument,
  }
}
