/** What a delivery is about, as carrying it out needs it: what the target can do, and who is in the group there. */
import { configurationUrl } from '../../connections/connectors/endpoints.ts'
import { profileOf } from '../../connections/connectors/profiles.ts'
import { isRecord } from '../../core/json-value.ts'
import { isScim2 } from '../../connections/connectors/types.ts'
import type { Scim2Settings } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { refusal } from './answers.ts'
import { saveCapabilities } from '../capabilities/commands.ts'
import { findCapabilities } from '../capabilities/queries.ts'
import { findLedger, isAnothers } from '../ledger/queries.ts'
import { holdUnsure, recordAdded, recordAll, recordRemoved } from '../members/commands.ts'
import { type GroupPlace, membersToAdd, membersToRemove, type RemoteMember, wantedMembers } from '../members/queries.ts'
import { type Call, isPassing, type Target } from '../push.ts'
import type { DeliveryRow } from '../queries.ts'
import type { OwnResource } from '../resource.ts'

export type { Found } from '../resource.ts'

/** The members of a group at the target, and what is known of them there. */
export type GroupMembers = {
  all(): Promise<RemoteMember[]>
  toAdd(limit: number): Promise<RemoteMember[]>
  toRemove(limit: number): Promise<RemoteMember[]>
  /** Before a request that changes these. */
  holdUnsure(members: readonly RemoteMember[]): Promise<void>
  added(members: readonly RemoteMember[]): Promise<void>
  removed(members: readonly RemoteMember[]): Promise<void>
  /** The group has these and nobody else. */
  replaced(members: readonly RemoteMember[]): Promise<void>
}

export type Resource = OwnResource & {
  /** Whether the target takes PATCH: by the connector, its profile, or its ServiceProviderConfig (RFC 7643 section 5). */
  canPatch(call: Call): Promise<boolean>
  /** It took none after all. */
  cannotPatch(): Promise<void>
  /** Of a group alone. */
  readonly members: GroupMembers | undefined
  /** For a target that is told of what happens. */
  readonly news: News
}

export type News = {
  /** The same for each attempt to tell of one change, and another one for the next. */
  readonly id: string
  /** The resource's name, which outlives it in the log. */
  readonly name: string
  /** Every attempt so far told of this change: what the ledger says is what was told before it. */
  readonly isSure: boolean
  /** The resource as it was last told. */
  sent(): Promise<unknown>
}

export function resourceOf(scope: Scope, row: DeliveryRow, target: Target): Resource {
  const { connectorId, resourceType: type, resourceId: id } = row
  return {
    type,
    id,
    isAnothers: (found) => isAnothers(scope, row, found),
    canPatch: async (call) => {
      const { settings } = target
      if (!isScim2(settings)) return true
      const { updateMethod } = settings
      if (updateMethod !== undefined) return updateMethod === 'patch'
      if (profileOf(settings).update === 'patch') return true
      const known = await findCapabilities(scope, connectorId)
      if (known) return known.patch
      const patch = await asksForPatch(call, settings)
      await saveCapabilities(scope, connectorId, { patch })
      return patch
    },
    cannotPatch: () => saveCapabilities(scope, connectorId, { patch: false }),
    members: type === 'Group' ? membersOf(scope, row, { connectorId, groupId: id }) : undefined,
    news: {
      id: `msg_${row.id}_${row.generation}`,
      name: row.resourceName,
      isSure: row.attempts === 1 || row.generation === 1,
      sent: async () => (await findLedger(scope, row))?.sent,
    },
  }
}

/** A target that says nothing of itself gets PUT, which every SCIM server has to take (RFC 7644 section 3.2). */
async function asksForPatch(call: Call, settings: Scim2Settings): Promise<boolean> {
  const answer = await call('GET', configurationUrl(settings))
  const { status, json } = answer
  // What says nothing of the question is no answer to it.
  if (isPassing(status) || status === 401 || status === 403) throw refusal(answer)
  return status === 200 && isRecord(json) && isRecord(json.patch) && json.patch.supported === true
}

function membersOf(scope: Scope, row: DeliveryRow, place: GroupPlace): GroupMembers {
  return {
    all: () => wantedMembers(scope, place),
    toAdd: (limit) => membersToAdd(scope, place, limit),
    toRemove: (limit) => membersToRemove(scope, place, limit),
    holdUnsure: (members) => holdUnsure(scope, row, place, members),
    added: (members) => recordAdded(scope, place, members),
    removed: (members) => recordRemoved(scope, place, members),
    replaced: (members) => recordAll(scope, place, members),
  }
}
