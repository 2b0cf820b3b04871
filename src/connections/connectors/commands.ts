import { and, eq, inArray, sql } from 'drizzle-orm'
import { newId } from '../../core/ids.ts'
import { runBatch, runNamedBatch, type Statement } from '../../db/open.ts'
import {
  connectors,
  deliveries,
  deliveryAttempts,
  directorySyncs,
  drifts,
  provisionedMembers,
  provisionedResources,
  provisioners,
  reconciliations,
  targets,
  waitingReferences,
} from '../../db/schema.ts'
import { insertAlert, isStopped } from '../alerts/commands.ts'
import { forgetPasswords } from '../../directory/outbox.ts'
import type { Scope } from '../../platform.ts'
import type { MappingInput } from '../mapping.ts'
import { type ConnectorRow, getConnector, openConnectorSecrets } from '../queries.ts'
import { catchUp } from '../../directory/catch-up/commands.ts'
import { departuresOf } from './types.ts'
import { demandKnown } from './known.ts'
import { scheduleStatement } from './schedule/commands.ts'
import { splitSecrets } from './secrets-by-type.ts'
import type { ConnectorInput } from './settings.ts'

/** Adds a connector to a connection. Problem 409 if the connection has one of this name, 400 if a secret is missing. */
export async function createConnector(
  scope: Scope,
  connectionId: string,
  input: ConnectorInput,
): Promise<ConnectorRow> {
  const row = await connectorRow(scope, connectionId, input, undefined, '')
  await runNamedBatch(scope.db, [scope.db.insert(connectors).values(row), scheduleStatement(scope, row)])
  return row
}

/**
 * Replaces a connector's settings; secrets that are not given again stay. What waits is tried again with them at once.
 * Problem 404, 409 or 400.
 */
export async function updateConnector(
  scope: Scope,
  connectionId: string,
  id: string,
  input: ConnectorInput,
): Promise<ConnectorRow> {
  const before = await getConnector(scope, connectionId, id)
  const row = await connectorRow(scope, connectionId, input, before, '')
  const after = afterChange(scope, before, row)
  await runNamedBatch(scope.db, [updateStatement(scope, row), scheduleStatement(scope, row), ...after])
  if (row.enabled) await scope.platform.wake({ tenantId: scope.tenantId })
  return row
}

/** Replaces how a connector maps attributes; what differs by it goes out. Problem 404 or 400. */
export async function mapAttributes(
  scope: Scope,
  connectionId: string,
  id: string,
  mapping: MappingInput,
): Promise<void> {
  const before = await getConnector(scope, connectionId, id)
  const { mapping: _mapping, ...others } = before.settings
  await demandKnown(scope, { ...departuresOf(before.settings), mapping }, '')
  const isMapped = mapping.base === 'none' || mapping.rules.length > 0
  const after = { ...before, settings: isMapped ? { ...others, mapping } : others }
  await runBatch(scope.db, [updateStatement(scope, after), ...afterChange(scope, before, after)])
  if (after.enabled) await scope.platform.wake({ tenantId: scope.tenantId })
}

/** What waits for a connector that is switched off stays, and goes when it is on again. Problem 404. */
export async function enableConnector(scope: Scope, connectionId: string, id: string, enabled: boolean): Promise<void> {
  const before = await getConnector(scope, connectionId, id)
  const { db, tenantId } = scope
  await runBatch(db, [
    db
      .update(connectors)
      .set({ enabled })
      .where(and(eq(connectors.tenantId, tenantId), eq(connectors.id, id))),
    ...afterChange(scope, before, { ...before, enabled }),
  ])
  if (enabled) await scope.platform.wake({ tenantId: scope.tenantId })
}

/** Removes a connector with its log, its ledger, and what waited for it. Problem 404. */
export async function removeConnector(scope: Scope, connectionId: string, id: string): Promise<void> {
  await getConnector(scope, connectionId, id)
  await runBatch(scope.db, removeConnectorStatements(scope, [id]))
}

/** Makes a connection's connectors those of the list, by name. */
export async function connectorStatements(
  scope: Scope,
  connectionId: string,
  wanted: readonly ConnectorInput[],
  present: readonly ConnectorRow[],
): Promise<Statement[]> {
  const byName = new Map(present.map((row) => [row.name, row]))
  const statements: Statement[] = []
  for (const [i, input] of wanted.entries()) {
    const before = byName.get(input.name)
    const row = await connectorRow(scope, connectionId, input, before, `outbound.connectors.${i}.`)
    statements.push(before ? updateStatement(scope, row) : scope.db.insert(connectors).values(row))
    statements.push(scheduleStatement(scope, row))
    if (before) statements.push(...afterChange(scope, before, row))
  }
  const names = new Set(wanted.map((input) => input.name))
  const gone = present.filter((row) => !names.has(row.name)).map((row) => row.id)
  return [...statements, ...removeConnectorStatements(scope, gone)]
}

export function removeConnectorStatements({ db, tenantId }: Scope, ids: readonly string[]): Statement[] {
  if (ids.length === 0) return []
  const mine = [...ids]
  const inLog = db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(eq(deliveries.tenantId, tenantId), inArray(deliveries.connectorId, mine)))
  return [
    db.delete(connectors).where(and(eq(connectors.tenantId, tenantId), inArray(connectors.id, mine))),
    db
      .delete(deliveryAttempts)
      .where(and(eq(deliveryAttempts.tenantId, tenantId), inArray(deliveryAttempts.deliveryId, inLog))),
    ...OF_A_CONNECTOR.map((table) =>
      db.delete(table).where(and(eq(table.tenantId, tenantId), inArray(table.connectorId, mine))),
    ),
    forgetPasswords(tenantId),
  ]
}

/** What goes with a connector: who uses it, what waits for it, and what is known of its target. */
const OF_A_CONNECTOR = [
  provisioners,
  deliveries,
  provisionedResources,
  provisionedMembers,
  waitingReferences,
  directorySyncs,
  reconciliations,
  drifts,
  targets,
] as const

async function connectorRow(
  scope: Scope,
  connectionId: string,
  input: ConnectorInput,
  before: ConnectorRow | undefined,
  field: string,
): Promise<ConnectorRow> {
  await demandKnown(scope, input, field)
  const id = before?.id ?? newId()
  const kept = before && { settings: before.settings, secrets: await openConnectorSecrets(scope, before) }
  const { settings, secrets } = splitSecrets(input, kept, field, scope.now)
  const place = { tenantId: scope.tenantId, table: 'connectors', row: id }
  const hasSecrets = Object.keys(secrets).length > 0
  return {
    tenantId: scope.tenantId,
    id,
    connectionId,
    name: input.name,
    type: input.type ?? 'scim2',
    enabled: input.enabled,
    settings,
    sealedSecrets: hasSecrets ? await scope.platform.sealer.seal(JSON.stringify(secrets), place) : null,
    passwordProvisioning: input.passwordProvisioning,
    created: before?.created ?? scope.now,
  }
}

function updateStatement({ db, tenantId }: Scope, row: ConnectorRow): Statement {
  return db
    .update(connectors)
    .set(row)
    .where(and(eq(connectors.tenantId, tenantId), eq(connectors.id, row.id)))
}

/** What waits goes out; and what did not go out while the connector was off, or under other rules, goes now. */
function afterChange(scope: Scope, before: ConnectorRow, after: ConnectorRow): Statement[] {
  if (!after.enabled) return []
  const isSame = before.enabled && rulesOf(before) === rulesOf(after)
  return [...sendAll(scope, after.id), ...(isSame ? [] : [catchUp(scope, after.id)])]
}

/** What of the settings decides who goes out, and as what. */
function rulesOf({ settings }: ConnectorRow): string {
  const rules = Object.entries(settings).filter(([name]) => !OTHER_SETTINGS.includes(name))
  return JSON.stringify(rules.sort(([a], [b]) => (a < b ? -1 : 1)))
}
/** How the target is called, and what becomes of who leaves. */
const OTHER_SETTINGS: readonly string[] = [
  'authentication',
  'deletionGuard',
  'updateMethod',
  'serviceAccountEmail',
  'adminEmail',
  'applicationName',
  'tokenEndpoint',
  'deprovisioning',
  'apiVersion',
  'clientId',
  'grant',
  'username',
  'url',
]

/** What failed before may go well now, and what is under way with the old settings is tried once more. */
function sendAll(scope: Scope, connectorId: string): Statement[] {
  return [dueNow(scope, connectorId), ...resumeStatements(scope, connectorId)]
}

/** The target is called again whatever it asked for or refused, and is asked anew what it can do. */
export function resumeStatements(scope: Scope, connectorId: string): Statement[] {
  const { db, tenantId } = scope
  return [
    insertAlert(scope, 'connector.resumed', connectorId, {}, isStopped(tenantId, connectorId)),
    db
      .update(targets)
      .set({
        waitUntil: null,
        pausedAt: null,
        pauseReason: null,
        capabilities: null,
        capabilitiesAt: null,
        quarantinedAt: null,
        quarantineReason: null,
        recentSince: null,
        recentFailed: 0,
        recentReferences: 0,
      })
      .where(and(eq(targets.tenantId, tenantId), eq(targets.connectorId, connectorId))),
  ]
}

function dueNow({ db, tenantId, now }: Scope, connectorId: string): Statement {
  return db
    .update(deliveries)
    .set({ state: 'pending', nextAttemptAt: now, failingSince: null, generation: sql`${deliveries.generation} + 1` })
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.connectorId, connectorId), eq(deliveries.open, true)))
}
