/**
 * The provider's keys. They are remembered here, so that a sign-in costs two calls and not three, and asked for again
 * where they do not verify a token: a provider changes them when it likes (OIDC Core section 10.1.1).
 */
import * as oauth from 'oauth4webapi'
import type { Scope } from '../../platform.ts'
import { call, rememberableOf, requestOptions } from './calls.ts'
import { type Provider, REMEMBERED_MS } from './provider.ts'

/** A provider may have changed them; but not for every token that somebody makes up. */
const KEYS_AGAIN_MS = 30_000

/** Verifies the JWT that `response` brought against the provider's keys, and once more if it may have changed them. */
export async function verifySignature(scope: Scope, provider: Provider, response: Response): Promise<void> {
  // A copy: oauth4webapi keeps keys by the identity of this object, for as long as it likes.
  const verify = () =>
    oauth.validateApplicationLevelSignature({ ...provider.server }, response, {
      ...requestOptions(scope, provider.server.jwks_uri),
      [oauth.customFetch]: rememberedKeys(scope, provider),
    })
  try {
    await verify()
  } catch (error) {
    if (!forgetKeys(scope, provider)) throw error
    await verify()
  }
}

/** Forgets keys that verify nothing; false if they are too new for that to help. */
export function forgetKeys(scope: Scope, { memory }: Provider): boolean {
  const age = scope.now.getTime() - (memory.keys?.since ?? scope.now.getTime())
  if (age < KEYS_AGAIN_MS) return false
  delete memory.keys
  return true
}

/** Answers a request for the provider's keys from memory where it can. */
export function rememberedKeys(scope: Scope, { memory }: Provider) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    const now = scope.now.getTime()
    if (!memory.keys || now - memory.keys.since >= REMEMBERED_MS) {
      const response = await call(scope)(url, init)
      if (response.status !== 200) return response
      const type = response.headers.get('Content-Type') ?? ''
      memory.keys = { text: await rememberableOf(url, response), type, since: now }
    }
    return new Response(memory.keys.text, { headers: { 'Content-Type': memory.keys.type } })
  }
}
