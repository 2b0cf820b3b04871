/**
 * Tokens that somebody else made and calls ours, at each place that reads one: an access token, an id_token_hint, a
 * client assertion (RFC 8725 sections 2.1, 3.1 and 3.10).
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { base64url, exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTHeaderParameters, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserClient } from '../../support/browser-client.ts'
import {
  answerIn,
  authorizePath,
  type Client,
  codeFor,
  type OidcWorld,
  oidcWorld,
  postToken,
  redeem,
  register,
  type Tokens,
  userinfo,
} from '../world.ts'

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

let world: OidcWorld
let tokens: Tokens
let client: Client
/** Where an attacker has keys: whoever asks it was led there by a token. */
let keyServer: Server
let asked = 0
const attacker = await generateKeyPair('ES256', { extractable: true })
const attackerJwk = { ...(await exportJWK(attacker.publicKey)), kid: 'evil', alg: 'ES256' }
const clientKeys = await generateKeyPair('ES256', { extractable: true })

beforeAll(async () => {
  world = await oidcWorld()
  tokens = await redeem(world, await codeFor(world))
  const jwk = { ...(await exportJWK(clientKeys.publicKey)), kid: 'client', alg: 'ES256' }
  client = await register(world, {
    name: 'signs',
    grantTypes: ['client_credentials'],
    tokenEndpointAuthMethod: 'private_key_jwt',
    clientMetadata: { jwks: { keys: [jwk] } },
  })
  keyServer = createServer((_request, response) => {
    asked++
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [attackerJwk] }))
  })
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve))
})
afterAll(() => new Promise((resolve) => keyServer.close(resolve)))

type Decoded = Readonly<Record<string, unknown>>
const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Decoded
const partsOf = (token: string) => {
  const [header, payload] = token.split('.')
  return { header: decode(header), payload: decode(payload) }
}

async function publicKeys(): Promise<Decoded[]> {
  const answer = await world.app.request(`${world.issuer}/oauth2/jwks`)
  return ((await answer.json()) as { keys: Decoded[] }).keys
}

/** The places that read a token; each says whether it took this one. */
const PLACES: readonly {
  readonly name: string
  readonly token: () => Decoded & { readonly header: Decoded; readonly payload: Decoded }
  readonly takes: (token: string) => Promise<boolean>
}[] = [
  {
    name: 'an access token',
    token: () => partsOf(tokens.access_token),
    takes: async (token) => (await userinfo(world, token)).status === 200,
  },
  {
    name: 'an id_token_hint',
    token: () => partsOf(tokens.id_token),
    takes: async (token) => {
      const path = authorizePath(world, { id_token_hint: token, prompt: 'none' })
      return answerIn(await browserClient(world).get(path)).error === 'login_required'
    },
  },
  {
    name: 'a client assertion',
    token: () => {
      const now = Math.floor(world.platform.now().getTime() / 1000)
      const { clientId } = client
      const payload = { iss: clientId, sub: clientId, aud: world.issuer, iat: now, exp: now + 60 }
      return { header: { alg: 'ES256', kid: 'client' }, payload: { ...payload, jti: crypto.randomUUID() } }
    },
    takes: async (client_assertion) => {
      const form = { grant_type: 'client_credentials', client_assertion_type: TYPE, client_assertion }
      return (await postToken(world, form, null)).status === 200
    },
  },
]

/** The public keys that a verifier of this place has. */
async function keysAt(name: string): Promise<Decoded[]> {
  return name === 'a client assertion' ? [{ ...(await exportJWK(clientKeys.publicKey)), alg: 'ES256' }] : publicKeys()
}

const sign = (payload: Decoded, header: Decoded, key: Parameters<SignJWT['sign']>[0]) =>
  new SignJWT(payload).setProtectedHeader(header as JWTHeaderParameters).sign(key)

describe.each(PLACES)('$name', ({ name, token, takes }) => {
  test('is taken if it is what it says', async () => {
    const { header, payload } = token()
    const good = {
      'an access token': () => tokens.access_token,
      'an id_token_hint': () => tokens.id_token,
      'a client assertion': () => sign(payload, header, clientKeys.privateKey),
    }[name]
    expect(await takes((await good?.()) ?? '')).toBe(true)
  })

  test.each(['none', 'None', 'NONE', ''])('that nobody signed is refused, with alg %j', async (alg) => {
    const { header, payload } = token()
    const parts = [{ ...header, alg }, payload].map((part) => base64url.encode(JSON.stringify(part)))
    expect(await takes(`${parts.join('.')}.`)).toBe(false)
    expect(await takes(`${parts.join('.')}.${base64url.encode('signature')}`)).toBe(false)
  })

  test('that is signed with a public key as the secret of HS256 is refused, however the key is written', async () => {
    const { header, payload } = token()
    for (const jwk of await keysAt(name)) {
      const spki = await exportSPKI((await importJWK(jwk, String(jwk.alg), { extractable: true })) as CryptoKey)
      for (const secret of [spki, spki.trim(), JSON.stringify(jwk), String(jwk.x ?? jwk.n)]) {
        const kid = jwk.kid ?? header.kid
        const forged = await sign(payload, { ...header, alg: 'HS256', kid }, new TextEncoder().encode(secret))
        expect(await takes(forged)).toBe(false)
      }
    }
  })

  test.each([
    '../../../../dev/null',
    '/dev/null',
    "x' or '1'='1",
    "x' union select 'key' --",
    '| cat /etc/passwd',
    '\0',
    '__proto__',
    'constructor',
    '',
    'x'.repeat(5000),
  ])('that names the key %j is refused', async (kid) => {
    const { header, payload } = token()
    const forged = [
      await sign(payload, { ...header, alg: 'ES256', kid }, attacker.privateKey),
      // What an empty file, or nothing that was found, would be as a secret.
      await sign(payload, { ...header, alg: 'HS256', kid }, new Uint8Array(32)),
    ]
    for (const one of forged) expect(await takes(one)).toBe(false)
  })

  test('that brings its own key, or says where it is, is refused, and nobody is asked', async () => {
    const { header, payload } = token()
    const url = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/keys`
    const headers: Decoded[] = [
      { ...header, jwk: attackerJwk },
      { ...header, kid: 'evil', jwk: attackerJwk },
      { ...header, kid: 'evil', jku: url },
      { ...header, jku: url },
      { ...header, x5u: url },
      { ...header, x5c: ['MIIB'] },
      { ...header, kid: url },
    ]
    for (const one of headers) {
      expect(await takes(await sign(payload, { ...one, alg: 'ES256' }, attacker.privateKey))).toBe(false)
    }
    expect(asked).toBe(0)
  })

  test('with a critical header that we do not know is refused (RFC 7515 section 4.1.11)', async () => {
    const { header, payload } = token()
    const parts = [{ ...header, crit: ['evil'], evil: 1 }, payload].map((part) =>
      base64url.encode(JSON.stringify(part)),
    )
    expect(await takes(`${parts.join('.')}.${base64url.encode('x'.repeat(64))}`)).toBe(false)
  })

  test.each(['', '.', '..', '...', 'a.b', 'a.b.c.d.e', '{}.{}.', 'é.ü.', ' '.repeat(100), 'x'.repeat(7000)])(
    'that is %j is refused',
    async (text) => {
      // A parameter without a value counts as not sent.
      if (text === '' && name === 'an id_token_hint') return
      expect(await takes(text)).toBe(false)
    },
  )
})

test('an id_token is no access token, and an access token is no id_token_hint (RFC 8725 section 3.11)', async () => {
  expect((await userinfo(world, tokens.id_token)).status).toBe(401)
  const path = authorizePath(world, { id_token_hint: tokens.access_token, prompt: 'none' })
  expect(answerIn(await browserClient(world).get(path)).error).toBe('invalid_request')
})

test('an assertion of one client says nothing for another (RFC 7523 section 3)', async () => {
  const other = await register(world, {
    name: 'signs too',
    grantTypes: ['client_credentials'],
    tokenEndpointAuthMethod: 'private_key_jwt',
    clientMetadata: { jwks: { keys: [{ ...attackerJwk }] } },
  })
  const now = Math.floor(world.platform.now().getTime() / 1000)
  const claims = { iss: client.clientId, sub: client.clientId, aud: world.issuer, iat: now, exp: now + 60, jti: 'x' }
  const tries = [claims, { ...claims, iss: other.clientId }, { ...claims, sub: other.clientId }]
  for (const one of tries) {
    const client_assertion = await sign(one, { alg: 'ES256', kid: 'evil' }, attacker.privateKey)
    const form = { grant_type: 'client_credentials', client_assertion_type: TYPE, client_assertion }
    expect((await postToken(world, form, null)).status).toBe(401)
  }
})
