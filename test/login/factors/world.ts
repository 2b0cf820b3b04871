/** Somebody with an authenticator app, over app.request. */
import { base32 } from 'oslo/encoding'
import { expect } from 'vitest'
import { timeStep, totpCode } from '../../../src/core/totp.ts'
import type { TestWorld } from '../../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'

export type Person = { readonly userName: string; readonly password: string }
export type Phone = { code(offset?: number): Promise<string> }

/** The key that a page shows. */
export function seedIn(page: Page): Uint8Array<ArrayBuffer> {
  const [, words = ''] = /<code class="key"[^>]*>([^<]+)</.exec(page.text) ?? []
  const seed = new Uint8Array(base32.decode(words.replaceAll(' ', ''), { strict: false }))
  expect(seed).toHaveLength(20)
  return seed
}

/** What an authenticator app makes of the page that shows its key. */
export function phoneOf(world: TestWorld, page: Page): Phone {
  const seed = seedIn(page)
  return { code: (offset = 0) => totpCode(seed, timeStep(world.platform.now()) + offset) }
}

export function enrolmentIn(page: Page): string {
  return /name="enrolment" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
}

export function codesIn(page: Page): string[] {
  return [...page.text.matchAll(/<li><code>([^<]+)<\/code><\/li>/g)].map(([, code = '']) => code)
}

/** The first step with a password, at a page of the tenant; answers where that leads. */
export async function firstStep(browser: BrowserClient, person: Person, base = '', query = {}): Promise<Page> {
  await browser.get(`${base}/login?${new URLSearchParams(query)}`)
  return browser.post(`${base}/login`, { username: person.userName, password: person.password, ...query })
}

/** Turns an authenticator app on for somebody, in a browser of her own; she is signed in there then. */
export async function enrol(world: TestWorld, person: Person, base = '') {
  const browser = browserClient(world)
  const page = await firstStep(browser, person, base, { return_to: `${base}/account/totp` })
  expect(page.path).toBe(`${base}/account/totp`)
  const phone = phoneOf(world, page)
  const done = await browser.post(`${base}/account/totp`, { enrolment: enrolmentIn(page), code: await phone.code() })
  expect(done.status).toBe(200)
  return { browser, phone, codes: codesIn(done) }
}

/** What the sign-in of the second step is carried on with, in the address of its page. */
export function queryIn(page: Page): Record<string, string> {
  return Object.fromEntries(new URL(page.path, 'https://localhost').searchParams)
}

/** Sends a code to the page of the second step that the browser has come to. */
export function secondStep(browser: BrowserClient, page: Page, fields: Record<string, string>, base = '') {
  expect(new URL(page.path, 'https://localhost').pathname).toBe(`${base}/login/second`)
  return browser.post(`${base}/login/second`, { way: 'totp', ...queryIn(page), ...fields })
}
