/** What watches over connectors: alerts, syncs of the whole directory, reconciliations and their drift. */
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { ProvisionedType } from './outbound.ts'
import { json, tenantId, time } from './columns.ts'

/** Where a tenant wants to hear of trouble with its connectors: a webhook. */
export const alertSettings = sqliteTable(
  'alert_settings',
  {
    tenantId,
    url: text('url').notNull(),
    events: json<AlertType[]>('events').notNull(),
    /** SigningSecrets, sealed at (tenant, 'alert_settings', tenant). */
    sealedSecrets: text('sealed_secrets').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenantId] })],
)
export type AlertType = 'connector.paused' | 'connector.quarantined' | 'connector.resumed' | 'connector.deadLetters'

/** What the tenant has to be told of, written in the batch in which it came about; and for a while what it was told. */
export const alerts = sqliteTable(
  'alerts',
  {
    tenantId,
    id: text('id').notNull(),
    type: text('type').$type<AlertType>().notNull(),
    data: json<Record<string, unknown>>('data').notNull(),
    state: text('state').$type<'pending' | 'delivered' | 'dead'>().notNull(),
    attempts: integer('attempts').notNull(),
    /** While it is on its way: when the process that sends it is given up. */
    nextAttemptAt: time('next_attempt_at'),
    lastError: text('last_error'),
    created: time('created').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    index('alerts_log').on(t.tenantId, t.created),
    index('alerts_pending')
      .on(t.tenantId, t.created)
      .where(sql`state = 'pending'`),
  ],
)

/** The whole directory on its way to one target: who was there before the connector, or changed while it was off. */
export const directorySyncs = sqliteTable(
  'directory_syncs',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    /** Everybody, or who changed since there is the connector: after a time in which nothing went out. */
    kind: text('kind').$type<'everybody' | 'changed'>().notNull().default('everybody'),
    state: text('state').$type<'running' | 'done' | 'stopped'>().notNull(),
    /** Users first, then the groups that they are members of. */
    phase: text('phase').$type<'User' | 'Group'>().notNull(),
    /** The last id that was looked at in this phase. */
    afterId: text('after_id').notNull(),
    /** How many there were when it began, how many were looked at, and how many were marked. */
    total: integer('total').notNull(),
    seen: integer('seen').notNull(),
    marked: integer('marked').notNull(),
    started: time('started').notNull(),
    lastModified: time('last_modified').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.connectorId] }),
    index('directory_syncs_running')
      .on(t.tenantId)
      .where(sql`state = 'running'`),
  ],
)

/** What becomes of drift: it is listed, what stands here is sent again, or what the target has is accepted. */
export type DriftPolicy = 'report' | 'overwrite' | 'adopt'
export type ReconciliationCounts = {
  /** What the target listed, and what of that is as it should be. */
  seen: number
  same: number
  /** What was never ours: it is not touched. */
  unmanaged: number
  /** Groups whose members the target does not show, or shows in too long an answer, and what it could not list. */
  unread: number
}
/** Where a reconciliation stands in its phase; all absent at its beginning. */
export type ReconciliationPosition = {
  /** RFC 9865; otherwise by startIndex (RFC 7644 section 3.4.2.4). */
  byCursor?: boolean
  cursor?: string
  startIndex?: number
  /** How many are asked for at once, after more were too much. */
  count?: number
  /** The id of the first resource of the page before: a target that gives the same page again has no more. */
  firstId?: string
  /** Of the phase 'missing': behind which of our resources. */
  type?: ProvisionedType
  afterId?: string
  /** The counts at the beginning of the phase, for one that begins again. */
  before?: ReconciliationCounts
}

/** The latest reconciliation of each connector, and when the next one is to begin. */
export const reconciliations = sqliteTable(
  'reconciliations',
  {
    tenantId,
    connectorId: text('connector_id').notNull(),
    /** 'planned' until the first one begins. */
    state: text('state').$type<'planned' | 'running' | 'done' | 'stopped' | 'failed'>().notNull(),
    /** What the target lists, then what it should have and did not list. */
    phase: text('phase').$type<ProvisionedType | 'missing'>().notNull(),
    position: json<ReconciliationPosition>('position').notNull(),
    counts: json<ReconciliationCounts>('counts').notNull(),
    policy: text('policy').$type<DriftPolicy>().notNull(),
    trigger: text('trigger').$type<'schedule' | 'hand'>().notNull(),
    /** It goes by this among those of its connector, too. */
    started: time('started').notNull(),
    lastModified: time('last_modified').notNull(),
    /** Of the page that it stands at. */
    attempts: integer('attempts').notNull(),
    error: text('error'),
    /** Whoever has this turn writes down the page that it is at; nobody has it if it is null. */
    turn: text('turn'),
    /** When it goes on or, if it does not run, begins; while somebody has the turn, when that one counts as dead. */
    nextAt: time('next_at'),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.connectorId] }),
    // As deliveries_due: the poller asks for those of all tenants.
    index('reconciliations_due')
      .on(t.nextAt)
      .where(sql`next_at is not null`),
  ],
)

export type DriftKind = 'changed' | 'missing' | 'unlinked' | 'leftover' | 'unmanaged'
export type DriftState = 'open' | 'repaired' | 'accepted'
/** Values without a password; `found` is cut if it is long. Null is absent. */
export type Difference = { readonly path: string; readonly wanted: unknown; readonly found: unknown }
export type MemberDrift = {
  /** Whom the group lacks there: our id, and the one at the target. The first thousand. */
  readonly absent: readonly (readonly [id: string, remoteId: string])[]
  readonly absentTotal: number
  /** Whom it has besides: the id at the target, and the name there. The first thousand. */
  readonly extra: readonly (readonly [remoteId: string, display: string])[]
  readonly extraTotal: number
}

/** What the latest reconciliation of a connector found to be otherwise than it should be. */
export const drifts = sqliteTable(
  'drifts',
  {
    tenantId,
    id: text('id').notNull(),
    connectorId: text('connector_id').notNull(),
    /** When the reconciliation started that saw it last. */
    reconciliation: time('reconciliation').notNull(),
    kind: text('kind').$type<DriftKind>().notNull(),
    state: text('state').$type<DriftState>().notNull(),
    resourceType: text('resource_type').$type<ProvisionedType>().notNull(),
    /** Our id; null for what was never ours. */
    resourceId: text('resource_id'),
    remoteId: text('remote_id').notNull(),
    /** userName or displayName. */
    name: text('name').notNull(),
    differences: json<Difference[]>('differences').notNull(),
    /** Of a group whose members differ. */
    members: json<MemberDrift>('members'),
    /** What the ledger has to say was sent, for the next delivery to repair it with the smallest request. */
    sent: json<Record<string, unknown>>('sent'),
    /** The repair that is under way, within one batch. */
    mark: text('mark'),
    found: time('found').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.id] }),
    uniqueIndex('drifts_remote').on(t.tenantId, t.connectorId, t.resourceType, t.remoteId),
    index('drifts_list').on(t.tenantId, t.connectorId, t.reconciliation, t.kind, t.state, t.id),
    index('drifts_mark')
      .on(t.tenantId, t.connectorId, t.mark)
      .where(sql`mark is not null`),
  ],
)
