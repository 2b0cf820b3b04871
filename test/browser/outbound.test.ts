/**
 * The connection pages as an administrator lives with them: a connector made by clicking, a target that fails and comes
 * back while she watches the log, one that refuses, and a dead letter tried again. Each test goes on where the one
 * before ended.
 */
import { createClient } from '@libsql/client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, picture } from '../support/browser.ts'
import { fakeTarget, type FakeTarget, scimError } from '../support/fake-target.ts'
import { call } from '../support/http.ts'
import { type Postern, startPostern, temporaryDirectory } from '../support/processes.ts'
import { openConsole, openMenu, openTab } from './story.ts'

let target: FakeTarget
let server: Postern
let browser: Browser
let page: Page
const dataDir = temporaryDirectory()

beforeAll(async () => {
  const env = { ADMIN_PASSWORD: 'admin', OUTBOUND_ALLOW: '127.0.0.0/8' }
  ;[target, server, browser] = await Promise.all([fakeTarget(), startPostern({ env, dataDir }), openBrowser()])
  page = await openPage(browser)
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop(), target?.down()])
})

async function addUser(userName: string): Promise<void> {
  await call('POST', `${server.baseUrl}/scim2/Users`, { userName }, { as: 'admin:admin' })
}

async function openLog(): Promise<void> {
  await openMenu(page, 'Connections')
  await page.getByRole('link', { name: 'SCIM-IDP', exact: true }).click()
  await openTab(page, 'Outbound Provisioning')
}

/** The row of a resource in the log, once it has this state: the page follows by itself. */
async function rowOf(name: string, state: string): Promise<void> {
  await page.getByRole('row', { name }).filter({ hasText: state }).first().waitFor()
}

test('a connector is made in the console, enabled, and named by a provisioner', async () => {
  await openConsole(page, server.baseUrl)
  await openMenu(page, 'Connections')
  await page.getByRole('link', { name: 'New Connection' }).first().click()
  await page.getByRole('link', { name: 'Custom Connector' }).click()
  await page.getByLabel('Name').fill('SCIM-IDP')
  await page.getByRole('button', { name: 'Create' }).click()
  await openTab(page, 'Outbound Provisioning')
  await page.getByRole('link', { name: 'New Connector' }).first().click()
  await page.getByLabel('SCIM2').check()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Authentication Mode').selectOption({ label: 'None' })
  await page.getByLabel('User Endpoint').fill(target.endpoints.userEndpoint)
  await page.getByLabel('Group Endpoint').fill(target.endpoints.groupEndpoint)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Finish' }).click()
  await page.getByRole('switch', { name: 'SCIM2' }).click()
  await page.getByRole('link', { name: 'Outbound Provisioning Configuration' }).click()
  await page.getByRole('link', { name: 'New Provisioner' }).first().click()
  await page.getByLabel('Connection').selectOption({ label: 'SCIM-IDP' })
  await page.getByLabel('Provisioning Connector').selectOption({ label: 'SCIM2' })
  await page.getByRole('button', { name: 'Finish' }).click()
  await page.getByRole('cell', { name: 'SCIM-IDP', exact: true }).waitFor()
})

test('the log that she watches says that the target fails, and that it took the user when it came back', async () => {
  target.misbehave({ kind: 'answer', status: 503 })
  await addUser('kim')
  await openLog()
  await rowOf('kim', 'Retrying')
  await picture(page, 'log of a target that fails')
  target.misbehave()
  await rowOf('kim', 'Delivered')
  expect(target.named('kim')).toHaveLength(1)
})

test('a user whom the target refuses is blocked with its words, and goes once it takes her', async () => {
  target.misbehave({ kind: 'answer', ...scimError(400, 'nickName is required') })
  await addUser('ann')
  await rowOf('ann', 'Blocked')
  await page.getByRole('row', { name: 'ann' }).getByRole('link').first().click()
  await page.getByText('nickName is required').first().waitFor()
  await picture(page, 'a delivery that is blocked')
  target.misbehave()
  await page.getByRole('button', { name: 'Retry now' }).click()
  await page.getByText('Delivered').first().waitFor()
  expect(target.named('ann')).toHaveLength(1)
})

test('a dead letter is found by its state, and tried again', async () => {
  target.misbehave({ kind: 'answer', ...scimError(400, 'nickName is required') })
  await addUser('bob')
  await openLog()
  await rowOf('bob', 'Blocked')
  // As after 28 days.
  const db = createClient({ url: `file:${dataDir}/postern.db` })
  await db.execute("update deliveries set state = 'dead', next_attempt_at = null where open = 1")
  db.close()
  target.misbehave()
  await page.getByRole('link', { name: 'Show all' }).click()
  await page.getByRole('navigation', { name: 'State' }).getByRole('link', { name: 'Dead' }).click()
  await page.getByRole('link', { name: 'bob' }).click()
  await page.getByRole('button', { name: 'Retry now' }).click()
  await page.getByText('Delivered').first().waitFor()
  expect(target.named('bob')).toHaveLength(1)
})

test('a refused credential pauses the connector, which says so and is resumed there', async () => {
  target.misbehave({ kind: 'answer', status: 401 })
  await addUser('eve')
  await openLog()
  await page.getByText('Paused').first().waitFor()
  await picture(page, 'a connection that is paused')
  await page.getByRole('link', { name: 'SCIM2' }).first().click()
  target.misbehave()
  await page.getByRole('button', { name: 'Resume' }).click()
  await openLog()
  await rowOf('eve', 'Delivered')
})
