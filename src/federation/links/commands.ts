import { DEMAND_ONE_CHANGE, firstOf, runGuardedBatch, StaleRow, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import { type Change, commit, together } from '../../directory/commit.ts'
import { hasAnotherWay } from '../../directory/factors/commands.ts'
import { deleteSessions, queueLogouts, sessionsBy } from '../../directory/sessions/commands.ts'
import type { Scope } from '../../platform.ts'
import { noteDecision } from '../decision/log/commands.ts'
import { grantStatements } from '../grants/commands.ts'
import { grantsLeft } from '../grants/queries.ts'
import { displayOf } from './display.ts'
import { anotherOf, type Linked, mineOf, NEVER, type NewLink, whyNotLinked } from './queries.ts'

/** Who unlinks: an administrator, or the person herself, signed in under this session. */
export type UnlinkedBy = { readonly kind: 'administrator' } | { readonly kind: 'herself'; readonly sid: string }

/**
 * An administrator lets a user sign in with an account at a provider, if that is nobody else's, which is noted in the log of
 * decisions; one that is hers already stays so. Of two at once for two users one gets it. An account whose person was deleted
 * here is free for an administrator alone: whoever deleted her meant it.
 */
export async function linkIdentity(scope: Scope, link: NewLink, administrator?: string): Promise<Linked> {
  const { tenantId } = scope
  const { connection, person, requestId, userId } = link
  const details = administrator === undefined ? {} : { administrator }
  const entry = { decision: 'link', reason: 'linked-by-administrator', userId, details } as const
  try {
    await runGuardedBatch(scope.db, [
      sql`delete from federated_identities as f where tenant_id = ${tenantId} and ${mineOf(link)}
        and not exists (select 1 from users u where u.tenant_id = f.tenant_id and u.id = f.user_id)`,
      insertLink(scope, link),
      DEMAND_ONE_CHANGE,
      noteDecision(scope, { connection, person, requestId }, entry),
    ])
    return 'linked'
  } catch (error) {
    if (!(error instanceof StaleRow)) throw error
    return whyNotLinked(scope, link)
  }
}

function insertLink(scope: Scope, link: NewLink): Statement {
  const { tenantId, now } = scope
  const { userId, connection, person } = link
  return sql`insert into federated_identities
      (tenant_id, connection_id, issuer, subject, user_id, display, created, last_sign_in)
    select u.tenant_id, c.id, ${person.issuer}, ${person.subject}, u.id, ${displayOf(person.claims) ?? null}, ${now},
      ${NEVER}
    from users u join connections c
      on c.tenant_id = u.tenant_id and c.id = ${connection.id} and c.authenticator is not null
    where u.tenant_id = ${tenantId} and u.id = ${userId} and not exists (${anotherOf(scope, link)})
    on conflict (tenant_id, connection_id, issuer, subject)
      do update set display = coalesce(excluded.display, display) where user_id = excluded.user_id`
}

/**
 * Takes away that a user can sign in by a connection, what the connection had granted her, and the sessions that it
 * vouched for, but not her own. False if she cannot, and nothing is done if she herself asks and has no password, no
 * passkey and no other connection: she could not sign in any more.
 */
export async function unlinkIdentity(
  scope: Scope,
  userId: string,
  connectionId: string,
  by: UnlinkedBy,
): Promise<boolean> {
  const { tenantId } = scope
  const hers = sql`user_id = ${userId} and connection_id = ${connectionId}`
  const isHers = sql`exists (select 1 from federated_identities where tenant_id = ${tenantId} and ${hers})`
  if ((await firstOf<{ is: number }>(scope.db, sql`select ${isHers} "is"`))?.is !== 1) return false
  const kept = by.kind === 'herself' ? by.sid : ''
  const theirs = sql`s.user_id = ${userId} and ${sessionsBy(connectionId)} and s.sid <> ${kept}`
  const unlinked: Change = {
    leavers: [queueLogouts(scope, theirs)],
    writes: [
      sql`delete from federated_identities where tenant_id = ${tenantId} and ${hers}
        and (${by.kind === 'administrator'} or ${hasAnotherWay(scope, userId, { connection: connectionId })})`,
      sql`select json(case when ${isHers} then 'stale' else 'true' end)`,
      ...deleteSessions(scope, theirs),
      sql`delete from provider_tokens where tenant_id = ${tenantId} and ${hers}`,
    ],
    outbox: [],
  }
  const origin = { source: by.kind === 'administrator' ? 'api' : 'account' } as const
  const left = grantStatements(scope, { connectionId, userId, origin }, await grantsLeft(scope, connectionId, userId))
  try {
    await commit(scope, together([unlinked, ...left]))
    return true
  } catch (error) {
    if (error instanceof StaleRow) return false
    throw error
  }
}
