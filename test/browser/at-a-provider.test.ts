/** To a provider and back in a real browser, which holds every redirect against the policy of the page whose form it follows. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage } from '../support/browser.ts'
import { type FakeIdp, fakeIdp } from '../support/fake-idp.ts'
import { call } from '../support/http.ts'
import { type Postern, startPostern } from '../support/processes.ts'

const ADMIN = 'admin:Adm1n-pass'
let server: Postern
let browser: Browser
let idp: FakeIdp
let page: Page
let clientId: string
/** Something of the provider's server stands in for the application. */
let callback: string
beforeAll(async () => {
  ;[server, browser, idp] = await Promise.all([startPostern(), openBrowser(), fakeIdp()])
  idp.metadata = { end_session_endpoint: `${idp.origin}/end-session` }
  callback = `${idp.origin}/application`
  idp.person = { sub: 'ann', preferred_username: 'ann' }
  const api = async (path: string, body: unknown) =>
    (await call('POST', `${server.baseUrl}/api/v1${path}`, body, { as: ADMIN })).json as Record<string, string>
  const jit = { enabled: true, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' }
  const authenticator = { ...idp.authenticator, passSignOut: true }
  const connection = await api('/connections', { name: 'IDP-A', authenticator, jit, domains: ['a.example'] })
  const application = await api('/applications', {
    name: 'Notes',
    redirectUris: [callback],
    loginFlow: { identifierFirst: true, steps: [{ options: ['password', { connection: connection.id }] }] },
    clientMetadata: { requirePkce: false },
  })
  clientId = application.clientId ?? ''
  page = await openPage(browser)
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop(), idp?.close()])
})

test('an address of its people leads there from the form, and back to the application', async () => {
  const query = { client_id: clientId, redirect_uri: callback, response_type: 'code', scope: 'openid' }
  await page.goto(`${server.baseUrl}/oauth2/authorize?${new URLSearchParams(query)}`)
  await page.getByLabel('Username or email address').fill('ann@a.example')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL(/\/application\?.*code=/)
  expect(idp.asked.find(({ path }) => path === '/authorize')?.query.get('login_hint')).toBe('ann@a.example')
})

test('signing out from a page of one’s own goes on there, and comes back to the page that says so', async () => {
  await page.goto(`${server.baseUrl}/account`)
  await page.getByRole('button', { name: 'Sign Out' }).click()
  await page.waitForURL(`${server.baseUrl}/logout`)
  await page.getByText('You are signed out here.').waitFor()
  expect(idp.calls).toContain('/end-session')
})
