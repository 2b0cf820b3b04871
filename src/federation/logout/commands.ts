import { z } from 'zod'
import { hashToken } from '../../core/crypto.ts'
import { isUniqueViolation, rowsOf, runBatch } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import { deleteSessions, queueLogouts } from '../../directory/sessions/commands.ts'
import type { Scope } from '../../platform.ts'
import { keepState, takeKept } from '../states/commands.ts'
import type { LogoutClaims } from './token.ts'

const vouched = z.object({
  connectionId: z.string(),
  issuer: z.string(),
  subject: z.string(),
  upstreamSid: z.string().nullable(),
  sealedIdToken: z.string().nullable(),
})
const secrets = z.object({ rest: z.array(vouched) })

/** A sign-out that has gone on to a provider: where the browser goes behind it, and the providers that are still to come. */
export type PassedSignOut = z.infer<typeof secrets> & { readonly connectionId: string; readonly href: string }

/** Keeps what follows when the provider sends this browser back. */
export async function storeSignOut(
  scope: Scope,
  state: string,
  browserHash: string,
  { connectionId, href, rest }: PassedSignOut,
): Promise<void> {
  await keepState(scope, 'sign-out', state, browserHash, { connectionId, returnTo: href, secrets: { rest } })
}

/** Once, and for nobody but this browser. */
export async function takeSignOut(
  scope: Scope,
  state: string,
  browserHash: string,
): Promise<PassedSignOut | undefined> {
  const taken = await takeKept(scope, 'sign-out', state, browserHash)
  return taken && { connectionId: taken.connectionId, href: taken.returnTo, ...secrets.parse(taken.secrets) }
}

/**
 * Ends the sessions that a provider's logout token names, and the sign-ins that still owe a second step, and tells the
 * applications of them. Of two requests with one token the second gets false, and nothing is done
 * (OpenID Connect Back-Channel Logout 1.0 section 2.6, 8).
 */
export async function endUpstreamSessions(
  scope: Scope,
  connectionId: string,
  { issuer, subject, sid, jti, until }: LogoutClaims,
): Promise<boolean> {
  const { db, platform, tenantId } = scope
  const rows = await rowsOf<{ sid: string }>(
    db,
    sql`select sid from federated_sessions where tenant_id = ${tenantId} and connection_id = ${connectionId}
      and issuer = ${issuer} ${subject === undefined ? sql`` : sql`and subject = ${subject}`}
      ${sid === undefined ? sql`` : sql`and upstream_sid = ${sid}`}`,
  )
  const named = sql`(select value from json_each(${JSON.stringify(rows.map((row) => row.sid))}))`
  const theirs = sql`s.sid in ${named}`
  try {
    const [, , queued] = await runBatch(db, [
      // It belongs to no application: the connection stands in its place.
      sql`insert into used_assertions (tenant_id, application_id, jti_hash, expires_at)
        values (${tenantId}, ${connectionId}, ${hashToken(jti)}, ${until})`,
      sql`delete from partial_sign_ins where tenant_id = ${tenantId} and id_hash in ${named}`,
      queueLogouts(scope, theirs),
      ...deleteSessions(scope, theirs),
      sql`delete from federated_sessions where tenant_id = ${tenantId} and sid in ${named}`,
    ])
    if ((queued?.rowsAffected ?? 0) > 0) await platform.wake({ tenantId })
    return true
  } catch (error) {
    if (isUniqueViolation(error, 'used_assertions')) return false
    throw error
  }
}
