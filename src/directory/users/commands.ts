import { and, eq } from 'drizzle-orm'
import { ScimError } from '../../core/errors.ts'
import { nameKey, newId } from '../../core/ids.ts'
import { hashPassword } from '../../core/password.ts'
import { isSameJson } from '../../core/same-json.ts'
import { DEMAND_ONE_CHANGE, isUniqueViolation, StaleRow, type Statement } from '../../db/open.ts'
import {
  federatedIdentities,
  groupMembers,
  roleMembers,
  sessions,
  type UserDocument,
  userEmails,
  users,
} from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { Resource } from '../../scim/schema.ts'
import { type Change, commit, markDirty, type Origin } from '../outbox.ts'
import { demandPassword } from '../password-policy.ts'
import { getUser, isLastAdministrator, readUserResource, type UserRow } from './queries.ts'

/** What makes two names look alike: outer blanks, control and zero-width characters, turned direction of writing. */
const UNSEEN = /^\s|\s$|[\p{Cc}\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/u
/** How often an update is tried again when another request changed the same user in between. */
const UPDATE_TRIES = 5

/**
 * Creates a user from a validated resource (RFC 7644 section 3.3). Throws ScimError uniqueness if the userName is
 * taken, invalidValue if the password policy refuses the password; then nothing was changed.
 */
export async function createUser(scope: Scope, input: Resource, origin: Origin): Promise<UserRow> {
  const { row, change } = await insertUser(scope, input, origin)
  await commitUser(scope, row.userName, change)
  return row
}

/** What createUser would do, for commands that add their own statements to the same batch (see commitUser). */
export async function insertUser(
  scope: Scope,
  input: Resource,
  origin: Origin,
): Promise<{ row: UserRow; change: Change }> {
  const password = passwordOf(input)
  // The operator's choice for a tenant's first administrator stands: the tutorial's is "admin".
  if (password !== undefined && origin.source !== 'setup') demandPassword(password)
  const row: UserRow = {
    tenantId: scope.tenantId,
    id: newId(),
    ...columnsOf({ active: true, ...input }),
    passwordHash: password === undefined ? null : await hashPassword(password),
    source: origin.source,
    sourceConnectionId: origin.connectionId ?? null,
    created: scope.now,
    lastModified: scope.now,
    version: 1,
  }
  const outbox = markDirty(scope, await dirty(scope, row, 'create', password), origin)
  return { row, change: { writes: [scope.db.insert(users).values(row), ...emailStatements(scope, row)], outbox } }
}

/** Commits a change that writes this userName; a taken one is 409 uniqueness (RFC 7644 section 3.3). */
export async function commitUser(scope: Scope, userName: string, change: Change): Promise<void> {
  try {
    await commit(scope, change)
  } catch (error) {
    if (isUniqueViolation(error, 'user_name_key')) {
      throw new ScimError('uniqueness', `userName "${userName}" is taken`, { cause: error })
    }
    throw error
  }
}

/**
 * Changes a user by a pure function of her present resource; given back as it was, nothing is written, pushed or
 * dated. `expectedVersion` comes from If-Match: another version is 412. Deactivation ends her sessions at once.
 */
export async function updateUser(
  scope: Scope,
  id: string,
  edit: (current: Resource) => Resource,
  origin: Origin,
  expectedVersion?: number,
): Promise<UserRow> {
  for (let tries = 1; ; tries++) {
    const before = await getUser(scope, id)
    if (expectedVersion !== undefined && before.version !== expectedVersion) {
      throw new ScimError(412, `User ${id} is at version ${before.version}`)
    }
    try {
      return await writeUser(scope, before, edit, origin)
    } catch (error) {
      if (!(error instanceof StaleRow) || tries === UPDATE_TRIES) throw error
    }
  }
}

async function writeUser(
  scope: Scope,
  before: UserRow,
  edit: (current: Resource) => Resource,
  origin: Origin,
): Promise<UserRow> {
  const current = await readUserResource(scope, before)
  const edited = edit(current)
  const password = passwordOf(edited)
  if (password !== undefined) demandPassword(password)
  const columns = columnsOf({ active: before.active, ...edited })
  const unchanged = isSameJson(columns.document, before.document)
  if (edited === current || (unchanged && password === undefined)) return before
  if (before.active && !columns.active) await demandAnother(scope, before)
  const row: UserRow = {
    ...before,
    ...columns,
    passwordHash: password === undefined ? before.passwordHash : await hashPassword(password),
    lastModified: scope.now,
    version: before.version + 1,
  }
  // In the console the administrator says herself whether the sessions end.
  const outsider = password !== undefined && origin.source !== 'console'
  await commitUser(scope, row.userName, {
    writes: [...updateStatements(scope, row, before), ...(row.active && !outsider ? [] : [endSessions(scope, row.id)])],
    outbox: markDirty(scope, await dirty(scope, row, 'update', password), origin),
  })
  return row
}

async function demandAnother(scope: Scope, { id, userName }: UserRow): Promise<void> {
  if (await isLastAdministrator(scope, id)) throw new ScimError(403, `${userName} is the last administrator`)
}

function updateStatements(scope: Scope, row: UserRow, before: UserRow): Statement[] {
  const { db, tenantId } = scope
  const sameVersion = and(eq(users.tenantId, tenantId), eq(users.id, row.id), eq(users.version, before.version))
  return [
    db.update(users).set(row).where(sameVersion),
    DEMAND_ONE_CHANGE,
    db.delete(userEmails).where(and(eq(userEmails.tenantId, tenantId), eq(userEmails.userId, row.id))),
    ...emailStatements(scope, row),
  ]
}

/** Deletes a user with everything that is hers here (RFC 7644 section 3.6). Throws 404 if there is none. */
export async function removeUser(scope: Scope, id: string, origin: Origin): Promise<void> {
  const { db, tenantId } = scope
  const row = await getUser(scope, id)
  await demandAnother(scope, row)
  const gone = markDirty(scope, { type: 'User', id, name: row.userName, operation: 'delete' }, origin)
  try {
    await commit(scope, {
      writes: [
        db.delete(users).where(and(eq(users.tenantId, tenantId), eq(users.id, id))),
        DEMAND_ONE_CHANGE,
        db.delete(userEmails).where(and(eq(userEmails.tenantId, tenantId), eq(userEmails.userId, id))),
        db.delete(groupMembers).where(and(eq(groupMembers.tenantId, tenantId), eq(groupMembers.memberId, id))),
        db.delete(roleMembers).where(and(eq(roleMembers.tenantId, tenantId), eq(roleMembers.userId, id))),
        db
          .delete(federatedIdentities)
          .where(and(eq(federatedIdentities.tenantId, tenantId), eq(federatedIdentities.userId, id))),
        endSessions(scope, id),
      ],
      outbox: gone,
    })
  } catch (error) {
    if (error instanceof StaleRow) throw new ScimError(404, `User ${id} not found`, { cause: error })
    throw error
  }
}

function endSessions({ db, tenantId }: Scope, userId: string): Statement {
  return db.delete(sessions).where(and(eq(sessions.tenantId, tenantId), eq(sessions.userId, userId)))
}

async function dirty(scope: Scope, row: UserRow, operation: 'create' | 'update', password: string | undefined) {
  const place = { tenantId: scope.tenantId, table: 'pending_passwords', row: row.id }
  const resource = { type: 'User' as const, id: row.id, name: row.userName, operation }
  return password === undefined
    ? resource
    : { ...resource, sealedPassword: await scope.platform.sealer.seal(password, place) }
}

function passwordOf(input: Resource): string | undefined {
  return typeof input.password === 'string' ? input.password : undefined
}

/** The searched columns beside the document. What the server gives (id, meta, groups, roles) is not stored in it. */
function columnsOf(input: Resource) {
  const { id: _id, meta: _meta, password: _password, groups: _groups, roles: _roles, ...document } = input
  const userName = String(input.userName)
  if (UNSEEN.test(userName))
    throw new ScimError('invalidValue', 'userName: has blanks around it, or characters that nobody sees')
  return {
    userName,
    userNameKey: nameKey(userName),
    externalId: textOrNull(input.externalId),
    displayName: textOrNull(input.displayName),
    active: input.active !== false,
    document: document as UserDocument,
  }
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** The indexed e-mail addresses of a user, each once. */
function emailStatements({ db, tenantId }: Scope, row: UserRow): Statement[] {
  const values = emailValues(row.document)
  const rows = new Map(values.map((value) => [nameKey(value), value]))
  if (rows.size === 0) return []
  return [
    db.insert(userEmails).values([...rows].map(([valueKey, value]) => ({ tenantId, userId: row.id, valueKey, value }))),
  ]
}

function emailValues(document: UserDocument): string[] {
  if (!Array.isArray(document.emails)) return []
  return document.emails.flatMap((email: unknown) =>
    typeof email === 'object' && email !== null && 'value' in email && typeof email.value === 'string'
      ? [email.value]
      : [],
  )
}
