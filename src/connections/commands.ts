import { and, eq, notExists, sql } from 'drizzle-orm'
import { nameKey, newId } from '../core/ids.ts'
import { changedMembers } from '../core/members.ts'
import { runBatch, runNamedBatch, type Statement } from '../db/open.ts'
import {
  applications,
  arrivals,
  connections,
  federatedIdentities,
  federatedSessions,
  federationStates,
  grantedMemberships,
  type JitSettings,
  type LoginFlow,
  providerTokens,
  trials,
} from '../db/schema.ts'
import type { Scope } from '../platform.ts'
import { catchUp } from '../directory/catch-up/commands.ts'
import type { Permissions } from '../directory/permissions.ts'
import { deleteSessions, queueLogouts, sessionsBy } from '../directory/sessions/commands.ts'
import {
  changedAuthenticator,
  isAnotherProvider,
  isElsewhere,
  newAuthenticator,
  signsOutElsewhere,
} from './authenticator/commands.ts'
import { connectorStatements, removeConnectorStatements } from './connectors/commands.ts'
import { domainStatements, removeDomains } from './domains/commands.ts'
import { demandGrantsCovered, demandJitKnown, demandLinkedCovered } from './jit/known.ts'
import { DEFAULT_JIT, type JitChange } from './jit/settings.ts'
import { type ConnectionRow, findGroupIds, findRoleIds, getConnection, listConnectors } from './queries.ts'
import type { ConnectionChange, ConnectionInput } from './settings.ts'

/**
 * Adds a connection with its outbound connectors. `by` is what the caller may do; absent where the server acts by itself.
 * Problem 409 if the name is taken, 400 for an unknown role or group, 403 for what gives more than the caller has.
 */
export async function createConnection(
  scope: Scope,
  input: ConnectionInput,
  by?: Permissions,
  id = newId(),
): Promise<ConnectionRow> {
  if (input.jit) await demandJitKnown(scope, input.jit)
  await demandGrantsCovered(scope, input.jit ? [input.jit] : [], by)
  const authenticator = await newAuthenticator(scope, id, input.authenticator)
  const row: ConnectionRow = {
    tenantId: scope.tenantId,
    id,
    name: input.name,
    nameKey: nameKey(input.name),
    description: input.description || null,
    template: authenticator.authenticator ? 'standard-based' : 'custom',
    ...authenticator,
    jit: { ...DEFAULT_JIT, ...input.jit },
    outboundRoles: await findRoleIds(scope, input.outbound?.roles ?? [], 'outbound.roles'),
    outboundGroups: await findGroupIds(scope, input.outbound?.groups ?? [], 'outbound.groups'),
    created: scope.now,
    lastModified: scope.now,
  }
  const connectors = await connectorStatements(scope, id, input.outbound?.connectors ?? [], [])
  const domains = await domainStatements(scope, id, input.domains ?? [])
  await runNamedBatch(scope.db, [scope.db.insert(connections).values(row), ...domains, ...connectors])
  return row
}

/** Changes what is given and keeps the rest, secrets too. `by` as of createConnection. Problem 404, 409 (name), 400 or 403. */
export async function updateConnection(
  scope: Scope,
  id: string,
  change: ConnectionChange,
  by?: Permissions,
): Promise<ConnectionRow> {
  const before = await getConnection(scope, id)
  const jit = change.jit ? changedJit(before.jit, change.jit) : before.jit
  if (change.jit) await demandJitKnown(scope, change.jit, before.jit)
  // Who says which provider it is, whom of its people it lets in, or what of its word counts, says whom it puts where.
  if (change.jit || change.domains || change.authenticator !== undefined) {
    await demandGrantsCovered(scope, [before.jit, jit], by)
  }
  const authenticator = await changedAuthenticator(scope, before, change.authenticator)
  if (isAnotherProvider(before.authenticator, authenticator.authenticator ?? null)) {
    await demandLinkedCovered(scope, id, by)
  }
  const { roles, groups } = change.outbound ?? {}
  // Only what changes is written: another request may be changing the rest.
  const changed: Partial<ConnectionRow> = {
    ...(change.name === undefined ? {} : { name: change.name, nameKey: nameKey(change.name) }),
    ...(change.description === undefined ? {} : { description: change.description || null }),
    ...authenticator,
    ...(change.jit ? { jit } : {}),
    ...(roles ? { outboundRoles: await findRoleIds(scope, roles, 'outbound.roles', before.outboundRoles) } : {}),
    ...(groups ? { outboundGroups: await findGroupIds(scope, groups, 'outbound.groups', before.outboundGroups) } : {}),
    lastModified: scope.now,
  }
  const wanted = change.outbound?.connectors
  const connectors = wanted ? await connectorStatements(scope, id, wanted, await listConnectors(scope, id)) : []
  const mine = and(eq(connections.tenantId, scope.tenantId), eq(connections.id, id))
  // It signs nobody in any more: a login flow that went on offering it would ask for the password again and again.
  const flows = change.authenticator === null ? await leaveLoginFlows(scope, id) : []
  // Who may go out is another now.
  const isChosenAnew = roles !== undefined || groups !== undefined
  const rules = isChosenAnew ? (await listConnectors(scope, id)).map((row) => catchUp(scope, row.id)) : []
  const update = scope.db.update(connections).set(changed).where(mine)
  const domains = change.domains ? await domainStatements(scope, id, change.domains) : []
  const tokens = forgetTokens(scope, before, authenticator.authenticator)
  await runNamedBatch(scope.db, [update, ...domains, ...connectors, ...flows, ...rules, ...tokens])
  if (wanted || isChosenAnew) await scope.platform.wake({ tenantId: scope.tenantId })
  return { ...before, ...changed }
}

/**
 * Removes a connection with its connectors, their log and ledger, the links of its people, and its place in login
 * flows. The people stay, and in the groups and roles that they have. Problem 404.
 */
export async function removeConnection(scope: Scope, id: string): Promise<void> {
  await getConnection(scope, id)
  const { db, tenantId } = scope
  const connectors = (await listConnectors(scope, id)).map((row) => row.id)
  await runBatch(db, [
    db.delete(connections).where(and(eq(connections.tenantId, tenantId), eq(connections.id, id))),
    ...removeConnectorStatements(scope, connectors),
    removeDomains(scope, id),
    db
      .delete(federatedIdentities)
      .where(and(eq(federatedIdentities.tenantId, tenantId), eq(federatedIdentities.connectionId, id))),
    db
      .delete(federationStates)
      .where(and(eq(federationStates.tenantId, tenantId), eq(federationStates.connectionId, id))),
    db.delete(trials).where(and(eq(trials.tenantId, tenantId), eq(trials.connectionId, id))),
    db.delete(arrivals).where(and(eq(arrivals.tenantId, tenantId), eq(arrivals.connectionId, id))),
    db
      .delete(federatedSessions)
      .where(and(eq(federatedSessions.tenantId, tenantId), eq(federatedSessions.connectionId, id))),
    // What it has put people in they stay in: nobody takes it away any more but who takes it away here.
    db
      .delete(grantedMemberships)
      .where(and(eq(grantedMemberships.tenantId, tenantId), eq(grantedMemberships.connectionId, id))),
    forgetUnkeptTokens(scope, id),
    // Who signed in through it has nobody to vouch for her any more.
    queueLogouts(scope, sessionsBy(id)),
    ...deleteSessions(scope, sessionsBy(id)),
    ...(await leaveLoginFlows(scope, id)),
  ])
  await scope.platform.wake({ tenantId })
}

/**
 * What a provider gave goes to nobody else: no refresh token to where fresh ones are asked for from now on, and no id_token
 * to the page where one signs out. Undefined: the authenticator stays.
 */
function forgetTokens(
  scope: Scope,
  { id, authenticator: before }: ConnectionRow,
  after: ConnectionRow['authenticator'] | undefined,
): Statement[] {
  if (after === undefined) return []
  const { db, tenantId } = scope
  const isMoved = after === null || isElsewhere(before, after) || signsOutElsewhere(before, after)
  const whose = and(eq(federatedSessions.tenantId, tenantId), eq(federatedSessions.connectionId, id))
  const hints = isMoved ? [db.update(federatedSessions).set({ sealedIdToken: null }).where(whose)] : []
  if (after === null || !isElsewhere(before, after)) return [forgetUnkeptTokens(scope, id), ...hints]
  const all = and(eq(providerTokens.tenantId, tenantId), eq(providerTokens.connectionId, id))
  return [db.delete(providerTokens).where(all), ...hints]
}

/** What a provider gave its people is not kept by a connection that does not say so (any more); it stands behind the change. */
function forgetUnkeptTokens({ db, tenantId }: Scope, id: string): Statement {
  const keeps = db
    .select({ id: connections.id })
    .from(connections)
    .where(
      and(
        eq(connections.tenantId, tenantId),
        eq(connections.id, id),
        sql`json_extract(${connections.authenticator}, '$.keepTokens') = 1`,
      ),
    )
  return db
    .delete(providerTokens)
    .where(and(eq(providerTokens.tenantId, tenantId), eq(providerTokens.connectionId, id), notExists(keeps)))
}

/** Takes a connection out of the login flows; a step that offered nothing else asks for the password again. */
async function leaveLoginFlows({ db, tenantId }: Scope, id: string): Promise<Statement[]> {
  const rows = await db
    .select({ id: applications.id, loginFlow: applications.loginFlow })
    .from(applications)
    .where(and(eq(applications.tenantId, tenantId), sql`instr(${applications.loginFlow}, ${id}) > 0`))
  return rows.map((row) =>
    db
      .update(applications)
      .set({ loginFlow: withoutConnection(row.loginFlow, id) })
      .where(and(eq(applications.tenantId, tenantId), eq(applications.id, row.id))),
  )
}

function withoutConnection(flow: LoginFlow, id: string): LoginFlow {
  const steps = flow.steps.map((step) => {
    const options = step.options.filter((option) => typeof option === 'string' || option.connection !== id)
    return { options: options.length > 0 ? options : ['password' as const] }
  })
  return { ...flow, steps }
}

function changedJit(before: JitSettings, change: JitChange): JitSettings {
  return changedMembers(before, change) as JitSettings
}
