/** Whose delivery is next: every target has a lane of its own, and none waits for another. Pure but for the lanes. */
import type { Due } from '../queries.ts'

/** What is due for one target, and how it goes there. */
export type Lane = {
  readonly tenantId: string
  readonly connectorId: string
  readonly users: string[]
  readonly groups: string[]
  usersUnderWay: number
  groupsUnderWay: number
  /** It was left alone: one delivery goes at a time, until it answers. */
  isProbed: boolean
  /** More may be due than was listed. */
  hasMore: boolean
  /** How many deliveries stumbled one after the other. */
  inARow: number
  /** What the deletion guard said, and when: milliseconds. */
  guard: { readonly at: number; readonly isClosed: boolean } | undefined
  /** Milliseconds; what is written down of it is up to a minute old. */
  lastSuccess: number
  lastFailure: number
}

export type Limits = {
  /** So many deliveries of one target are under way at once. */
  readonly perTarget: number
  /** So many in all, before each target has no more than one. */
  readonly atOnce: number
}

export type Lanes = Map<string, Lane>
export type Turn = { readonly lane: Lane; readonly id: string; readonly isUser: boolean }

/** Puts what is due into its lanes. A lane that has something in it keeps that, and is filled when it is empty. */
export function fillLanes(lanes: Lanes, due: readonly Due[], share: number): void {
  const byKey = Map.groupBy(due, ({ tenantId, connectorId }) => JSON.stringify([tenantId, connectorId]))
  for (const lane of lanes.values()) if (isEmpty(lane)) lane.hasMore = false
  for (const [key, listed] of byKey) {
    const [first] = listed
    const lane = lanes.get(key) ?? (first && newLane(first))
    if (!first || !lane || !isEmpty(lane)) continue
    lanes.set(key, lane)
    lane.isProbed = first.waitedUntil !== null
    lane.hasMore = listed.length >= share
    for (const { id, type } of listed) (type === 'User' ? lane.users : lane.groups).push(id)
  }
}

/**
 * Takes the next delivery out of its lane: of the targets that may be sent something the one with the fewest under way.
 * A target with nothing under way never waits for the others, however slow they are.
 */
export function takeTurn(lanes: Lanes, { perTarget, atOnce }: Limits): Turn | undefined {
  let total = 0
  for (const lane of lanes.values()) total += underWay(lane)
  let chosen: Lane | undefined
  for (const lane of lanes.values()) {
    const mostHere = lane.isProbed || total >= atOnce ? 1 : perTarget
    if (!isReady(lane) || underWay(lane) >= mostHere) continue
    if (!chosen || underWay(lane) < underWay(chosen)) chosen = lane
  }
  if (!chosen) return undefined
  const user = chosen.users.shift()
  if (user !== undefined) {
    chosen.usersUnderWay++
    return { lane: chosen, id: user, isUser: true }
  }
  chosen.groupsUnderWay++
  return { lane: chosen, id: chosen.groups.shift() ?? '', isUser: false }
}

export function endTurn({ lane, isUser }: Turn): void {
  if (isUser) lane.usersUnderWay--
  else lane.groupsUnderWay--
}

/** Nothing more of it is sent in this run, before it is listed again. */
export function emptyLane(lane: Lane): void {
  lane.users.length = 0
  lane.groups.length = 0
  lane.hasMore = false
}

export function isEmpty({ users, groups }: Lane): boolean {
  return users.length + groups.length === 0
}

export function underWay({ usersUnderWay, groupsUnderWay }: Lane): number {
  return usersUnderWay + groupsUnderWay
}

/** Users first: a group names its members by the ids that they got at the target. */
function isReady({ users, groups, usersUnderWay }: Lane): boolean {
  return users.length > 0 || (groups.length > 0 && usersUnderWay === 0)
}

export function newLane({
  tenantId,
  connectorId,
  lastSuccess,
  lastFailure,
}: Pick<Due, 'tenantId' | 'connectorId' | 'lastSuccess' | 'lastFailure'>): Lane {
  return {
    tenantId,
    connectorId,
    users: [],
    groups: [],
    usersUnderWay: 0,
    groupsUnderWay: 0,
    isProbed: false,
    hasMore: false,
    inARow: 0,
    guard: undefined,
    lastSuccess: lastSuccess ?? 0,
    lastFailure: lastFailure ?? 0,
  }
}
