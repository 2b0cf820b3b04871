import { and, eq, gt, lte } from 'drizzle-orm'
import { z } from 'zod'
import type { ConnectionRow } from '../connections/queries.ts'
import { hashToken } from '../core/crypto.ts'
import { NotPushed, ScimError } from '../core/errors.ts'
import { isUniqueViolation, runBatch, StaleRow } from '../db/open.ts'
import { federationStates } from '../db/schema.ts'
import type { Origin } from '../directory/outbox.ts'
import type { Scope } from '../platform.ts'
import { carryOut } from './carry-out/commands.ts'
import { type Answers, type Decision, decideProvisioning } from './decide.ts'
import { entryOf, failureEntry, recordDecision } from './decisions/commands.ts'
import { failed, type Outcome, type SignInFailure } from './failure.ts'
import { findSituation } from './situation/situation.ts'
import type { Arrived } from './upstream/person.ts'

/** How long a person may take at the provider. */
const STATE_MS = 10 * 60_000
/** How often provisioning is decided again when another request changed what it was decided by. */
const TRIES = 5

/** What a person goes to a provider for: `test` changes nothing; `link` gives whoever is signed in one more way to be so. */
const purpose = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sign-in') }),
  z.object({ kind: z.literal('test'), userId: z.string() }),
  z.object({ kind: z.literal('link'), userId: z.string(), sid: z.string() }),
])
export type Purpose = z.infer<typeof purpose>

/** What the provider was asked for, and has to show (passed-on.ts). */
const asked = z.object({ maxAge: z.number().optional(), againAfter: z.number().optional() })
const secrets = z.object({
  nonce: z.string(),
  verifier: z.string(),
  issuer: z.string(),
  purpose,
  asked: asked.optional(),
})

export type SignInState = z.infer<typeof secrets> & {
  readonly connectionId: string
  /** A path of this tenant. */
  readonly returnTo: string
}

/** Keeps what is needed to end a sign-in that begins now in this browser; `state` itself is kept as a hash only. */
export async function storeState(
  scope: Scope,
  state: string,
  browserHash: string,
  { connectionId, returnTo, ...sealedPart }: SignInState,
): Promise<void> {
  const { db, tenantId, now } = scope
  const stateHash = hashOf(state)
  const sealed = await scope.platform.sealer.seal(JSON.stringify(secrets.parse(sealedPart)), place(scope, stateHash))
  const expiresAt = new Date(now.getTime() + STATE_MS)
  await runBatch(db, [
    db
      .delete(federationStates)
      .where(and(eq(federationStates.tenantId, tenantId), lte(federationStates.expiresAt, now))),
    db.insert(federationStates).values({ tenantId, stateHash, connectionId, sealed, returnTo, browserHash, expiresAt }),
  ])
}

/** Of all requests that bring a state one gets it, if it comes from the browser and tenant it was made in, and in time. */
export async function takeState(scope: Scope, state: string, browserHash: string): Promise<SignInState | undefined> {
  const { db, tenantId, now } = scope
  const stateHash = hashOf(state)
  const [taken] = await db
    .delete(federationStates)
    .where(
      and(
        eq(federationStates.tenantId, tenantId),
        eq(federationStates.stateHash, stateHash),
        eq(federationStates.browserHash, browserHash),
        gt(federationStates.expiresAt, now),
      ),
    )
    .returning()
  if (!taken) return undefined
  const opened = await scope.platform.sealer.open(taken.sealed, place(scope, stateHash))
  return { connectionId: taken.connectionId, returnTo: taken.returnTo, ...secrets.parse(JSON.parse(opened)) }
}

/** No state of a sign-out has it (logout/commands.ts), so that neither can be taken for the other, whatever is sent. */
function hashOf(state: string): string {
  return hashToken(`sign-in ${state}`)
}

function place({ tenantId }: Scope, stateHash: string) {
  return { tenantId, table: 'federation_states', row: stateHash }
}

/** Who is signed in now; or who has to be asked first, and nothing was stored. */
export type Provisioned =
  | { readonly kind: 'user'; readonly userId: string; readonly isNew: boolean }
  | { readonly kind: 'asked'; readonly decision: Extract<Decision, { kind: 'ask' | 'prove' }> }

/** What is known of an arrival beside what the provider says. */
export type Arriving = {
  readonly applicationId?: string | undefined
  /** What she said on the page that asked her. */
  readonly answers?: Answers
  /** Whom she has signed in as meanwhile, to show that the account is hers. */
  readonly provedUserId?: string
  /** She says that the account which she would have to prove is not hers. */
  readonly isDeclined?: boolean
  readonly requestId?: string
}

/**
 * The local user of a person whom the provider vouches for, made or brought up to date as the connection says. Two
 * first sign-ins of one person at once make one user: the second finds the link of the first. The application that she
 * signs in to decides which outbound connectors hear of it.
 */
export async function provision(
  scope: Scope,
  connection: ConnectionRow,
  person: Arrived,
  arriving: Arriving = {},
): Promise<Outcome<Provisioned>> {
  const { applicationId, requestId } = arriving
  const origin: Origin = {
    source: 'jit',
    connectionId: connection.id,
    ...(applicationId === undefined ? {} : { applicationId }),
  }
  for (let tries = 1; ; tries++) {
    const situation = await findSituation(scope, connection, person, arriving)
    const { type, identity, others } = situation
    const { isOwnDomain } = others
    const arrival = { connection, person, origin, requestId, type, isOwnDomain, synced: identity?.synced ?? null }
    const decision = decideProvisioning(situation)
    const end = async (failure: SignInFailure) => {
      await recordDecision(scope, arrival, failureEntry(decision, failure))
      return failed(failure)
    }
    if (decision.kind === 'refuse') return end({ kind: 'refused', refusal: decision.refusal })
    if (decision.kind === 'ask' || decision.kind === 'prove') {
      await recordDecision(scope, arrival, entryOf(decision))
      return { ok: true, value: { kind: 'asked', decision } }
    }
    try {
      const userId = await carryOut(scope, arrival, decision)
      return { ok: true, value: { kind: 'user', userId, isNew: decision.kind === 'create' } }
    } catch (error) {
      if (error instanceof NotPushed) return end({ kind: 'target-refused', reason: error.message })
      if (isOvertaken(error) && tries < TRIES) continue
      if (!isOvertaken(error) && !(error instanceof ScimError)) throw error
      return end({ kind: 'not-provisioned', reason: `${tries} ${tries === 1 ? 'try' : 'tries'}: ${error.message}` })
    }
  }
}

/** The name was taken, the person linked, or the user changed or removed since it was decided: it is decided anew. */
function isOvertaken(error: unknown): error is Error {
  if (error instanceof ScimError) return error.scimType === 'uniqueness' || error.status === 404
  return error instanceof StaleRow || isUniqueViolation(error, 'federated_identities')
}
