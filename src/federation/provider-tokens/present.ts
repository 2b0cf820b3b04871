/** An access token of a provider for a person of ours, refreshed where that is needed. */
import type { ConnectionRow } from '../../connections/queries.ts'
import type { Scope } from '../../platform.ts'
import type { SignInFailure } from '../failure.ts'
import { refreshUpstream } from '../upstream/refresh.ts'
import { forgetRefused, keepRefreshed, putRefreshTokenBack, takeRefreshToken } from './commands.ts'
import { findKept, type KeptRow } from './queries.ts'
import { type KeptSecrets, openTokens } from './sealed.ts'

/** An access token that ends so soon is refreshed before it is given away. */
const SOON_MS = 60_000

export type PresentToken = {
  readonly accessToken: string
  readonly scope: string | null
  /** Null: the provider does not say. */
  readonly expiresAt: Date | null
}

export type Presented =
  | { readonly kind: 'token'; readonly token: PresentToken }
  /** Nothing is kept of her, or nothing that is good any more: she has to sign in there again. */
  | { readonly kind: 'none' }
  /** Somebody else refreshes it at this moment, or the provider does not answer. */
  | { readonly kind: 'later'; readonly failure?: SignInFailure }

/** One refresh at a time for a row: whoever comes meanwhile gets what is there, as long as it is good, or is told to wait. */
export async function presentToken(scope: Scope, connection: ConnectionRow, userId: string): Promise<Presented> {
  if (connection.authenticator?.keepTokens !== true) return { kind: 'none' }
  const row = await findKept(scope, { userId, connectionId: connection.id })
  if (!row) return { kind: 'none' }
  const kept = await openTokens(scope, row, row.sealed)
  const left = row.expiresAt === null ? Infinity : row.expiresAt.getTime() - scope.now.getTime()
  if (left > SOON_MS) return tokenOf(row, kept)
  const refreshed = await refresh(scope, connection, row, kept)
  return refreshed.kind !== 'token' && left > 0 ? tokenOf(row, kept) : refreshed
}

function tokenOf({ scope, expiresAt }: KeptRow, { accessToken }: KeptSecrets): Presented {
  return { kind: 'token', token: { accessToken, scope, expiresAt } }
}

async function refresh(
  scope: Scope,
  connection: ConnectionRow,
  row: KeptRow,
  { refreshToken }: KeptSecrets,
): Promise<Presented> {
  if (refreshToken === undefined) return { kind: 'none' }
  const takenAt = await takeRefreshToken(scope, row)
  if (!takenAt) return { kind: 'later' }
  const answer = await refreshUpstream(scope, connection, row, refreshToken)
  switch (answer.kind) {
    case 'refreshed': {
      // RFC 6749 section 6: without a new one the one that was used stays good.
      const tokens = { refreshToken, ...answer.tokens }
      await keepRefreshed(scope, row, takenAt, tokens)
      const { accessToken, expiresIn, scope: granted = row.scope } = tokens
      const expiresAt = expiresIn === undefined ? null : new Date(scope.now.getTime() + expiresIn * 1000)
      return { kind: 'token', token: { accessToken, scope: granted, expiresAt } }
    }
    case 'refused':
      await forgetRefused(scope, row, takenAt)
      return { kind: 'none' }
    case 'failed':
      await putRefreshTokenBack(scope, row, takenAt)
      return { kind: 'later', failure: answer.failure }
  }
}
