/** How well somebody has signed in (OpenID Connect Core sections 2 and 5.5.1.1), by what she did (RFC 8176). Pure. */
import { isRecord } from '../core/json-value.ts'
import type { AuthorizationParameters } from '../db/schema.ts'
import { isMultiFactor } from '../session/second-factor.ts'

/** One factor; two factors, or a passkey that verified its user. The weaker first. */
export const ACR_VALUES = ['urn:postern:acr:1fa', 'urn:postern:acr:2fa'] as const
type Acr = (typeof ACR_VALUES)[number]
const [ONE_FACTOR, TWO_FACTORS] = ACR_VALUES

type Amr = { readonly amr: readonly string[] }

export function acrOf(done: Amr): Acr {
  return isMultiFactor(done) ? TWO_FACTORS : ONE_FACTOR
}

export type AskedAcr = {
  /** The preferred first; empty if nothing was asked. */
  readonly values: readonly string[]
  /** Nothing but one of the values will do. */
  readonly isEssential: boolean
}

/** acr_values, or the claim acr of the id_token, which counts more (OpenID Connect Core section 5.5.1.1). */
export function askedAcr({ acrValues = [], claims }: Pick<AuthorizationParameters, 'acrValues' | 'claims'>): AskedAcr {
  const claim = claims?.id_token?.acr
  if (!isRecord(claim)) return { values: acrValues, isEssential: false }
  const listed: unknown[] = Array.isArray(claim.values) ? claim.values : [claim.value]
  const values = listed.filter((one) => typeof one === 'string')
  return { values: values.length > 0 ? values : acrValues, isEssential: claim.essential === true && values.length > 0 }
}

/** Two factors are one factor, too. */
function satisfies(done: Amr, value: string): boolean {
  return value === ONE_FACTOR || (value === TWO_FACTORS && isMultiFactor(done))
}

/** Whether nothing is in the way of an answer: it is met, or it was only a wish. */
export function isMet({ values, isEssential }: AskedAcr, done: Amr): boolean {
  return !isEssential || values.some((value) => satisfies(done, value))
}

/** Whether a second step would meet what is asked for better than what was done: the preferred one that is ours counts. */
export function couldMeet({ values }: AskedAcr, done: Amr): boolean {
  const wanted = values.find((value) => ACR_VALUES.some((known) => known === value))
  return wanted !== undefined && !satisfies(done, wanted)
}
