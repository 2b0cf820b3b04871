/** The key of an authenticator app between being shown and being confirmed: sealed in the page, nothing is stored. */
import { fromBase64, toBase64Url } from '../../core/crypto.ts'
import { newSeed } from '../../core/totp.ts'
import type { Scope } from '../../platform.ts'

const ENROLMENT_MS = 30 * 60_000

export type Seed = Uint8Array<ArrayBuffer>

/** A new key, and what the form carries of it: it opens for this user in this browser, and for half an hour. */
export async function beginEnrolment(scope: Scope, userId: string, browserHash: string) {
  const seed = newSeed()
  return { seed, sealed: await sealEnrolment(scope, userId, browserHash, seed) }
}

async function sealEnrolment(scope: Scope, userId: string, browserHash: string, seed: Seed): Promise<string> {
  const content = `${scope.now.getTime() + ENROLMENT_MS} ${toBase64Url(seed)}`
  return scope.platform.sealer.seal(content, place(scope, userId, browserHash))
}

/** The key that the form carries; undefined if it is not one for this user and browser, or too old. */
export async function openEnrolment(
  scope: Scope,
  userId: string,
  browserHash: string,
  sealed: string,
): Promise<Seed | undefined> {
  const content = await scope.platform.sealer.open(sealed, place(scope, userId, browserHash)).catch(() => undefined)
  const [expiry, seed] = content?.split(' ') ?? []
  return seed !== undefined && Number(expiry) > scope.now.getTime() ? fromBase64(seed) : undefined
}

function place({ tenantId }: Scope, userId: string, browserHash: string) {
  return { tenantId, table: 'totp enrolment', row: `${userId} ${browserHash}` }
}
