/** WWW-Authenticate: how whoever was refused may come in (RFC 9110 section 11.6.1). Pure. */
import { PROOF_ALGORITHMS } from '../core/algorithms.ts'
import { describable } from '../core/errors.ts'

/** What an access token came with. */
export type Presented = {
  readonly authorization: string | undefined
  /** What was wrong with one that came with a DPoP proof, or without one that it needs. */
  readonly dpopError: string | undefined
}

const PROOF_ALGS = `algs="${PROOF_ALGORITHMS.join(' ')}"`

/** To Basic of a person, or an access token. `bearer` is how such a token is asked for here. */
export function basicChallenge(realm: string, bearer: string, { dpopError }: Presented): string {
  const dpop = dpopError === undefined ? `DPoP ${PROOF_ALGS}` : `DPoP error="${dpopError}", ${PROOF_ALGS}`
  return `Basic realm="${realm}", charset="UTF-8", ${bearer}, ${dpop}`
}

/**
 * A client that failed to authenticate is asked for Basic (RFC 6749 section 5.2); a bad token for one as it was sent
 * (RFC 6750 section 3, RFC 9449 section 7.1).
 */
export function oauthChallenge(code: string, detail: string, { authorization = '', dpopError }: Presented): string {
  if (code === 'invalid_client') return 'Basic realm="token endpoint", charset="UTF-8"'
  const said = `error="${code}", error_description="${describable(detail)}"`
  const isProven = dpopError !== undefined || /^DPoP /i.test(authorization)
  return isProven ? `DPoP ${said}, ${PROOF_ALGS}` : `Bearer ${said}, DPoP ${PROOF_ALGS}`
}
