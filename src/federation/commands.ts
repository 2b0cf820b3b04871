import type { ConnectionRow } from '../connections/queries.ts'
import { NotPushed, ScimError } from '../core/errors.ts'
import { isUniqueViolation, StaleRow } from '../db/open.ts'
import type { Origin } from '../directory/outbox.ts'
import type { Scope } from '../platform.ts'
import { carryOut } from './carry-out/commands.ts'
import { type Answers, type Decision, decideProvisioning } from './decision/decide.ts'
import { entryOf, failureEntry, recordDecision } from './decision/log/commands.ts'
import { failed, type Outcome, type SignInFailure } from './failure.ts'
import { findSituation } from './decision/situation/situation.ts'
import type { Arrived } from './upstream/person.ts'

/** How often provisioning is decided again when another request changed what it was decided by. */
const TRIES = 5

/** Who is signed in now; or who has to be asked first, and nothing was stored. */
export type Provisioned =
  | { readonly kind: 'user'; readonly userId: string; readonly isNew: boolean }
  | { readonly kind: 'asked'; readonly decision: Extract<Decision, { kind: 'ask' | 'prove' }> }

/** What is known of an arrival beside what the provider says. */
export type Arriving = {
  readonly applicationId?: string | undefined
  /** What she said on the page that asked her. */
  readonly answers?: Answers
  /** Whom she has signed in as meanwhile, to show that the account is hers. */
  readonly provedUserId?: string
  /** She says that the account which she would have to prove is not hers. */
  readonly isDeclined?: boolean
  readonly requestId?: string
}

/**
 * The local user of a person whom the provider vouches for, made or brought up to date as the connection says. Two
 * first sign-ins of one person at once make one user: the second finds the link of the first. The application that she
 * signs in to decides which outbound connectors hear of it.
 */
export async function provision(
  scope: Scope,
  connection: ConnectionRow,
  person: Arrived,
  arriving: Arriving = {},
): Promise<Outcome<Provisioned>> {
  const { applicationId, requestId } = arriving
  const origin: Origin = {
    source: 'jit',
    connectionId: connection.id,
    ...(applicationId === undefined ? {} : { applicationId }),
  }
  for (let tries = 1; ; tries++) {
    const situation = await findSituation(scope, connection, person, arriving)
    const { type, identity, others } = situation
    const { isOwnDomain } = others
    const arrival = { connection, person, origin, requestId, type, isOwnDomain, synced: identity?.synced ?? null }
    const decision = decideProvisioning(situation)
    const end = async (failure: SignInFailure) => {
      await recordDecision(scope, arrival, failureEntry(decision, failure))
      return failed(failure)
    }
    if (decision.kind === 'refuse') return end({ kind: 'refused', refusal: decision.refusal })
    if (decision.kind === 'ask' || decision.kind === 'prove') {
      await recordDecision(scope, arrival, entryOf(decision))
      return { ok: true, value: { kind: 'asked', decision } }
    }
    try {
      const userId = await carryOut(scope, arrival, decision)
      return { ok: true, value: { kind: 'user', userId, isNew: decision.kind === 'create' } }
    } catch (error) {
      if (error instanceof NotPushed) return end({ kind: 'target-refused', reason: error.message })
      if (isOvertaken(error) && tries < TRIES) continue
      if (!isOvertaken(error) && !(error instanceof ScimError)) throw error
      return end({ kind: 'not-provisioned', reason: `${tries} ${tries === 1 ? 'try' : 'tries'}: ${error.message}` })
    }
  }
}

/** The name was taken, the person linked, or the user changed or removed since it was decided: it is decided anew. */
function isOvertaken(error: unknown): error is Error {
  if (error instanceof ScimError) return error.scimType === 'uniqueness' || error.status === 404
  return error instanceof StaleRow || isUniqueViolation(error, 'federated_identities')
}
