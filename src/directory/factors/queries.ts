import { and, asc, eq } from 'drizzle-orm'
import { firstOf } from '../../db/open.ts'
import { passkeys } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** What a user could do as a second step. */
export type Enrolled = { readonly totp: boolean; readonly passkey: boolean; readonly recovery: boolean }

export async function findEnrolled({ db, tenantId }: Scope, userId: string): Promise<Enrolled> {
  const row = await firstOf<Record<keyof Enrolled, number>>(
    db,
    sql`select exists (select 1 from totp_factors where tenant_id = ${tenantId} and user_id = ${userId}) totp,
      exists (select 1 from passkeys where tenant_id = ${tenantId} and user_id = ${userId}) passkey,
      exists (select 1 from recovery_codes where tenant_id = ${tenantId} and user_id = ${userId}) recovery`,
  )
  return { totp: row?.totp === 1, passkey: row?.passkey === 1, recovery: row?.recovery === 1 }
}

export type TotpFactor = {
  readonly sealed: string
  readonly lastStep: number
  readonly created: Date
  readonly lastUsed: Date
}

export async function findTotp({ db, tenantId }: Scope, userId: string): Promise<TotpFactor | undefined> {
  const row = await firstOf<{ sealed: string; lastStep: number; created: number; lastUsed: number }>(
    db,
    sql`select sealed, last_step "lastStep", created, last_used "lastUsed" from totp_factors
      where tenant_id = ${tenantId} and user_id = ${userId}`,
  )
  return row && { ...row, created: new Date(row.created), lastUsed: new Date(row.lastUsed) }
}

export type PasskeyRow = typeof passkeys.$inferSelect

/** A user's passkeys, the oldest first. */
export async function listPasskeys({ db, tenantId }: Scope, userId: string): Promise<PasskeyRow[]> {
  return db
    .select()
    .from(passkeys)
    .where(and(eq(passkeys.tenantId, tenantId), eq(passkeys.userId, userId)))
    .orderBy(asc(passkeys.created), asc(passkeys.credentialId))
}

export async function findPasskey({ db, tenantId }: Scope, credentialId: string): Promise<PasskeyRow | undefined> {
  const [row] = await db
    .select()
    .from(passkeys)
    .where(and(eq(passkeys.tenantId, tenantId), eq(passkeys.credentialId, credentialId)))
    .limit(1)
  return row
}

export async function countRecoveryCodes({ db, tenantId }: Scope, userId: string): Promise<number> {
  const row = await firstOf<{ count: number }>(
    db,
    sql`select count(*) count from recovery_codes where tenant_id = ${tenantId} and user_id = ${userId}`,
  )
  return row?.count ?? 0
}

export type Factor = {
  readonly id: string
  readonly type: 'totp' | 'passkey' | 'recovery-codes'
  readonly name?: string
  readonly synced?: boolean
  /** Recovery codes that were not used yet. */
  readonly left?: number
  readonly created?: Date
  readonly lastUsed?: Date
}

/** All that a user has, without anything secret: for whoever looks after her. */
export async function listFactors(scope: Scope, userId: string): Promise<Factor[]> {
  const [totp, keys, left] = await Promise.all([
    findTotp(scope, userId),
    listPasskeys(scope, userId),
    countRecoveryCodes(scope, userId),
  ])
  return [
    ...(totp ? [{ id: 'totp', type: 'totp', created: totp.created, lastUsed: totp.lastUsed } as const] : []),
    ...keys.map(({ credentialId, name, isSynced, created, lastUsed }) => ({
      id: credentialId,
      type: 'passkey' as const,
      name,
      synced: isSynced,
      created,
      ...(lastUsed ? { lastUsed } : {}),
    })),
    ...(left > 0 ? [{ id: 'recovery-codes', type: 'recovery-codes', left } as const] : []),
  ]
}
