import type { ConnectionRow } from '../../connections/queries.ts'
import type { Scope } from '../../platform.ts'
import { failed, type Outcome } from '../failure.ts'
import { isTemplate } from '../upstream/entra.ts'
import { findProvider } from '../upstream/provider.ts'

/** The issuer whose subjects a connection knows now: discovered, if the connection does not say it. */
export async function issuerOf(scope: Scope, { id, authenticator }: ConnectionRow): Promise<Outcome<string>> {
  if (!authenticator) return failed({ kind: 'unknown-connection' })
  // Microsoft's is another one where the connection names the directory by a domain, and its metadata have it.
  if (authenticator.issuer !== undefined && authenticator.preset !== 'entra') {
    return { ok: true, value: authenticator.issuer }
  }
  const provider = await findProvider(scope, { id, authenticator })
  if (!provider.ok) return provider
  const { issuer } = provider.value.server
  if (isTemplate(issuer)) return failed({ kind: 'misconfigured', reason: `It is another one for each: ${issuer}` })
  return { ok: true, value: issuer }
}
