/** An authenticator with its secrets, on its way into a connection's row. */
import { type FieldError, Problem } from '../../core/errors.ts'
import type { Authenticator } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { resolvePreset } from '../presets/resolve.ts'
import type { ConnectionRow } from '../queries.ts'
import { checkAuthenticator } from './check.ts'
import { isKeyFor, type KeyPair, makeKey, readKey } from './private-key.ts'
import type { AuthenticatorChange, AuthenticatorInput } from './settings.ts'

export type AuthenticatorColumns = Pick<
  ConnectionRow,
  'authenticator' | 'sealedClientSecret' | 'sealedPrivateKey' | 'publicKey'
>
type Before = AuthenticatorColumns & { readonly id: string }
/** What was given now: a key id is the name of a key, and a new key has a new one. */
type Given = {
  readonly clientSecret?: string | undefined
  readonly privateKey?: string | undefined
  readonly keyId?: string | null | undefined
  readonly keyAlgorithm?: KeyPair['algorithm'] | null | undefined
}

const NONE: AuthenticatorColumns = {
  authenticator: null,
  sealedClientSecret: null,
  sealedPrivateKey: null,
  publicKey: null,
}
const NO_KEY = { sealedPrivateKey: null, publicKey: null }

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
  before: Before,
  change: AuthenticatorChange | null | undefined,
): Promise<Partial<AuthenticatorColumns>> {
  if (change === undefined) return {}
  if (change === null) return NONE
  const { clientSecret: _secret, privateKey: _key, ...given } = change
  const authenticator = checkAuthenticator(resolvePreset(before.authenticator, given))
  const known = isElsewhere(before.authenticator, authenticator) ? { id: before.id, ...NONE } : before
  return credentialColumns(scope, known, authenticator, change)
}

/** `before` has no secrets where they may not be kept. */
async function credentialColumns(
  scope: Scope,
  before: Before,
  authenticator: Authenticator,
  given: Given,
): Promise<Partial<AuthenticatorColumns>> {
  const { clientAuthentication: method } = authenticator
  if (method === 'private_key_jwt' || method === 'apple') {
    const isKept = before.authenticator?.clientAuthentication === method
    const key = await chosenKey(isKept ? before : { ...before, ...NO_KEY }, authenticator, given)
    const sealed =
      key.pem === undefined ? before.sealedPrivateKey : await seal(scope, 'connection_keys', before.id, key.pem)
    const { kid, alg } = key.publicKey
    return {
      authenticator: { ...authenticator, keyId: String(kid), keyAlgorithm: alg as KeyPair['algorithm'] },
      sealedClientSecret: null,
      sealedPrivateKey: sealed,
      // Apple gave us the key, and knows it.
      publicKey: method === 'apple' ? null : key.publicKey,
    }
  }
  const { clientSecret } = given
  if (clientSecret === undefined && before.sealedClientSecret === null) throw secretMissing('clientSecret')
  if (clientSecret === undefined) return { authenticator, ...NO_KEY }
  return { authenticator, sealedClientSecret: await seal(scope, 'connections', before.id, clientSecret), ...NO_KEY }
}

/** The key that is given, else the one that is there, else one that is made; without `pem` it is the one that is there. */
async function chosenKey(
  { sealedPrivateKey, publicKey }: AuthenticatorColumns,
  { clientAuthentication, keyId, keyAlgorithm }: Authenticator,
  given: Given,
): Promise<{ readonly pem?: string; readonly publicKey: Record<string, unknown> }> {
  const kid = given.keyId ?? undefined
  if (clientAuthentication === 'apple') {
    if (given.privateKey !== undefined) return readKey(given.privateKey, 'ES256', keyId)
    if (sealedPrivateKey === null) throw secretMissing('privateKey')
    return { publicKey: { kid: keyId, alg: 'ES256' } }
  }
  if (given.privateKey !== undefined) return readKey(given.privateKey, given.keyAlgorithm ?? undefined, kid)
  const alg = keyAlgorithm ?? (publicKey?.alg as KeyPair['algorithm'])
  if (sealedPrivateKey === null || publicKey === null || !isKeyFor(publicKey, alg)) return makeKey(keyAlgorithm, kid)
  return { publicKey: { ...publicKey, alg, kid: kid ?? publicKey.kid } }
}

/** What says who vouches for somebody, by which name, and whether anybody else could get hold of the answer. */
const VOUCHING = [
  'type',
  'preset',
  'issuer',
  'authorizationEndpoint',
  'tokenEndpoint',
  'jwksUri',
  'userinfoEndpoint',
  'pushedAuthorizationRequestEndpoint',
  'ownCallback',
] as const

/** Whether somebody else might vouch for the connection's people after a change; nobody is nobody. */
export function isAnotherProvider(before: Authenticator | null, after: Authenticator | null): boolean {
  return after !== null && VOUCHING.some((name) => before?.[name] !== after[name])
}

/**
 * Whether what is secret would be told to somebody else: ours at the token endpoint and where requests are pushed, the
 * person's access token at userinfo. Whoever points them elsewhere has to know it. Where the token endpoint is given, an
 * issuer says nothing of it: its metadata has to name that very endpoint (federation/upstream/metadata.ts).
 */
export function isElsewhere(before: Authenticator | null, after: Authenticator): boolean {
  const known = before === null ? [] : trusted(before)
  return before !== null && trusted(after).some((origin) => !known.includes(origin))
}

/** Whether signing out leads to another page, which may stand in the metadata of the issuer. */
export function signsOutElsewhere(before: Authenticator | null, after: Authenticator): boolean {
  return before?.endSessionEndpoint !== after.endSessionEndpoint || before?.issuer !== after.issuer
}

function trusted(authenticator: Authenticator): string[] {
  const { issuer, tokenEndpoint, userinfoEndpoint, pushedAuthorizationRequestEndpoint } = authenticator
  const urls = [tokenEndpoint ?? issuer, userinfoEndpoint, pushedAuthorizationRequestEndpoint]
  return urls.flatMap((url) => (url === undefined ? [] : [new URL(url).origin]))
}

function secretMissing(name: 'clientSecret' | 'privateKey'): Problem {
  const errors: FieldError[] = [{ field: `authenticator.${name}`, message: 'Give a value.' }]
  return new Problem(
    400,
    `The authenticator needs its ${name === 'clientSecret' ? 'client secret' : 'private key'}.`,
    errors,
  )
}

function seal(scope: Scope, table: 'connections' | 'connection_keys', row: string, secret: string): Promise<string> {
  return scope.platform.sealer.seal(secret, { tenantId: scope.tenantId, table, row })
}
