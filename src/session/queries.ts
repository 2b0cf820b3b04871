import { and, desc, eq, gt } from 'drizzle-orm'
import { hashToken } from '../core/crypto.ts'
import { sessions, users } from '../db/schema.ts'
import type { Scope } from '../platform.ts'

export type Session = {
  readonly userId: string
  readonly userName: string
  readonly displayName: string | null
  /** 'pwd', or the id of the connection that vouched for the person. */
  readonly method: string
  readonly authenticatedAt: Date
}

/** The living session of a cookie. A deactivated or deleted user has none. */
export async function findSession(
  { db, tenantId, now }: Scope,
  cookie: string | undefined,
): Promise<Session | undefined> {
  if (!cookie) return undefined
  const [session] = await db
    .select({
      userId: sessions.userId,
      userName: users.userName,
      displayName: users.displayName,
      method: sessions.method,
      authenticatedAt: sessions.authenticatedAt,
    })
    .from(sessions)
    .innerJoin(users, and(eq(users.tenantId, tenantId), eq(users.id, sessions.userId), eq(users.active, true)))
    .where(and(eq(sessions.tenantId, tenantId), eq(sessions.idHash, hashToken(cookie)), gt(sessions.expiresAt, now)))
    .limit(1)
  return session
}

/** The living sessions of a user, the latest first. Their ids are secrets and are not among what is told. */
export async function listSessions({ db, tenantId, now }: Scope, userId: string) {
  return db
    .select({ method: sessions.method, authenticatedAt: sessions.authenticatedAt, expiresAt: sessions.expiresAt })
    .from(sessions)
    .where(and(eq(sessions.tenantId, tenantId), eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.authenticatedAt))
}
