/** A plan, carried out at a target of whatever type. */
import { unreachable } from '../core/errors.ts'
import type { ConnectorSettings } from '../db/schema.ts'
import type { Platform } from '../platform.ts'
import { carryOutAccount } from './accounts/carry-out.ts'
import { aUser, googleAccounts } from './google/accounts.ts'
import { PushFailure, type PushOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { type Answer, type Attempt, type Call, callerOf, type Target } from './push.ts'
import { aSalesforceUser, salesforceAccounts } from './salesforce/accounts.ts'
import { carryOut } from './scim2/carry-out.ts'
import type { Resource } from './scim2/resource.ts'
import { tell } from './webhook/carry-out.ts'
import { sendTest } from './webhook/test-event.ts'

/** Does what a plan says; never throws for what a target does. Each request is told to `record`. */
export async function deliver(
  platform: Platform,
  target: Target,
  resource: Resource,
  plan: Plan,
  record: (attempt: Attempt) => void,
): Promise<PushOutcome> {
  if (plan.kind === 'nothing') return { kind: 'done', remoteId: undefined, created: false }
  const call = callerOf(platform, target, record)
  try {
    return await carryOutAt(call, platform.now(), target.settings, resource, plan)
  } catch (error) {
    if (error instanceof PushFailure) return error.outcome
    throw error
  }
}

function carryOutAt(
  call: Call,
  now: Date,
  settings: ConnectorSettings,
  resource: Resource,
  plan: Exclude<Plan, { kind: 'nothing' }>,
): Promise<PushOutcome> {
  switch (settings.type) {
    case undefined:
    case 'scim2':
      return carryOut(call, settings, resource, plan)
    case 'google':
      return carryOutAccount(googleAccounts(call, settings, resource.id), resource, plan)
    case 'salesforce':
      return carryOutAccount(salesforceAccounts(call, settings, resource.id), resource, plan)
    case 'webhook':
      return tell(call, now, settings, resource, plan)
    default:
      return unreachable(settings)
  }
}

/**
 * A credential that may do nothing gets 403 for everything; one resource that the target protects (its owner, its last
 * administrator) gets the same, and must not stop all others. So a list of one is asked for, which is the least that a
 * credential must be good for: refused as well, it is the credential. One that may read and not write is known by the
 * number of resources that it is refused for (target/signs.ts).
 */
export async function weigh(
  platform: Platform,
  target: Target,
  forbidden: Extract<PushOutcome, { kind: 'forbidden' }>,
  record: (attempt: Attempt) => void,
): Promise<PushOutcome> {
  const call = callerOf(platform, target, record)
  const isRefused = await askLittle(call, platform.now(), target.settings).then(
    ({ status }) => status === 401 || status === 403,
    () => false,
  )
  return isRefused ? { kind: 'refused', error: forbidden.error } : forbidden
}

/** A webhook can be asked nothing: it is sent a test event, which means nothing. */
function askLittle(call: Call, now: Date, settings: ConnectorSettings): Promise<Answer> {
  switch (settings.type) {
    case undefined:
    case 'scim2':
      return call('GET', `${settings.userEndpoint.replace(/\/+$/, '')}?startIndex=1&count=1`)
    case 'google':
      return call('GET', aUser(settings))
    case 'salesforce':
      return call('GET', aSalesforceUser(settings))
    case 'webhook':
      return sendTest(call, now, settings)
    default:
      return unreachable(settings)
  }
}
