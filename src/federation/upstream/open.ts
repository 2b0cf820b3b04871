import type { ConnectionRow } from '../../connections/queries.ts'
import type { Scope } from '../../platform.ts'
import { failed, type Outcome } from '../failure.ts'
import { type Credential, openCredential } from './client/credential.ts'
import { findProvider, type Provider } from './provider.ts'

/** A provider, and what we are its client by. */
export type Upstream = { readonly provider: Provider; readonly credential: Credential }

/** The provider of a connection, with the connection's secret opened: for whoever calls it in our name. */
export async function openUpstream(scope: Scope, connection: ConnectionRow): Promise<Outcome<Upstream>> {
  const { id, authenticator } = connection
  if (!authenticator) return failed({ kind: 'unknown-connection' })
  const credential = await openCredential(scope, connection, authenticator)
  if (credential === undefined) return failed({ kind: 'misconfigured', reason: 'there is no client secret' })
  const provider = await findProvider(scope, { id, authenticator })
  return provider.ok ? { ok: true, value: { provider: provider.value, credential } } : provider
}
