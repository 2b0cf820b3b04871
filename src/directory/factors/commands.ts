import { and, eq } from 'drizzle-orm'
import { fromBase64, toBase64Url } from '../../core/crypto.ts'
import { newRecoveryCodes, normalRecoveryCode } from '../../core/recovery-code.ts'
import { matchingStep } from '../../core/totp.ts'
import { runBatch, type Statement } from '../../db/open.ts'
import { passkeys } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { findTotp, type PasskeyRow } from './queries.ts'

/**
 * Makes an authenticator app, of which `code` is one, the user's; false for a wrong code, or if she has one already. The
 * code's time step is used up by it.
 */
export async function addTotp(
  scope: Scope,
  userId: string,
  seed: Uint8Array<ArrayBuffer>,
  code: string,
): Promise<'added' | 'wrong-code' | 'there-already'> {
  const { db, tenantId, now, platform } = scope
  const step = await matchingStep(seed, code, now)
  if (step === undefined) return 'wrong-code'
  const sealed = await platform.sealer.seal(toBase64Url(seed), place(scope, userId))
  const [added] = await runBatch(db, [
    sql`insert into totp_factors (tenant_id, user_id, sealed, last_step, created, last_used)
      select tenant_id, id, ${sealed}, ${step}, ${now}, ${now} from users
      where tenant_id = ${tenantId} and id = ${userId} and active = 1 on conflict do nothing`,
  ])
  return added?.rowsAffected === 1 ? 'added' : 'there-already'
}

/** Whether a code is right and of a time step that no code was accepted of; it is used up by that (RFC 6238 section 5.2). */
export async function acceptTotp(scope: Scope, userId: string, code: string): Promise<boolean> {
  const { db, tenantId, now, platform } = scope
  const factor = await findTotp(scope, userId)
  if (!factor) return false
  const seed = fromBase64(await platform.sealer.open(factor.sealed, place(scope, userId)))
  const step = await matchingStep(seed, code, now)
  if (step === undefined) return false
  const [used] = await runBatch(db, [
    sql`update totp_factors set last_step = ${step}, last_used = ${now}
      where tenant_id = ${tenantId} and user_id = ${userId} and sealed = ${factor.sealed} and last_step < ${step}`,
  ])
  return used?.rowsAffected === 1
}

/** Ten new codes in place of those that were there. They are in the answer and nowhere else. */
export async function renewRecoveryCodes(scope: Scope, userId: string): Promise<string[]> {
  const codes = newRecoveryCodes()
  await runBatch(scope.db, [
    sql`delete from recovery_codes where tenant_id = ${scope.tenantId} and user_id = ${userId}`,
    await insertRecoveryCodes(scope, userId, codes, false),
  ])
  return codes
}

/** Ten codes for somebody who has none; of two requests that come at once one makes them. */
export async function firstRecoveryCodes(scope: Scope, userId: string): Promise<string[] | undefined> {
  const codes = newRecoveryCodes()
  const [made] = await runBatch(scope.db, [await insertRecoveryCodes(scope, userId, codes, true)])
  return made?.rowsAffected === codes.length ? codes : undefined
}

async function insertRecoveryCodes(scope: Scope, userId: string, codes: readonly string[], isFirst: boolean) {
  const { tenantId, now } = scope
  const hashes = JSON.stringify(await Promise.all(codes.map((code) => hashOf(scope, userId, code))))
  const isFree = sql`not exists (select 1 from recovery_codes where tenant_id = ${tenantId} and user_id = ${userId})`
  return sql`insert into recovery_codes (tenant_id, user_id, code_hash, created)
    select u.tenant_id, u.id, c.value, ${now} from users u, json_each(${hashes}) c
    where u.tenant_id = ${tenantId} and u.id = ${userId} and ${isFirst ? isFree : sql`1`}`
}

/** Uses a recovery code up: of two requests that bring it one gets true. */
export async function useRecoveryCode(scope: Scope, userId: string, code: string): Promise<boolean> {
  const { db, tenantId } = scope
  const hash = await hashOf(scope, userId, code)
  const [used] = await runBatch(db, [
    sql`delete from recovery_codes where tenant_id = ${tenantId} and user_id = ${userId} and code_hash = ${hash}`,
  ])
  return used?.rowsAffected === 1
}

/** False if the authenticator is registered already, with whomever. */
export async function addPasskey(
  { db, tenantId, now }: Scope,
  passkey: Omit<PasskeyRow, 'tenantId' | 'created' | 'lastUsed'>,
): Promise<boolean> {
  const { userId, credentialId, publicKey, counter, isSynced, name } = passkey
  const [added] = await runBatch(db, [
    sql`insert into passkeys
        (tenant_id, credential_id, user_id, public_key, counter, transports, is_synced, name, created)
      select tenant_id, ${credentialId}, id, ${publicKey}, ${counter}, ${JSON.stringify(passkey.transports)}, ${isSynced},
        ${name}, ${now} from users
      where tenant_id = ${tenantId} and id = ${userId} and active = 1 on conflict do nothing`,
  ])
  return added?.rowsAffected === 1
}

/**
 * Notes that a passkey was used. False if it is no more, or its signature counter did not go up: somebody has a copy
 * (W3C Web Authentication section 6.1.1). Authenticators without a counter say 0 for ever.
 */
export async function recordPasskeyUse(
  { db, tenantId, now }: Scope,
  credentialId: string,
  counter: number,
): Promise<boolean> {
  const [used] = await runBatch(db, [
    sql`update passkeys set counter = ${counter}, last_used = ${now}
      where tenant_id = ${tenantId} and credential_id = ${credentialId}
        and (counter < ${counter} or (counter = 0 and ${counter} = 0))`,
  ])
  return used?.rowsAffected === 1
}

/** False if she has no such passkey. */
export async function renamePasskey(
  { db, tenantId }: Scope,
  userId: string,
  credentialId: string,
  name: string,
): Promise<boolean> {
  const renamed = await db
    .update(passkeys)
    .set({ name })
    .where(and(eq(passkeys.tenantId, tenantId), eq(passkeys.credentialId, credentialId), eq(passkeys.userId, userId)))
    .returning({ id: passkeys.credentialId })
  return renamed.length > 0
}

/**
 * What is taken away: the authenticator app, one passkey (`byHerself` not the only way to sign in), the recovery codes, or
 * everything.
 */
export type Removal = 'totp' | 'recovery' | 'all' | { readonly passkey: string; readonly byHerself?: boolean }

/** Takes factors away; false if nothing was. Recovery codes go with the last factor that they stand in for. */
export async function removeFactor(scope: Scope, userId: string, what: Removal): Promise<boolean> {
  const { db, tenantId } = scope
  if (what === 'all') {
    const gone = await runBatch(db, removeFactors(scope, userId))
    return gone.some(({ rowsAffected }) => rowsAffected > 0)
  }
  if (what === 'recovery') {
    const [gone] = await runBatch(db, [
      sql`delete from recovery_codes where tenant_id = ${tenantId} and user_id = ${userId}`,
    ])
    return (gone?.rowsAffected ?? 0) > 0
  }
  const removal =
    what === 'totp'
      ? sql`delete from totp_factors where tenant_id = ${tenantId} and user_id = ${userId}`
      : sql`delete from passkeys
          where tenant_id = ${tenantId} and credential_id = ${what.passkey} and user_id = ${userId}
            and (${what.byHerself !== true} or ${hasAnotherWay(scope, userId, { passkey: what.passkey })})`
  const [gone] = await runBatch(db, [
    removal,
    sql`delete from recovery_codes where tenant_id = ${tenantId} and user_id = ${userId}
      and not exists (select 1 from totp_factors where tenant_id = ${tenantId} and user_id = ${userId})
      and not exists (select 1 from passkeys where tenant_id = ${tenantId} and user_id = ${userId})`,
  ])
  return gone?.rowsAffected === 1
}

/** Whether she can sign in without this passkey, or this connection. */
export function hasAnotherWay(
  { tenantId }: Scope,
  userId: string,
  { passkey = '', connection = '' }: { readonly passkey?: string; readonly connection?: string },
): Sql {
  return sql`(exists (select 1 from users u
      where u.tenant_id = ${tenantId} and u.id = ${userId} and u.password_hash is not null)
    or exists (select 1 from passkeys p
      where p.tenant_id = ${tenantId} and p.user_id = ${userId} and p.credential_id <> ${passkey})
    or exists (select 1 from federated_identities f
      join connections c on c.tenant_id = f.tenant_id and c.id = f.connection_id and c.authenticator is not null
      where f.tenant_id = ${tenantId} and f.user_id = ${userId} and f.connection_id <> ${connection}))`
}

/** Everything of a user's factors, and what she has under way with them; for whoever deletes her or resets them. */
export function removeFactors({ tenantId }: Pick<Scope, 'tenantId'>, userId: string): Statement[] {
  return [
    sql`delete from totp_factors where tenant_id = ${tenantId} and user_id = ${userId}`,
    sql`delete from passkeys where tenant_id = ${tenantId} and user_id = ${userId}`,
    sql`delete from recovery_codes where tenant_id = ${tenantId} and user_id = ${userId}`,
    sql`delete from throttles where tenant_id = ${tenantId} and kind = 'factor' and key = ${userId}`,
    sql`delete from partial_sign_ins where tenant_id = ${tenantId} and user_id = ${userId}`,
  ]
}

function hashOf({ platform, tenantId }: Scope, userId: string, code: string): Promise<string> {
  return platform.sealer.sign('recovery code', `${tenantId} ${userId} ${normalRecoveryCode(code)}`)
}

function place({ tenantId }: Scope, userId: string) {
  return { tenantId, table: 'totp_factors', row: userId }
}
