/** A device that asks for a code, and polls with it. */
import { expect } from 'vitest'
import { DEVICE_CODE_GRANT } from '../../../src/applications/settings.ts'
import { basicHeader } from '../../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { type Client, type OidcWorld, postToken, signIn } from '../world.ts'

export const DEVICE_GRANTS = [DEVICE_CODE_GRANT, 'refresh_token']

export type Begun = Record<'device_code' | 'user_code' | 'verification_uri' | 'verification_uri_complete', string> & {
  readonly expires_in: number
  readonly interval: number
}

export function basicOf({ clientId, clientSecret }: Client): string {
  return basicHeader(clientId, clientSecret)
}

/** POST device_authorize as this client. */
export function askForCode(world: OidcWorld, client: Client, form: Record<string, string> = {}): Promise<Response> {
  const init = { method: 'POST', headers: { Authorization: basicOf(client) }, body: new URLSearchParams(form) }
  return Promise.resolve(world.app.request(`${world.issuer}/oauth2/device_authorize`, init))
}

export async function begin(world: OidcWorld, client: Client, scope = 'openid profile'): Promise<Begun> {
  const answer = await askForCode(world, client, { scope })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Begun
}

export function poll(
  world: OidcWorld,
  client: Client,
  device_code: string,
  form: Record<string, string> = {},
): Promise<Response> {
  return postToken(world, { grant_type: DEVICE_CODE_GRANT, device_code, ...form }, basicOf(client))
}

export async function errorOf(answer: Response | Promise<Response>): Promise<string> {
  return ((await (await answer).json()) as { error: string }).error
}

/** Kim comes to /device, types the code, and signs in if she has to; answers the page that asks her. */
export async function typeCode(
  world: OidcWorld,
  userCode: string,
  browser: BrowserClient = browserClient(world),
): Promise<{ browser: BrowserClient; page: Page }> {
  await browser.get(`${world.base}/device`)
  const next = await browser.post(`${world.base}/device`, { user_code: userCode })
  const page = /\/login\?/.test(next.path) ? await signIn(browser, next) : next
  return { browser, page }
}

/** What the page of the decision sends along. */
export function hiddenFields({ text }: Page): Record<'request' | 'asked', string> {
  const valueOf = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? ''
  return { request: valueOf('request'), asked: valueOf('asked') }
}

export async function decide(
  world: OidcWorld,
  userCode: string,
  decision: 'allow' | 'deny' = 'allow',
  browser?: BrowserClient,
): Promise<Page> {
  const typed = await typeCode(world, userCode, browser)
  return typed.browser.post(`${world.base}/device/confirm`, { ...hiddenFields(typed.page), decision })
}
