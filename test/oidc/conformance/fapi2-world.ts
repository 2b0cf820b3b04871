/** A client as the FAPI 2.0 Security Profile has it: PAR, private_key_jwt, PKCE and DPoP; and what may go wrong with each. */
import { type JWTHeaderParameters, SignJWT } from 'jose'
import { expect } from 'vitest'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { clientKey, type ClientKey, hashOf, proofFor, secondsOf } from '../dpop/world.ts'
import { answerIn, CHALLENGE, type Client, type OidcWorld, REDIRECT_URI, register, signIn, VERIFIER } from '../world.ts'
import { servedWorld } from './served.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export type FapiClient = Client & { readonly key: ClientKey }

export type FapiWorld = OidcWorld & {
  readonly client: FapiClient
  /** The second client of the plan. */
  readonly client2: FapiClient
  readonly dpop: ClientKey
}

export async function fapiWorld(): Promise<FapiWorld> {
  const world = await servedWorld()
  world.hold(true)
  const [client, client2] = [await fapiClient(world, 'one'), await fapiClient(world, 'two')]
  return { ...world, client, client2, dpop: await clientKey() }
}

export async function fapiClient(
  world: OidcWorld,
  name: string,
  more: object = {},
  redirectUris = [REDIRECT_URI],
): Promise<FapiClient> {
  const key = await clientKey()
  const clientMetadata = {
    profile: 'fapi2',
    requirePkce: undefined,
    jwks: { keys: [{ ...key.jwk, alg: key.alg, kid: 'one' }] },
    ...more,
  }
  const settings = { tokenEndpointAuthMethod: 'private_key_jwt', grantTypes: ['authorization_code', 'refresh_token'] }
  return { ...(await register(world, { name, redirectUris, ...settings, clientMetadata })), key }
}

type Claims = Readonly<Record<string, unknown>>

/** A good assertion, but for `claims`; what is undefined is left out. */
export function assertionOf(world: OidcWorld, client: FapiClient, claims: Claims = {}, by = client.key) {
  const { clientId } = client
  const now = secondsOf(world)
  const all = { iss: clientId, sub: clientId, aud: world.issuer, jti: crypto.randomUUID(), iat: now, exp: now + 60 }
  const header = { alg: by.alg, kid: 'one' } as JWTHeaderParameters
  return new SignJWT({ ...all, ...claims }).setProtectedHeader(header).sign(by.sign)
}

type Form = Readonly<Record<string, string | undefined>>
export type Sent = {
  readonly client?: FapiClient
  /** Null for none. */
  readonly assertion?: string | null
  /** Null for none; a key signs a good one. */
  readonly proof?: ClientKey | string | null
}

export async function post(world: FapiWorld, endpoint: 'par' | 'token', form: Form, sent: Sent = {}) {
  const { client = world.client, assertion, proof = null } = sent
  const url = `${world.issuer}/oauth2/${endpoint}`
  const signed = assertion === undefined ? await assertionOf(world, client) : assertion
  const all: Form = {
    ...(signed === null ? {} : { client_assertion_type: ASSERTION_TYPE, client_assertion: signed }),
    client_id: client.clientId,
    ...form,
  }
  const body = new URLSearchParams(
    Object.entries(all).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
  )
  const DPoP = proof === null || typeof proof === 'string' ? proof : await proofFor(world, proof, ['POST', url])
  const answer = await world.app.request(url, { method: 'POST', headers: DPoP === null ? {} : { DPoP }, body })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, string> }
}

/** Pushes the plan's authorization request. */
export function push(world: FapiWorld, form: Form = {}, sent: Sent = {}) {
  const request = {
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  }
  return post(world, 'par', { ...request, ...form }, sent)
}

export function visitPath(client: Client, requestUri: string | undefined, more: Record<string, string> = {}): string {
  const query = { client_id: client.clientId, request_uri: requestUri ?? '', ...more }
  return `/oauth2/authorize?${new URLSearchParams(query)}`
}

/** What comes back to the client, whose request was pushed, once Kim has signed in. */
export async function authorized(
  world: FapiWorld,
  form: Form = {},
  sent: Sent = {},
  browser: BrowserClient = browserClient(world),
): Promise<Readonly<Record<string, string>>> {
  const { status, body } = await push(world, form, sent)
  expect([status, body.error]).toEqual([201, undefined])
  const page: Page = await browser.get(visitPath(sent.client ?? world.client, body.request_uri))
  return answerIn(page.path.startsWith(REDIRECT_URI) ? page : await signIn(browser, page))
}

export async function codeOf(world: FapiWorld, form: Form = {}, sent: Sent = {}): Promise<string> {
  return (await authorized(world, form, sent)).code ?? ''
}

/** Asks for tokens; what `form` has as undefined is left out. */
export function redeem(world: FapiWorld, code: string, form: Form = {}, sent: Sent = {}) {
  const all = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER }
  return post(world, 'token', { ...all, ...form }, { proof: world.dpop, ...sent })
}

/** Calls the resource of the plan; `proof` as above. */
export async function callResource(
  world: FapiWorld,
  token: string,
  {
    scheme = 'DPoP',
    proof = world.dpop,
    claims = {},
  }: { scheme?: string; proof?: ClientKey | string | null; claims?: Claims } = {},
) {
  const url = `${world.issuer}/oauth2/userinfo`
  const made = async (key: ClientKey) => proofFor(world, key, ['GET', url], { ath: hashOf(token), ...claims })
  const DPoP = proof === null || typeof proof === 'string' ? proof : await made(proof)
  const headers = { Authorization: `${scheme} ${token}`, ...(DPoP === null ? {} : { DPoP }) }
  const answer = await world.app.request(url, { headers })
  return { status: answer.status, body: (await answer.json()) as Record<string, string> }
}

/** A whole flow with nothing wrong: its tokens, which open the resource. */
export async function flow(world: FapiWorld, form: Form = {}, sent: Sent = {}) {
  const { status, body } = await redeem(world, await codeOf(world, form, sent), {}, sent)
  expect([status, body.error]).toEqual([200, undefined])
  expect(body.token_type).toBe('DPoP')
  const { status: opened, body: person } = await callResource(world, body.access_token ?? '')
  expect([opened, person.sub]).toEqual([200, world.kimId])
  return body
}
