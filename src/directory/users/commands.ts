import { ScimError } from '../../core/errors.ts'
import { DEMAND_ONE_CHANGE, type Statement } from '../../db/open.ts'
import { join, type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { Resource, ResourceType } from '../../scim/schema.ts'
import { sameValue } from '../../scim/values.ts'
import { userTypeOf } from '../attributes/queries.ts'
import { removeFactors } from '../factors/commands.ts'
import type { Change } from '../commit.ts'
import { demandVersion, goneOrChanged, leaveEverything, untilSettled, type Versions } from '../members/commands.ts'
import { markDirty, type Origin } from '../outbox.ts'
import { preparePassword } from '../passwords/commands.ts'
import { covers, permissionsOf } from '../permissions.ts'
import { demandAdministratorBeside } from '../roles/last-administrator.ts'
import { deleteSessions, queueAllLogouts, sessionsOf } from '../sessions/commands.ts'
import { forgetVerified } from '../verified/commands.ts'
import { type Columns, emailKeysOf, emailsOf, toColumns } from './columns.ts'
import { commitUser, insertEmails, rowOf, toDirty, userAhead } from './creation/commands.ts'
import { getLinkedUser, type LinkedUser, toUserResource, type UserRow } from './queries.ts'

/**
 * Changes a user by a pure function of her present resource; given back as it was, nothing is written, pushed or
 * dated. `expected` comes from If-Match: another version is 412. Deactivation and a new password end her sessions at once.
 */
export async function updateUser(
  scope: Scope,
  id: string,
  edit: (current: Resource, type: ResourceType) => Resource,
  origin: Origin,
  expected?: Versions,
): Promise<LinkedUser> {
  const type = await userTypeOf(scope)
  return untilSettled(async () => {
    const before = await getLinkedUser(scope, id)
    demandGoverned(before, origin)
    demandVersion(before.row, expected)
    const edited = await changeOf(scope, type, before, edit, origin)
    if (!edited) return before
    await commitUser(scope, edited.row.userName, edited.change)
    return { row: edited.row, links: before.links }
  })
}

/**
 * What updateUser would do, for commands that add their own statements to the same batch (see commitUser); undefined if
 * nothing changes. Where she was changed meanwhile the batch throws StaleRow.
 */
export async function editUser(
  scope: Scope,
  id: string,
  edit: (current: Resource, type: ResourceType, row: UserRow) => Resource,
  origin: Origin,
): Promise<EditedUser | undefined> {
  const before = await getLinkedUser(scope, id)
  demandGoverned(before, origin)
  return changeOf(scope, await userTypeOf(scope), before, edit, origin)
}

export type EditedUser = { readonly row: UserRow; readonly change: Change }

/** Nobody changes a user who may do more than she herself: a password of hers would be worth that. */
function demandGoverned({ row, links }: LinkedUser, { by }: Origin): void {
  if (by && !covers(by, permissionsOf(links.roles))) {
    throw new ScimError(
      403,
      `${row.userName} has permissions that this credential has not, and may not be changed by it.`,
    )
  }
}

async function changeOf(
  scope: Scope,
  type: ResourceType,
  before: LinkedUser,
  edit: (current: Resource, type: ResourceType, row: UserRow) => Resource,
  origin: Origin,
): Promise<EditedUser | undefined> {
  const current = toUserResource(scope, before)
  const edited = edit(current, type, before.row)
  if (edited === current) return undefined
  const { columns, password } = toColumns(type, { active: before.row.active, ...edited })
  const isNewPassword = password.plain !== undefined || password.imported !== undefined
  if (!isNewPassword && sameValue(columns.document, before.row.document)) return undefined
  const prepared = await preparePassword(scope, password, { before: before.row })
  const row: UserRow = {
    ...before.row,
    ...rowOf(columns),
    passwordHash: prepared?.hash ?? before.row.passwordHash,
    lastModified: scope.now,
    version: before.row.version + 1,
  }
  const endsSessions = !row.active || isNewPassword
  const isDeactivated = before.row.active && !row.active
  const dirty = await toDirty(scope, row, password.plain)
  const change: Change = {
    leavers: endsSessions ? [queueAllLogouts(scope, row.id)] : [],
    writes: [
      ...(isDeactivated ? [demandAdministratorBeside(scope, row.id)] : []),
      ...updateStatements(scope, row, columns, before.row),
      ...(prepared?.writes ?? []),
      ...(endsSessions ? endSessions(scope, row.id) : []),
    ],
    outbox: markDirty(scope, 'User', 'update', [dirty], origin),
    ahead: userAhead('update', dirty, origin, () => ({ row, links: before.links })),
  }
  return { row, change }
}

function updateStatements(scope: Scope, row: UserRow, columns: Columns, before: UserRow): Statement[] {
  const { tenantId } = scope
  const isSameMail = sameValue(row.document.emails, before.document.emails)
  return [
    sql`update users set ${changedColumns(row, columns, before)}document = ${columns.documentText},
        compared = ${columns.compared}, last_modified = ${row.lastModified}, version = ${row.version}
      where tenant_id = ${tenantId} and id = ${row.id} and version = ${before.version}`,
    DEMAND_ONE_CHANGE,
    ...(isSameMail
      ? []
      : [
          removeEmails(scope, before),
          ...insertEmails(scope, [row]),
          forgetVerified(scope, row.id, emailsOf(row.document)),
        ]),
  ]
}

/** What is set is written to its index again, whether it changes or not: only what changes is set. */
function changedColumns(row: UserRow, columns: Columns, before: UserRow): Sql {
  const changes = [
    ...(row.userName === before.userName
      ? []
      : [sql`user_name = ${row.userName}, user_name_key = ${columns.userNameKey}, `]),
    ...(row.externalId === before.externalId ? [] : [sql`external_id = ${row.externalId}, `]),
    ...(row.displayName === before.displayName
      ? []
      : [sql`display_name = ${row.displayName}, display_name_key = ${columns.displayNameKey}, `]),
    ...(row.active === before.active ? [] : [sql`active = ${row.active}, `]),
    ...(row.passwordHash === before.passwordHash ? [] : [sql`password_hash = ${row.passwordHash}, `]),
  ]
  return join(changes, '')
}

function removeEmails({ tenantId }: Scope, { id, document }: UserRow): Statement {
  return sql`delete from user_emails where tenant_id = ${tenantId} and user_id = ${id}
    and value_key in (select value from json_each(${JSON.stringify(emailKeysOf(document))}))`
}

/**
 * Deletes a user with everything that is hers here (RFC 7644 section 3.6), and leaves a tombstone: just-in-time
 * provisioning does not bring back whom somebody took away. Throws 404 if there is none.
 */
export async function removeUser(scope: Scope, id: string, origin: Origin, expected?: Versions): Promise<void> {
  const user = await getLinkedUser(scope, id)
  demandGoverned(user, origin)
  demandVersion(user.row, expected)
  const { userName, version } = user.row
  const dirty = { id, name: userName }
  try {
    await commitUser(scope, userName, {
      leavers: [queueAllLogouts(scope, id)],
      writes: [demandAdministratorBeside(scope, id), ...removeStatements(scope, user.row, expected && version)],
      outbox: markDirty(scope, 'User', 'delete', [dirty], origin),
      ahead: userAhead('delete', dirty, origin, () => undefined),
    })
  } catch (error) {
    throw goneOrChanged(error, `User ${id}`, expected)
  }
}

function removeStatements(scope: Scope, row: UserRow, version: number | undefined): Statement[] {
  const { tenantId, now } = scope
  const { id } = row
  const isVersion = version === undefined ? sql`1` : sql`version = ${version}`
  return [
    sql`insert into deleted_users (tenant_id, id, user_name, user_name_key, external_id, deleted)
      select tenant_id, id, user_name, user_name_key, external_id, ${now} from users
      where tenant_id = ${tenantId} and id = ${id} and ${isVersion}`,
    DEMAND_ONE_CHANGE,
    sql`delete from users where tenant_id = ${tenantId} and id = ${id}`,
    removeEmails(scope, row),
    sql`delete from password_history where tenant_id = ${tenantId} and user_id = ${id}`,
    sql`delete from consents where tenant_id = ${tenantId} and user_id = ${id}`,
    sql`delete from granted_memberships where tenant_id = ${tenantId} and user_id = ${id}`,
    sql`delete from provider_tokens where tenant_id = ${tenantId} and user_id = ${id}`,
    ...removeFactors(scope, id),
    forgetVerified(scope, id, []),
    sql`delete from mailed_links where tenant_id = ${tenantId} and user_id = ${id}`,
    ...leaveEverything(scope, id),
    ...endSessions(scope, id),
  ]
}

/** Signs her out everywhere, and ends what was granted to applications. */
function endSessions(scope: Scope, userId: string): Statement[] {
  return [...deleteSessions(scope, sessionsOf(userId)), ...endGranted(scope, userId)]
}

/** Ends what was granted to applications for her: codes, refresh tokens, and the access tokens that they gave. */
export function endGranted({ tenantId, now }: Pick<Scope, 'tenantId' | 'now'>, userId: string): Statement[] {
  return [
    sql`update authorization_codes set revoked_at = ${now} where tenant_id = ${tenantId} and user_id = ${userId}
      and revoked_at is null`,
    sql`update grants set revoked_at = ${now} where tenant_id = ${tenantId} and user_id = ${userId}
      and revoked_at is null`,
    sql`delete from device_codes where tenant_id = ${tenantId} and user_id = ${userId}`,
  ]
}
