/** The two plans that have the modules of Basic OP: the answer in the address, and by a form (response_mode=form_post). */
import { expect } from 'vitest'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'
import { answerIn, authorizePath, type OidcWorld, REDIRECT_URI, redeem, signIn, userinfo } from '../world.ts'

export const BASIC_PLANS = [
  ['oidcc-basic-certification-test-plan', undefined],
  ['oidcc-formpost-basic-certification-test-plan', 'form_post'],
] as const

export type Parameters = Readonly<Record<string, string | undefined>>
export type Claims = Record<string, unknown> & { sub: string; auth_time: number }

/** The steps of a plan's modules; `worldOf` is asked when a step is taken. */
export function planOf(worldOf: () => OidcWorld, responseMode: 'form_post' | undefined) {
  const newBrowser = () => browserClient(worldOf())
  const all = (parameters: Parameters) => ({ nonce: 'n-1', response_mode: responseMode, ...parameters })

  function authorize(parameters: Parameters = {}, browser: BrowserClient = newBrowser()): Promise<Page> {
    return browser.get(authorizePath(worldOf(), all(parameters)))
  }

  /** What came back to the application, in the way that the plan has it. */
  function answerOf(page: Page): Readonly<Record<string, string>> {
    return responseMode === 'form_post' ? answerInForm(page) : answerIn(page)
  }

  /** A code for Kim, who signs in if she has to. */
  async function codeFor(parameters: Parameters = {}, browser: BrowserClient = newBrowser()): Promise<string> {
    const page = await authorize(parameters, browser)
    const { code } = answerOf(/^\/login\?/.test(page.path) ? await signIn(browser, page) : page)
    if (code === undefined) throw new Error('there is no code in the answer')
    return code
  }

  /** A whole flow: what the id_token and userinfo say. `browser` may have a session. */
  async function flow(parameters: Parameters = {}, browser: BrowserClient = newBrowser(), form = {}) {
    const tokens = await redeem(worldOf(), await codeFor(parameters, browser), form)
    const person = (await (await userinfo(worldOf(), tokens.access_token)).json()) as Record<string, unknown>
    return { ...tokens, claims: claimsIn(tokens.id_token), person }
  }

  return { newBrowser, all, authorize, answerOf, codeFor, flow }
}

export function claimsIn(idToken: string): Claims {
  return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString())
}

/** OAuth 2.0 Form Post Response Mode section 2: a page whose form sends itself, and is kept by nobody. */
export function answerInForm(page: Page): Readonly<Record<string, string>> {
  const [, action, inside = ''] =
    /<form method="post" action="([^"]*)" data-submit>([^]*?)<\/form>/.exec(page.text) ?? []
  expect([page.status, action]).toEqual([200, REDIRECT_URI])
  expect(page.headers.get('Cache-Control')).toBe('no-store')
  const fields = [...inside.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)]
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
}
