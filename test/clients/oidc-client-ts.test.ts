/** A page of a single-page application that signs in with the stock client oidc-client-ts, in a real browser. */
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage } from '../support/browser.ts'
import { ROOT } from '../support/child.ts'
import { call } from '../support/http.ts'
import { type Postern, startPostern } from '../support/processes.ts'

const KIM = { userName: 'kim', password: 'MyPa33w@rd' }
const LIBRARY = readFileSync(join(ROOT, 'node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js'))

/** What the page does: its script says in #state what became of it. */
const SCRIPT = `
const { authority, clientId } = window.settings
const here = location.origin
const manager = new oidc.UserManager({
  authority,
  client_id: clientId,
  redirect_uri: here + '/callback',
  post_logout_redirect_uri: here + '/',
  scope: 'openid profile email offline_access',
  loadUserInfo: true,
  automaticSilentRenew: false,
})
const say = (text) => (document.querySelector('#state').textContent = text)
const show = (user) => say(user ? 'signed in ' + JSON.stringify({ ...user.profile, scopes: user.scopes }) : 'signed out')
const attempt = (work) => work().catch((error) => say('failed: ' + error.message))
attempt(async () => {
  if (location.pathname === '/callback') {
    await manager.signinRedirectCallback()
    history.replaceState(null, '', '/')
  }
  show(await manager.getUser())
})
const on = (id, work) => document.querySelector(id).addEventListener('click', () => attempt(work))
on('#in', () => manager.signinRedirect())
on('#out', () => manager.signoutRedirect())
on('#renew', async () => {
  const before = await manager.getUser()
  const after = await manager.signinSilent()
  const isNew = after.access_token !== before.access_token && after.refresh_token !== before.refresh_token
  say((isNew ? 'renewed ' : 'not renewed ') + after.profile.sub)
})
`

let server: Postern
let application: Server
let browser: Browser
let page: Page
let origin: string

beforeAll(async () => {
  ;[server, browser, application] = await Promise.all([startPostern(), openBrowser(), serve()])
  origin = `http://127.0.0.1:${(application.address() as AddressInfo).port}`
  page = await openPage(browser)
  const name = { givenName: 'Kim', familyName: 'Berry' }
  const emails = [{ value: 'kim@example.com', primary: true }]
  await call('POST', `${server.baseUrl}/scim2/Users`, { ...KIM, name, emails })
  const { json } = await call('POST', `${server.baseUrl}/api/v1/applications`, {
    name: 'Single page',
    redirectUris: [`${origin}/callback`],
    grantTypes: ['authorization_code', 'refresh_token'],
    tokenEndpointAuthMethod: 'none',
    clientMetadata: { postLogoutRedirectUris: [`${origin}/`] },
  })
  clientId = String(json.clientId)
})
afterAll(async () => {
  application?.closeAllConnections()
  await Promise.all([browser?.close(), server?.stop(), application && new Promise((done) => application.close(done))])
})

let clientId = ''

/** The application: one page at two addresses, and its scripts. */
async function serve(): Promise<Server> {
  const made = createServer((request, response) => {
    const settings = JSON.stringify({ authority: server.baseUrl, clientId })
    const { pathname } = new URL(request.url ?? '/', 'http://here')
    const [type, body] =
      pathname === '/oidc-client-ts.js'
        ? ['text/javascript', LIBRARY]
        : pathname === '/script.js'
          ? ['text/javascript', SCRIPT]
          : [
              'text/html',
              `<!doctype html><title>Single page</title><p id="state">loading</p>
              <button id="in">Sign in</button> <button id="renew">Renew</button> <button id="out">Sign out</button>
              <script>window.settings = ${settings}</script>
              <script src="/oidc-client-ts.js"></script><script src="/script.js"></script>`,
            ]
    response.writeHead(200, { 'Content-Type': type }).end(body)
  })
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return made
}

const says = async (text: string) => {
  await page.locator('#state').filter({ hasText: text }).waitFor()
  return (await page.locator('#state').textContent()) ?? ''
}

describe('oidc-client-ts, one test behind the other', () => {
  test('signs a person in by redirect, and reads her userinfo from the page', async () => {
    await page.goto(origin)
    await says('signed out')
    await page.click('#in')
    await page.fill('input[name=username]', KIM.userName)
    await page.fill('input[name=password]', KIM.password)
    await page.press('input[name=password]', 'Enter')
    const profile = await says('signed in')
    expect(new URL(page.url()).origin).toBe(origin)
    expect(profile).toContain('"given_name":"Kim"')
    expect(profile).toContain('"email":"kim@example.com"')
  })

  test('renews with the refresh token, which is another one each time', async () => {
    await page.click('#renew')
    const first = await says('renewed')
    await page.reload()
    await says('signed in')
    await page.click('#renew')
    expect(await says('renewed')).toBe(first)
  })

  test('signs out by redirect: the session at the provider has ended as well', async () => {
    await page.click('#out')
    await page.waitForURL(`${origin}/`)
    await says('signed out')
    await page.click('#in')
    await page.locator('input[name=username]').waitFor()
    expect(new URL(page.url()).origin).toBe(server.baseUrl)
  })
})
