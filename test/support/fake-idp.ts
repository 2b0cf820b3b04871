/** A real OpenID provider on 127.0.0.1 with one person, that can be told to misbehave. */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'

export const CLIENT = { clientId: 'postern-client', clientSecret: 'upstream-secret-5f1c' }

export type Misbehaviour = {
  /** Claims of the id_token that are replaced; undefined takes one out. */
  idToken?: Record<string, unknown>
  signature?: 'none' | 'foreign-key' | 'hs256-with-client-secret'
  /** The sub that userinfo tells. */
  userinfoSub?: string
  /** The authorization endpoint sends the browser back with this error. */
  error?: string
  /** The iss in the answer to the browser (RFC 9207). */
  iss?: string
  /** Endpoints that answer 500, or nothing at all. */
  broken?: string[]
  hangs?: string[]
  /** No answer is JSON any more. */
  notJson?: boolean
}

export type Person = { sub: string; [claim: string]: unknown }

const KIM: Person = {
  sub: '5f0c1b9e-4f6e-4a9e-9d59-0c1d2e3f4a5b',
  preferred_username: 'kim',
  name: 'Kim Berry',
  given_name: 'Kim',
  family_name: 'Berry',
  email: 'kim@example.com',
}

type Grant = { nonce: string | undefined; challenge: string; redirectUri: string; person: Person }

export type FakeIdp = {
  origin: string
  authenticator: {
    type: 'oidc'
    clientId: string
    clientSecret: string
    authorizationEndpoint: string
    tokenEndpoint: string
  }
  /** Who signs in next. */
  person: Person
  misbehaviour: Misbehaviour
  /** Everything that was given out and may stand in no log: codes and tokens. */
  secrets: string[]
  /** The paths that were called, in order. */
  calls: string[]
  /** How long its access tokens last, and whether there are refresh tokens: each good for one use, or for all. */
  offline: { expiresIn?: number; refreshTokens?: 'rotated' | 'kept' }
  close(): Promise<void>
}

export async function fakeIdp(): Promise<FakeIdp> {
  const [own, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'fake', alg: 'RS256', use: 'sig' }
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const endpoints = { authorizationEndpoint: `${origin}/authorize`, tokenEndpoint: `${origin}/token` }
  const grants = new Map<string, Grant>()
  const tokens = new Map<string, Person>()
  const refreshTokens = new Map<string, Person>()
  const idp: FakeIdp = {
    origin,
    authenticator: { type: 'oidc', ...CLIENT, ...endpoints },
    person: KIM,
    misbehaviour: {},
    secrets: [CLIENT.clientSecret],
    calls: [],
    offline: { expiresIn: 300 },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    idp.calls.push(url.pathname)
    if (idp.misbehaviour.hangs?.includes(url.pathname)) return
    if (idp.misbehaviour.broken?.includes(url.pathname)) return void response.writeHead(500).end('broken')
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, 200, configuration(origin))
      case '/jwks':
        return json(response, 200, { keys: [jwk] })
      case '/authorize':
        return void response.writeHead(302, { Location: authorize(url.searchParams) }).end()
      case '/token':
        return json(response, ...(await redeem(request)))
      case '/userinfo':
        return userinfo(request, response)
      default:
        return json(response, 404, { error: 'not found' })
    }
  }

  function json(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(idp.misbehaviour.notJson ? '<html>' : JSON.stringify(body))
  }

  function authorize(query: URLSearchParams): string {
    const redirectUri = query.get('redirect_uri') ?? ''
    const back = new URL(redirectUri)
    back.searchParams.set('state', query.get('state') ?? '')
    back.searchParams.set('iss', idp.misbehaviour.iss ?? origin)
    if (idp.misbehaviour.error) {
      back.searchParams.set('error', idp.misbehaviour.error)
      return back.href
    }
    const code = secret()
    const challenge = query.get('code_challenge_method') === 'S256' ? (query.get('code_challenge') ?? '') : ''
    grants.set(code, { nonce: query.get('nonce') ?? undefined, challenge, redirectUri, person: idp.person })
    back.searchParams.set('code', code)
    return back.href
  }

  async function redeem(request: IncomingMessage): Promise<[status: number, body: unknown]> {
    const form = new URLSearchParams(await bodyOf(request))
    // Like many providers it decodes nothing, although RFC 6749 section 2.3.1 says so.
    const basic = Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString('base64')
    if (request.headers.authorization !== `Basic ${basic}`) return [401, { error: 'invalid_client' }]
    if (form.get('grant_type') === 'refresh_token') return refresh(form.get('refresh_token') ?? '')
    const grant = grants.get(form.get('code') ?? '')
    grants.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!grant || grant.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri')) {
      return [400, { error: 'invalid_grant' }]
    }
    const idToken = await idTokenFor(grant)
    idp.secrets.push(idToken)
    return [200, { ...accessFor(grant.person), id_token: idToken }]
  }

  function accessFor(person: Person, present?: string) {
    const { expiresIn, refreshTokens: kind } = idp.offline
    const accessToken = secret()
    tokens.set(accessToken, person)
    const refreshToken = kind === undefined || (present !== undefined && kind === 'kept') ? undefined : secret()
    if (refreshToken !== undefined) refreshTokens.set(refreshToken, person)
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    }
  }

  function refresh(token: string): [status: number, body: unknown] {
    const person = refreshTokens.get(token)
    if (!person) return [400, { error: 'invalid_grant' }]
    if (idp.offline.refreshTokens === 'rotated') refreshTokens.delete(token)
    return [200, accessFor(person, token)]
  }

  function idTokenFor({ nonce, person }: Grant): Promise<string> | string {
    const now = Math.floor(Date.now() / 1000)
    const proper = { iss: origin, aud: CLIENT.clientId, sub: person.sub, iat: now, exp: now + 300, nonce }
    const claims: JWTPayload = { ...proper, ...idp.misbehaviour.idToken }
    return sign(claims, idp.misbehaviour.signature, own.privateKey, foreign.privateKey)
  }

  function userinfo(request: IncomingMessage, response: ServerResponse): void {
    const person = tokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
    if (!person) return json(response, 401, { error: 'invalid_token' })
    json(response, 200, { ...person, sub: idp.misbehaviour.userinfoSub ?? person.sub })
  }

  function secret(): string {
    const value = randomBytes(24).toString('base64url')
    idp.secrets.push(value)
    return value
  }

  return idp
}

function configuration(origin: string) {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    userinfo_endpoint: `${origin}/userinfo`,
    jwks_uri: `${origin}/jwks`,
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    authorization_response_iss_parameter_supported: true,
  }
}

function sign(claims: JWTPayload, how: Misbehaviour['signature'], own: CryptoKey, foreign: CryptoKey) {
  const jwt = new SignJWT(claims)
  switch (how) {
    case 'none':
      return new UnsecuredJWT(claims).encode()
    case 'foreign-key':
      return jwt.setProtectedHeader({ alg: 'RS256', kid: 'fake' }).sign(foreign)
    case 'hs256-with-client-secret':
      return jwt.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(CLIENT.clientSecret))
    case undefined:
      return jwt.setProtectedHeader({ alg: 'RS256', kid: 'fake' }).sign(own)
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
