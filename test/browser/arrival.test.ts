/** Who comes from a provider and is asked something, in a real browser: what axe finds, and whether it works without script. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage } from '../support/browser.ts'
import { type FakeIdp, fakeIdp } from '../support/fake-idp.ts'
import { type Postern, startPostern } from '../support/processes.ts'
import { expectToLookWell } from './looks.ts'
import { ARRIVALS, furnish, newcomer, signInFor, type Visited } from './visits/arrival.ts'

let server: Postern
let browser: Browser
let idp: FakeIdp
let visited: Visited
beforeAll(async () => {
  ;[server, browser, idp] = await Promise.all([startPostern(), openBrowser(), fakeIdp()])
  visited = await furnish(server, idp)
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop(), idp?.close()])
})

describe.each(['en-GB', 'ar'])('read in %s,', (locale) => {
  let page: Page
  beforeAll(async () => void (page = await openPage(browser, { locale })))
  afterAll(() => page.context().close())

  test.each(Object.entries(ARRIVALS))(
    'the page "%s" has no violation of WCAG 2.2 AA in light and dark, wide and at 320 pixels (1.4.3, 1.4.10, 2.5.8)',
    async (name, visit) => {
      await visit(page, visited)
      expect(await page.locator('html').getAttribute('dir')).toBe(locale === 'ar' ? 'rtl' : 'ltr')
      await expectToLookWell(page, name)
    },
  )
})

test('without script she can answer everything, is told what is wrong, and is signed in', async () => {
  const page = await openPage(browser, { script: false })
  newcomer(visited)
  await page.goto(`${visited.url}/login/connections/${visited.connections.everything}`)
  await page.locator('[name="attribute.phoneNumbers"]').fill('+49 30 1234567')
  await page.locator('[name="attribute.preferredLanguage"]').selectOption('de')
  await page.locator('[name$=":floor"]').fill('third')
  await page.locator('[name$=":vegan"]').selectOption('false')
  await page.locator('[name$=":started"]').fill('2026-01-31T12:00')
  await page.locator('[name=userName]').fill('lee.of.fabrikam')
  await page.locator('[name=password]').fill('MyPa33w@rd')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('alert').getByText('Floor: this will not do.').waitFor()
  expect(await page.locator('[name$=":started"]').inputValue()).toBe('2026-01-31T12:00')
  expect(await page.locator('[name="attribute.preferredLanguage"]').inputValue()).toBe('de')
  await page.locator('[name$=":floor"]').fill('3')
  await page.locator('[name=password]').fill('MyPa33w@rd')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL(/\/account$/)
  expect(await page.locator('body').innerText()).toContain('lee.of.fabrikam')
  await page.context().close()
})

test('consent ends at the application, and a page that was read in another language goes on with the same arrival', async () => {
  const page = await openPage(browser)
  newcomer(visited)
  await page.goto(visited.start)
  const before = page.url()
  await page.getByRole('button', { name: 'Deutsch' }).click()
  await page.getByRole('heading', { name: /Neues Konto/ }).waitFor()
  expect(page.url()).toBe(before)
  const answer = page.waitForRequest(/^https:\/\/app\.example\/cb\?.*code=/)
  await page.getByRole('button', { name: 'Konto anlegen' }).click()
  await answer
  await page.context().close()
})

test('an account is linked by signing in to it, and the next sign-in at the provider leads to it', async () => {
  const page = await openPage(browser)
  newcomer(visited, 'lee@example.com')
  const start = `${visited.url}/login/connections/${visited.connections.proof}`
  await page.goto(start)
  await signInFor(page)
  await page.getByRole('button', { name: 'Link and go on' }).click()
  await page.waitForURL(/\/account$/)
  await page.context().clearCookies()
  await page.goto(start)
  await page.waitForURL(/\/account$/)
  expect(await page.locator('body').innerText()).toContain('lee')
  await page.context().close()
})
