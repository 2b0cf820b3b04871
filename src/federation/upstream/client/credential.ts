/** What proves to a provider that we are its client, opened. */
import { type ConnectionRow, openClientSecret, openPrivateKey } from '../../../connections/queries.ts'
import { memoryOf, remember } from '../../../core/memory.ts'
import type { Authenticator } from '../../../db/schema.ts'
import type { Platform, Scope } from '../../../platform.ts'

export type Credential =
  | {
      readonly kind: 'secret'
      readonly clientSecret: string
      readonly method?: 'client_secret_basic' | 'client_secret_post'
    }
  /** A key of ours (RFC 7523), PKCS #8 in PEM. */
  | { readonly kind: 'key'; readonly pem: string; readonly keyId: string; readonly algorithm: KeyAlgorithm }
  /** Apple's key for us: it signs what Apple takes as a client secret. */
  | { readonly kind: 'apple'; readonly pem: string; readonly keyId: string; readonly teamId: string }
type KeyAlgorithm = NonNullable<Authenticator['keyAlgorithm']>

/** Undefined if there is none, which a connection is not stored without. */
export async function openCredential(
  scope: Scope,
  connection: ConnectionRow,
  authenticator: Authenticator,
): Promise<Credential | undefined> {
  const { clientAuthentication: method, keyId = '', teamId = '', keyAlgorithm: algorithm = 'ES256' } = authenticator
  if (method === 'private_key_jwt' || method === 'apple') {
    const pem = await opened(scope, connection.id, connection.sealedPrivateKey, () => openPrivateKey(scope, connection))
    if (pem === undefined) return undefined
    return method === 'apple' ? { kind: 'apple', pem, keyId, teamId } : { kind: 'key', pem, keyId, algorithm }
  }
  const clientSecret = await opened(scope, connection.id, connection.sealedClientSecret, () =>
    openClientSecret(scope, connection),
  )
  if (clientSecret === undefined) return undefined
  return { kind: 'secret', clientSecret, ...(method === undefined ? {} : { method }) }
}

/** What was opened stays open in this process, by what it is sealed as: each sign-in takes it twice. */
async function opened(
  { platform, tenantId }: Scope,
  id: string,
  sealed: string | null,
  open: () => Promise<string | undefined>,
): Promise<string | undefined> {
  if (sealed === null) return undefined
  const memory = memoryOf(secrets, platform)
  const key = `${tenantId} ${id} ${sealed}`
  const known = memory.get(key) ?? (await open())
  if (known !== undefined) remember(memory, key, known)
  return known
}
const secrets = new WeakMap<Platform, Map<string, string>>()

/** What of it a provider is told, and no log may be. */
export function secretsIn(credential: Credential): readonly string[] {
  return credential.kind === 'secret' ? [credential.clientSecret] : []
}
