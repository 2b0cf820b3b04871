import { unreachable } from '../core/errors.ts'
import type { Statement } from '../db/open.ts'
import { type Profile, profileOf } from '../connections/connectors/profiles.ts'
import { hasGroups, isScim2 } from '../connections/connectors/types.ts'
import { type ConnectionRow, type ConnectorRow } from '../connections/queries.ts'
import type { ConnectorSecrets, ConnectorSettings } from '../db/schema.ts'
import { userTypeOf } from '../directory/attributes/queries.ts'
import { findGroup, groupResource, type GroupRow } from '../directory/groups/queries.ts'
import { markDirtyFor } from '../directory/outbox.ts'
import { isAdminRole } from '../directory/permissions.ts'
import type { ShownLinks } from '../directory/users/links/queries.ts'
import { findLinkedUser, type LinkedUser, toUserResource } from '../directory/users/queries.ts'
import type { Scope } from '../platform.ts'
import { parseFilter } from '../scim/filter.ts'
import { matches } from '../scim/matches.ts'
import { GROUP } from '../scim/resource-types.ts'
import {
  type Body,
  groupBody,
  managerOf,
  type MappedFrom,
  mappedUser,
  userBody,
  type UserFacts,
  withManager,
} from './body.ts'
import { googleBody } from './google/body.ts'
import { findLedger } from './ledger/queries.ts'
import { isLackingMembers, membersDiffer } from './members/queries.ts'
import type { Departure, Situation } from './plan.ts'
import { type DeliveryRow, findPendingPassword } from './queries.ts'
import { markGroupsDirtyFor, markMembersDirtyFor, markReportsDirtyFor, waitFor } from './references/commands.ts'
import { salesforceBody } from './salesforce/body.ts'
import { webhookGroup, webhookUser } from './webhook/body.ts'

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
  const { takesPasswords, pathsToParts } = profileAt(open.connector.settings)
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
      const { settings } = open.connector
      const group = hasGroups(settings) ? await findGroup(scope, row.resourceId) : undefined
      const { groupFilter } = settings
      if (!group || !(groupFilter === undefined || isGroupMatching(scope, group, groupFilter))) return ABSENT
      const lacksMembers = await isLackingMembers(scope, { connectorId: row.connectorId, groupId: group.id })
      const body = settings.type === 'webhook' ? webhookGroup(group) : groupBody(group)
      return { body, missing: { lacksMembers, managerId: undefined } }
    }
    default:
      return unreachable(row.resourceType)
  }
}

const ABSENT: Present = { body: undefined, missing: NOTHING_MISSING }

async function readUser(scope: Scope, row: DeliveryRow, open: OpenConnector, ledger: Ledger): Promise<Present> {
  const { settings } = open.connector
  const user = await findLinkedUser(scope, row.resourceId, linksNeeded(open, ledger !== undefined))
  if (!user) return { ...ABSENT, departure: keeps(settings, 'deletion') ? 'retire' : 'remove' }
  const isWanted =
    isProvisioned(user, open.connection, ledger !== undefined) &&
    (settings.userFilter === undefined || (await isMatching(scope, user, settings.userFilter)))
  if (isWanted) return presentUser(scope, user, open, ledger?.sent)
  return { ...ABSENT, departure: keeps(settings, 'leaving') ? 'deactivate' : 'remove' }
}

function profileAt(settings: ConnectorSettings): Profile {
  return profileOf(isScim2(settings) ? settings : {})
}

/** Whether the account of who has to go stays at the target, deactivated; Google and Salesforce have ways of their own. */
function keeps(settings: ConnectorSettings, why: 'leaving' | 'deletion'): boolean {
  return isScim2(settings) && (profileOf(settings).keepsUsers || settings[why] === 'deactivate')
}

/** A user in the terms of the target. A manager is named by the id that she has there, before anything is mapped. */
export async function presentUser(
  scope: Scope,
  { row, links }: LinkedUser,
  { connection, connector }: Pick<OpenConnector, 'connection' | 'connector'>,
  sent: Readonly<Record<string, unknown>> | undefined,
): Promise<{ readonly body: Body; readonly missing: Missing }> {
  const { id: connectorId, settings } = connector
  const managerId = isScim2(settings) ? managerOf(row) : undefined
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
  const place = { slug: scope.tenant.slug, connection: connection.name }
  return { body: bodyFor(user, settings, from, place), missing }
}

function bodyFor(
  user: UserFacts,
  settings: ConnectorSettings,
  from: MappedFrom | undefined,
  place: { readonly slug: string; readonly connection: string },
): Body {
  switch (settings.type) {
    case undefined:
    case 'scim2':
      return userBody(user, settings, from)
    case 'google':
      return googleBody(asMapped(user, settings, from), settings, place)
    case 'salesforce':
      return salesforceBody(asMapped(user, settings, from), settings, place)
    case 'webhook':
      return webhookUser(asMapped(user, settings, from))
    default:
      return unreachable(settings)
  }
}

function asMapped(user: UserFacts, settings: ConnectorSettings, from: MappedFrom | undefined): UserFacts {
  if (!from) return user
  const { userName, active, ...document } = mappedUser(user, settings, from)
  const schemas = user.document.schemas
  return {
    id: user.id,
    userName: String(userName ?? user.userName),
    active: active !== false,
    document: { ...document, schemas },
  }
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

/** By what it is decided whether she goes out, and what is made of her: as a rule by neither, once she is there. */
function linksNeeded({ connection, connector }: OpenConnector, isThere: boolean): ShownLinks {
  const { mapping, userFilter } = connector.settings
  const hasChoice = connection.outboundRoles.length > 0 || connection.outboundGroups.length > 0
  const areAsked = hasChoice || mapping !== undefined || userFilter !== undefined
  return { groups: areAsked, roles: areAsked || !isThere }
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
