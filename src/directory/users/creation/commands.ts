import { ScimError } from '../../../core/errors.ts'
import { newResourceId } from '../../../core/ids.ts'
import { isUniqueViolation, type Statement } from '../../../db/open.ts'
import { sql } from '../../../db/sql.ts'
import type { Scope, Touched } from '../../../platform.ts'
import type { Resource, ResourceType } from '../../../scim/schema.ts'
import { userTypeOf } from '../../attributes/queries.ts'
import { type Ahead, type Change, commit } from '../../commit.ts'
import { type DirtyResource, markDirty, type Origin } from '../../outbox.ts'
import { preparePassword } from '../../passwords/commands.ts'
import { isWithoutAdministrator } from '../../roles/last-administrator.ts'
import { type Columns, emailKeysOf, toColumns } from '../columns.ts'
import { everyone } from '../links/queries.ts'
import { findUserByName, type LinkedUser, type UserRow } from '../queries.ts'

/**
 * Creates a user from a validated resource (RFC 7644 section 3.3). Throws ScimError uniqueness if the userName is
 * taken, invalidValue if the password policy refuses the password; then nothing was changed.
 */
export async function createUser(scope: Scope, input: Resource, origin: Origin, id?: string): Promise<LinkedUser> {
  const { row, change } = await insertUser(scope, input, origin, id)
  await commitUser(scope, row.userName, change)
  return { row, links: { groups: [], roles: await everyone(scope) } }
}

export type InsertedUser = { readonly row: UserRow; readonly change: Change }

/** What createUser would do, for commands that add their own statements to the same batch (see commitUser). */
export async function insertUser(scope: Scope, input: Resource, origin: Origin, id?: string): Promise<InsertedUser> {
  const user = await newUser(scope, await userTypeOf(scope), input, origin, id)
  const dirty = await toDirty(scope, user.row, user.password)
  const future = async () => ({ row: user.row, links: { groups: [], roles: await everyone(scope) } })
  return {
    row: user.row,
    change: {
      writes: [insertRow(scope, user), ...insertEmails(scope, [user.row]), ...welcomeBack(scope, user.row)],
      outbox: markDirty(scope, 'User', 'create', [dirty], origin),
      ahead: userAhead('create', dirty, origin, future),
    },
  }
}

/** What a target may have to be told before a user is made, altered or taken away. */
export function userAhead(
  operation: Touched['operation'],
  { id, name, sealedPassword }: DirtyResource,
  origin: Origin,
  future: () => LinkedUser | undefined | Promise<LinkedUser | undefined>,
): Ahead {
  const passwords = new Map(sealedPassword === undefined ? [] : [[id, sealedPassword]])
  return {
    origin,
    touched: [{ type: 'User', operation, id, name }],
    future: async () => ({ users: new Map([[id, await future()]]), passwords }),
  }
}

/** A user who is not stored yet, and the password in plain text that goes out to targets. */
export type NewUser = { readonly row: UserRow; readonly columns: Columns; readonly password: string | undefined }

export async function newUser(
  scope: Scope,
  type: ResourceType,
  input: Resource,
  origin: Origin,
  id = newResourceId(scope.now),
): Promise<NewUser> {
  const { columns, password } = toColumns(type, { active: true, ...input })
  // The operator's choice for a tenant's first administrator stands: the tutorial's is "admin".
  const prepared = await preparePassword(scope, password, { isFree: origin.source === 'setup' })
  const row: UserRow = {
    id,
    ...rowOf(columns),
    passwordHash: prepared?.hash ?? null,
    source: origin.source,
    sourceConnectionId: origin.connectionId ?? null,
    created: scope.now,
    lastModified: scope.now,
    version: 1,
  }
  return { row, columns, password: password.plain }
}

export function rowOf({ userName, externalId, displayName, active, document }: Columns) {
  return { userName, externalId, displayName, active, document }
}

export function insertRow({ tenantId }: Scope, { row, columns }: NewUser): Statement {
  return sql`insert into users (tenant_id, id, user_name, user_name_key, external_id, display_name, display_name_key,
      active, document, compared, password_hash, source, source_connection_id, created, last_modified, version)
    values (${tenantId}, ${row.id}, ${row.userName}, ${columns.userNameKey}, ${row.externalId}, ${row.displayName},
      ${columns.displayNameKey}, ${row.active}, ${columns.documentText}, ${columns.compared}, ${row.passwordHash},
      ${row.source}, ${row.sourceConnectionId}, ${row.created}, ${row.lastModified}, ${row.version})`
}

/** One statement however many addresses: they travel as one JSON value. */
export function insertEmails({ tenantId }: Scope, users: readonly Pick<UserRow, 'id' | 'document'>[]): Statement[] {
  const emails = users.flatMap(({ id, document }) => emailKeysOf(document).map((key) => [id, key]))
  if (emails.length === 0) return []
  return [
    sql`insert into user_emails (tenant_id, user_id, value_key)
      select ${tenantId}, value ->> 0, value ->> 1 from json_each(${JSON.stringify(emails)})`,
  ]
}

/**
 * Who was deleted and is provisioned again under the externalId that she had is the same person: her accounts elsewhere
 * lead to the new user, and the tombstone goes.
 */
export function welcomeBack({ tenantId }: Scope, { id, externalId }: UserRow): Statement[] {
  if (externalId === null) return []
  return [
    sql`update federated_identities set user_id = ${id} where tenant_id = ${tenantId} and user_id in (
      select id from deleted_users where tenant_id = ${tenantId} and external_id = ${externalId})`,
    sql`delete from deleted_users where tenant_id = ${tenantId} and external_id = ${externalId}`,
  ]
}

/** Throws uniqueness. */
export async function demandFreeName(scope: Scope, userName: string): Promise<void> {
  if (await findUserByName(scope, userName)) throw nameTaken(userName)
}

export function nameTaken(userName: string, cause?: unknown): ScimError {
  return new ScimError('uniqueness', `userName "${userName}" is taken`, { cause })
}

/** Commits a change that writes this userName; a taken one is 409 uniqueness (RFC 7644 section 3.3). */
export async function commitUser(scope: Scope, userName: string, change: Change): Promise<void> {
  try {
    await commit(scope, change)
  } catch (error) {
    if (isUniqueViolation(error, 'user_name_key')) throw nameTaken(userName, error)
    if (isWithoutAdministrator(error)) {
      throw new ScimError(403, `${userName} is the last administrator`, { cause: error })
    }
    throw error
  }
}

/** What goes to the outbox: the password of a target waits sealed. */
export async function toDirty(
  scope: Scope,
  { id, userName }: UserRow,
  password: string | undefined,
): Promise<DirtyResource> {
  if (password === undefined) return { id, name: userName }
  const place = { tenantId: scope.tenantId, table: 'pending_passwords', row: id }
  return { id, name: userName, sealedPassword: await scope.platform.sealer.seal(password, place) }
}
