import { and, eq, gt } from 'drizzle-orm'
import { z } from 'zod'
import { hashToken } from '../../core/crypto.ts'
import { arrivals } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { arrivalOf } from '../../session/return-to.ts'
import type { Arrived } from '../upstream/person.ts'

/** Somebody whom a provider has vouched for, and who is asked something before she is signed in. */
export type Arrival = {
  readonly id: string
  readonly idHash: string
  readonly browserHash: string
  readonly connectionId: string
  readonly person: Arrived
  readonly returnTo: string
}

const kept = z.object({
  /** When she came. */
  at: z.number(),
  person: z.object({
    issuer: z.string(),
    subject: z.string(),
    claims: z.record(z.string(), z.unknown()),
    tokens: z.object({
      accessToken: z.string().optional(),
      refreshToken: z.string().optional(),
      idToken: z.string().optional(),
      expiresIn: z.number().optional(),
      scope: z.string().optional(),
    }),
    sid: z.string().optional(),
  }),
})

/** Undefined for one that is over, or of another browser or tenant: outside they look alike. */
export async function findArrival(scope: Scope, id: string, browserHash: string): Promise<Arrival | undefined> {
  const { db, tenantId, now, platform } = scope
  const idHash = hashToken(id)
  const [found] = await db
    .select()
    .from(arrivals)
    .where(
      and(
        eq(arrivals.tenantId, tenantId),
        eq(arrivals.idHash, idHash),
        eq(arrivals.browserHash, browserHash),
        gt(arrivals.expiresAt, now),
      ),
    )
    .limit(1)
  if (!found) return undefined
  const { connectionId, returnTo } = found
  const { at, person } = kept.parse(JSON.parse(await platform.sealer.open(found.sealed, sealedPlace(scope, idHash))))
  return { id, idHash, browserHash, connectionId, returnTo, person: aged(person, (now.getTime() - at) / 1000) }
}

/** The arrival that a sign-in is begun for, by the path that it leads back to. */
export async function findArrivalAt(
  scope: Scope,
  returnTo: string | undefined,
  browserHash: string,
): Promise<Arrival | undefined> {
  const id = returnTo === undefined ? undefined : arrivalOf(scope, returnTo)
  return id === undefined ? undefined : findArrival(scope, id, browserHash)
}

/** The e-mail address that she came with. */
export function addressOf({ person }: Pick<Arrival, 'person'>): string | undefined {
  const { email } = person.claims
  return typeof email === 'string' && email.length <= LONGEST_ADDRESS ? email : undefined
}
const LONGEST_ADDRESS = 254

/** Her token has lived while she was asked. */
function aged(person: Arrived, seconds: number): Arrived {
  const { expiresIn } = person.tokens ?? {}
  if (expiresIn === undefined) return person
  return { ...person, tokens: { ...person.tokens, expiresIn: Math.max(0, Math.floor(expiresIn - seconds)) } }
}

export function sealedPlace({ tenantId }: Scope, idHash: string) {
  return { tenantId, table: 'arrivals', row: idHash }
}
