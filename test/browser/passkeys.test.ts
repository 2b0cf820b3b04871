/** Passkeys in a real browser, with its virtual authenticator: made, found by autofill, and as the second step. */
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, picture, withAuthenticator } from '../support/browser.ts'
import { type Postern, startPostern } from '../support/processes.ts'

let server: Postern
let browser: Browser
let page: Page
let devtools: CDPSession

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startPostern({ env: { ADMIN_PASSWORD: 'admin' } }), openBrowser()])
  page = await openPage(browser)
  devtools = await withAuthenticator(page)
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()])
})

async function signInByPassword(): Promise<void> {
  await page.getByLabel('Username').fill('admin')
  await page.getByLabel('Password', { exact: true }).fill('admin')
  await page.getByRole('button', { name: 'Sign In', exact: true }).click()
}

async function signOut(): Promise<void> {
  await page.goto(`${server.baseUrl}/logout`)
  await page.getByRole('button', { name: 'Sign Out' }).click()
  await page.getByText('You are signed out here.').waitFor()
}

test('a passkey is made, and signs in where the browser finds it by itself', async () => {
  await page.goto(`${server.baseUrl}/account/passkeys`)
  await signInByPassword()
  await page.getByRole('heading', { name: 'Passkeys', exact: true }).waitFor()
  await page.getByLabel('Name').fill('Laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor()
  expect(await page.getByRole('main').getByRole('listitem').count()).toBe(10)
  await page.getByRole('link', { name: 'Continue' }).click()
  await page.getByRole('link', { name: 'Laptop', exact: true }).waitFor()
  await picture(page, 'passkeys')
  await signOut()
  // Autofill: the authenticator answers at once, where a person would choose in the field's list.
  await page.goto(`${server.baseUrl}/login`)
  await page.waitForURL(`${server.baseUrl}/account`)
})

test('the same passkey is not made twice', async () => {
  await page.goto(`${server.baseUrl}/account/passkeys`)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByText('This passkey is registered already.').waitFor()
})

test('it is the second step after a password, by its button', async () => {
  await signOut()
  await page.goto(`${server.baseUrl}/healthz`)
  // In a browser that offers nothing by itself.
  await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = undefined')
  await page.goto(`${server.baseUrl}/login`)
  await signInByPassword()
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
  await picture(page, 'second-step')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.waitForURL(`${server.baseUrl}/account`)
})

test('and it signs in by the button of the sign-in page, with what is remembered', async () => {
  await signOut()
  await page.goto(`${server.baseUrl}/login`)
  await page.getByLabel('Remember me on this computer').check()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL(`${server.baseUrl}/account`)
  const session = (await page.context().cookies()).find(({ name }) => name.includes('postern-session'))
  expect(session?.expires).toBeGreaterThan(0)
})

test('who cancels is told so, and may try again', async () => {
  await signOut()
  await page.goto(`${server.baseUrl}/login`)
  await devtools.send('WebAuthn.disable')
  await page.evaluate(`navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError'))`)
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('The passkey was not used.').waitFor()
})

test('without script the sign-in page says that passkeys need it, and the password works', async () => {
  const plain = await openPage(browser, { script: false })
  await plain.goto(`${server.baseUrl}/login`)
  await plain.getByText('Passkeys need JavaScript').waitFor()
  expect(await plain.getByRole('button', { name: 'Sign in with a passkey' }).isVisible()).toBe(false)
  await plain.context().close()
})
