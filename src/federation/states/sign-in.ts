/** What is needed to end a sign-in at a provider that begins now. */
import { z } from 'zod'
import type { Scope } from '../../platform.ts'
import { keepState, takeKept } from './commands.ts'

/** What a person goes to a provider for: `test` changes nothing; `link` gives whoever is signed in one more way to be so. */
const purpose = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sign-in') }),
  z.object({ kind: z.literal('test'), userId: z.string() }),
  z.object({ kind: z.literal('link'), userId: z.string(), sid: z.string() }),
])
export type Purpose = z.infer<typeof purpose>

/** What the provider was asked for, and has to show (upstream/request/passed-on.ts). */
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

export async function storeState(
  scope: Scope,
  state: string,
  browserHash: string,
  { connectionId, returnTo, ...others }: SignInState,
): Promise<void> {
  await keepState(scope, 'sign-in', state, browserHash, { connectionId, returnTo, secrets: secrets.parse(others) })
}

export async function takeState(scope: Scope, state: string, browserHash: string): Promise<SignInState | undefined> {
  const taken = await takeKept(scope, 'sign-in', state, browserHash)
  if (!taken) return undefined
  return { connectionId: taken.connectionId, returnTo: taken.returnTo, ...secrets.parse(taken.secrets) }
}
