import { firstOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

export type DeviceCode = {
  readonly applicationId: string
  readonly scope: string
  readonly resources: readonly string[] | null
  readonly state: 'pending' | 'approved' | 'denied'
  readonly userId: string | null
  readonly sid: string | null
  readonly authenticatedAt: Date | null
  readonly amr: readonly string[] | null
  readonly expiresAt: Date
}

export function toDeviceCode(row: Readonly<Record<string, unknown>>): DeviceCode {
  const { resources, authenticated_at: authenticatedAt } = row
  return {
    applicationId: String(row.application_id),
    scope: String(row.scope),
    resources: typeof resources === 'string' ? (JSON.parse(resources) as string[]) : null,
    state: row.state as DeviceCode['state'],
    userId: row.user_id === null ? null : String(row.user_id),
    sid: row.sid === null ? null : String(row.sid),
    authenticatedAt: authenticatedAt === null ? null : new Date(Number(authenticatedAt)),
    amr: typeof row.amr === 'string' ? (JSON.parse(row.amr) as string[]) : null,
    expiresAt: new Date(Number(row.expires_at)),
  }
}

/** What a person is asked about; undefined once somebody has decided, or it has expired. */
export type WaitingDevice = {
  readonly codeHash: string
  readonly userCode: string
  readonly applicationId: string
  readonly scope: string
}

/** By the code that was typed. */
export function findWaitingDevice({ db, tenantId, now }: Scope, userCode: string) {
  return firstOf<WaitingDevice>(
    db,
    sql`select code_hash "codeHash", user_code "userCode", application_id "applicationId", scope from device_codes
      where tenant_id = ${tenantId} and user_code = ${userCode} and state = 'pending' and expires_at > ${now}`,
  )
}

/** By the hash of the device's own code. */
export function findDeviceToDecide({ db, tenantId, now }: Scope, codeHash: string) {
  return firstOf<WaitingDevice>(
    db,
    sql`select code_hash "codeHash", user_code "userCode", application_id "applicationId", scope from device_codes
      where tenant_id = ${tenantId} and code_hash = ${codeHash} and state = 'pending' and expires_at > ${now}`,
  )
}
