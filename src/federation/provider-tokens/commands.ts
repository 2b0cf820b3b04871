import type { ConnectionRow } from '../../connections/queries.ts'
import { runBatch, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { scopesOf } from '../upstream/request/parameters.ts'
import type { Arrived, UpstreamTokens } from '../upstream/person.ts'
import { findKept, type KeptRow } from './queries.ts'
import { openTokens, sealTokens, type Whose } from './sealed.ts'

/** How long one who refreshes is waited for: a provider answers sooner, or not at all. */
const LEASE_MS = 30_000

/**
 * What keeps the tokens of whoever has come, in place of those of before; nothing unless the connection says so. It stands
 * behind the link in its batch: without the link, or if the connection was told otherwise meanwhile, nothing is kept.
 * Of a provider that gives a refresh token once the former one stays.
 */
export async function keepTokens(
  scope: Scope,
  { id: connectionId, authenticator }: ConnectionRow,
  { issuer, subject, tokens = {} }: Pick<Arrived, 'issuer' | 'subject' | 'tokens'>,
  userId: string,
): Promise<readonly Statement[]> {
  const { accessToken } = tokens
  if (authenticator?.keepTokens !== true || accessToken === undefined) return []
  const { tenantId, now } = scope
  const refreshToken =
    tokens.refreshToken ?? (await formerRefreshToken(scope, { userId, connectionId }, { issuer, subject }))
  const { scope: granted = scopesOf(authenticator).join(' ') } = tokens
  const sealed = await sealTokens(scope, { userId, connectionId }, { accessToken, refreshToken })
  return [
    sql`insert into provider_tokens (tenant_id, user_id, connection_id, issuer, subject, sealed, scope, expires_at,
        has_refresh_token, last_modified)
      select f.tenant_id, f.user_id, f.connection_id, f.issuer, f.subject, ${sealed}, ${granted},
        ${endOf(tokens, now)}, ${refreshToken !== undefined}, ${now}
      from federated_identities f join connections c on c.tenant_id = f.tenant_id and c.id = f.connection_id
        and json_extract(c.authenticator, '$.keepTokens') = 1
      where f.tenant_id = ${tenantId} and f.connection_id = ${connectionId} and f.issuer = ${issuer}
        and f.subject = ${subject} and f.user_id = ${userId}
      on conflict (tenant_id, user_id, connection_id) do update set issuer = excluded.issuer,
        subject = excluded.subject, sealed = excluded.sealed, scope = excluded.scope, expires_at = excluded.expires_at,
        has_refresh_token = excluded.has_refresh_token, last_modified = excluded.last_modified`,
  ]
}

async function formerRefreshToken(
  scope: Scope,
  whose: Whose,
  { issuer, subject }: Pick<KeptRow, 'issuer' | 'subject'>,
): Promise<string | undefined> {
  const row = await findKept(scope, whose)
  if (row?.issuer !== issuer || row.subject !== subject) return undefined
  return (await openTokens(scope, whose, row.sealed)).refreshToken
}

function endOf({ expiresIn }: Partial<UpstreamTokens>, now: Date): Date | null {
  return expiresIn === undefined ? null : new Date(now.getTime() + expiresIn * 1000)
}

/**
 * Takes the refresh token of a row to use it: of all who ask at once, one gets it, for a provider may give each for one use
 * alone. `has_refresh_token` says that it is there to be taken; one that was taken and not put back, by a process that
 * died say, is there again after half a minute. Answers when it was taken, which is what it is put back by.
 */
export async function takeRefreshToken({ db, tenantId, now }: Scope, row: KeptRow): Promise<Date | undefined> {
  const [taken] = await runBatch(db, [
    sql`update provider_tokens set has_refresh_token = 0, last_modified = ${now}
      where tenant_id = ${tenantId} and user_id = ${row.userId} and connection_id = ${row.connectionId}
        and last_modified = ${row.lastModified}
        and (has_refresh_token = 1 or last_modified <= ${now.getTime() - LEASE_MS})`,
  ])
  return taken?.rowsAffected === 1 ? now : undefined
}

/** Keeps what came of a refresh; if she has signed in anew meanwhile, what that brought stays. */
export async function keepRefreshed(
  scope: Scope,
  row: KeptRow,
  takenAt: Date,
  tokens: UpstreamTokens & { readonly refreshToken: string },
): Promise<void> {
  const sealed = await sealTokens(scope, row, tokens)
  const { tenantId, now } = scope
  await runBatch(scope.db, [
    sql`update provider_tokens set sealed = ${sealed}, scope = ${tokens.scope ?? row.scope},
        expires_at = ${endOf(tokens, now)}, has_refresh_token = 1, last_modified = ${now}
      where tenant_id = ${tenantId} and user_id = ${row.userId} and connection_id = ${row.connectionId}
        and last_modified = ${takenAt} and has_refresh_token = 0`,
  ])
}

/** The provider did not answer: the refresh token is there for the next one. */
export async function putRefreshTokenBack({ db, tenantId }: Scope, row: KeptRow, takenAt: Date): Promise<void> {
  await runBatch(db, [
    sql`update provider_tokens set has_refresh_token = 1
      where tenant_id = ${tenantId} and user_id = ${row.userId} and connection_id = ${row.connectionId}
        and last_modified = ${takenAt} and has_refresh_token = 0`,
  ])
}

/** The provider refuses what is kept: it is worth nothing any more. */
export async function forgetRefused({ db, tenantId }: Scope, row: KeptRow, takenAt: Date): Promise<void> {
  await runBatch(db, [
    sql`delete from provider_tokens
      where tenant_id = ${tenantId} and user_id = ${row.userId} and connection_id = ${row.connectionId}
        and last_modified = ${takenAt} and has_refresh_token = 0`,
  ])
}
