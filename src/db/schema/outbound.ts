/** The outbox, its log, and the ledger of what each target was sent. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { flag, json, tenantId, time } from './columns.ts'

/** Which connectors hear of changes: those of the resident application ('') or of an application. */
export const provisioners = sqliteTable(
  'provisioners',
  {
    tenantId,
    applicationId: text('application_id').notNull(),
    connectorId: text('connector_id').notNull(),
    blocking: flag('blocking').notNull(),
    /** Whether people who arrive just in time go out too. */
    jit: flag('jit').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.applicationId, t.connectorId] }),
    index('provisioners_connector').on(t.tenantId, t.connectorId),
  ],
)

/** `refused`: a target that had to take a change first did not, and nobody made it. */
export type DeliveryState = 'pending' | 'delivered' | 'retrying' | 'blocked' | 'dead' | 'refused'
export type ProvisionedType = 'User' | 'Group'

/**
 * The outbox and its log in one. While `open`, a row says that this resource is dirty for this connector: there is one
 * such row at the most, a further change only raises its generation. Closed rows are the log.
 */
export const deliveries = sqliteTable(
  'deliveries',
  {
    tenantId,
    id: text('id').notNull(),
    connectorId: text('connector_id').notNull(),
    resourceType: text('resource_type').$type<ProvisionedType>().notNull(),
    resourceId: text('resource_id').notNull(),
    /** userName or displayName when the row was made: names the resource in the log after it is gone. */
    resourceName: text('resource_name').notNull(),
    /** What the change was, for the log; delivery decides by the present state. */
    operation: text('operation').$type<'create' | 'update' | 'delete'>().notNull(),
    state: text('state').$type<DeliveryState>().notNull(),
    open: flag('open').notNull(),
    generation: integer('generation').notNull(),
    /** The user's new password waits in pending_passwords and goes with this delivery. */
    withPassword: flag('with_password').notNull(),
    /** 1: it will remove the resource, and is counted; 2: somebody allowed that. A change makes it 0 again. */
    removal: integer('removal').notNull().default(0),
    attempts: integer('attempts').notNull(),
    lastError: text('last_error'),
    nextAttemptAt: time('next_attempt_at'),
    /** Since when it fails, and nobody changed the resource or tried it by hand. */
    failingSince: time('failing_since'),
    leaseId: text('lease_id'),
    leaseUntil: time('lease_until'),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('deliveries_open')
      .on(t.tenantId, t.resourceId, t.resourceType, t.connectorId)
      .where(sql`open = 1`),
    // Each connector's turn: what is due for it, the earliest first.
    index('deliveries_turn')
      .on(t.tenantId, t.connectorId, t.nextAttemptAt)
      .where(sql`open = 1`),
    index('deliveries_log').on(t.tenantId, t.connectorId, t.created),
    index('deliveries_of_resource').on(t.tenantId, t.resourceId, t.created),
    index('deliveries_removal')
      .on(t.tenantId, t.connectorId)
      .where(sql`open = 1 and removal = 1`),
    index('deliveries_ended')
      .on(t.tenantId, t.lastModified)
      .where(sql`open = 0`),
    // The one index that does not begin with the tenant: the poller asks for whatever is due, of all tenants.
    index('deliveries_due')
      .on(t.nextAttemptAt)
      .where(sql`open = 1`),
  ],
)

/** Every request of a delivery and its answer, without secrets. */
export const deliveryAttempts = sqliteTable(
  'delivery_attempts',
  {
    tenantId,
    id: text('id').notNull(),
    deliveryId: text('delivery_id').notNull(),
    attempt: integer('attempt').notNull(),
    /** What was to be done at the target, in words; empty in rows of before. */
    decision: text('decision').notNull().default(''),
    at: time('at').notNull(),
    method: text('method').notNull(),
    url: text('url').notNull(),
    /** Absent if no answer came. */
    status: integer('status'),
    error: text('error'),
    /** The bodies, without secrets, cut. */
    request: text('request'),
    answer: text('answer'),
    durationMs: integer('duration_ms').notNull(),
  },
  (t) => [
    // Ids are in the order of time.
    primaryKey({ columns: [t.tenantId, t.deliveryId, t.id] }),
  ],
)

/** The ledger: what each target was last sent for each resource, and the id that it has there. */
export const provisionedResources = sqliteTable(
  'provisioned_resources',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    resourceType: text('resource_type').$type<ProvisionedType>().notNull(),
    resourceId: text('resource_id').notNull(),
    remoteId: text('remote_id').notNull(),
    /** The resource as it was last sent (never its echo, never a password). */
    sent: json<Record<string, unknown>>('sent').notNull(),
    lastModified: time('last_modified').notNull(),
    /** When the reconciliation started that found it at the target. */
    reconciled: time('reconciled'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.connectorId, t.resourceType, t.resourceId] }),
    index('provisioned_resources_resource').on(t.tenantId, t.resourceId),
    index('provisioned_resources_remote').on(t.tenantId, t.connectorId, t.resourceType, t.remoteId),
  ],
)

/** The members that a target was sent for a group, each by the id that it has there. */
export const provisionedMembers = sqliteTable(
  'provisioned_members',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    groupId: text('group_id').notNull(),
    memberId: text('member_id').notNull(),
    remoteId: text('remote_id').notNull(),
    memberType: text('member_type').$type<ProvisionedType>().notNull(),
    /** Not while a request that adds or removes it is on its way, and after one that nobody heard of. */
    isSure: flag('is_sure').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.connectorId, t.groupId, t.memberId] })],
)

/** Users who were sent without a manager whom the target does not have yet: they go out again when she is there. */
export const waitingReferences = sqliteTable(
  'waiting_references',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    /** Whom they wait for. */
    referredId: text('referred_id').notNull(),
    userId: text('user_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.connectorId, t.referredId, t.userId] })],
)

/** How long a tenant keeps its outbound log. */
export const logSettings = sqliteTable('log_settings', { tenantId, keepDays: integer('keep_days').notNull() }, (t) => [
  primaryKey({ columns: [t.tenantId] }),
])

/** A password that outbound connectors still have to be told; sealed at (tenant, 'pending_passwords', user id). */
export const pendingPasswords = sqliteTable(
  'pending_passwords',
  { tenantId, userId: text('user_id').notNull(), sealed: text('sealed').notNull() },
  (t) => [primaryKey({ columns: [t.tenantId, t.userId] })],
)
