import { hashToken, randomLetters, randomToken } from '../../core/crypto.ts'
import { newId } from '../../core/ids.ts'
import {
  DEMAND_ONE_CHANGE,
  isUniqueViolation,
  runBatch,
  runGuardedBatch,
  StaleRow,
  type Statement,
} from '../../db/open.ts'
import { deviceCodes } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { isSessionOf, rememberApplication } from '../../session/commands.ts'
import type { Session } from '../../session/queries.ts'
import { rememberConsent } from '../consent/commands.ts'
import { grantExpiry, insertFirst } from '../refresh/commands.ts'
import { accessTokenSeconds } from '../tokens.ts'
import { type DeviceCode, toDeviceCode } from './queries.ts'
import { USER_CODE_LENGTH, USER_CODE_LETTERS } from './user-code.ts'

export const DEVICE_CODE_SECONDS = 600
export const INTERVAL_SECONDS = 5
/** RFC 8628 section 3.5. */
const SLOWER_SECONDS = 5
/** What a network makes of an interval that a device kept. */
const EARLY_MS = 1000
/** 25,600,000,000 codes: more than once in a row is no accident. */
const ATTEMPTS = 3

type Client = Parameters<typeof grantExpiry>[1]

/** Keeps what a device asks for until a person decides (RFC 8628 section 3.2); of the device code only the hash is kept. */
export async function beginDevice(
  { db, tenantId, now }: Scope,
  asked: { readonly applicationId: string; readonly scope: string; readonly resources: string[] | null },
): Promise<{ deviceCode: string; userCode: string }> {
  const deviceCode = randomToken()
  const row = {
    tenantId,
    ...asked,
    codeHash: hashToken(deviceCode),
    state: 'pending' as const,
    intervalSeconds: INTERVAL_SECONDS,
    created: now,
    expiresAt: new Date(now.getTime() + DEVICE_CODE_SECONDS * 1000),
  }
  for (let attempt = 1; ; attempt++) {
    const userCode = randomLetters(USER_CODE_LETTERS, USER_CODE_LENGTH)
    try {
      await db.insert(deviceCodes).values({ ...row, userCode })
      return { deviceCode, userCode }
    } catch (error) {
      if (!isUniqueViolation(error, 'user_code') || attempt === ATTEMPTS) throw error
    }
  }
}

/**
 * What became of a device code, asked by its device. One that asks sooner than it was told, while nobody has decided, has
 * to wait longer from then on (section 3.5).
 */
export async function pollDevice(
  { db, tenantId, now }: Scope,
  codeHash: string,
  applicationId: string,
): Promise<{ readonly code: DeviceCode; readonly isTooFast: boolean } | undefined> {
  const isIt = sql`code_hash = ${codeHash} and application_id = ${applicationId}`
  const [slowed, , read] = await runBatch(db, [
    sql`update device_codes set interval_seconds = interval_seconds + ${SLOWER_SECONDS}
      where tenant_id = ${tenantId} and ${isIt} and state = 'pending' and polled_at + interval_seconds * 1000 - ${EARLY_MS} > ${now}`,
    sql`update device_codes set polled_at = ${now} where tenant_id = ${tenantId} and ${isIt}`,
    sql`select application_id, scope, resources, state, user_id, sid, authenticated_at, amr, expires_at
      from device_codes where tenant_id = ${tenantId} and ${isIt}`,
  ])
  const [row] = read?.rows ?? []
  return row && { code: toDeviceCode(row), isTooFast: slowed?.rowsAffected === 1 }
}

/**
 * Gives what a person approved, once: of two requests with one device code, one gets it. The access token stands on the
 * grant that is kept here, with or without a refresh token. Undefined, and nothing is kept, if the code was taken, or the
 * person was deactivated meanwhile.
 */
export async function redeemDevice(
  scope: Scope,
  client: Client,
  codeHash: string,
  granted: readonly string[],
  boundTo: string | null,
): Promise<{ grantId: string; refreshToken?: string } | undefined> {
  const { db, tenantId, now } = scope
  const grantId = newId()
  const refreshToken = granted.includes('offline_access') ? randomToken() : undefined
  const until = refreshToken ? grantExpiry(scope, client) : new Date(now.getTime() + accessTokenSeconds(client) * 1000)
  const [kept] = await runBatch(db, [
    sql`insert into grants (tenant_id, id, application_id, user_id, sid, dpop_jkt, scope, resources,
        authenticated_at, amr, created, expires_at)
      select tenant_id, ${grantId}, application_id, user_id, sid, ${boundTo}, ${granted.join(' ')}, resources,
        authenticated_at, amr, ${now}, ${until}
      from device_codes d
      where tenant_id = ${tenantId} and code_hash = ${codeHash} and application_id = ${client.id}
        and state = 'approved' and expires_at > ${now}
        and exists (select 1 from users u where u.tenant_id = ${tenantId} and u.id = d.user_id and u.active = 1)`,
    ...(refreshToken === undefined ? [] : [insertFirst(scope, client, grantId, refreshToken)]),
    sql`delete from device_codes where tenant_id = ${tenantId} and code_hash = ${codeHash}
      and exists (select 1 from grants where tenant_id = ${tenantId} and id = ${grantId})`,
  ])
  if (kept?.rowsAffected !== 1) return undefined
  return { grantId, ...(refreshToken === undefined ? {} : { refreshToken }) }
}

type Decision = { readonly codeHash: string; readonly requestId: string }

/**
 * The person allows what she has read. Her consent is remembered, the application belongs to her session, and the request
 * has ended. False, and nothing is done, if somebody has decided already, or the code has expired, or her session ended.
 */
export async function approveDevice(
  scope: Scope,
  { codeHash, requestId }: Decision,
  session: Session,
  application: { readonly id: string },
  scopes: readonly string[],
): Promise<boolean> {
  const { tenantId, now } = scope
  const approve = sql`update device_codes set state = 'approved', scope = ${scopes.join(' ')}, user_id = ${session.userId},
      sid = ${session.sid}, authenticated_at = ${session.authenticatedAt},
      amr = ${JSON.stringify(session.amr)}
    where tenant_id = ${tenantId} and code_hash = ${codeHash} and state = 'pending' and expires_at > ${now}
      and ${isSessionOf(scope, session)}`
  return decide(scope, requestId, approve, [
    rememberConsent(scope, requestId, session.userId, scopes),
    rememberApplication(scope, session.sid, application.id),
  ])
}

/** She does not allow it; the device is told (section 3.5). As approveDevice. */
export function denyDevice(scope: Scope, { codeHash, requestId }: Decision): Promise<boolean> {
  const { tenantId, now } = scope
  const deny = sql`update device_codes set state = 'denied'
    where tenant_id = ${tenantId} and code_hash = ${codeHash} and state = 'pending' and expires_at > ${now}`
  return decide(scope, requestId, deny, [])
}

async function decide({ db, tenantId }: Scope, requestId: string, decision: Statement, others: readonly Statement[]) {
  const endRequest = sql`delete from authorization_requests where tenant_id = ${tenantId} and id = ${requestId}`
  try {
    await runGuardedBatch(db, [decision, DEMAND_ONE_CHANGE, ...others, endRequest, DEMAND_ONE_CHANGE])
    return true
  } catch (error) {
    if (error instanceof StaleRow) return false
    throw error
  }
}
