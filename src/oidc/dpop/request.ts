import { allowedAlgorithms, demandsOf } from '../../applications/profile.ts'
import type { ApplicationRow } from '../../applications/queries.ts'
import { PROOF_ALGORITHMS } from '../../core/algorithms.ts'
import type { AppContext } from '../../http.ts'
import { presentNonce } from './nonce.ts'
import { verifyProof } from './proof.ts'

/**
 * The thumbprint of the key that this application shows in its request's DPoP header; undefined without the header. The
 * answer, whichever it is, offers a nonce for the next proof. OAuthError invalid_dpop_proof or use_dpop_nonce.
 */
export async function readProof(
  c: AppContext,
  application: ApplicationRow,
  accessToken?: string,
): Promise<string | undefined> {
  const { scope } = c.var
  const proof = c.req.header('DPoP')
  if (proof === undefined) return undefined
  const nonce = await presentNonce(scope)
  c.set('dpopNonce', nonce)
  c.header('DPoP-Nonce', nonce)
  return verifyProof(scope, proof, {
    method: c.req.method,
    url: scope.platform.config.baseUrl + new URL(c.req.url).pathname,
    accessToken,
    isNonceDemanded: demandsOf(application).dpopNonce,
    algorithms: allowedAlgorithms(application, PROOF_ALGORITHMS),
  })
}
