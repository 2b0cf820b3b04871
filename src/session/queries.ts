import { and, desc, eq, gt, sql } from 'drizzle-orm'
import { hashToken } from '../core/crypto.ts'
import { firstOf } from '../db/open.ts'
import { asText, rowOf } from '../db/rows.ts'
import { sessions } from '../db/schema.ts'
import { sql as plain } from '../db/sql.ts'
import type { SignedIn } from '../http.ts'
import type { Scope } from '../platform.ts'
import { touchSession } from './commands.ts'

export type Session = SignedIn

/** The living session of a cookie, which is in use by that. A deactivated or deleted user has none. */
export async function findSession(scope: Scope, cookie: string | undefined): Promise<Session | undefined> {
  if (!cookie) return undefined
  const { db, tenantId, now } = scope
  const idHash = hashToken(cookie)
  const args = [tenantId, idHash, now.getTime()]
  const found = await firstOf<Found>(db, { sql: ALIVE, args })
  if (!found) return undefined
  const row = rowOf(sessions, found.text)
  await touchSession(scope, idHash, row.lastUsedAt)
  const { userId, method, methods, amr, secondFactorAt, authenticatedAt, sid } = row
  return {
    userId,
    userName: found.userName,
    displayName: found.displayName,
    method,
    // Sessions of before these columns have none.
    methods: methods.length > 0 ? methods : [method],
    amr: amr.length > 0 ? amr : [method === 'pwd' ? 'pwd' : 'fed'],
    secondFactorAt,
    enrolled: { totp: found.hasTotp === 1, passkey: found.hasPasskey === 1 },
    authenticatedAt,
    sid,
  }
}

/** Whose session of this browser it was that ran out: applications may go on with what it gave them. */
export async function findRunOut({ db, tenantId }: Scope, cookie: string | undefined): Promise<string | undefined> {
  if (!cookie) return undefined
  const [row] = await db
    .select({ userId: sessions.userId })
    .from(sessions)
    .where(and(eq(sessions.tenantId, tenantId), eq(sessions.idHash, hashToken(cookie))))
    .limit(1)
  return row?.userId
}

type Found = {
  readonly text: string
  readonly userName: string
  readonly displayName: string | null
  readonly hasTotp: number
  readonly hasPasskey: number
}

/** Whatever a person does passes here: the text is made once. */
const ALIVE = plain`select ${asText(sessions, 's')} as text, u.user_name "userName", u.display_name "displayName",
    exists (select 1 from totp_factors f where f.tenant_id = ?1 and f.user_id = s.user_id) "hasTotp",
    exists (select 1 from passkeys f where f.tenant_id = ?1 and f.user_id = s.user_id) "hasPasskey"
  from sessions s join users u on u.tenant_id = ?1 and u.id = s.user_id and u.active = 1
  where s.tenant_id = ?1 and s.id_hash = ?2
    and s.expires_at > ?3 and s.last_used_at + s.idle_seconds * 1000 > ?3`.sql

/** The living sessions of a user, the latest first, by their public names: their ids are secrets. */
export async function listSessions(scope: Scope, userId: string) {
  const { db, tenantId } = scope
  return db
    .select({
      sid: sessions.sid,
      method: sessions.method,
      methods: sessions.methods,
      amr: sessions.amr,
      authenticatedAt: sessions.authenticatedAt,
      lastUsedAt: sessions.lastUsedAt,
      expiresAt: sessions.expiresAt,
      userAgent: sessions.userAgent,
    })
    .from(sessions)
    .where(and(eq(sessions.tenantId, tenantId), eq(sessions.userId, userId), isAlive(scope)))
    .orderBy(desc(sessions.authenticatedAt))
}
export type ActiveSession = Awaited<ReturnType<typeof listSessions>>[number]

/** Neither too old nor too long unused. */
function isAlive({ now }: Scope) {
  const usedUntil = sql`${sessions.lastUsedAt} + ${sessions.idleSeconds} * 1000`
  return and(gt(sessions.expiresAt, now), sql`${usedUntil} > ${now.getTime()}`)
}
