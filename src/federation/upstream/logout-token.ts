import {
  compactVerify,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose'
import type { Scope } from '../../platform.ts'
import { type CheckedLogout, checkLogoutClaims } from '../logout/token.ts'
import { jsonOf, outcome } from './calls.ts'
import { directoryIssuer, isTemplate } from './entra.ts'
import { forgetKeys, rememberedKeys } from './keys.ts'
import type { Provider } from './provider.ts'

/**
 * Reads a logout token of a provider (OpenID Connect Back-Channel Logout 1.0 section 2.6). What it says is checked before
 * its signature is, for anybody may send one.
 */
export async function readLogoutToken(scope: Scope, provider: Provider, token: string): Promise<CheckedLogout> {
  const decoded = decode(token)
  if (!decoded) return { ok: false, fault: 'it is no signed JWT' }
  const { header, claims } = decoded
  const { server, authenticator } = provider
  const algorithms = server.id_token_signing_alg_values_supported ?? []
  // Never none, and never a secret (section 2.6, 2 and 3).
  if (!algorithms.includes(header.alg ?? '')) return { ok: false, fault: 'alg is none that the provider signs with' }
  const issuer = isTemplate(server.issuer) ? directoryIssuer(server.issuer, claims, authenticator) : server.issuer
  if (issuer === undefined) return { ok: false, fault: 'iss is another issuer' }
  const checked = checkLogoutClaims(header, claims, { issuer, clientId: authenticator.clientId, now: scope.now })
  if (!checked.ok) return checked
  if (await isSigned(scope, provider, token, algorithms)) return checked
  const again = forgetKeys(scope, provider) && (await isSigned(scope, provider, token, algorithms))
  return again ? checked : { ok: false, fault: 'its signature cannot be verified' }
}

function decode(token: string) {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) as Readonly<Record<string, unknown>> }
  } catch {
    return undefined
  }
}

async function isSigned(
  scope: Scope,
  provider: Provider,
  token: string,
  algorithms: readonly string[],
): Promise<boolean> {
  const keys = await keysOf(scope, provider)
  if (!keys) return false
  const options = { algorithms: [...algorithms] }
  try {
    await compactVerify(token, keys, options)
    return true
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) return false
    // Without a kid each of its keys may be it.
    for await (const key of error) {
      const isIt = await compactVerify(token, key, options).then(
        () => true,
        () => false,
      )
      if (isIt) return true
    }
    return false
  }
}

const ASK_AGAIN_MS = 10_000
const unansweredAt = new WeakMap<Provider, number>()
type Keys = (header: JWSHeaderParameters, token: FlattenedJWSInput) => ReturnType<ReturnType<typeof createLocalJWKSet>>

async function keysOf(scope: Scope, provider: Provider): Promise<Keys | undefined> {
  const uri = provider.server.jwks_uri
  const now = scope.now.getTime()
  // Anybody may have us ask for them.
  if (uri === undefined || now - (unansweredAt.get(provider) ?? -Infinity) < ASK_AGAIN_MS) return undefined
  const ask = rememberedKeys(scope, provider)
  const keys = await outcome(async () => {
    const response = await ask(uri, { headers: { Accept: 'application/json' }, redirect: 'manual' })
    return createLocalJWKSet((await jsonOf(uri, response)) as JSONWebKeySet)
  }).catch(() => ({ ok: false as const }))
  if (!keys.ok) unansweredAt.set(provider, now)
  return keys.ok ? keys.value : undefined
}
