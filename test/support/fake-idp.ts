/** A real provider on 127.0.0.1 with one person, that can be told to misbehave in every way (fake-idp/). */
import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWTPayload } from 'jose'
import { CLIENT, isOurClient } from './fake-idp/clients.ts'
import { providerKeys } from './fake-idp/keys.ts'
import type { Misbehaviour } from './fake-idp/misbehaviour.ts'
import { answerBadly } from './fake-idp/network.ts'
import type { FakeIdp, Person } from './fake-idp/types.ts'

export { CLIENT, type FakeIdp, type Misbehaviour }

const KIM: Person = {
  sub: '5f0c1b9e-4f6e-4a9e-9d59-0c1d2e3f4a5b',
  preferred_username: 'kim',
  name: 'Kim Berry',
  given_name: 'Kim',
  family_name: 'Berry',
  email: 'kim@example.com',
}
const WELL_KNOWN = '/.well-known/openid-configuration'

type Grant = { nonce: string | undefined; challenge: string; redirectUri: string; person: Person; scope: string }

export async function fakeIdp(): Promise<FakeIdp> {
  const keys = await providerKeys(CLIENT.clientSecret)
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const endpoints = { authorizationEndpoint: `${origin}/authorize`, tokenEndpoint: `${origin}/token` }
  const grants = new Map<string, Grant>()
  const pushed = new Map<string, URLSearchParams>()
  const tokens = new Map<string, Person>()
  const idp: FakeIdp = {
    origin,
    authenticator: { type: 'oidc', ...CLIENT, ...endpoints },
    person: KIM,
    misbehaviour: {},
    client: { method: 'client_secret_basic', ...CLIENT },
    metadata: {},
    metadataPaths: [WELL_KNOWN],
    idTokenClaims: {},
    userAnswers: {},
    formFields: {},
    refreshes: false,
    keepsRefreshTokens: false,
    secrets: [CLIENT.clientSecret],
    calls: [],
    asked: [],
    rotate: () => keys.rotate(),
    sign: (claims, header) => keys.sign(claims, header),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin)
    const form = new URLSearchParams(request.method === 'POST' ? await bodyOf(request) : '')
    const { authorization } = request.headers
    idp.calls.push(url.pathname)
    idp.asked.push({ path: url.pathname, query: url.searchParams, form, authorization })
    if (answerBadly(url.pathname, idp.misbehaviour, response)) return
    if (idp.metadataPaths.includes(url.pathname)) return json(response, 200, metadata())
    switch (url.pathname) {
      case '/jwks':
        return json(response, 200, await keys.keySet(idp.misbehaviour))
      case '/authorize':
        return sendBack(response, url.searchParams)
      case '/end-session':
        return signOut(response, url.searchParams)
      case '/par':
        return json(response, ...(await push(authorization, form)))
      case '/token':
        return json(response, ...(await redeem(authorization, form)))
      case '/userinfo':
        return userinfo(authorization, response)
      default:
        return userAnswer(url.pathname, authorization, response)
    }
  }

  function metadata() {
    const told = { ...configuration(origin), ...idp.metadata, ...idp.misbehaviour.metadata }
    return JSON.parse(JSON.stringify(told)) as unknown
  }

  function json(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(idp.misbehaviour.notJson ? '<html>' : JSON.stringify(body))
  }

  function sendBack(response: ServerResponse, query: URLSearchParams): void {
    const reference = query.get('request_uri') ?? ''
    const asked = pushed.get(reference) ?? query
    pushed.delete(reference)
    const answered = authorize(asked)
    if (asked.get('response_mode') === 'form_post') {
      const fields = { ...Object.fromEntries(answered), ...idp.formFields }
      // What the provider's page would post from the browser.
      return json(response, 200, { action: asked.get('redirect_uri'), fields })
    }
    const back = new URL(asked.get('redirect_uri') ?? '')
    for (const [name, value] of answered) back.searchParams.set(name, value)
    response.writeHead(302, { Location: back.href }).end()
  }

  /** RP-Initiated Logout 1.0 section 3; whoever says nothing stays on the provider's page. */
  function signOut(response: ServerResponse, query: URLSearchParams): void {
    const to = query.get('post_logout_redirect_uri')
    if (to === null) return json(response, 200, { signedOut: true })
    response.writeHead(302, { Location: `${to}?${new URLSearchParams({ state: query.get('state') ?? '' })}` }).end()
  }

  function authorize(query: URLSearchParams): URLSearchParams {
    const iss = 'iss' in idp.misbehaviour ? idp.misbehaviour.iss : origin
    const back = new URLSearchParams({ state: query.get('state') ?? '', ...(iss === undefined ? {} : { iss }) })
    if (idp.misbehaviour.error) {
      back.set('error', idp.misbehaviour.error)
      return back
    }
    const code = secret()
    const challenge = query.get('code_challenge_method') === 'S256' ? (query.get('code_challenge') ?? '') : ''
    const redirectUri = query.get('redirect_uri') ?? ''
    const [nonce, scope] = [query.get('nonce') ?? undefined, query.get('scope') ?? '']
    grants.set(code, { nonce, challenge, redirectUri, person: idp.person, scope })
    back.set('code', code)
    return back
  }

  async function push(authorization: string | undefined, form: URLSearchParams): Promise<[number, unknown]> {
    if (!(await isOurs(authorization, form))) return [401, { error: 'invalid_client' }]
    const { pushError } = idp.misbehaviour
    if (pushError !== undefined) return [400, { error: pushError }]
    const reference = `urn:ietf:params:oauth:request_uri:${secret()}`
    pushed.set(reference, form)
    return [201, { request_uri: reference, expires_in: 60 }]
  }

  async function redeem(authorization: string | undefined, form: URLSearchParams): Promise<[number, unknown]> {
    if (!(await isOurs(authorization, form))) return [401, { error: 'invalid_client' }]
    if (idp.misbehaviour.echoes) return [400, { error: 'invalid_grant', error_description: `${authorization} ${form}` }]
    const code = form.get('code') ?? form.get('refresh_token') ?? ''
    const grant = grants.get(code)
    const isRefresh = form.get('grant_type') === 'refresh_token'
    const isKept = isRefresh && idp.keepsRefreshTokens
    if (!isKept) grants.delete(code)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const isGranted = grant && (grant.challenge === challenge || (grant.challenge === '' && !form.has('code_verifier')))
    if (!grant || (!isRefresh && (!isGranted || grant.redirectUri !== form.get('redirect_uri')))) {
      return [400, { error: 'invalid_grant' }]
    }
    return [200, { ...(await issue(grant, isKept)), ...idp.misbehaviour.tokens }]
  }

  async function issue(grant: Grant, isKept: boolean): Promise<Record<string, unknown>> {
    const accessToken = secret()
    tokens.set(accessToken, grant.person)
    const refresh = idp.refreshes && !isKept ? { refresh_token: secret() } : {}
    if (refresh.refresh_token !== undefined) grants.set(refresh.refresh_token, grant)
    const answered = {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: 300,
      scope: grant.scope,
      ...refresh,
    }
    if (!grant.scope.split(' ').includes('openid')) return answered
    const idToken = await idTokenFor(grant)
    idp.secrets.push(idToken)
    return { ...answered, id_token: idToken }
  }

  function isOurs(authorization: string | undefined, form: URLSearchParams): Promise<boolean> {
    return isOurClient(idp.client, { authorization, form, issuer: origin })
  }

  function idTokenFor({ nonce, person }: Grant): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const { clientId } = idp.client
    const proper = {
      iss: origin,
      aud: clientId,
      sub: person.sub,
      iat: now,
      exp: now + 300,
      nonce,
      ...idp.idTokenClaims,
    }
    const claims: JWTPayload = { ...proper, ...idp.misbehaviour.idToken }
    return keys.signBadly(claims, idp.misbehaviour)
  }

  function userinfo(authorization: string | undefined, response: ServerResponse): void {
    const person = tokens.get(authorization?.replace(/^Bearer /, '') ?? '')
    if (!person) return json(response, 401, { error: 'invalid_token' })
    const { userinfoSub = person.sub, userinfo: changes } = idp.misbehaviour
    json(response, 200, { ...person, sub: userinfoSub, ...changes })
  }

  function userAnswer(path: string, authorization: string | undefined, response: ServerResponse): void {
    if (!Object.hasOwn(idp.userAnswers, path)) return json(response, 404, { error: 'not found' })
    if (!tokens.has(authorization?.replace(/^Bearer /, '') ?? ''))
      return json(response, 401, { message: 'Bad credentials' })
    json(response, 200, idp.userAnswers[path])
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

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
