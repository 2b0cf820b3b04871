import { and, eq } from 'drizzle-orm'
import { randomToken } from '../core/crypto.ts'
import { type FieldError, Problem } from '../core/errors.ts'
import { nameKey, newId } from '../core/ids.ts'
import { runBatch, runNamedBatch, type Statement } from '../db/open.ts'
import {
  applications,
  authorizationCodes,
  authorizationRequests,
  consents,
  connections,
  connectors,
  deviceCodes,
  grants,
  type LoginFlow,
  opaqueTokens,
  provisioners,
  pushedRequests,
} from '../db/schema.ts'
import { sql } from '../db/sql.ts'
import { catchUp } from '../directory/catch-up/commands.ts'
import type { Scope } from '../platform.ts'
import { demandConsistent } from './consistency.ts'
import { keepKeysOfLonger } from './lifetime/commands.ts'
import { demandAttributes } from './mapped-attributes.ts'
import { forgetApplications } from './known.ts'
import { type ApplicationRow, getApplication, RESIDENT_APPLICATION } from './queries.ts'
import { keptSecret } from './secrets/commands.ts'
import { demandSector } from './sector.ts'
import {
  type ApplicationChange,
  type ApplicationInput,
  DEFAULT_LOGIN_FLOW,
  type ProvisionerInput,
  TEMPLATES,
} from './settings.ts'

/**
 * Registers an OAuth client. Its secret is in the answer and nowhere else: only a hash is kept. With a token's hash it is
 * one that registered itself. Problem 409 or 400.
 */
export async function createApplication(
  scope: Scope,
  input: ApplicationInput,
  registrationTokenHash: string | null = null,
): Promise<{ row: ApplicationRow; clientSecret: string | undefined }> {
  const tokenEndpointAuthMethod = input.tokenEndpointAuthMethod ?? TEMPLATES[input.template].tokenEndpointAuthMethod
  const clientSecret = usesSecret(tokenEndpointAuthMethod) ? randomToken() : undefined
  const loginFlow = input.loginFlow ?? DEFAULT_LOGIN_FLOW
  await demandConnections(scope, loginFlow)
  const id = newId()
  const row: ApplicationRow = {
    tenantId: scope.tenantId,
    id,
    name: input.name,
    nameKey: nameKey(input.name),
    description: input.description || null,
    template: input.template,
    clientId: randomToken(18),
    ...(await keptSecret(scope, id, tokenEndpointAuthMethod, clientSecret)),
    formerSecretHash: null,
    formerSecretSealed: null,
    formerSecretExpiresAt: null,
    redirectUris: input.redirectUris,
    grantTypes: input.grantTypes ?? [...TEMPLATES[input.template].grantTypes],
    tokenEndpointAuthMethod,
    loginFlow,
    permissions: input.permissions,
    clientMetadata: input.clientMetadata,
    registrationTokenHash,
    created: scope.now,
    lastModified: scope.now,
  }
  demandConsistent(row)
  await demandKnown(scope, row)
  const links = await provisionerStatements(scope, row.id, input.outboundProvisioning ?? [])
  await runNamedBatch(scope.db, [scope.db.insert(applications).values(row), ...links])
  return { row, clientSecret }
}

/** Changes what is given and keeps the rest. Problem 404, 409 (name) or 400. */
export async function updateApplication(scope: Scope, id: string, change: ApplicationChange): Promise<ApplicationRow> {
  const before = await getApplication(scope, id)
  if (change.loginFlow) await demandConnections(scope, change.loginFlow)
  const method = change.tokenEndpointAuthMethod ?? before.tokenEndpointAuthMethod
  demandSecret(before, method)
  // Only what changes is written: a secret that is made at the same moment must not be undone.
  const changed = {
    ...(change.name === undefined ? {} : { name: change.name, nameKey: nameKey(change.name) }),
    ...(change.description === undefined ? {} : { description: change.description || null }),
    ...(change.redirectUris === undefined ? {} : { redirectUris: change.redirectUris }),
    ...(change.grantTypes === undefined ? {} : { grantTypes: change.grantTypes }),
    ...(change.tokenEndpointAuthMethod === undefined ? {} : withMethod(method)),
    ...(change.loginFlow === undefined ? {} : { loginFlow: change.loginFlow }),
    ...(change.permissions === undefined ? {} : { permissions: change.permissions }),
    ...(change.clientMetadata === undefined ? {} : { clientMetadata: change.clientMetadata }),
    lastModified: scope.now,
  }
  const after = { ...before, ...changed }
  demandConsistent(after)
  if (change.clientMetadata || change.redirectUris) await demandKnown(scope, after)
  const wanted = change.outboundProvisioning
  const links = wanted ? await provisionerStatements(scope, id, wanted) : []
  await runNamedBatch(scope.db, [
    scope.db.update(applications).set(changed).where(isApplication(scope, id)),
    ...keepKeysOfLonger(scope, before.clientMetadata, change.clientMetadata),
    ...links,
  ])
  forgetApplications(scope)
  return after
}

/** Removes an application with its provisioners, whatever sign-in was under way for it, and its tokens. Problem 404. */
export async function removeApplication(scope: Scope, id: string): Promise<void> {
  const { db, tenantId } = scope
  await getApplication(scope, id)
  await runBatch(db, [
    db.delete(applications).where(isApplication(scope, id)),
    db.delete(provisioners).where(and(eq(provisioners.tenantId, tenantId), eq(provisioners.applicationId, id))),
    db
      .delete(authorizationRequests)
      .where(and(eq(authorizationRequests.tenantId, tenantId), eq(authorizationRequests.applicationId, id))),
    db
      .delete(authorizationCodes)
      .where(and(eq(authorizationCodes.tenantId, tenantId), eq(authorizationCodes.applicationId, id))),
    db.delete(pushedRequests).where(and(eq(pushedRequests.tenantId, tenantId), eq(pushedRequests.applicationId, id))),
    db.delete(consents).where(and(eq(consents.tenantId, tenantId), eq(consents.applicationId, id))),
    db.delete(deviceCodes).where(and(eq(deviceCodes.tenantId, tenantId), eq(deviceCodes.applicationId, id))),
    db.delete(opaqueTokens).where(and(eq(opaqueTokens.tenantId, tenantId), eq(opaqueTokens.applicationId, id))),
    sql`delete from refresh_tokens where tenant_id = ${tenantId}
      and grant_id in (select id from grants where tenant_id = ${tenantId} and application_id = ${id})`,
    db.delete(grants).where(and(eq(grants.tenantId, tenantId), eq(grants.applicationId, id))),
  ])
  forgetApplications(scope)
}

/** Says which connectors hear of what an application changes; RESIDENT_APPLICATION stands for the resident one. */
export async function setProvisioners(
  scope: Scope,
  applicationId: string,
  wanted: readonly ProvisionerInput[],
): Promise<void> {
  if (applicationId !== RESIDENT_APPLICATION) await getApplication(scope, applicationId)
  const [, , ...caughtUp] = await runBatch(scope.db, await provisionerStatements(scope, applicationId, wanted))
  if (caughtUp.some(({ rowsAffected }) => rowsAffected > 0)) await scope.platform.wake({ tenantId: scope.tenantId })
}

async function provisionerStatements(
  scope: Scope,
  applicationId: string,
  wanted: readonly ProvisionerInput[],
): Promise<Statement[]> {
  const { db, tenantId } = scope
  const known = await db
    .select({ id: connectors.id, name: connectors.name, connectionId: connectors.connectionId })
    .from(connectors)
    .where(eq(connectors.tenantId, tenantId))
  const errors: FieldError[] = []
  const rows = new Map<string, typeof provisioners.$inferInsert>()
  for (const [i, { connection, connector, blocking, jit }] of wanted.entries()) {
    const found = known.find((one) => one.connectionId === connection && [one.name, one.id].includes(connector))
    const field = `outboundProvisioning.${i}.connector`
    if (!found) errors.push({ field, message: `Connection ${connection} has no connector ${connector}.` })
    else if (rows.has(found.id)) errors.push({ field, message: 'This connector is there twice.' })
    else rows.set(found.id, { tenantId, applicationId, connectorId: found.id, blocking, jit })
  }
  if (errors.length > 0) throw new Problem(400, 'The outbound provisioning is not valid.', errors)
  const mine = and(eq(provisioners.tenantId, tenantId), eq(provisioners.applicationId, applicationId))
  const before = await db.select({ connectorId: provisioners.connectorId }).from(provisioners).where(mine)
  const isNew = (id: string) => !before.some(({ connectorId }) => connectorId === id)
  const added = rows.size > 0 ? [db.insert(provisioners).values([...rows.values()])] : []
  const late = [...rows.keys()].filter(isNew).map((id) => catchUp(scope, id))
  return [db.delete(provisioners).where(mine), ...added, ...late]
}

/** A login flow may only offer connections of this tenant that sign people in. */
async function demandConnections({ db, tenantId }: Scope, flow: LoginFlow): Promise<void> {
  const wanted = flow.steps
    .flatMap((step) => step.options)
    .flatMap((one) => (typeof one === 'string' ? [] : [one.connection]))
  if (wanted.length === 0) return
  const rows = await db
    .select({ id: connections.id, authenticator: connections.authenticator })
    .from(connections)
    .where(eq(connections.tenantId, tenantId))
  const unknown = wanted.find((id) => !rows.some((row) => row.id === id && row.authenticator !== null))
  if (unknown === undefined) return
  const errors = [{ field: 'loginFlow', message: `There is no connection ${unknown} that can sign people in.` }]
  throw new Problem(400, 'The login flow is not valid.', errors)
}

/** What the settings name elsewhere: attributes of users, and a list of redirect URIs. Problem 400. */
async function demandKnown(scope: Scope, row: ApplicationRow): Promise<void> {
  await demandAttributes(scope, row.clientMetadata)
  await demandSector(scope, row)
}

/** Sealed secrets are kept while signatures are verified with them, and no longer. */
function withMethod(tokenEndpointAuthMethod: ApplicationRow['tokenEndpointAuthMethod']) {
  const unsealed = { clientSecretSealed: null, formerSecretSealed: null }
  return { tokenEndpointAuthMethod, ...(tokenEndpointAuthMethod === 'client_secret_jwt' ? {} : unsealed) }
}

function usesSecret(method: ApplicationRow['tokenEndpointAuthMethod']): boolean {
  return method.startsWith('client_secret_')
}

/** Problem 400 if the application has not the secret that a method takes. */
function demandSecret(row: ApplicationRow, method: ApplicationRow['tokenEndpointAuthMethod']): void {
  const [isMissing, message] =
    method === 'client_secret_jwt'
      ? [row.clientSecretSealed === null, 'Make a new secret for this method: of the present one a hash is kept.']
      : [usesSecret(method) && row.clientSecretHash === null, 'This application has no secret: make one first.']
  if (!isMissing) return
  throw new Problem(400, 'This application has no secret for it.', [{ field: 'tokenEndpointAuthMethod', message }])
}

function isApplication({ tenantId }: Scope, id: string) {
  return and(eq(applications.tenantId, tenantId), eq(applications.id, id))
}
