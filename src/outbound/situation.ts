import { unreachable } from '../core/errors.ts'
import type { Statement } from '../db/open.ts'
import { profileOf } from '../connections/connectors/profiles.ts'
import { type ConnectionRow, type ConnectorRow } from '../connections/queries.ts'
import type { ConnectorSecrets } from '../db/schema.ts'
import { userTypeOf } from '../directory/attributes/queries.ts'
import { findGroup, groupResource, type GroupRow } from '../directory/groups/queries.ts'
import { markDirtyFor } from '../directory/outbox.ts'
import { isAdminRole } from '../directory/permissions.ts'
import { findLinkedUser, type LinkedUser, toUserResource } from '../directory/users/queries.ts'
import type { Scope } from '../platform.ts'
import { parseFilter } from '../scim/filter.ts'
import { matches } from '../scim/matches.ts'
import { GROUP } from '../scim/resource-types.ts'
import { type Body, groupBody, managerOf, userBody, withManager } from './body.ts'
import { findLedger } from './ledger/queries.ts'
import { isLackingMembers, membersDiffer } from './members/queries.ts'
import type { Departure, Situation } from './plan.ts'
import { type DeliveryRow, findPendingPassword } from './queries.ts'
import { markGroupsDirtyFor, markMembersDirtyFor, markReportsDirtyFor, waitFor } from './references/commands.ts'

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

type Present = {
  readonly body: Body | undefined
  readonly missing: Missing
  /** Of what is not to be there: what becomes of it. */
  readonly departure?: Departure
}

type Ledger = Awaited<ReturnType<typeof findLedger>>

/** How things are, for a claimed delivery. */
export async function readSituation(
  scope: Scope,
  row: DeliveryRow,
  open: OpenConnector,
): Promise<{ situation: Situation; missing: Missing }> {
  const ledger = await findLedger(scope, row)
  const { missing, body, departure } = await readPresent(scope, row, open, ledger)
  const { takesPasswords, pathsToParts } = profileOf(open.connector.settings)
  const passwordProvisioning = open.connector.passwordProvisioning && takesPasswords
  const withPassword = row.resourceType === 'User' && row.withPassword && passwordProvisioning
  const place = { connectorId: row.connectorId, groupId: row.resourceId }
  const isUserWithoutOwn = row.resourceType === 'User' && !passwordProvisioning && takesPasswords
  return {
    situation: {
      type: row.resourceType,
      id: row.resourceId,
      present: body,
      ledger,
      membersDiffer: row.resourceType === 'Group' && ledger !== undefined && (await membersDiffer(scope, place)),
      mayHaveArrived: row.attempts > 1,
      password: withPassword ? await readPendingPassword(scope, row.resourceId) : undefined,
      defaultPassword: isUserWithoutOwn ? open.secrets.defaultPassword : undefined,
      ...(departure && { departure }),
      ...(pathsToParts && { toParts: true }),
    },
    missing,
  }
}

async function readPresent(scope: Scope, row: DeliveryRow, open: OpenConnector, ledger: Ledger): Promise<Present> {
  switch (row.resourceType) {
    case 'User':
      return readUser(scope, row, open, ledger)
    case 'Group': {
      const { groupEndpoint, groupFilter } = open.connector.settings
      const group = groupEndpoint === undefined ? undefined : await findGroup(scope, row.resourceId)
      if (!group || !(groupFilter === undefined || isGroupMatching(scope, group, groupFilter))) return ABSENT
      const lacksMembers = await isLackingMembers(scope, { connectorId: row.connectorId, groupId: group.id })
      return { body: groupBody(group), missing: { lacksMembers, managerId: undefined } }
    }
    default:
      return unreachable(row.resourceType)
  }
}

const ABSENT: Present = { body: undefined, missing: NOTHING_MISSING }

async function readUser(scope: Scope, row: DeliveryRow, open: OpenConnector, ledger: Ledger): Promise<Present> {
  const { settings } = open.connector
  const user = await findLinkedUser(scope, row.resourceId)
  const { keepsUsers } = profileOf(settings)
  if (!user) return { ...ABSENT, departure: keepsUsers || settings.deletion === 'deactivate' ? 'retire' : 'remove' }
  const isWanted =
    isProvisioned(user, open.connection, ledger !== undefined) &&
    (settings.userFilter === undefined || (await isMatching(scope, user, settings.userFilter)))
  if (isWanted) return presentUser(scope, user, open.connector, ledger?.sent)
  return { ...ABSENT, departure: keepsUsers || settings.leaving === 'deactivate' ? 'deactivate' : 'remove' }
}

/** A manager is named by the id that she has at the target, before anything is mapped. */
export async function presentUser(
  scope: Scope,
  { row, links }: LinkedUser,
  { id: connectorId, settings }: Pick<ConnectorRow, 'id' | 'settings'>,
  sent: Readonly<Record<string, unknown>> | undefined,
): Promise<{ readonly body: Body; readonly missing: Missing }> {
  const managerId = managerOf(row)
  const manager =
    managerId === undefined
      ? undefined
      : await findLedger(scope, { connectorId, resourceType: 'User', resourceId: managerId })
  const document = managerId === undefined ? row.document : withManager(row.document, manager?.remoteId)
  const user = { ...row, document }
  const from = settings.mapping && {
    type: await userTypeOf(scope),
    resource: toUserResource(scope, { row: user, links }),
    sent,
  }
  const missing = managerId === undefined || manager ? NOTHING_MISSING : { lacksMembers: false, managerId }
  return { body: userBody(user, settings, from), missing }
}

/**
 * The rule of directory/outbox.ts, asked again: who lost her role or group since has to go from the target. Who became an
 * administrator since stays there: the account is hers.
 */
function isProvisioned({ links }: LinkedUser, connection: ConnectionRow, isThere: boolean): boolean {
  const { outboundRoles, outboundGroups } = connection
  if (outboundRoles.length === 0 && outboundGroups.length === 0) return isThere || !links.roles.some(isAdminRole)
  return (
    links.roles.some(({ id }) => outboundRoles.includes(id)) ||
    links.groups.some(({ id }) => outboundGroups.includes(id))
  )
}

/** A filter of an attribute that the tenant took away since matches nobody: it has no value. */
async function isMatching(scope: Scope, user: LinkedUser, filter: string): Promise<boolean> {
  return matches(await userTypeOf(scope), parseFilter(filter), toUserResource(scope, user))
}

function isGroupMatching(scope: Scope, group: GroupRow, filter: string): boolean {
  return matches(GROUP, parseFilter(filter), groupResource(scope, group))
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
