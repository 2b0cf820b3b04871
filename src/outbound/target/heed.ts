import { unreachable } from '../../core/errors.ts'
import type { Statement } from '../../db/open.ts'
import type { Scope } from '../../platform.ts'
import { afterRetryAfter, nextProbe } from '../backoff.ts'
import { callBack, type Claimed } from '../commands.ts'
import { countRefusal, endQuarantine, type Refused } from '../quarantine/commands.ts'
import { nextQuarantineProbe } from '../quarantine/rules.ts'
import {
  endWait,
  holdProbed,
  holdTarget,
  pauseTarget,
  type Probe,
  recordSuccess,
  recordTrouble,
  returnProbe,
} from './commands.ts'
import { emptyLane, type Lane } from './lanes.ts'
import type { Sign } from './signs.ts'

type Heard = {
  readonly isWell: boolean
  /** It answered, and refused this resource or its members as they are. */
  readonly refused: Refused | undefined
  readonly reason: string
  readonly probe: Probe | undefined
  readonly random: number
}

/** Written down no more often than this: ten thousand deliveries are not as many writes more. */
const FRESH_MS = 60_000

/** Does to the lane what the sign asks for, and gives the statements that tell all other processes. */
export function heed(scope: Scope, lane: Lane, row: Claimed, sign: Sign, heard: Heard): Statement[] {
  const { connectorId } = row
  const { probe, random } = heard
  switch (sign.kind) {
    case 'nothing':
      return probe ? [returnProbe(scope, connectorId, probe)] : []
    case 'answers':
      lane.inARow = 0
      return [...answerOf(scope, lane, row, heard), ...remember(scope, lane, heard.isWell)]
    case 'stumbles':
      lane.inARow++
      return [...answerOf(scope, lane, row, heard), ...remember(scope, lane, false)]
    case 'silent':
      emptyLane(lane)
      return [leaveAlone(scope, connectorId, probe, nextProbe(scope.now, probe?.lastFailure, random))]
    case 'asks':
      emptyLane(lane)
      return [leaveAlone(scope, connectorId, probe, afterRetryAfter(scope.now, sign.retryAfterMs))]
    case 'refuses':
      emptyLane(lane)
      // The pause is the last one: how it ends says whether it was this delivery that paused the connector.
      return [...(probe ? [returnProbe(scope, connectorId, probe)] : []), ...pauseTarget(scope, row, sign.reason)]
    default:
      return unreachable(sign)
  }
}

/** In quarantine only a delivery that arrives ends it; otherwise any answer says that the target is there again. */
function answerOf(scope: Scope, lane: Lane, row: Claimed, heard: Heard): Statement[] {
  const { connectorId, quarantinedAt } = row
  const { probe, random, refused, reason, isWell } = heard
  if (probe && quarantinedAt !== null) {
    const until = nextQuarantineProbe(scope.now, new Date(quarantinedAt), random)
    return isWell
      ? [...welcome(scope, lane, probe), ...endQuarantine(scope, connectorId)]
      : [holdProbed(scope, connectorId, probe, until)]
  }
  return [
    ...(probe ? welcome(scope, lane, probe) : []),
    ...(refused ? countRefusal(scope, connectorId, refused, reason, random) : []),
  ]
}

function leaveAlone(scope: Scope, connectorId: string, probe: Probe | undefined, until: Date): Statement {
  return probe ? holdProbed(scope, connectorId, probe, until) : holdTarget(scope, connectorId, until)
}

function welcome(scope: Scope, lane: Lane, probe: Probe): Statement[] {
  lane.isProbed = false
  lane.hasMore = true
  return [endWait(scope, lane.connectorId, probe), callBack(scope, lane.connectorId)]
}

function remember(scope: Scope, lane: Lane, isWell: boolean): Statement[] {
  const now = scope.now.getTime()
  if (now - (isWell ? lane.lastSuccess : lane.lastFailure) < FRESH_MS) return []
  if (isWell) lane.lastSuccess = now
  else lane.lastFailure = now
  return [isWell ? recordSuccess(scope, lane.connectorId) : recordTrouble(scope, lane.connectorId)]
}
