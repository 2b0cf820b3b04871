import { sidFor } from '../applications/sector.ts'
import { hashToken, randomToken } from '../core/crypto.ts'
import { firstOf, runBatch, type Statement } from '../db/open.ts'
import { type Sql, sql } from '../db/sql.ts'
import { deleteSessions, queueAllLogouts, queueLogouts, sessionsOf } from '../directory/sessions/commands.ts'
import { listFrontChannels } from '../directory/sessions/queries.ts'
import { endGranted } from '../directory/users/commands.ts'
import type { AppContext } from '../http.ts'
import type { Scope } from '../platform.ts'
import { forgetCookie, readCookie, writeCookie } from './cookie.ts'
import { rememberDevice } from './device.ts'
import { frameAddress } from './front-channel.ts'
import { type Done, isMultiFactor, withEarlier } from './second-factor.ts'
import { forgetVouched, keepVouched, moveVouched, type Vouched } from './vouched/commands.ts'
import { listPassedOn } from './vouched/queries.ts'

const HOUR = 3600
const DAY = 24 * HOUR
/** How long a session lives at the most, and how long unused. */
const LIFETIMES = {
  plain: { seconds: 12 * HOUR, idleSeconds: 2 * HOUR },
  remembered: { seconds: 14 * DAY, idleSeconds: 7 * DAY },
} as const
export const LONGEST_SESSION_SECONDS = LIFETIMES.remembered.seconds
/** Use is written down no more often than this: a session costs no write with each request. */
const TOUCH_MS = 60_000
const LONGEST_USER_AGENT = 300

type Starting = {
  readonly userId: string
  readonly done: Done
  readonly remember: boolean
  readonly passwordHash?: string | null
  /** When it was done, if that was not now. */
  readonly since?: { readonly authenticatedAt: Date; readonly secondFactorAt: Date | null } | undefined
  /** What the provider said that vouches for her; or the sign-in with a second step that it was kept for. */
  readonly vouched?: Vouched | undefined
  readonly partialHash?: string
}

/**
 * Signs a person in on this browser. The id is always a new one and the old session ends (no fixation); if that was the
 * same person's, its sid and (unless it had run out) its first steps go on, so that applications need not sign her out,
 * nor ask again for what she did before. False, and none begins, if she was deactivated meanwhile, or her password is not
 * that of `passwordHash` any more.
 */
export async function startSession(c: AppContext, person: Starting): Promise<boolean> {
  const { scope } = c.var
  const { tenantId, now } = scope
  const id = randomToken()
  const { seconds, idleSeconds } = person.remember ? LIFETIMES.remembered : LIFETIMES.plain
  const cookie = readCookie(c, 'session')
  const before = cookie === undefined ? null : hashToken(cookie)
  const { userId, done, passwordHash = null, vouched, partialHash } = person
  const [method = ''] = done.methods
  const { authenticatedAt, secondFactorAt } = person.since ?? {
    authenticatedAt: now,
    secondFactorAt: isMultiFactor(done) ? now : null,
  }
  const userAgent = c.req.header('User-Agent')?.slice(0, LONGEST_USER_AGENT) ?? null
  const earlier = before === null ? undefined : await findDone(scope, before, userId)
  const together = earlier ? withEarlier(done, earlier) : done
  // If somebody has ended it since, nothing of it counts. Of one that ran out the sid goes on: its applications may.
  const sid = sql`(select b.sid from sessions b where b.tenant_id = users.tenant_id and b.id_hash = ${before}
        and b.user_id = users.id and b.sid <> '')`
  const begin = sql`insert into sessions (tenant_id, id_hash, user_id, method, methods, amr, second_factor_at,
      authenticated_at, expires_at, sid, last_used_at, idle_seconds, user_agent)
    select tenant_id, ${hashToken(id)}, id, ${method},
      iif(${sid} is null, ${JSON.stringify(done.methods)}, ${JSON.stringify(together.methods)}),
      iif(${sid} is null, ${JSON.stringify(done.amr)}, ${JSON.stringify(together.amr)}),
      ${secondFactorAt}, ${authenticatedAt}, ${now.getTime() + seconds * 1000}, coalesce(${sid}, ${randomToken(16)}),
      ${now}, ${idleSeconds}, ${userAgent} from users
    where tenant_id = ${tenantId} and id = ${userId} and active = 1
      and (${passwordHash} is null or password_hash = ${passwordHash})`
  const [begun] = await end(scope, before === null ? sql`0` : sessionWith(before), [
    begin,
    ...(before === null || earlier ? [] : [forgetVouched(scope, before)]),
    ...(vouched ? [keepVouched(scope, hashToken(id), vouched)] : []),
    ...(partialHash === undefined ? [] : [moveVouched(scope, partialHash, hashToken(id))]),
  ])
  if (begun !== 1) return false
  writeCookie(c, 'session', id, person.remember ? seconds : undefined)
  await rememberDevice(c, userId)
  return true
}

/** What was done in this living session of hers. */
async function findDone({ db, tenantId, now }: Scope, idHash: string, userId: string): Promise<Done | undefined> {
  const row = await firstOf<{ methods: string; amr: string }>(
    db,
    sql`select methods, amr from sessions where tenant_id = ${tenantId} and id_hash = ${idHash} and user_id = ${userId}
      and expires_at > ${now} and last_used_at + idle_seconds * 1000 > ${now}`,
  )
  return row && { methods: JSON.parse(row.methods) as string[], amr: JSON.parse(row.amr) as string[] }
}

/**
 * Notes that the person of this browser's session has done a second step. The session goes on under a new id (no
 * fixation), with its sid, its lifetime and the time of its sign-in. False if it has ended, or went on already.
 */
export async function raiseSession(c: AppContext, userId: string, done: Done): Promise<boolean> {
  const { scope } = c.var
  const { tenantId, now } = scope
  const cookie = readCookie(c, 'session')
  if (cookie === undefined) return false
  const id = randomToken()
  const before = hashToken(cookie)
  const raise = sql`insert into sessions (tenant_id, id_hash, user_id, method, methods, amr, second_factor_at,
      authenticated_at, expires_at, sid, last_used_at, idle_seconds, user_agent)
    select b.tenant_id, ${hashToken(id)}, b.user_id, b.method, ${JSON.stringify(done.methods)},
      ${JSON.stringify(done.amr)}, ${now}, b.authenticated_at, b.expires_at, b.sid, ${now}, b.idle_seconds, b.user_agent
    from sessions b join users u on u.tenant_id = b.tenant_id and u.id = b.user_id and u.active = 1
    where b.tenant_id = ${tenantId} and b.id_hash = ${before} and b.user_id = ${userId}
      and b.expires_at > ${now} and b.last_used_at + b.idle_seconds * 1000 > ${now}`
  const [raised] = await end(scope, sessionWith(before), [raise])
  if (raised !== 1) return false
  const kept = await firstOf<{ expiresAt: number; idleSeconds: number }>(
    scope.db,
    sql`select expires_at "expiresAt", idle_seconds "idleSeconds" from sessions
      where tenant_id = ${tenantId} and id_hash = ${hashToken(id)}`,
  )
  const isRemembered = kept?.idleSeconds === LIFETIMES.remembered.idleSeconds
  const left = Math.ceil(((kept?.expiresAt ?? 0) - now.getTime()) / 1000)
  writeCookie(c, 'session', id, isRemembered ? left : undefined)
  return true
}

/** Writes down that a session is used. */
export async function touchSession({ db, tenantId, now }: Scope, idHash: string, lastUsedAt: Date): Promise<void> {
  const before = now.getTime() - TOUCH_MS
  if (lastUsedAt.getTime() > before) return
  await runBatch(db, [
    sql`update sessions set last_used_at = ${now}
      where tenant_id = ${tenantId} and id_hash = ${idHash} and last_used_at <= ${before}`,
  ])
}

/**
 * Guards what is given for a session: one that ended since it was read, by a new password or a deactivation, gives nothing
 * any more.
 */
export function isSessionOf(
  { tenantId }: Scope,
  { sid, userId }: { readonly sid: string; readonly userId: string },
): Sql {
  return sql`exists (select 1 from sessions where tenant_id = ${tenantId} and sid = ${sid} and user_id = ${userId})`
}

/** Stands in the batch that issues a code: the application belongs to the session from then on. */
export function rememberApplication({ tenantId, now }: Scope, sid: string, applicationId: string): Statement {
  return sql`insert into session_applications (tenant_id, sid, application_id, user_id, first_used, last_used)
    select tenant_id, sid, ${applicationId}, user_id, ${now}, ${now} from sessions
      where tenant_id = ${tenantId} and sid = ${sid}
    on conflict (tenant_id, sid, application_id) do update set last_used = excluded.last_used`
}

export type EndedSession = {
  /** The addresses that the browser has to open in frames for applications that want to hear of it there. */
  readonly frames: readonly string[]
  /** What is kept of the providers at which it has to end as well. */
  readonly vouched: readonly Vouched[]
}
export const NO_SESSION: EndedSession = { frames: [], vouched: [] }

/** Ends this browser's session, if it has one, and tells its applications. */
export async function endSession(c: AppContext): Promise<EndedSession> {
  const { scope } = c.var
  const cookie = readCookie(c, 'session')
  forgetCookie(c, 'session')
  if (!cookie) return NO_SESSION
  const mine = sessionWith(hashToken(cookie))
  const [channels, vouched] = await Promise.all([listFrontChannels(scope, mine), listPassedOn(scope, mine)])
  await end(scope, mine)
  return { frames: await Promise.all(channels.map((channel) => frameOf(scope, channel))), vouched }
}

async function frameOf(
  scope: Scope,
  { application, sid }: Awaited<ReturnType<typeof listFrontChannels>>[number],
): Promise<string> {
  const uri = application.clientMetadata.frontchannelLogoutUri ?? ''
  return frameAddress(scope.issuer, { uri, sid: await sidFor(scope, application, sid) })
}

/** Signs a user out of every browser, and of every application: what was granted to them for her ends as well. */
export async function endSessionsOf(scope: Scope, userId: string): Promise<void> {
  await end(scope, sessionsOf(userId), endGranted(scope, userId), queueAllLogouts(scope, userId))
}

/** Signs a user out of one browser; false if she has no such session. */
export async function endSessionOf(scope: Scope, userId: string, sid: string): Promise<boolean> {
  const counts = await end(scope, sql`s.user_id = ${userId} and s.sid = ${sid}`)
  return counts.at(-1) !== 0
}

/**
 * Signs a user out of every browser but the one of this session. What applications were granted goes on: she has not
 * left them, and can take that back where she sees it.
 */
export async function endOtherSessions(scope: Scope, userId: string, sid: string): Promise<void> {
  await end(scope, sql`s.user_id = ${userId} and s.sid <> ${sid}`)
}

const sessionWith = (idHash: string): Sql => sql`s.id_hash = ${idHash}`

/** Runs `first` and ends these sessions in one batch; answers how many rows each statement changed. */
async function end(
  scope: Scope,
  whose: Sql,
  first: readonly Statement[] = [],
  queue: Statement = queueLogouts(scope, whose),
): Promise<number[]> {
  const { db, platform, tenantId } = scope
  const batch = [...first, queue, ...deleteSessions(scope, whose)]
  const counts = (await runBatch(db, batch)).map(({ rowsAffected }) => rowsAffected)
  if ((counts[first.length] ?? 0) > 0) await platform.wake({ tenantId })
  return counts
}
