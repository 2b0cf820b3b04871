/** An application that may have the tokens of a provider, and Kim, who is signed in to it. */
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { TOKEN_EXCHANGE_GRANT } from '../../../src/applications/settings.ts'
import type { TestTenant } from '../../support/app.ts'
import { type BrowserClient, browserClient } from '../../support/browser-client.ts'
import { fakeIdp, type FakeIdp } from '../../support/fake-idp.ts'
import { ACCESS_TOKEN, type Form, post, tokensFor } from '../grants/world.ts'
import { type Client, oidcWorld, type OidcWorld, register } from '../world.ts'

export const PROVIDER_TOKEN = 'urn:postern:token-type:provider-access-token'
export const GRANTS = ['authorization_code', 'refresh_token', TOKEN_EXCHANGE_GRANT]

export let world: OidcWorld
export let tenant: TestTenant
export let idp: FakeIdp
export let connection: string
export let shop: Client
/** Kim's own access token for the shop. */
export let subject: string
/** Before each test Kim is linked with the provider's person, and the shop may have her token. */
export function useProviderTokens(): void {
  beforeAll(async () => void (idp = await fakeIdp()))
  afterAll(() => idp.close())
  beforeEach(async () => {
    world = await oidcWorld('acme')
    tenant = await world.tenant('acme')
    idp.refreshes = true
    idp.keepsRefreshTokens = false
    idp.misbehaviour = {}
    idp.person = { sub: 'kim-there', email: 'kim@idp.example' }
    connection = await connect('IDP', true)
    const clientMetadata = { providerTokensOf: [connection] }
    shop = await register(world, { name: 'shop', grantTypes: GRANTS, clientMetadata }, 'acme')
    subject = (await tokensFor(world, shop, { scope: 'openid' })).access_token
    await give('linked-accounts', { connection, subject: 'kim-there' })
  })
}

export async function connect(name: string, keepTokens?: boolean): Promise<string> {
  const authenticator = { ...idp.authenticator, ...(keepTokens === undefined ? {} : { keepTokens }) }
  const answer = await tenant.api('POST', '/connections', { name, authenticator })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}
export const give = async (what: string, body: object) =>
  expect((await tenant.api('POST', `/users/${world.kimId}/${what}`, body)).status).toBe(201)

export async function signInAtProvider(id = connection, browser: BrowserClient = browserClient(world)): Promise<void> {
  const away = await browser.get(`/t/acme/login/connections/${id}`)
  const back = await fetch(away.path, { redirect: 'manual' })
  await browser.get((back.headers.get('Location') ?? '').replace(world.platform.config.baseUrl, ''))
  expect((await browser.get('/t/acme/account')).path).toBe('/t/acme/account')
}

export function exchange(form: Form = {}, client = shop, subject_token = subject): Promise<Response> {
  const asked = { requested_token_type: PROVIDER_TOKEN, connection }
  const all = { grant_type: TOKEN_EXCHANGE_GRANT, subject_token, subject_token_type: ACCESS_TOKEN, ...asked, ...form }
  return post(world, client, all)
}
export async function refusal(answer: Response | Promise<Response>): Promise<[number, string]> {
  const { error } = (await (await answer).json()) as { error: string }
  return [(await answer).status, error]
}
export const rows = async () => (await world.platform.db.$client.execute('select * from provider_tokens')).rows
/** Whom the provider knows by a token. */
export async function subjectAt(token: string): Promise<unknown> {
  const answer = await fetch(`${idp.origin}/userinfo`, { headers: { Authorization: `Bearer ${token}` } })
  return ((await answer.json()) as { sub?: string }).sub
}
export const refreshes = () => idp.calls.filter((path) => path === '/token').length
