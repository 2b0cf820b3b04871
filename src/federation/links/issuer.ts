import type { ConnectionRow } from '../../connections/queries.ts'
import type { Scope } from '../../platform.ts'
import { failed, type Outcome } from '../failure.ts'
import { findProvider } from '../upstream/provider.ts'

/** The issuer whose subjects a connection knows now: discovered, if the connection does not say it. */
export async function issuerOf(scope: Scope, { id, authenticator }: ConnectionRow): Promise<Outcome<string>> {
  if (!authenticator) return failed({ kind: 'unknown-connection' })
  const provider = await findProvider(scope, { id, authenticator })
  return provider.ok ? { ok: true, value: provider.value.server.issuer } : provider
}
