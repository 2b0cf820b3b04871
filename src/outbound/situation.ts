import { unreachable } from '../core/errors.ts'
import type { Statement } from '../db/open.ts'
import { hasGroups } from '../connections/connectors/types.ts'
import { type ConnectionRow, type ConnectorRow } from '../connections/queries.ts'
import type { ConnectorSecrets } from '../db/schema.ts'
import { userTypeOf } from '../directory/attributes/queries.ts'
import { findGroup } from '../directory/groups/queries.ts'
import { markDirtyFor } from '../directory/outbox.ts'
import { isAdminRole } from '../directory/permissions.ts'
import { findLinkedUser, type LinkedUser, toUserResource } from '../directory/users/queries.ts'
import type { Scope } from '../platform.ts'
import { parseFilter } from '../scim/filter.ts'
import { matches } from '../scim/matches.ts'
import { type Body, groupBody, managerOf, type ScimBody, userBody, type UserFacts, withManager } from './body.ts'
import { googleBody } from './google/body.ts'
import { findLedger } from './ledger/queries.ts'
import { isLackingMembers, membersDiffer } from './members/queries.ts'
import type { Situation } from './plan.ts'
import { type DeliveryRow, findPendingPassword } from './queries.ts'
import { markGroupsDirtyFor, markMembersDirtyFor, markReportsDirtyFor, waitFor } from './references/commands.ts'
import { salesforceBody } from './salesforce/body.ts'

/** A connector with all that is needed to call it. */
export type OpenConnector = {
  readonly connection: ConnectionRow
  readonly connector: ConnectorRow
  readonly secrets: ConnectorSecrets
}

/** What a resource refers to, and the target does not have yet: it goes out without, and again when that is there. */
export type Missing = {
  /** Members whom nobody has on the way either. */
  readonly lacksMembers: boolean
  readonly managerId: string | undefined
}
const NOTHING_MISSING: Missing = { lacksMembers: false, managerId: undefined }

type Present = { readonly body: Body | undefined; readonly missing: Missing }

/** How things are, for a claimed delivery. */
export async function readSituation(
  scope: Scope,
  row: DeliveryRow,
  open: OpenConnector,
): Promise<{ situation: Situation; missing: Missing }> {
  const ledger = await findLedger(scope, row)
  const present = await readPresent(scope, row, open, ledger !== undefined)
  const { passwordProvisioning } = open.connector
  const withPassword = row.resourceType === 'User' && row.withPassword && passwordProvisioning
  const place = { connectorId: row.connectorId, groupId: row.resourceId }
  const isUserWithoutOwn = row.resourceType === 'User' && !passwordProvisioning
  return {
    situation: {
      type: row.resourceType,
      id: row.resourceId,
      present: present.body,
      ledger,
      membersDiffer: row.resourceType === 'Group' && ledger !== undefined && (await membersDiffer(scope, place)),
      mayHaveArrived: row.attempts > 1,
      password: withPassword ? await readPendingPassword(scope, row.resourceId) : undefined,
      defaultPassword: isUserWithoutOwn ? open.secrets.defaultPassword : undefined,
    },
    missing: present.missing,
  }
}

async function readPresent(scope: Scope, row: DeliveryRow, open: OpenConnector, isThere: boolean): Promise<Present> {
  const { settings } = open.connector
  switch (row.resourceType) {
    case 'User': {
      const user = await findLinkedUser(scope, row.resourceId)
      const isWanted =
        user !== undefined &&
        isProvisioned(user, open.connection, isThere) &&
        (settings.userFilter === undefined || (await isMatching(scope, user, settings.userFilter)))
      return isWanted ? presentUser(scope, row, user.row, open) : ABSENT
    }
    case 'Group': {
      const group = hasGroups(settings) ? await findGroup(scope, row.resourceId) : undefined
      if (!group) return ABSENT
      const lacksMembers = await isLackingMembers(scope, { connectorId: row.connectorId, groupId: group.id })
      return { body: groupBody(group), missing: { lacksMembers, managerId: undefined } }
    }
    default:
      return unreachable(row.resourceType)
  }
}

const ABSENT: Present = { body: undefined, missing: NOTHING_MISSING }

/** A user in the terms of the target. */
function presentUser(scope: Scope, row: DeliveryRow, user: UserFacts, open: OpenConnector): Present | Promise<Present> {
  const { settings } = open.connector
  const place = { slug: scope.tenant.slug, connection: open.connection.name }
  switch (settings.type) {
    case undefined:
    case 'scim2':
      return withManagerThere(scope, row, userBody(user, settings), managerOf(user))
    case 'google':
      return { body: googleBody(user, settings, place), missing: NOTHING_MISSING }
    case 'salesforce':
      return { body: salesforceBody(user, settings, place), missing: NOTHING_MISSING }
    default:
      return unreachable(settings)
  }
}

/** A manager is named by the id that she has at the target. */
async function withManagerThere(
  scope: Scope,
  { connectorId }: DeliveryRow,
  body: ScimBody,
  managerId: string | undefined,
): Promise<Present> {
  if (managerId === undefined) return { body, missing: NOTHING_MISSING }
  const manager = await findLedger(scope, { connectorId, resourceType: 'User', resourceId: managerId })
  const missing = manager ? NOTHING_MISSING : { lacksMembers: false, managerId }
  return { body: withManager(body, manager?.remoteId), missing }
}

/**
 * The rule of directory/outbox.ts, asked again: who lost her role since has to go from the target. Who became an
 * administrator since stays there: the account is hers.
 */
function isProvisioned({ links }: LinkedUser, { outboundRoles }: ConnectionRow, isThere: boolean): boolean {
  if (outboundRoles.length === 0) return isThere || !links.roles.some(isAdminRole)
  return links.roles.some((role) => outboundRoles.includes(role.id))
}

/** A filter of an attribute that the tenant took away since matches nobody: it has no value. */
async function isMatching(scope: Scope, user: LinkedUser, filter: string): Promise<boolean> {
  return matches(await userTypeOf(scope), parseFilter(filter), toUserResource(scope, user))
}

async function readPendingPassword(scope: Scope, userId: string): Promise<string | undefined> {
  const sealed = await findPendingPassword(scope, userId)
  if (sealed === undefined) return undefined
  return scope.platform.sealer.open(sealed, { tenantId: scope.tenantId, table: 'pending_passwords', row: userId })
}

/**
 * What an arrival makes dirty in turn: the groups that a new resource is a member of, those whose manager she is, and
 * members that a group lacks and nobody has on the way. Each ends, for it happens once per resource and target.
 */
export async function followUp(
  scope: Scope,
  row: DeliveryRow,
  created: boolean,
  { lacksMembers, managerId }: Missing,
): Promise<Statement[]> {
  const { connectorId, resourceId } = row
  const dirtyGroups = created ? [markGroupsDirtyFor(scope, resourceId, connectorId)] : []
  const dirtyReports = created && row.resourceType === 'User' ? markReportsDirtyFor(scope, resourceId, connectorId) : []
  const isUnfinished =
    created && row.resourceType === 'Group' && (await membersDiffer(scope, { connectorId, groupId: resourceId }))
  const itself = { id: resourceId, name: row.resourceName }
  const rest = isUnfinished ? [markDirtyFor(scope, 'Group', 'update', itself, connectorId)] : []
  const waits = managerId === undefined ? [] : waitFor(scope, connectorId, managerId, itself)
  const dirtyMembers = lacksMembers ? markMembersDirtyFor(scope, resourceId, connectorId) : []
  return [...dirtyGroups, ...dirtyReports, ...rest, ...waits, ...dirtyMembers]
}
