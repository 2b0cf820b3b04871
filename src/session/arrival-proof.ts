/**
 * A sign-in that was done to show that an account is hers who has come from a provider (federation/arrival). It counts
 * for the very arrival that it was begun for, and no other one in this browser: who has signed in for herself has shown
 * nothing for whoever came before her.
 */
import { equalInConstantTime } from '../core/crypto.ts'
import type { Scope } from '../platform.ts'
import type { GoesOn } from './first-step.ts'
import { arrivalOf, returnPath } from './return-to.ts'

/** Where somebody goes on who has just signed in; an arrival is told so. */
export async function signedInPath(scope: Scope, goesOn: GoesOn, userId: string): Promise<string> {
  const path = returnPath(scope, goesOn)
  const arrival = arrivalOf(scope, path)
  return arrival === undefined
    ? path
    : `${path}&${new URLSearchParams({ proof: await proofOf(scope, arrival, userId) })}`
}

/** Whether `proof` says that this user has signed in for this arrival. */
export async function isProof(scope: Scope, arrival: string, userId: string, proof: string): Promise<boolean> {
  return equalInConstantTime(proof, await proofOf(scope, arrival, userId))
}

function proofOf({ platform, tenantId }: Scope, arrival: string, userId: string): Promise<string> {
  return platform.sealer.sign('arrival-proof', `${tenantId} ${arrival} ${userId}`)
}
