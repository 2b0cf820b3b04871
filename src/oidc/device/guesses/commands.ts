import { runBatch } from '../../../db/open.ts'
import { sql } from '../../../db/sql.ts'
import type { Scope } from '../../../platform.ts'

const WINDOW_MS = 10 * 60_000
/** Wrong codes of one browser, or of one person, in a window (RFC 8628 section 5.1). */
const TRIES = 5
/** Of all who have not signed in: a browser can forget who it is. Who signs in is counted alone. */
const TRIES_OF_ALL = 100
const ALL = 'all'

/** Who tries: a person who is signed in, or a browser. */
export type Guesser = { readonly userId: string } | { readonly browserHash: string }

/** When a try was one too many: which count was full, and when it begins anew. */
export type Refusal = { readonly of: 'one' | 'all'; readonly until: Date }

/**
 * Counts a try before its code is looked up, so that of many at once no more are looked up than may be. Undefined if it
 * may be looked up.
 */
export async function takeTry({ db, tenantId, now }: Scope, guesser: Guesser): Promise<Refusal | undefined> {
  const begin = now.getTime() - WINDOW_MS
  const results = await runBatch(
    db,
    namesOf(guesser).map(
      (who) => sql`insert into device_guesses (tenant_id, who, tries, since) values (${tenantId}, ${who}, 1, ${now})
        on conflict (tenant_id, who) do update set
          tries = case when since <= ${begin} then 1 else tries + 1 end,
          since = case when since <= ${begin} then excluded.since else since end
        returning tries, since`,
    ),
  )
  for (const [i, { rows }] of results.entries()) {
    const [row] = rows
    const until = new Date(Number(row?.since) + WINDOW_MS)
    if (Number(row?.tries) > (i === 0 ? TRIES : TRIES_OF_ALL)) return { of: i === 0 ? 'one' : 'all', until }
  }
  return undefined
}

/** A code that was right is no guess. */
export async function giveBackTry({ db, tenantId }: Scope, guesser: Guesser): Promise<void> {
  await runBatch(
    db,
    namesOf(guesser).map(
      (who) => sql`update device_guesses set tries = tries - 1
        where tenant_id = ${tenantId} and who = ${who} and tries > 0`,
    ),
  )
}

function namesOf(guesser: Guesser): readonly string[] {
  return 'userId' in guesser ? [`user ${guesser.userId}`] : [`browser ${guesser.browserHash}`, ALL]
}
