import { and, eq, ne } from 'drizzle-orm'
import { hasGroups } from '../../connections/connectors/types.ts'
import { type ConnectorRow, getConnection } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { rowsOf, runBatch } from '../../db/open.ts'
import { directorySyncs, type ProvisionedType } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import { findGroup } from '../../directory/groups/queries.ts'
import { dirtyOf, insertDelivery, isKnown, isProvisioned, isWanted } from '../../directory/outbox.ts'
import { findUser } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'
import { readSituation } from '../situation.ts'
import { asDelivery } from './dry-run.ts'
import {
  type Candidate,
  countPresent,
  hasProvisioner,
  isOnItsWay,
  type Moment,
  type RunningSync,
  type SyncRow,
} from './queries.ts'

/** Begins to mark everybody who is here for the connector. Problem 409 if it cannot provision, or is at it already. */
export async function startSync(scope: Scope, connector: ConnectorRow): Promise<SyncRow> {
  const { db, tenantId, now } = scope
  await demandProvisioning(scope, connector)
  const begun = {
    kind: 'everybody',
    state: 'running',
    phase: 'User',
    afterId: '',
    total: await countPresent(scope, hasGroups(connector.settings)),
    seen: 0,
    marked: 0,
    started: now,
    lastModified: now,
  } as const
  const [row] = await db
    .insert(directorySyncs)
    .values({ tenantId, connectorId: connector.id, ...begun })
    .onConflictDoUpdate({
      target: [directorySyncs.tenantId, directorySyncs.connectorId],
      set: begun,
      setWhere: ne(directorySyncs.state, 'running'),
    })
    .returning()
  if (!row) throw new Problem(409, 'A sync of this connector is under way.')
  await scope.platform.wake({ tenantId })
  return row
}

/** Marks nobody else; what is marked goes out. False if no sync was under way. */
export async function stopSync({ db, tenantId, now }: Scope, connectorId: string): Promise<boolean> {
  const stopped = await db
    .update(directorySyncs)
    .set({ state: 'stopped', lastModified: now })
    .where(
      and(
        eq(directorySyncs.tenantId, tenantId),
        eq(directorySyncs.connectorId, connectorId),
        eq(directorySyncs.state, 'running'),
      ),
    )
    .returning({ connectorId: directorySyncs.connectorId })
  return stopped.length > 0
}

export type PageEnd = {
  readonly lastId: string
  readonly size: number
  /** Where the sync stands behind the page. */
  readonly next: Pick<SyncRow, 'state' | 'phase' | 'afterId'>
}

/**
 * Marks a page of a sync and moves the sync behind it, in one batch: of several consumers that come with one page, and
 * of one that was killed in it, nobody does it twice. False for who came late, or after the sync was stopped.
 */
export async function markPage(moment: Moment, sync: RunningSync, { lastId, size, next }: PageEnd): Promise<boolean> {
  const { db, tenantId, now } = moment
  const isHere = sql`connector_id = ${sync.connectorId} and state = 'running'
    and started = ${sync.started} and phase = ${sync.phase} and after_id = ${sync.afterId}`
  const isUnderWay = sql`exists (select 1 from directory_syncs where tenant_id = ${tenantId} and ${isHere})`
  const isInPage = sql`present.id > ${sync.afterId} and present.id <= ${lastId} and ${isUnderWay}`
  // Behind the last resource that is here there may be others that were.
  const isLast = next.state === 'done' || next.phase !== sync.phase
  const wasInPage = sql`l.resource_id > ${sync.afterId} and ${isLast ? sql`1` : sql`l.resource_id <= ${lastId}`}
    and ${isUnderWay}`
  // Whoever put them there: groups go out as soon as a member of theirs has arrived.
  const onTheirWay = sql`(select count(*) from deliveries d where d.tenant_id = ${tenantId}
    and d.connector_id = ${sync.connectorId} and d.resource_type = ${sync.phase} and d.resource_id > ${sync.afterId}
    and d.resource_id <= ${lastId} and d.open = 1)`
  const [, , moved] = await runBatch(db, [
    markPresent(moment, sync.phase, sync.connectorId, isInPage, {
      raised: IF_STUCK,
      onlyChanged: sync.kind === 'changed',
    }),
    markGone(moment, sync, wasInPage),
    sql`update directory_syncs set state = ${next.state}, phase = ${next.phase}, after_id = ${next.afterId},
      seen = seen + ${size}, marked = marked + ${onTheirWay}, last_modified = ${now}
      where tenant_id = ${tenantId} and ${isHere}`,
  ])
  return moved?.rowsAffected === 1
}

/** What is on its way is left alone; what waits for help gets another try. */
const IF_STUCK = sql`where deliveries.state in ('blocked', 'dead')`

/**
 * Makes one resource due for a connector at once, and answers its delivery's id. Problem 404 if there is no such
 * resource, 409 if the connector does not provision it.
 */
export async function provisionNow(
  scope: Scope,
  connector: ConnectorRow,
  type: ProvisionedType,
  id: string,
): Promise<string> {
  const present = type === 'User' ? await findUser(scope, id) : await findGroup(scope, id)
  if (!present) throw new Problem(404, `There is no such ${type.toLowerCase()}.`)
  await demandProvisioning(scope, connector)
  await demandWanted(scope, connector, type, { id, name: '' })
  const marking = markPresent(scope, type, connector.id, sql`present.id = ${id}`)
  const [delivery] = await rowsOf<{ id: string }>(scope.db, sql`${marking} returning id`)
  if (!delivery) throw notProvisioned(type)
  await scope.platform.wake({ tenantId: scope.tenantId })
  return delivery.id
}

/** Who is neither for the target, by its filters, nor known there: her delivery would find nothing to do. */
async function demandWanted(scope: Scope, connector: ConnectorRow, type: ProvisionedType, one: Candidate) {
  const connection = await getConnection(scope, connector.connectionId)
  const open = { connection, connector, secrets: {} }
  const { situation } = await readSituation(scope, asDelivery(scope, open, type, one), open)
  if (situation.present || situation.ledger) return
  if (!(await isOnItsWay(scope, connector.id, type, one.id))) throw notProvisioned(type)
}

function notProvisioned(type: ProvisionedType): Problem {
  return new Problem(409, `The connector does not provision this ${type.toLowerCase()}.`)
}

/** Problem 409 for a connector through which nothing goes out: what is marked now would not be kept up to date. */
export async function demandProvisioning(scope: Scope, connector: ConnectorRow): Promise<void> {
  if (!connector.enabled) throw new Problem(409, 'The connector is disabled. Enable it first.')
  if (await hasProvisioner(scope, connector.id)) return
  throw new Problem(
    409,
    'No provisioner names this connector: choose it for the resident or another application first.',
  )
}

/**
 * Marks those resources (`present` in the statement) that are for a connector, by the rule of every change in
 * directory/outbox.ts. Who came just in time goes where such people go, or is known already.
 */
function markPresent(
  moment: Moment,
  type: ProvisionedType,
  connectorId: string,
  which: Sql,
  { raised, onlyChanged = false }: { readonly raised?: Sql; readonly onlyChanged?: boolean } = {},
): Sql {
  const isUser = type === 'User'
  const inLedger = sql`exists (select 1 from provisioned_resources l where l.tenant_id = ${moment.tenantId}
    and l.connector_id = c.id and l.resource_type = ${type} and l.resource_id = present.id)`
  const dirty = dirtyOf(moment, type, sql`case when ${inLedger} then 'update' else 'create' end`, {
    id: sql`present.id`,
    name: isUser ? sql`present.user_name` : sql`present.display_name`,
    from: isUser
      ? sql`cross join users present on present.tenant_id = c.tenant_id and ${which}`
      : sql`cross join groups present on present.tenant_id = c.tenant_id and ${which}`,
  })
  const mayGoOut = isUser
    ? sql`(present.source <> 'jit' or ${isKnown(dirty)} or exists (select 1 from provisioners j
        where j.tenant_id = ${moment.tenantId} and j.connector_id = c.id and j.jit = 1))`
    : sql`1`
  return insertDelivery(
    dirty,
    sql`c.id = ${connectorId} and ${isProvisioned(moment)} and ${mayGoOut} and ${isWanted(dirty)}
      ${onlyChanged ? sql`and (present.last_modified >= c.created or ${isKnown(dirty)})` : sql``}`,
    raised,
  )
}

/** Marks what the target was sent and is here no more: it was deleted while its connector was off. */
function markGone(moment: Moment, { phase, connectorId }: RunningSync, which: Sql): Sql {
  const isHere =
    phase === 'User'
      ? sql`exists (select 1 from users h where h.tenant_id = ${moment.tenantId} and h.id = l.resource_id)`
      : sql`exists (select 1 from groups h where h.tenant_id = ${moment.tenantId} and h.id = l.resource_id)`
  const dirty = dirtyOf(moment, phase, 'delete', {
    id: sql`l.resource_id`,
    name: sql`coalesce(l.sent ->> 'userName', l.sent ->> 'displayName', '')`,
    from: sql`cross join provisioned_resources l on l.tenant_id = c.tenant_id and l.connector_id = c.id
      and l.resource_type = ${phase}`,
  })
  const isGone = sql`c.id = ${connectorId} and ${isProvisioned(moment)} and ${which} and not ${isHere}`
  return insertDelivery(dirty, isGone, IF_STUCK)
}
