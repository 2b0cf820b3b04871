import { and, eq } from 'drizzle-orm'
import { hashToken, randomToken } from '../core/crypto.ts'
import { runBatch } from '../db/open.ts'
import { sessions } from '../db/schema.ts'
import { sql } from '../db/sql.ts'
import { endGranted } from '../directory/users/commands.ts'
import type { AppContext } from '../http.ts'
import type { Scope } from '../platform.ts'
import { forgetCookie, readCookie, writeCookie } from './cookie.ts'

const SESSION_SECONDS = 12 * 3600
const REMEMBERED_SECONDS = 14 * 24 * 3600

/**
 * Signs a person in on this browser. The id is always a new one and the old session ends (no fixation). `method` is
 * 'pwd' or a connection's id; a session that is not remembered ends with the browser, and after 12 hours at the latest.
 * False, and nothing is done, if she was deactivated meanwhile, or her password is not that of `passwordHash` any more.
 */
export async function startSession(
  c: AppContext,
  person: {
    readonly userId: string
    readonly method: string
    readonly remember: boolean
    readonly passwordHash?: string | null
  },
): Promise<boolean> {
  const { db, tenantId, now } = c.var.scope
  const id = randomToken()
  const seconds = person.remember ? REMEMBERED_SECONDS : SESSION_SECONDS
  const before = readCookie(c, 'session')
  const { userId, method, passwordHash = null } = person
  const begin = sql`insert into sessions (tenant_id, id_hash, user_id, method, authenticated_at, expires_at)
    select tenant_id, ${hashToken(id)}, id, ${method}, ${now}, ${now.getTime() + seconds * 1000} from users
    where tenant_id = ${tenantId} and id = ${userId} and active = 1
      and (${passwordHash} is null or password_hash = ${passwordHash})`
  const [begun] = await runBatch(db, [begin, ...(before ? [endStatement(c.var.scope, hashToken(before))] : [])])
  if (begun?.rowsAffected !== 1) return false
  writeCookie(c, 'session', id, person.remember ? seconds : undefined)
  return true
}

/** Ends this browser's session, if it has one. */
export async function endSession(c: AppContext): Promise<void> {
  const cookie = readCookie(c, 'session')
  if (cookie) await endStatement(c.var.scope, hashToken(cookie))
  forgetCookie(c, 'session')
}

/** Signs a user out of every browser, and of every application: what was granted to them for her ends as well. */
export async function endSessionsOf(scope: Scope, userId: string): Promise<void> {
  const { db, tenantId } = scope
  const ofUser = and(eq(sessions.tenantId, tenantId), eq(sessions.userId, userId))
  await runBatch(db, [db.delete(sessions).where(ofUser), ...endGranted(scope, userId)])
}

function endStatement({ db, tenantId }: Scope, idHash: string) {
  return db.delete(sessions).where(and(eq(sessions.tenantId, tenantId), eq(sessions.idHash, idHash)))
}
