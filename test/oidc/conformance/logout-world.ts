/** A person who is signed in to an application that has its logout addresses registered. */
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { answerIn, authorizePath, codeFor, type OidcWorld, redeem } from '../world.ts'
import { servedWorld } from './served.ts'

export const BACK = 'https://app.example/signed-out'

/** Signs Kim in in a browser of her own. */
export async function signedInAt(world: OidcWorld): Promise<{ browser: BrowserClient; idToken: string }> {
  const browser = browserClient(world)
  const { id_token } = await redeem(world, await codeFor(world, {}, browser))
  return { browser, idToken: id_token }
}

export async function logoutWorld(metadata: Record<string, unknown> = {}, url?: string): Promise<OidcWorld> {
  const world = await servedWorld('', url)
  const clientMetadata = { requirePkce: false, postLogoutRedirectUris: [BACK, `${BACK}?from=postern`], ...metadata }
  const tenant = await world.tenant()
  const answer = await tenant.api('PATCH', `/applications/${world.application.id}`, { clientMetadata })
  if (answer.status !== 200) throw new Error(await answer.text())
  return world
}

export function logoutPath(parameters: Readonly<Record<string, string | undefined>>): string {
  const sent = Object.entries(parameters).filter((one): one is [string, string] => one[1] !== undefined)
  return `/oidc/logout?${new URLSearchParams(sent)}`
}

/** Whether the provider still knows the person: prompt=none gives a code, or login_required. */
export async function isSignedIn(world: OidcWorld, browser: BrowserClient): Promise<boolean> {
  const answer = answerIn(await browser.get(authorizePath(world, { prompt: 'none' })))
  if (answer.error !== undefined && answer.error !== 'login_required') throw new Error(answer.error)
  return answer.code !== undefined
}

export function asks(page: Page): boolean {
  return page.text.includes('action="/oidc/logout/confirm"')
}

/** Sends the form of a page that asks, with all its fields. */
export function confirm(browser: BrowserClient, page: Page): Promise<Page> {
  const hidden = [...page.text.matchAll(/<input type="hidden" name="(?!_token)([^"]+)" value="([^"]*)"/g)]
  const fields = hidden.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')])
  return browser.post('/oidc/logout/confirm', Object.fromEntries(fields))
}
