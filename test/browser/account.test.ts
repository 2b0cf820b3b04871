/** A person's own side by clicking: she signs up, confirms by the mail that is printed, changes her password, forgets it. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, openPage, picture } from '../support/browser.ts'
import { call } from '../support/http.ts'
import { type Postern, startPostern, until } from '../support/processes.ts'

const ANN = { email: 'ann@example.org', first: 'Fi1st-pa33word', second: 'S3cond-pa33word', third: 'Th1rd-pa33word' }

let server: Postern
let browser: Browser
let page: Page

beforeAll(async () => {
  ;[server, browser] = await Promise.all([startPostern(), openBrowser()])
  page = await openPage(browser)
  await call('PUT', `${server.baseUrl}/api/v1/sign-up-policy`, { enabled: true })
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()])
})

/** The link of the `count`th mail with this subject that the server has printed. */
async function printedLink(subject: string, count = 1): Promise<string> {
  const mails = async () => {
    const found = server.output('stdout').split(`Mail to ${ANN.email}: ${subject}`).slice(1)[count - 1]
    return /https:\/\/\S+/.exec(found ?? '')?.[0]
  }
  return until(mails, 20_000, () => server.output())
}

async function signIn(password: string): Promise<void> {
  await page.goto(`${server.baseUrl}/login?return_to=/account`)
  await page.locator('[name=username]').fill(ANN.email)
  await page.locator('[name=password]').fill(password)
  await page.locator('form .primary').click()
}

const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

test('sign up, confirm by mail, sign in, change the password, forget it, and set another', async () => {
  await page.goto(`${server.baseUrl}/login?return_to=/account`)
  await page.getByRole('link', { name: 'Sign up' }).click()
  await page.getByLabel('E-mail address').fill(ANN.email)
  await page.getByLabel('First name').fill('Ann')
  await page.getByLabel('Last name').fill('Ash')
  await picture(page, 'sign-up')
  await page.getByRole('button', { name: 'Go on' }).click()
  await heading('Look into your mail')

  await page.goto(await printedLink('Finish signing up'))
  await page.locator('[name=password]').fill(ANN.first)
  await page.getByRole('button', { name: 'Sign up' }).click()
  await heading('Your account')
  await page.getByText('Ann Ash').waitFor()
  await picture(page, 'account')

  await page.getByRole('button', { name: 'Sign out' }).click()
  await signIn(ANN.first)
  await heading('Your account')

  await page.getByRole('navigation').getByRole('link', { name: 'Password' }).click()
  await page.getByLabel('Current password').fill(ANN.first)
  await page.getByLabel('New password').fill(ANN.second)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByRole('status').getByText('Your password was changed').waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.goto(`${server.baseUrl}/login`)
  await page.getByRole('link', { name: 'Forgotten password?' }).click()
  await page.getByLabel('User name or e-mail address').fill(ANN.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await heading('Look into your mail')
  await page.goto(await printedLink('Set a new password'))
  await page.getByLabel('New password').fill(ANN.third)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await heading('Your password was set')

  await signIn(ANN.second)
  await page.getByRole('alert').waitFor()
  await signIn(ANN.third)
  await heading('Your account')
  expect(new URL(page.url()).pathname).toBe('/account')
})
