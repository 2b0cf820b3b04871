/** The provider's own session behind one of ours, so that either can end the other. */
import type { Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** What a provider said when it vouched for somebody. */
export type Vouched = {
  readonly connectionId: string
  readonly issuer: string
  readonly subject: string
  /** The `sid` of its id_token, where it has one. */
  readonly upstreamSid: string | null
  /** Its id_token, where signing out here is to go on there. Sealed by federation. */
  readonly sealedIdToken: string | null
}

/** Stands behind the statement that begins the session with that id: without a session nothing is kept. */
export function keepVouched({ tenantId, now }: Scope, sessionHash: string, vouched: Vouched): Statement {
  const { connectionId, issuer, subject, upstreamSid, sealedIdToken } = vouched
  return sql`insert into federated_sessions
      (tenant_id, sid, connection_id, issuer, subject, upstream_sid, sealed_id_token, created)
    select tenant_id, sid, ${connectionId}, ${issuer}, ${subject}, ${upstreamSid}, ${sealedIdToken}, ${now}
      from sessions where tenant_id = ${tenantId} and id_hash = ${sessionHash}
    on conflict (tenant_id, sid, connection_id) do update set issuer = excluded.issuer, subject = excluded.subject,
      upstream_sid = excluded.upstream_sid, sealed_id_token = excluded.sealed_id_token, created = excluded.created`
}

/** While a second step is owed there is no session: the row stands under the sign-in's own id. */
export function keepPartialVouched({ tenantId, now }: Scope, partialHash: string, vouched: Vouched): Statement {
  const { connectionId, issuer, subject, upstreamSid, sealedIdToken } = vouched
  return sql`insert into federated_sessions
      (tenant_id, sid, connection_id, issuer, subject, upstream_sid, sealed_id_token, created)
    values (${tenantId}, ${partialHash}, ${connectionId}, ${issuer}, ${subject}, ${upstreamSid}, ${sealedIdToken}, ${now})`
}

/** Gives what was kept for a sign-in to the session that it has led to; stands behind the statement that begins it. */
export function moveVouched({ tenantId }: Scope, partialHash: string, sessionHash: string): Statement {
  return sql`update or replace federated_sessions
    set sid = (select sid from sessions where tenant_id = ${tenantId} and id_hash = ${sessionHash})
    where tenant_id = ${tenantId} and sid = ${partialHash}
      and exists (select 1 from sessions where tenant_id = ${tenantId} and id_hash = ${sessionHash})`
}

/** Of a session that has run out: who signs in anew is vouched for anew. */
export function forgetVouched({ tenantId }: Scope, sessionHash: string): Statement {
  return sql`delete from federated_sessions where tenant_id = ${tenantId}
    and sid = (select sid from sessions where tenant_id = ${tenantId} and id_hash = ${sessionHash})`
}
