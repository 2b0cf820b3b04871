import { unreachable } from '../core/errors.ts'
import type { Statement } from '../db/open.ts'
import { type ConnectionRow, type ConnectorRow } from '../connections/queries.ts'
import type { ConnectorSecrets } from '../db/schema.ts'
import { findGroup } from '../directory/groups/queries.ts'
import { markDirtyFor, markGroupsDirtyFor } from '../directory/outbox.ts'
import { isAdminRole } from '../directory/permissions.ts'
import { rolesOfUser } from '../directory/users/links/queries.ts'
import { findUser, type UserRow } from '../directory/users/queries.ts'
import type { Scope } from '../platform.ts'
import { type Body, groupBody, userBody } from './body.ts'
import { findLedger, type GroupMember, listMembersAtTarget } from './ledger/queries.ts'
import type { Situation } from './plan.ts'
import { type DeliveryRow, findPendingPassword } from './queries.ts'

/** A connector with all that is needed to call it. */
export type OpenConnector = {
  readonly connection: ConnectionRow
  readonly connector: ConnectorRow
  readonly secrets: ConnectorSecrets
}

type Present = { readonly body: Body | undefined; readonly missing: readonly GroupMember[] }

/** How things are, for a claimed delivery; `missing` are members that the target should have and does not. */
export async function readSituation(
  scope: Scope,
  row: DeliveryRow,
  open: OpenConnector,
): Promise<{ situation: Situation; missing: readonly GroupMember[] }> {
  const ledger = await findLedger(scope, row)
  const present = await readPresent(scope, row, open, ledger !== undefined)
  const { passwordProvisioning } = open.connector
  const withPassword = row.resourceType === 'User' && row.withPassword && passwordProvisioning
  const isUserWithoutOwn = row.resourceType === 'User' && !passwordProvisioning
  return {
    situation: {
      type: row.resourceType,
      id: row.resourceId,
      present: present.body,
      ledger,
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
      const user = await findUser(scope, row.resourceId)
      const isWanted = user !== undefined && (await isProvisioned(scope, user, open.connection, isThere))
      return { body: isWanted ? userBody(user, settings) : undefined, missing: [] }
    }
    case 'Group': {
      const group = settings.groupEndpoint === undefined ? undefined : await findGroup(scope, row.resourceId)
      if (!group) return { body: undefined, missing: [] }
      const members = await listMembersAtTarget(scope, group.id, row.connectorId)
      const there = members.flatMap(({ remoteId, type }) => (remoteId === null ? [] : [{ remoteId, type }]))
      return { body: groupBody(group, there), missing: members.filter((member) => member.remoteId === null) }
    }
    default:
      return unreachable(row.resourceType)
  }
}

/**
 * The rule of directory/outbox.ts, asked again: who lost her role since has to go from the target. Who became an
 * administrator since stays there: the account is hers.
 */
async function isProvisioned(
  scope: Scope,
  user: UserRow,
  { outboundRoles }: ConnectionRow,
  isThere: boolean,
): Promise<boolean> {
  const held = await rolesOfUser(scope, user.id)
  if (outboundRoles.length === 0) return isThere || !held.some(isAdminRole)
  return held.some((role) => outboundRoles.includes(role.id))
}

async function readPendingPassword(scope: Scope, userId: string): Promise<string | undefined> {
  const sealed = await findPendingPassword(scope, userId)
  if (sealed === undefined) return undefined
  return scope.platform.sealer.open(sealed, { tenantId: scope.tenantId, table: 'pending_passwords', row: userId })
}

/**
 * What an arrival makes dirty in turn: the groups that a new resource is a member of, and members that a group lacks
 * and nobody has on the way. Each ends, for it happens once per resource and target.
 */
export async function followUp(
  scope: Scope,
  row: DeliveryRow,
  created: boolean,
  missing: readonly GroupMember[],
): Promise<Statement[]> {
  const dirtyGroups = created ? [markGroupsDirtyFor(scope, row.resourceId, row.connectorId)] : []
  const lacking = missing.filter((member) => !member.hasOpenDelivery)
  const dirtyMembers = await Promise.all(lacking.map((member) => dirtyMember(scope, member, row.connectorId)))
  return [...dirtyGroups, ...dirtyMembers.flat()]
}

async function dirtyMember(scope: Scope, { id, type }: GroupMember, connectorId: string): Promise<Statement[]> {
  const name = type === 'User' ? (await findUser(scope, id))?.userName : (await findGroup(scope, id))?.displayName
  if (name === undefined) return []
  return [markDirtyFor(scope, type, 'create', { id, name }, connectorId)]
}
