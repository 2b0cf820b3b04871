import { and, desc, eq, gt, sql } from 'drizzle-orm'
import { hashToken } from '../core/crypto.ts'
import { sessions, users } from '../db/schema.ts'
import type { Scope } from '../platform.ts'
import { touchSession } from './commands.ts'

export type Session = {
  readonly userId: string
  readonly userName: string
  readonly displayName: string | null
  /** The first step: 'pwd', 'passkey', or the id of the connection that vouched for the person. */
  readonly method: string
  /** Every step that was done, the first one too. */
  readonly methods: readonly string[]
  /** RFC 8176. */
  readonly amr: readonly string[]
  /** When the last second step was done. */
  readonly secondFactorAt: Date | null
  /** What the person could do as a second step. */
  readonly enrolled: { readonly totp: boolean; readonly passkey: boolean }
  readonly authenticatedAt: Date
  /** Its public name; what the cookie holds is secret. */
  readonly sid: string
}

/** The living session of a cookie, which is in use by that. A deactivated or deleted user has none. */
export async function findSession(scope: Scope, cookie: string | undefined): Promise<Session | undefined> {
  if (!cookie) return undefined
  const { db, tenantId } = scope
  const idHash = hashToken(cookie)
  const [found] = await db
    .select({
      userId: sessions.userId,
      userName: users.userName,
      displayName: users.displayName,
      method: sessions.method,
      methods: sessions.methods,
      amr: sessions.amr,
      secondFactorAt: sessions.secondFactorAt,
      hasTotp: sql<number>`exists (select 1 from totp_factors f
        where f.tenant_id = ${tenantId} and f.user_id = ${sessions.userId})`,
      hasPasskey: sql<number>`exists (select 1 from passkeys f
        where f.tenant_id = ${tenantId} and f.user_id = ${sessions.userId})`,
      authenticatedAt: sessions.authenticatedAt,
      sid: sessions.sid,
      lastUsedAt: sessions.lastUsedAt,
    })
    .from(sessions)
    .innerJoin(users, and(eq(users.tenantId, tenantId), eq(users.id, sessions.userId), eq(users.active, true)))
    .where(and(eq(sessions.tenantId, tenantId), eq(sessions.idHash, idHash), isAlive(scope)))
    .limit(1)
  if (!found) return undefined
  const { lastUsedAt, hasTotp, hasPasskey, ...session } = found
  await touchSession(scope, idHash, lastUsedAt)
  const { method } = session
  return {
    ...session,
    // Sessions of before these columns have none.
    methods: session.methods.length > 0 ? session.methods : [method],
    amr: session.amr.length > 0 ? session.amr : [method === 'pwd' ? 'pwd' : 'fed'],
    enrolled: { totp: hasTotp === 1, passkey: hasPasskey === 1 },
  }
}

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
