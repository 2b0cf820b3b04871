/** An authenticator with its secrets, on its way into a connection's row. */
import { Problem } from '../../core/errors.ts'
import type { Authenticator } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { ConnectionRow } from '../queries.ts'
import { resolvePreset } from '../presets/resolve.ts'
import type { AuthenticatorChange, AuthenticatorInput } from './settings.ts'

export type AuthenticatorColumns = Pick<
  ConnectionRow,
  'authenticator' | 'sealedClientSecret' | 'sealedPrivateKey' | 'publicKey'
>
const NONE: AuthenticatorColumns = {
  authenticator: null,
  sealedClientSecret: null,
  sealedPrivateKey: null,
  publicKey: null,
}

/** Problem 400 for what is missing. */
export async function newAuthenticator(
  scope: Scope,
  id: string,
  input: AuthenticatorInput | undefined,
): Promise<AuthenticatorColumns> {
  if (!input) return NONE
  const changed = await changedAuthenticator(scope, { id, ...NONE }, input)
  return { ...NONE, ...changed }
}

/** What a change makes of the authenticator: undefined keeps it, null takes it away. Problem 400 for what is missing. */
export async function changedAuthenticator(
  scope: Scope,
  before: AuthenticatorColumns & { readonly id: string },
  change: AuthenticatorChange | null | undefined,
): Promise<Partial<AuthenticatorColumns>> {
  if (change === undefined) return {}
  if (change === null) return NONE
  const { clientSecret, privateKey, ...given } = change
  const authenticator = complete(resolvePreset(withoutAbsent({ type: 'oidc', ...before.authenticator, ...given })))
  const moved = before.authenticator !== null && tokenHost(authenticator) !== tokenHost(before.authenticator)
  // The secret goes to the token endpoint: whoever points that elsewhere has to know it.
  if (clientSecret === undefined && (moved || before.sealedClientSecret === null)) throw secretMissing('clientSecret')
  if (privateKey !== undefined) throw secretMissing('privateKey')
  return {
    authenticator,
    ...(clientSecret === undefined ? {} : { sealedClientSecret: await seal(scope, before.id, clientSecret) }),
  }
}

/** Problem 400 unless it says where the provider is: by its issuer, or by both endpoints. */
function complete(authenticator: Partial<Authenticator>): Authenticator {
  const { issuer } = authenticator
  const needed =
    issuer === undefined ? (['clientId', 'authorizationEndpoint', 'tokenEndpoint'] as const) : (['clientId'] as const)
  const missing = needed.filter((name) => !authenticator[name])
  if (missing.length === 0) return authenticator as Authenticator
  const errors = missing.map((name) => ({ field: `authenticator.${name}`, message: 'Give a value.' }))
  throw new Problem(400, 'The authenticator is not complete.', errors)
}

/** The host that the secret is sent to. */
function tokenHost({ tokenEndpoint, issuer }: Authenticator): string | undefined {
  const url = tokenEndpoint ?? issuer
  return url === undefined ? undefined : new URL(url).hostname
}

function secretMissing(name: 'clientSecret' | 'privateKey'): Problem {
  const errors = [{ field: `authenticator.${name}`, message: 'Give a value.' }]
  return new Problem(400, 'The authenticator needs its client secret.', errors)
}

function seal(scope: Scope, id: string, clientSecret: string): Promise<string> {
  return scope.platform.sealer.seal(clientSecret, { tenantId: scope.tenantId, table: 'connections', row: id })
}

function withoutAbsent(value: object): Partial<Authenticator> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== null))
}
