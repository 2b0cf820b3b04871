import { and, eq, sql } from 'drizzle-orm'
import { hashToken, randomToken } from '../../core/crypto.ts'
import { Problem } from '../../core/errors.ts'
import { applications } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { forgetApplications } from '../known.ts'
import { type ApplicationRow, getApplication } from '../queries.ts'
import type { AuthMethod, SecretInput } from '../settings.ts'

/** How long the former secret stays good if nobody says. */
export const FORMER_SECRET_SECONDS = 86_400

export type NewSecret = {
  readonly clientSecret: string
  /** Until when the former one is good beside it; undefined if it ended. */
  readonly formerSecretExpiresAt: Date | undefined
}

/** What is kept of a secret: its hash; and itself, sealed, where signatures are made with it (client_secret_jwt). */
export async function keptSecret(scope: Scope, id: string, method: AuthMethod, clientSecret: string | undefined) {
  const isSealed = clientSecret !== undefined && method === 'client_secret_jwt'
  return {
    clientSecretHash: clientSecret === undefined ? null : hashToken(clientSecret),
    clientSecretSealed: isSealed ? await scope.platform.sealer.seal(clientSecret, secretPlace(scope, id)) : null,
    clientSecretCreated: clientSecret === undefined ? null : scope.now,
  }
}

export function secretPlace({ tenantId }: Pick<Scope, 'tenantId'>, id: string) {
  return { tenantId, table: 'applications', row: id }
}

/**
 * A new client secret. The present one becomes the former, and is good beside it for a while; the one before that ends.
 * Of two at once each takes what it finds: the later one's former is the earlier one's new. Problem 404 or 400.
 */
export async function rotateClientSecret(scope: Scope, id: string, input: SecretInput = {}): Promise<NewSecret> {
  const row = await getApplication(scope, id)
  const method = methodOf(row, input.tokenEndpointAuthMethod)
  const clientSecret = randomToken()
  const kept = await keptSecret(scope, id, method, clientSecret)
  const seconds = input.formerSecretSeconds ?? FORMER_SECRET_SECONDS
  const until = new Date(scope.now.getTime() + seconds * 1000)
  const [changed] = await scope.db
    .update(applications)
    .set({
      ...kept,
      tokenEndpointAuthMethod: method,
      lastModified: scope.now,
      formerSecretHash: seconds > 0 ? sql`${applications.clientSecretHash}` : null,
      formerSecretSealed:
        seconds > 0 && method === 'client_secret_jwt' ? sql`${applications.clientSecretSealed}` : null,
      formerSecretExpiresAt: seconds > 0 ? until : null,
    })
    .where(and(eq(applications.tenantId, scope.tenantId), eq(applications.id, id)))
    .returning({ former: applications.formerSecretHash })
  if (!changed) throw new Problem(404, 'There is no such application.')
  forgetApplications(scope)
  return { clientSecret, formerSecretExpiresAt: changed.former === null ? undefined : until }
}

/** Ends the former secret before its time. Problem 404. */
export async function endFormerSecret(scope: Scope, id: string): Promise<void> {
  await getApplication(scope, id)
  await scope.db
    .update(applications)
    .set({ formerSecretHash: null, formerSecretSealed: null, formerSecretExpiresAt: null, lastModified: scope.now })
    .where(and(eq(applications.tenantId, scope.tenantId), eq(applications.id, id)))
  forgetApplications(scope)
}

function methodOf(
  { tokenEndpointAuthMethod: present }: ApplicationRow,
  wanted: SecretInput['tokenEndpointAuthMethod'],
) {
  if (wanted !== undefined) return wanted
  if (present === 'none') return 'client_secret_basic'
  if (present.startsWith('client_secret_')) return present
  throw new Problem(400, 'This application authenticates with its keys, and no secret is asked for.')
}
