/** An application at a provider, a person who can sign in, and the steps of a sign-in over app.request. */
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { basicHeader, testWorld, type TestWorld } from '../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../support/browser-client.ts'

export const REDIRECT_URI = 'https://app.example/callback'
export const KIM = { userName: 'kim', password: 'MyPa33w@rd' }
export const VERIFIER = 'verifier-of-forty-three-characters-or-more-0123'
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

export type Client = { readonly id: string; readonly clientId: string; readonly clientSecret: string }

export type OidcWorld = TestWorld & {
  /** '' or '/t/{slug}'. */
  readonly base: string
  readonly issuer: string
  readonly application: Client
  /** Kim's user id. */
  readonly kimId: string
}

/** `slug` names the tenant in which the application is registered and Kim lives. */
export async function oidcWorld(slug = '', url?: string): Promise<OidcWorld> {
  const world = await testWorld(url === undefined ? {} : { url })
  const { base, ...tenant } = await world.tenant(slug)
  const kim = {
    ...KIM,
    name: { givenName: 'Kim', familyName: 'Berry' },
    emails: [{ value: 'kim@example.com', primary: true }],
  }
  const { id } = (await (await tenant.scim('POST', '/Users', kim)).json()) as { id: string }
  const application = await register(world, { name: 'playground2' }, slug)
  return { ...world, base, issuer: world.platform.config.baseUrl + base, application, kimId: id }
}

export async function register(world: TestWorld, settings: Record<string, unknown>, slug = ''): Promise<Client> {
  const tenant = await world.tenant(slug)
  // Without PKCE, as the certification's Basic plan goes; a public client has to use it nevertheless.
  const clientMetadata = { requirePkce: false, ...(settings.clientMetadata as object | undefined) }
  const all = { redirectUris: [REDIRECT_URI], ...settings, clientMetadata }
  const answer = await tenant.api('POST', '/applications', all)
  expect(answer.status).toBe(201)
  return { clientSecret: '', ...((await answer.json()) as Omit<Client, 'clientSecret'>) }
}

/** The path of an authorization request; a parameter that is undefined is left out. */
export function authorizePath(world: OidcWorld, parameters: Readonly<Record<string, string | undefined>> = {}): string {
  const all = {
    client_id: world.application.clientId,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: 'openid',
    state: 'state-1',
    ...parameters,
  }
  const sent = Object.entries(all).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  return `${world.base}/oauth2/authorize?${new URLSearchParams(sent)}`
}

/** Signs Kim in on the sign-in page that the browser has come to; answers where that leads. */
export async function signIn(browser: BrowserClient, page: Page, person = KIM): Promise<Page> {
  const { pathname, searchParams } = new URL(page.path, 'https://localhost')
  expect(pathname).toMatch(/\/login$/)
  const fields = { username: person.userName, password: person.password, ...Object.fromEntries(searchParams) }
  return browser.post(pathname, fields)
}

/** What came back to the application in the address. */
export function answerIn(page: Page): Readonly<Record<string, string>> {
  expect(page.path.split('?')[0]).toBe(REDIRECT_URI)
  return Object.fromEntries(new URL(page.path).searchParams)
}

/** A code for Kim, in a browser of its own unless one is given. */
export async function codeFor(
  world: OidcWorld,
  parameters: Readonly<Record<string, string | undefined>> = {},
  browser: BrowserClient = browserClient(world),
): Promise<string> {
  const page = await browser.get(authorizePath(world, parameters))
  const { code } = answerIn(page.path.startsWith(REDIRECT_URI) ? page : await signIn(browser, page))
  if (code === undefined) throw new Error('there is no code in the answer')
  return code
}

/** Posts to the token endpoint as the application, or as whom `basic` says; null for no header. */
export function postToken(
  world: OidcWorld,
  form: Readonly<Record<string, string>>,
  basic: string | null = basicHeader(world.application.clientId, world.application.clientSecret),
): Promise<Response> {
  const all = { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, ...form }
  const request = new Request(`${world.issuer}/oauth2/token`, {
    method: 'POST',
    headers: basic === null ? {} : { Authorization: basic },
    body: new URLSearchParams(all),
  })
  return Promise.resolve(world.app.request(request))
}

export type Tokens = { readonly access_token: string; readonly id_token: string }

/** Redeems a code; the answer must be the tokens. */
export async function redeem(world: OidcWorld, code: string, form: Record<string, string> = {}): Promise<Tokens> {
  const answer = await postToken(world, { code, ...form })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Tokens
}

export function userinfo(world: OidcWorld, token: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}` }
  return Promise.resolve(world.app.request(`${world.issuer}/oauth2/userinfo`, { headers }))
}
