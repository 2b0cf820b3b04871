/** The directory: users, groups, roles, their credentials, and who was deleted. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, json, tenantId, time } from './columns.ts'

/** `account` is the person herself: who signed up, and what she changes of herself. */
export type UserSource = 'setup' | 'scim' | 'api' | 'console' | 'jit' | 'account'

export const users = sqliteTable(
  'users',
  {
    tenantId,
    id: text('id').notNull(),
    userName: text('user_name').notNull(),
    /** nameKey(userName): NFC and case-folded, what userName is compared by. */
    userNameKey: text('user_name_key').notNull(),
    externalId: text('external_id'),
    displayName: text('display_name'),
    displayNameKey: text('display_name_key'),
    active: flag('active').notNull(),
    /** The SCIM resource as it was accepted: no id, meta, password, groups or roles. */
    document: json<UserDocument>('document').notNull(),
    /** The document with each value in the form in which it is compared (scim/compared.ts), as JSON: what filters search. */
    compared: text('compared').notNull().default(''),
    passwordHash: text('password_hash'),
    source: text('source').$type<UserSource>().notNull(),
    /** With source 'jit': the connection that the person came through. */
    sourceConnectionId: text('source_connection_id'),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
    version: integer('version').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('users_user_name').on(t.tenantId, t.userNameKey),
    index('users_external_id').on(t.tenantId, t.externalId, t.id),
    index('users_display_name').on(t.tenantId, t.displayNameKey, t.id),
    index('users_created').on(t.tenantId, t.created, t.id),
    index('users_last_modified').on(t.tenantId, t.lastModified, t.id),
  ],
)
export type UserDocument = { schemas: string[]; [attribute: string]: unknown }

/**
 * The e-mail addresses of users, folded, to find them by. WITHOUT ROWID (in the migration: drizzle has no word for it),
 * as are the tables of members: a row is one entry in one tree then, and a commit writes each page of each tree.
 */
export const userEmails = sqliteTable(
  'user_emails',
  { tenantId, valueKey: text('value_key').notNull(), userId: text('user_id').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.valueKey, t.userId] })],
)

export const groups = sqliteTable(
  'groups',
  {
    tenantId,
    id: text('id').notNull(),
    displayName: text('display_name').notNull(),
    displayNameKey: text('display_name_key').notNull(),
    externalId: text('external_id'),
    /** The SCIM resource as it was accepted: no id, meta or members. */
    document: json<UserDocument>('document').notNull(),
    /** As of users. */
    compared: text('compared').notNull().default(''),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
    version: integer('version').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('groups_display_name').on(t.tenantId, t.displayNameKey),
    index('groups_external_id').on(t.tenantId, t.externalId, t.id),
    index('groups_created').on(t.tenantId, t.created, t.id),
    index('groups_last_modified').on(t.tenantId, t.lastModified, t.id),
  ],
)

export const groupMembers = sqliteTable(
  'group_members',
  {
    tenantId,
    groupId: text('group_id').notNull(),
    memberId: text('member_id').notNull(),
    memberType: text('member_type').$type<'User' | 'Group'>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.groupId, t.memberId] }),
    index('group_members_member').on(t.tenantId, t.memberId, t.groupId),
  ],
)

/**
 * Former passwords of a user, the newest of which may not come back (password_policies); the present one is with her.
 */
export const passwordHistory = sqliteTable(
  'password_history',
  {
    tenantId,
    userId: text('user_id').notNull(),
    passwordHash: text('password_hash').notNull(),
    created: time('created').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId, t.passwordHash] })],
)

/**
 * Tombstones: who was deleted, and may not come back just in time. Their rows in federated_identities stay, and say who
 * they were elsewhere; who is provisioned again with the same externalId gets those, with a new id.
 */
export const deletedUsers = sqliteTable(
  'deleted_users',
  {
    tenantId,
    id: text('id').notNull(),
    userName: text('user_name').notNull(),
    userNameKey: text('user_name_key').notNull(),
    externalId: text('external_id'),
    deleted: time('deleted').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('deleted_users_user_name').on(t.tenantId, t.userNameKey),
    index('deleted_users_external_id')
      .on(t.tenantId, t.externalId)
      .where(sql`external_id is not null`),
  ],
)

/** Members whom a client named and who are not here: passed over instead of losing the whole push, and told of here. */
export const unknownMembers = sqliteTable(
  'unknown_members',
  {
    tenantId,
    groupId: text('group_id').notNull(),
    memberId: text('member_id').notNull(),
    /** Who named it: the description of a SCIM token. */
    client: text('client').notNull(),
    lastSeen: time('last_seen').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.groupId, t.memberId] })],
)

/**
 * `everyone` is held by every user without a row in role_members; `admin` has every permission. The two are built in:
 * what they permit stands in directory/permissions.ts.
 */
export const roles = sqliteTable(
  'roles',
  {
    tenantId,
    id: text('id').notNull(),
    displayName: text('display_name').notNull(),
    displayNameKey: text('display_name_key').notNull().default(''),
    /** The application where the role counts; '' is the organization. */
    audience: text('audience').notNull().default(''),
    externalId: text('external_id'),
    builtIn: flag('built_in').notNull().default(false),
    permissions: json<string[]>('permissions').notNull().default([]),
    created: time('created').notNull(),
    lastModified: time('last_modified')
      .notNull()
      .default(sql`0`),
    version: integer('version').notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('roles_name').on(t.tenantId, t.audience, t.displayNameKey),
  ],
)

/** Who holds a role: users, and groups with all who are in them. */
export const roleMembers = sqliteTable(
  'role_members',
  {
    tenantId,
    roleId: text('role_id').notNull(),
    memberId: text('member_id').notNull(),
    memberType: text('member_type').$type<'User' | 'Group'>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.roleId, t.memberId] }),
    index('role_members_member').on(t.tenantId, t.memberId, t.roleId),
  ],
)

/** Bearer tokens for SCIM clients; only a hash is kept. */
export const scimTokens = sqliteTable(
  'scim_tokens',
  {
    tenantId,
    id: text('id').notNull(),
    description: text('description').notNull(),
    tokenHash: text('token_hash').notNull(),
    access: text('access').$type<'read' | 'write'>().notNull().default('write'),
    conformance: text('conformance').$type<'lenient' | 'strict'>().notNull().default('lenient'),
    expiresAt: time('expires_at'),
    created: time('created').notNull(),
    /** To the minute: a request does not wait for a write each time. */
    lastUsed: time('last_used'),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), uniqueIndex('scim_tokens_hash').on(t.tenantId, t.tokenHash)],
)

/** Failed password checks of one user name (known or not), for the back-off in login/lockout.ts. */
export const signInFailures = sqliteTable(
  'sign_in_failures',
  {
    tenantId,
    userNameKey: text('user_name_key').notNull(),
    failures: integer('failures').notNull(),
    lastFailure: time('last_failure').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.userNameKey] })],
)
