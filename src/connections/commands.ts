import { and, eq, sql } from 'drizzle-orm'
import { Problem } from '../core/errors.ts'
import { nameKey, newId } from '../core/ids.ts'
import { runBatch, runNamedBatch, type Statement } from '../db/open.ts'
import {
  applications,
  connections,
  federatedIdentities,
  federationStates,
  type JitSettings,
  type LoginFlow,
  type OidcAuthenticator,
} from '../db/schema.ts'
import type { Scope } from '../platform.ts'
import { catchUp } from '../directory/catch-up/commands.ts'
import { deleteSessions, queueLogouts, sessionsBy } from '../directory/sessions/commands.ts'
import { connectorStatements, removeConnectorStatements } from './connectors/commands.ts'
import { type ConnectionRow, findGroupIds, findRoleIds, getConnection, listConnectors } from './queries.ts'
import { type ConnectionChange, type ConnectionInput, DEFAULT_JIT } from './settings.ts'

/** Adds a connection with its outbound connectors. Problem 409 if the name is taken, 400 for an unknown role or group. */
export async function createConnection(scope: Scope, input: ConnectionInput): Promise<ConnectionRow> {
  const id = newId()
  const { authenticator, clientSecret } = splitAuthenticator(input.authenticator)
  if (authenticator && clientSecret === undefined) throw secretMissing()
  const row: ConnectionRow = {
    tenantId: scope.tenantId,
    id,
    name: input.name,
    nameKey: nameKey(input.name),
    description: input.description || null,
    template: authenticator ? 'standard-based' : 'custom',
    authenticator,
    sealedClientSecret: clientSecret === undefined ? null : await seal(scope, id, clientSecret),
    jit: { ...DEFAULT_JIT, ...input.jit },
    outboundRoles: await findRoleIds(scope, input.outbound?.roles ?? [], 'outbound.roles'),
    outboundGroups: await findGroupIds(scope, input.outbound?.groups ?? [], 'outbound.groups'),
    created: scope.now,
    lastModified: scope.now,
  }
  const connectors = await connectorStatements(scope, id, input.outbound?.connectors ?? [], [])
  await runNamedBatch(scope.db, [scope.db.insert(connections).values(row), ...connectors])
  return row
}

/** Changes what is given and keeps the rest, secrets too. Problem 404, 409 (name) or 400. */
export async function updateConnection(scope: Scope, id: string, change: ConnectionChange): Promise<ConnectionRow> {
  const before = await getConnection(scope, id)
  const { roles, groups } = change.outbound ?? {}
  // Only what changes is written: another request may be changing the rest.
  const changed: Partial<ConnectionRow> = {
    ...(change.name === undefined ? {} : { name: change.name, nameKey: nameKey(change.name) }),
    ...(change.description === undefined ? {} : { description: change.description || null }),
    ...(await changedAuthenticator(scope, before, change.authenticator)),
    ...(change.jit ? { jit: changedJit(before.jit, change.jit) } : {}),
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
  await runNamedBatch(scope.db, [update, ...connectors, ...flows, ...rules])
  if (wanted || isChosenAnew) await scope.platform.wake({ tenantId: scope.tenantId })
  return { ...before, ...changed }
}

/**
 * Removes a connection with its connectors, their log and ledger, the links of its people, and its place in login
 * flows. The people stay. Problem 404.
 */
export async function removeConnection(scope: Scope, id: string): Promise<void> {
  await getConnection(scope, id)
  const { db, tenantId } = scope
  const connectors = (await listConnectors(scope, id)).map((row) => row.id)
  await runBatch(db, [
    db.delete(connections).where(and(eq(connections.tenantId, tenantId), eq(connections.id, id))),
    ...removeConnectorStatements(scope, connectors),
    db
      .delete(federatedIdentities)
      .where(and(eq(federatedIdentities.tenantId, tenantId), eq(federatedIdentities.connectionId, id))),
    db
      .delete(federationStates)
      .where(and(eq(federationStates.tenantId, tenantId), eq(federationStates.connectionId, id))),
    // Who signed in through it has nobody to vouch for her any more.
    queueLogouts(scope, sessionsBy(id)),
    ...deleteSessions(scope, sessionsBy(id)),
    ...(await leaveLoginFlows(scope, id)),
  ])
  await scope.platform.wake({ tenantId })
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

async function changedAuthenticator(scope: Scope, before: ConnectionRow, change: ConnectionChange['authenticator']) {
  if (change === undefined) return {}
  if (change === null) return { authenticator: null, sealedClientSecret: null }
  const { clientSecret, ...given } = change
  const merged = { ...before.authenticator, ...given }
  const missing = (['clientId', 'authorizationEndpoint', 'tokenEndpoint'] as const).filter((name) => !merged[name])
  if (missing.length > 0) {
    const errors = missing.map((name) => ({ field: `authenticator.${name}`, message: 'Give a value.' }))
    throw new Problem(400, 'The authenticator is not complete.', errors)
  }
  const moved =
    before.authenticator !== null && hostOf(merged.tokenEndpoint) !== hostOf(before.authenticator.tokenEndpoint)
  // The secret goes to the token endpoint: whoever points that elsewhere has to know it.
  if (clientSecret === undefined && (moved || before.sealedClientSecret === null)) throw secretMissing()
  return {
    authenticator: withoutUndefined(merged) as OidcAuthenticator,
    ...(clientSecret === undefined ? {} : { sealedClientSecret: await seal(scope, before.id, clientSecret) }),
  }
}

function hostOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).hostname
}

function changedJit(before: JitSettings, change: ConnectionChange['jit']): JitSettings {
  return { ...before, ...withoutUndefined(change ?? {}) }
}

function splitAuthenticator(input: ConnectionInput['authenticator']) {
  if (!input) return { authenticator: null, clientSecret: undefined }
  const { clientSecret, ...authenticator } = input
  return { authenticator: withoutUndefined(authenticator) as OidcAuthenticator, clientSecret }
}

function secretMissing(): Problem {
  const errors = [{ field: 'authenticator.clientSecret', message: 'Give a value.' }]
  return new Problem(400, 'The authenticator needs its client secret.', errors)
}

function seal(scope: Scope, id: string, clientSecret: string): Promise<string> {
  return scope.platform.sealer.seal(clientSecret, { tenantId: scope.tenantId, table: 'connections', row: id })
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>
}
