import { DEMAND_ONE_CHANGE, firstOf, runBatch, runGuardedBatch, StaleRow, type Statement } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import { deleteSessions, queueLogouts, sessionsBy } from '../../directory/sessions/commands.ts'
import type { Scope } from '../../platform.ts'
import { isSessionOf } from '../../session/commands.ts'
import { noteDecision } from '../decisions/commands.ts'
import type { VouchedFor } from '../upstream/person.ts'
import { displayOf } from './display.ts'

/** Who links or unlinks: an administrator, or the person herself, signed in under this session. */
export type LinkedBy =
  | { readonly kind: 'administrator'; readonly userName?: string | undefined }
  | { readonly kind: 'herself'; readonly sid: string }

/** An account at the provider of a connection, and whose it is to be here. */
export type NewLink = {
  readonly userId: string
  readonly connection: { readonly id: string; readonly name: string }
  readonly person: VouchedFor
  readonly requestId?: string | undefined
}

/**
 * `taken`: the account there is somebody else's here; `another`: she has another account at that provider already; `gone`:
 * the user, the connection or her session is no more.
 */
export type Linked = 'linked' | 'taken' | 'another' | 'gone'

/** The last sign-in of a link by which nobody has signed in yet. */
export const NEVER = new Date(0)

/**
 * Lets a user sign in with an account at a provider, if that is nobody else's, and notes it in the log of decisions; one
 * that is hers already stays so. Of two at once for two users one gets it. An account whose person was deleted here is free
 * for an administrator alone: whoever deleted her meant it. `writes` go into the same batch, behind the link.
 */
export async function linkIdentity(
  scope: Scope,
  link: NewLink,
  by: LinkedBy,
  writes: readonly Statement[] = [],
): Promise<Linked> {
  const { tenantId } = scope
  const { connection, person, requestId, userId } = link
  const mine = mineOf(link)
  const buried = sql`delete from federated_identities as f where tenant_id = ${tenantId} and ${mine}
    and not exists (select 1 from users u where u.tenant_id = f.tenant_id and u.id = f.user_id)`
  const reason = by.kind === 'administrator' ? 'linked-by-administrator' : 'asked-by-herself'
  const details = by.kind === 'administrator' && by.userName !== undefined ? { administrator: by.userName } : {}
  try {
    await runGuardedBatch(scope.db, [
      ...(by.kind === 'administrator' ? [buried] : []),
      insertLink(scope, link, by),
      DEMAND_ONE_CHANGE,
      ...writes,
      noteDecision(scope, { connection, person, requestId }, { decision: 'link', reason, userId, details }),
    ])
    return 'linked'
  } catch (error) {
    if (!(error instanceof StaleRow)) throw error
    return whyNot(scope, link)
  }
}

function insertLink(scope: Scope, link: NewLink, by: LinkedBy): Statement {
  const { tenantId, now } = scope
  const { userId, connection, person } = link
  const mayBe = by.kind === 'administrator' ? sql`1` : sql`u.active = 1 and ${isSessionOf(scope, { ...by, userId })}`
  return sql`insert into federated_identities
      (tenant_id, connection_id, issuer, subject, user_id, display, created, last_sign_in)
    select u.tenant_id, c.id, ${person.issuer}, ${person.subject}, u.id, ${displayOf(person.claims) ?? null}, ${now},
      ${by.kind === 'herself' ? now : NEVER}
    from users u join connections c
      on c.tenant_id = u.tenant_id and c.id = ${connection.id} and c.authenticator is not null
    where u.tenant_id = ${tenantId} and u.id = ${userId} and ${mayBe} and not exists (${anotherOf(scope, link)})
    on conflict (tenant_id, connection_id, issuer, subject)
      do update set display = coalesce(excluded.display, display) where user_id = excluded.user_id`
}

async function whyNot(scope: Scope, link: NewLink): Promise<Linked> {
  const found = await firstOf<{ userId: string | null; hasAnother: number }>(
    scope.db,
    sql`select exists (${anotherOf(scope, link)}) "hasAnother", (select user_id from federated_identities
        where tenant_id = ${scope.tenantId} and ${mineOf(link)}) "userId"`,
  )
  if (found?.userId != null && found.userId !== link.userId) return 'taken'
  return found?.hasAnother === 1 ? 'another' : 'gone'
}

function mineOf({ connection, person }: NewLink): Sql {
  return sql`connection_id = ${connection.id} and issuer = ${person.issuer} and subject = ${person.subject}`
}

function anotherOf({ tenantId }: Scope, { userId, connection, person }: NewLink): Sql {
  return sql`select 1 from federated_identities o where o.tenant_id = ${tenantId} and o.user_id = ${userId}
    and o.connection_id = ${connection.id} and o.issuer = ${person.issuer} and o.subject <> ${person.subject}`
}

/**
 * Takes away that a user can sign in by a connection, and ends the sessions that it vouched for, but not her own.
 * False if she cannot, and nothing is done if she herself asks and has no password, no passkey and no other connection:
 * she could not sign in any more.
 */
export async function unlinkIdentity(
  scope: Scope,
  userId: string,
  connectionId: string,
  by: LinkedBy,
): Promise<boolean> {
  const { db, platform, tenantId } = scope
  const kept = by.kind === 'herself' ? by.sid : ''
  const hers = sql`user_id = ${userId} and connection_id = ${connectionId}`
  const isGone = sql`not exists (select 1 from federated_identities f
    where f.tenant_id = ${tenantId} and f.user_id = ${userId} and f.connection_id = ${connectionId})`
  // Once the link is gone; if it stays, so do they.
  const theirs = sql`s.user_id = ${userId} and ${sessionsBy(connectionId)} and s.sid <> ${kept} and ${isGone}`
  const [removed, queued] = await runBatch(db, [
    sql`delete from federated_identities where tenant_id = ${tenantId} and ${hers}
      and (${by.kind === 'administrator'}
        or exists (select 1 from users u
          where u.tenant_id = ${tenantId} and u.id = ${userId} and u.password_hash is not null)
        or exists (select 1 from passkeys p where p.tenant_id = ${tenantId} and p.user_id = ${userId})
        or exists (select 1 from federated_identities o
          join connections c on c.tenant_id = o.tenant_id and c.id = o.connection_id
          where o.tenant_id = ${tenantId} and o.user_id = ${userId} and o.connection_id <> ${connectionId}
            and c.authenticator is not null))`,
    queueLogouts(scope, theirs),
    ...deleteSessions(scope, theirs),
    sql`delete from provider_tokens where tenant_id = ${tenantId} and ${hers} and ${isGone}`,
  ])
  if ((queued?.rowsAffected ?? 0) > 0) await platform.wake({ tenantId })
  return (removed?.rowsAffected ?? 0) > 0
}
