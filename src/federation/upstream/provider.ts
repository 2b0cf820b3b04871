/** The provider of a connection: what the connection says of it, and what its metadata says. */
import * as oauth from 'oauth4webapi'
import { memoryOf, remember } from '../../core/memory.ts'
import type { Authenticator } from '../../db/schema.ts'
import type { Platform, Scope } from '../../platform.ts'
import { failed, type Outcome, type SignInFailure } from '../failure.ts'
import { CLOCK_TOLERANCE_SECONDS } from './answer/id-token.ts'
import { checkConfiguration, configurationUrls, configuredServer } from './metadata.ts'
import { UpstreamError } from './error.ts'
import { call, jsonOf, outcome, rememberableOf } from './calls.ts'

export const REMEMBERED_MS = 5 * 60_000
const FAILURE_REMEMBERED_MS = 10_000

export type UpstreamConnection = { readonly id: string; readonly authenticator: Authenticator }

export type Provider = {
  readonly server: oauth.AuthorizationServer
  readonly authenticator: Authenticator
  readonly since: number
  /** The keys as they were last read. */
  readonly memory: { keys?: { readonly text: string; readonly type: string; readonly since: number } }
}

const remembered = new WeakMap<Platform, Map<string, Provider>>()
const failures = new WeakMap<Platform, Map<string, { readonly failure: SignInFailure; readonly since: number }>>()

/** The provider of a connection: its issuer, keys and endpoints, discovered where the connection does not say them. */
export async function findProvider(scope: Scope, connection: UpstreamConnection): Promise<Outcome<Provider>> {
  const providers = memoryOf(remembered, scope.platform)
  const key = JSON.stringify([scope.tenantId, connection.id, connection.authenticator])
  const known = providers.get(key)
  const now = scope.now.getTime()
  if (known && now - known.since < REMEMBERED_MS) return { ok: true, value: known }
  const before = memoryOf(failures, scope.platform).get(key)
  if (before && now - before.since < FAILURE_REMEMBERED_MS) return failed(before.failure)
  const found = await outcome(async () => {
    const { authenticator } = connection
    const server = configuredServer(authenticator) ?? (await discover(scope, authenticator))
    const provider: Provider = { server, authenticator, since: now, memory: {} }
    remember(providers, key, provider)
    return provider
  })
  // Anybody may ask for the way to a provider: one that is not found is not looked for again at each click.
  if (!found.ok) remember(memoryOf(failures, scope.platform), key, { failure: found.failure, since: now })
  return found
}

/** The metadata of a provider that says them at one of configurationUrls; an UpstreamError for any other. */
export async function discover(scope: Scope, authenticator: Authenticator): Promise<oauth.AuthorizationServer> {
  const refusals: string[] = []
  for (const url of configurationUrls(authenticator)) {
    const response = await call(scope)(url, { headers: { Accept: 'application/json' }, redirect: 'manual' })
    if (response.status !== 200) {
      refusals.push(`${url}: status ${response.status}`)
      await response.body?.cancel()
      continue
    }
    const checked = checkConfiguration(await jsonOf(url, response, rememberableOf), authenticator)
    if (checked.ok) return checked.server
    refusals.push(`${url}: ${checked.why}`)
  }
  throw new UpstreamError({ kind: 'misconfigured', reason: `issuer and keys not found. ${refusals.join('; ')}` })
}

/** What we are at the provider. */
export function clientOf({ authenticator }: Provider): oauth.Client {
  return { client_id: authenticator.clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS }
}
