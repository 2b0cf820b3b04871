import { newResourceId } from '../../../core/ids.ts'
import { runBatch, type Statement } from '../../../db/open.ts'
import { sql } from '../../../db/sql.ts'
import type { Scope } from '../../../platform.ts'
import type { Decision, Details, Reason } from '../decide.ts'
import type { SignInFailure } from '../../failure.ts'
import { displayOf } from '../../links/display.ts'
import type { Arrived } from '../../upstream/person.ts'

/** Who came, and by which request. */
export type Came = {
  readonly connection: { readonly id: string; readonly name: string }
  readonly person: Arrived
  readonly requestId?: string | undefined
}

export type Entry = {
  /** `failed`: it was decided otherwise, and could not be carried out. */
  readonly decision: Decision['kind'] | 'failed'
  readonly reason: Reason | SignInFailure['kind']
  /** Whom it is about, if there is an account. */
  readonly userId?: string | undefined
  readonly details: Details
}

/** Notes in the log of decisions what was decided of whom; it stands in the batch that carries it out. */
export function noteDecision(
  { tenantId, now }: Scope,
  { connection, person, requestId }: Came,
  entry: Entry,
): Statement {
  return sql`insert into sign_in_decisions (tenant_id, id, connection_id, connection, issuer, subject, display, user_id,
      decision, reason, details, request_id, at)
    values (${tenantId}, ${newResourceId(now)}, ${connection.id}, ${connection.name}, ${person.issuer},
      ${person.subject}, ${displayOf(person.claims) ?? null}, ${entry.userId ?? null}, ${entry.decision}, ${entry.reason},
      ${JSON.stringify(entry.details)}, ${requestId ?? null}, ${now})`
}

/** The same by itself, where nothing is carried out. */
export async function recordDecision(scope: Scope, came: Came, entry: Entry): Promise<void> {
  await runBatch(scope.db, [noteDecision(scope, came, entry)])
}

/** A decision as the log has it. */
export function entryOf(decision: Decision): Entry {
  const { kind, details } = decision
  return {
    decision: kind,
    reason: kind === 'refuse' ? decision.refusal : decision.reason,
    userId: 'userId' in decision ? decision.userId : undefined,
    details,
  }
}

/** A refusal; or what was decided, and why it could not be carried out. */
export function failureEntry(decision: Decision, failure: SignInFailure): Entry {
  const entry = entryOf(decision)
  if (failure.kind === 'refused') return entry
  const why = 'reason' in failure ? failure.reason : undefined
  const details = { ...entry.details, decided: entry.decision, because: entry.reason, why }
  return { ...entry, decision: 'failed', reason: failure.kind, details }
}
