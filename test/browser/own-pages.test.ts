/** The ways beside the sign-in, and a person's own pages, in a real browser: what axe finds, and whether they have room. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage } from '../support/browser.ts'
import { call } from '../support/http.ts'
import { type Postern, startPostern } from '../support/processes.ts'
import { expectToLookWell } from './looks.ts'
import { OWN } from './visits/own.ts'
import { ASKED, FIRST, MAILED } from './visits/ways.ts'
import { furnish, signInTo, standIn, type Visited } from './visits/world.ts'

let server: Postern
let browser: Browser
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startPostern(), openBrowser()])
  const policy = { enabled: true, userName: 'chosen' }
  await call('PUT', `${server.baseUrl}/api/v1/sign-up-policy`, policy, { as: 'admin:Adm1n-pass' })
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()])
})

describe.each(['en-GB', 'ar'])('read in %s,', (locale) => {
  let page: Page
  let visited: Visited
  beforeAll(async () => {
    page = await openPage(browser, { locale })
    await standIn(page)
    visited = await furnish(server, `kim-${locale}`)
  })
  afterAll(() => page.context().close())

  test.each(Object.entries({ ...FIRST, ...MAILED, ...OWN, ...ASKED }))(
    'the page "%s" has no violation of WCAG 2.2 AA in light and dark, wide and at 320 pixels (1.4.3, 1.4.10, 2.5.8)',
    async (name, visit) => {
      await visit(page, visited)
      expect(await page.locator('html').getAttribute('dir')).toBe(locale === 'ar' ? 'rtl' : 'ltr')
      await expectToLookWell(page, name)
    },
  )
})

test('without script the page of passkeys says that they need it, and has no button that does nothing', async () => {
  const page = await openPage(browser, { script: false })
  await signInTo(page, await furnish(server, 'lee'), `${server.baseUrl}/login?return_to=/account/passkeys`)
  await page.getByText('Passkeys need JavaScript').waitFor()
  expect(await page.locator('form[data-passkey] button:visible').count()).toBe(0)
  await page.context().close()
})

test('the Tab key begins at the way to the content, on a section far along too, and goes on in it from there (2.4.1, 2.4.3)', async () => {
  const page = await openPage(browser, { width: 390, height: 700 })
  const focused = () =>
    page.evaluate<string>(`document.activeElement.textContent.trim() || document.activeElement.name`)
  await signInTo(page, await furnish(server, 'tab'), `${server.baseUrl}/login?return_to=/account/password`)
  await page.waitForURL(/\/account\/password/)
  await page.locator('.account-nav [aria-current]').waitFor()
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to content')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('current')
  // The section at hand is in sight although its list is longer than the window.
  await page.goto(`${server.baseUrl}/account/linked`)
  const { x, width } = (await page.locator('.account-nav [aria-current]').boundingBox()) ?? { x: -1, width: 0 }
  expect(x).toBeGreaterThanOrEqual(0)
  expect(x + width).toBeLessThanOrEqual(390)
  await page.context().close()
})
