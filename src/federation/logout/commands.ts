import { and, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import { hashToken } from '../../core/crypto.ts'
import { isUniqueViolation, rowsOf, runBatch } from '../../db/open.ts'
import { federationStates } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import { deleteSessions, queueLogouts } from '../../directory/sessions/commands.ts'
import type { Scope } from '../../platform.ts'
import type { LogoutClaims } from './token.ts'

/** How long a person may take at the provider. */
const SIGN_OUT_MS = 10 * 60_000

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

/** Keeps what follows when the provider sends this browser back; it stands with the sign-ins that are under way. */
export async function storeSignOut(
  scope: Scope,
  state: string,
  browserHash: string,
  { connectionId, href, rest }: PassedSignOut,
): Promise<void> {
  const { db, tenantId, now, platform } = scope
  const stateHash = hashOf(state)
  const sealed = await platform.sealer.seal(JSON.stringify({ rest }), placeOf(scope, stateHash))
  const expiresAt = new Date(now.getTime() + SIGN_OUT_MS)
  await db
    .insert(federationStates)
    .values({ tenantId, stateHash, connectionId, sealed, returnTo: href, browserHash, expiresAt })
}

/** Of all requests that bring a state one gets it, if it comes from the browser and tenant it was made in, and in time. */
export async function takeSignOut(
  scope: Scope,
  state: string,
  browserHash: string,
): Promise<PassedSignOut | undefined> {
  const { db, tenantId, now } = scope
  const stateHash = hashOf(state)
  const [taken] = await db
    .delete(federationStates)
    .where(
      and(
        eq(federationStates.tenantId, tenantId),
        eq(federationStates.stateHash, stateHash),
        eq(federationStates.browserHash, browserHash),
        gt(federationStates.expiresAt, now),
      ),
    )
    .returning()
  if (!taken) return undefined
  const opened = await scope.platform.sealer.open(taken.sealed, placeOf(scope, stateHash))
  return { connectionId: taken.connectionId, href: taken.returnTo, ...secrets.parse(JSON.parse(opened)) }
}

/** No state of a sign-in has it, so that neither can be taken for the other, whatever is sent. */
function hashOf(state: string): string {
  return hashToken(`sign-out ${state}`)
}

function placeOf({ tenantId }: Scope, stateHash: string) {
  return { tenantId, table: 'federation_states', row: stateHash }
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
