/** A device is connected in Chromium: with script and without, wide and narrow, light and dark, left to right and back. */
import type { Browser, Page } from 'playwright-core'
import { fetch } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, openPage, picture } from '../support/browser.ts'
import { call } from '../support/http.ts'
import { insecureAgent, type Postern, startPostern } from '../support/processes.ts'

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
type Begun = Record<'device_code' | 'user_code' | 'verification_uri' | 'verification_uri_complete', string>

let server: Postern
let browser: Browser
let clientId: string
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startPostern({ env: { ADMIN_PASSWORD: 'admin' } }), openBrowser()])
  const application = {
    name: 'Living room TV',
    grantTypes: [DEVICE_CODE, 'refresh_token'],
    tokenEndpointAuthMethod: 'none',
  }
  const as = { as: 'admin:admin' }
  const { json } = await call('POST', `${server.baseUrl}/api/v1/applications`, application, as)
  clientId = String(json.clientId)
  const user = { userName: 'kim', password: 'MyPa33w@rd', schemas: [] }
  await call('POST', `${server.baseUrl}/scim2/Users`, user, as)
})
afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()])
})

async function post<T>(path: string, form: Record<string, string>): Promise<T> {
  const body = new URLSearchParams({ client_id: clientId, ...form })
  const init = { method: 'POST', body, dispatcher: insecureAgent }
  return (await (await fetch(server.baseUrl + path, init)).json()) as T
}

const begin = () => post<Begun>('/oauth2/device_authorize', { scope: 'openid profile email address offline_access' })
const poll = ({ device_code }: Begun) =>
  post<Record<string, string>>('/oauth2/token', { grant_type: DEVICE_CODE, device_code })

async function signIn(page: Page): Promise<void> {
  await page.locator('input[name=username]').fill('kim')
  await page.locator('input[name=password]').fill('MyPa33w@rd')
  await page.locator('form button.primary').click()
}

/** Nothing stands out of the window on either side. */
async function fits(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth')
}

describe.each([
  ['wide and light, with script', { script: true }],
  ['narrow and dark, without script', { script: false, width: 360, height: 740, dark: true }],
])('in a browser that is %s', (how, options) => {
  test('the person types the code, signs in, compares and allows', async () => {
    const begun = await begin()
    const page = await openPage(browser, options)
    await page.goto(begun.verification_uri)
    await picture(page, `device code ${how}`)
    await page.getByLabel('Code').fill('BBBBBBBB')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('Code').getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByLabel('Code').inputValue()).toBe('BBBBBBBB')
    await picture(page, `device code refused ${how}`)
    await page.getByLabel('Code').fill(begun.user_code.toLowerCase())
    await page.keyboard.press('Enter')
    await signIn(page)
    await page.getByRole('heading', { name: 'Allow this device?' }).waitFor()
    expect(await page.getByText(begun.user_code).isVisible()).toBe(true)
    expect(await fits(page)).toBe(true)
    await picture(page, `device confirm ${how}`)
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor()
    await picture(page, `device done ${how}`)
    expect(await poll(begun)).toMatchObject({ token_type: 'Bearer', refresh_token: expect.any(String) })
    await page.context().close()
  })
})

test('in Arabic the pages run from right to left, the code does not, and a no is told to the device', async () => {
  const begun = await begin()
  const page = await openPage(browser, { width: 360, height: 740, locale: 'ar' })
  await page.goto(begun.verification_uri_complete)
  expect(await page.locator('input[name=user_code]').inputValue()).toBe(begun.user_code)
  await page.locator('form[action$="/device"] button').click()
  await signIn(page)
  await page.locator('.user-code').waitFor()
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
  expect(await page.locator('.user-code code').getAttribute('dir')).toBe('ltr')
  expect(await fits(page)).toBe(true)
  await picture(page, 'device confirm arabic')
  await page.locator('button[value=deny]').click()
  await page.waitForURL(/device\/done\?result=denied/)
  expect(await poll(begun)).toMatchObject({ error: 'access_denied' })
  await page.context().close()
})
