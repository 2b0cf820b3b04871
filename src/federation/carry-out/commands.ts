/** What was decided is carried out: everything that a sign-in changes stands in one batch. */
import type { ConnectionRow } from '../../connections/queries.ts'
import { unreachable } from '../../core/errors.ts'
import { DEMAND_ONE_CHANGE, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import { type Change, together } from '../../directory/commit.ts'
import type { Origin } from '../../directory/outbox.ts'
import { editUser } from '../../directory/users/commands.ts'
import { commitUser, insertUser } from '../../directory/users/creation/commands.ts'
import type { Scope } from '../../platform.ts'
import type { ResourceType } from '../../scim/schema.ts'
import { scopesOf } from '../upstream/request/parameters.ts'
import { isTaking, type Synced, syncedOf } from '../claims/sync.ts'
import type { Decision } from '../decision/decide.ts'
import { entryOf, noteDecision } from '../decision/log/commands.ts'
import { hasManyIssuers } from '../decision/linking.ts'
import { displayOf } from '../links/display.ts'
import type { Arrived } from '../upstream/person.ts'
import { syncKept } from './addresses.ts'
import { furtherChanges } from './further.ts'

/** Who came, by which connection, for which application. */
export type Arrival = {
  readonly connection: ConnectionRow
  readonly person: Arrived
  readonly origin: Origin
  /** What a user of this tenant has. */
  readonly type: ResourceType
  /** The provider has verified her address, and its domain is the connection's. */
  readonly isOwnDomain: boolean
  /** The provider's word as it was last taken. */
  readonly synced: Synced | null
  readonly requestId?: string | undefined
  /** Fails the batch if what was decided must not be done any more. */
  readonly guard?: Statement
}

/** Decisions that somebody is signed in by. */
export type Admission = Extract<Decision, { kind: 'create' | 'link' | 'sign-in' }>

/**
 * The user who is signed in now. Throws StaleRow, ScimError or a violation of a unique key if what it was decided by has
 * changed since, and NotPushed if a target has to take the change first and does not; then nothing was done.
 */
export async function carryOut(scope: Scope, arrival: Arrival, decision: Admission): Promise<string> {
  switch (decision.kind) {
    case 'create': {
      const { row, change } = await insertUser(scope, decision.user, arrival.origin)
      const { connection, person, type } = arrival
      const synced = syncedOf(type, decision.user, connection.jit, person.claims)
      const link = write(...insertLink(scope, arrival, row.id, synced))
      const further = await furtherChanges(scope, arrival, row.id, 'create')
      await commitAll(scope, row.userName, [change, link, ...further, noted(scope, arrival, decision, row.id)])
      return row.id
    }
    case 'link':
    case 'sign-in':
      return admit(scope, arrival, decision)
    default:
      return unreachable(decision)
  }
}

/** Signs in to an account that is there, brought up to date as the connection says. */
async function admit(
  scope: Scope,
  arrival: Arrival,
  decision: Exclude<Admission, { kind: 'create' }>,
): Promise<string> {
  const { kind, userId } = decision
  const { edited, synced } = await syncedUser(scope, arrival, userId, kind === 'link' ? 'linked' : 'signed-in')
  const link = kind === 'link' ? insertLink : touchLink
  const further = await furtherChanges(scope, arrival, userId, kind)
  const linked = write(...link(scope, arrival, userId, synced))
  const guard = arrival.guard ? [write(arrival.guard)] : []
  const changes = [
    ...guard,
    ...(edited ? [edited.change] : []),
    linked,
    ...further,
    noted(scope, arrival, decision, userId),
  ]
  await commitAll(scope, edited?.row.userName ?? '', changes)
  return userId
}

/** The log of decisions has it if it is done, and not otherwise. */
function noted(scope: Scope, arrival: Arrival, decision: Admission, userId: string): Change {
  return write(noteDecision(scope, arrival, { ...entryOf(decision), userId }))
}

/** Her account with the provider's word taken, if that changes it; and what was taken, which is kept with the link. */
async function syncedUser(scope: Scope, arrival: Arrival, userId: string, moment: 'linked' | 'signed-in') {
  const { connection, person, origin, synced, isOwnDomain } = arrival
  const { jit, authenticator } = connection
  if (!isTaking(jit, { moment, synced })) return { edited: undefined, synced }
  const askedScopes = authenticator ? scopesOf(authenticator) : []
  let taken = synced
  const edited = await editUser(
    scope,
    userId,
    (user, type, row) => {
      const sync = { jit, claims: person.claims, askedScopes, moment, synced }
      const result = syncKept(type, user, { source: row.source, isOwnDomain }, sync)
      taken = result.synced
      return result.user
    },
    origin,
  )
  return { edited, synced: taken }
}

function commitAll(scope: Scope, userName: string, changes: readonly Change[]): Promise<void> {
  return commitUser(scope, userName, together(changes))
}

function write(...writes: Statement[]): Change {
  return { writes, outbox: [] }
}

/** She is active, and nobody else of this provider is linked to her, when it is written as well. */
function insertLink(
  { tenantId, now }: Scope,
  { connection, person }: Arrival,
  userId: string,
  synced: Synced | null,
): Statement[] {
  const { issuer, subject, claims } = person
  const display = displayOf(claims) ?? null
  const isOfProvider = hasManyIssuers(connection.authenticator) ? sql`1` : sql`o.issuer = ${issuer}`
  return [
    sql`insert into federated_identities (tenant_id, connection_id, issuer, subject, user_id, display, synced, created,
        last_sign_in)
      select tenant_id, ${connection.id}, ${issuer}, ${subject}, id, ${display}, ${jsonOf(synced)}, ${now}, ${now}
      from users
      where tenant_id = ${tenantId} and id = ${userId} and active = 1 and not exists (
        select 1 from federated_identities o where o.tenant_id = ${tenantId} and o.user_id = ${userId}
          and o.connection_id = ${connection.id} and ${isOfProvider})`,
    DEMAND_ONE_CHANGE,
  ]
}

/** The link may have been taken away since, and the user with it, or she was deactivated. */
function touchLink(
  { tenantId, now }: Scope,
  { connection, person }: Arrival,
  userId: string,
  synced: Synced | null,
): Statement[] {
  return [
    sql`update federated_identities set last_sign_in = ${now}, synced = ${jsonOf(synced)},
        display = coalesce(${displayOf(person.claims) ?? null}, display)
      where tenant_id = ${tenantId} and connection_id = ${connection.id} and issuer = ${person.issuer}
        and subject = ${person.subject} and user_id = ${userId}
        and exists (select 1 from users u where u.tenant_id = ${tenantId} and u.id = ${userId} and u.active = 1)`,
    DEMAND_ONE_CHANGE,
  ]
}

function jsonOf(synced: Synced | null): string | null {
  return synced === null ? null : JSON.stringify(synced)
}
