/** When keys follow one another: by the calendar, by hand, and at once where one has leaked. */
import { Problem } from '../../core/errors.ts'
import { StaleRow } from '../../db/open.ts'
import type { SigningAlgorithm } from '../../db/schema.ts'
import { JWKS_SECONDS, SIGNING_ALGORITHMS } from '../keys.ts'
import { type Promotion, promoteKeys, removeDeadKeys, replaceKeys } from './commands.ts'
import { type KeyScope, listSigningKeys, type SigningKeyRow } from './queries.ts'
import { demandKeys, makeKey, MOST_AGE_MS, readKeys } from './ring.ts'

const DAY_MS = 86_400_000
export const ROTATION_DAYS = 90
/** By the calendar there is no hurry: who reads the keys once a day has read the next one. */
const PUBLISHED_MS = DAY_MS

/** What is due of a tenant's keys: each active one has a next one, follows it after 90 days, and goes with its last token. */
export async function keepSigningKeys(scope: KeyScope): Promise<void> {
  const { now, platform, tenantId } = scope
  const rows = await listSigningKeys(scope)
  if (rows.some(({ state, expiresAt }) => state === 'retired' && expiresAt !== null && expiresAt <= now))
    await removeDeadKeys(scope)
  const used = rows.filter(({ state }) => state === 'active').map(({ alg }) => alg)
  if (used.length === 0) return
  const hasNext = (alg: SigningAlgorithm) => rows.some((row) => row.alg === alg && row.state === 'next')
  const present = used.every(hasNext) ? rows : await demandKeys(scope, used, 'next')
  try {
    const due = used.filter((alg) => isDue(present, alg, now))
    if (due.length === 0) return
    await promoteKeys(scope, await promotionsOf(scope, present, due))
    platform.log.info('signing keys rotated', { tenantId, algorithms: due })
  } catch (error) {
    // Another region was faster.
    if (!(error instanceof StaleRow)) throw error
  }
  await readKeys(scope)
}

function isDue(rows: readonly SigningKeyRow[], alg: SigningAlgorithm, now: Date): boolean {
  const { active, next } = pairOf(rows, alg)
  const since = (active.activeAt ?? active.created).getTime()
  return now.getTime() - since >= ROTATION_DAYS * DAY_MS && now.getTime() - next.created.getTime() >= PUBLISHED_MS
}

export type Rotation = { readonly alg?: SigningAlgorithm | undefined; readonly immediately?: boolean | undefined }

/**
 * By hand. The next keys follow if others can have read them, else Problem 409 says when. `immediately` is for a key
 * that leaked: new keys that nobody has seen, and what the former ones signed is worth nothing.
 */
export async function rotateSigningKeys(scope: KeyScope, { alg, immediately = false }: Rotation): Promise<void> {
  const algorithms = alg === undefined ? SIGNING_ALGORITHMS : [alg]
  await demandKeys(scope, algorithms, 'active')
  const rows = immediately ? await readKeys(scope) : await demandKeys(scope, algorithms, 'next')
  try {
    if (immediately) await replaceAll(scope, rows, algorithms)
    else {
      demandPublished(rows, algorithms, scope.now)
      await promoteKeys(scope, await promotionsOf(scope, rows, algorithms))
    }
  } catch (error) {
    if (!(error instanceof StaleRow)) throw error
    throw new Problem(409, 'The keys were rotated by somebody else at this moment.', [], { cause: error })
  }
  await readKeys(scope)
  scope.platform.log.info('signing keys rotated by hand', { tenantId: scope.tenantId, algorithms, immediately })
}

function demandPublished(rows: readonly SigningKeyRow[], algorithms: readonly SigningAlgorithm[], now: Date): void {
  const published = Math.max(...algorithms.map((alg) => pairOf(rows, alg).next.created.getTime()))
  // Another server told the former keys for so long, and whoever asked it then keeps them for so long.
  const ready = new Date(published + MOST_AGE_MS + JWKS_SECONDS * 1000)
  if (ready <= now) return
  const time = `${ready.toISOString().slice(0, 19).replace('T', ' ')} UTC`
  throw new Problem(
    409,
    `The next keys were published a moment ago, and applications may not have read them yet. Rotate after ${time}, or, if a key has leaked, replace the keys immediately.`,
  )
}

async function replaceAll(
  scope: KeyScope,
  rows: readonly SigningKeyRow[],
  algorithms: readonly SigningAlgorithm[],
): Promise<void> {
  const replacements = algorithms.map(async (alg) => {
    const by = await Promise.all([makeKey(scope, alg, 'active'), makeKey(scope, alg, 'next')])
    return { alg, active: keyIn(rows, alg, 'active').id, by }
  })
  await replaceKeys(scope, await Promise.all(replacements))
}

function promotionsOf(
  scope: KeyScope,
  rows: readonly SigningKeyRow[],
  algorithms: readonly SigningAlgorithm[],
): Promise<Promotion[]> {
  return Promise.all(
    algorithms.map(async (alg) => {
      const { active, next } = pairOf(rows, alg)
      return { active: active.id, next: next.id, following: await makeKey(scope, alg, 'next') }
    }),
  )
}

function pairOf(rows: readonly SigningKeyRow[], alg: SigningAlgorithm) {
  return { active: keyIn(rows, alg, 'active'), next: keyIn(rows, alg, 'next') }
}

/** The caller has demanded it; another region may have taken it away since. */
function keyIn(rows: readonly SigningKeyRow[], alg: SigningAlgorithm, state: SigningKeyRow['state']): SigningKeyRow {
  const row = rows.find((one) => one.alg === alg && one.state === state)
  if (!row) throw new StaleRow(`there is no ${state} ${alg} key`)
  return row
}
