/** What was changed at a target behind our back is found and repaired by clicking, with a server and its poller. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, picture } from '../support/browser.ts'
import { fakeTarget, type FakeTarget } from '../support/fake-target.ts'
import { call } from '../support/http.ts'
import { type Postern, startPostern, until } from '../support/processes.ts'
import { openConsole, openMenu } from './story.ts'

let target: FakeTarget
let server: Postern
let browser: Browser
let page: Page

beforeAll(async () => {
  const env = { ADMIN_PASSWORD: 'admin', OUTBOUND_ALLOW: '127.0.0.0/8' }
  ;[target, server, browser] = await Promise.all([fakeTarget(), startPostern({ env }), openBrowser()])
  page = await openPage(browser)
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop(), target?.down()])
})

test('drift is compared for, read and repaired in the console', async () => {
  const api = (method: string, path: string, body: unknown) =>
    call(method, server.baseUrl + path, body, { as: 'admin:admin' })
  const connector = {
    type: 'scim2',
    name: 'SCIM2',
    enabled: true,
    authentication: { mode: 'none' },
    ...target.endpoints,
  }
  const made = await api('POST', '/api/v1/connections', { name: 'SCIM-IDP', outbound: { connectors: [connector] } })
  const outboundProvisioning = [{ connection: made.json.id, connector: 'SCIM2' }]
  await api('PUT', '/api/v1/resident-application', { outboundProvisioning })
  await api('POST', '/scim2/Users', { userName: 'kim', title: 'Cook' })
  await until(
    async () => target.named('kim').length || undefined,
    20_000,
    () => server.output(),
  )
  target.only('kim').title = 'Chef'

  await openConsole(page, server.baseUrl)
  await openMenu(page, 'Connections')
  await page.getByRole('link', { name: 'SCIM-IDP' }).click()
  await page.getByRole('link', { name: 'Outbound Provisioning', exact: true }).click()
  await page.getByRole('link', { name: 'SCIM2' }).first().click()
  await page.getByRole('link', { name: 'Compare now' }).click()
  await page.getByLabel('Report').check()
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  // The page follows by itself.
  await page.getByRole('link', { name: 'kim' }).click()
  await page.getByRole('cell', { name: 'Chef' }).waitFor()
  await picture(page, 'drift')
  await page.getByRole('button', { name: 'Repair' }).click()
  await page.getByText('Repaired').waitFor()
  await until(
    async () => target.only('kim').title === 'Cook' || undefined,
    20_000,
    () => server.output(),
  )
  expect(target.named('kim')).toHaveLength(1)
})
