import { beforeAll, expect, test } from 'vitest'
import { KIM, oidcWorld, type OidcWorld } from '../oidc/world.ts'
import { browserClient, type BrowserClient, type Page } from '../support/browser-client.ts'

let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld('acme')
})

/** Signs Kim in where she was sent to; answers where that leads. */
async function signIn(browser: BrowserClient, page: Page): Promise<Page> {
  const { searchParams } = new URL(page.path, 'https://localhost')
  const fields = { username: KIM.userName, password: KIM.password, return_to: searchParams.get('return_to') ?? '' }
  return browser.post(`${world.base}/login`, fields)
}

test('whoever is not signed in signs in first, and comes back to the page that she asked for', async () => {
  const browser = browserClient(world)
  const asked = await browser.get('/t/acme/account/sessions')
  expect(asked.path).toBe('/t/acme/login?return_to=%2Ft%2Facme%2Faccount%2Fsessions')
  expect(await signIn(browser, asked)).toMatchObject({ status: 200, path: '/t/acme/account/sessions' })
})

test('a person without any role sees her account, with each of its sections', async () => {
  const browser = browserClient(world)
  const page = await signIn(browser, await browser.get('/t/acme/account'))
  expect(page).toMatchObject({ status: 200, path: '/t/acme/account' })
  for (const name of ['profile', 'password', 'sessions', 'applications', 'linked']) {
    expect(page.text).toContain(`href="/t/acme/account/${name}"`)
    expect(await browser.get(`/t/acme/account/${name}`)).toMatchObject({ status: 200 })
  }
})

test.each([
  ['de', 'Ihr Konto', 'ltr'],
  ['fr', 'Votre compte', 'ltr'],
  ['es', 'Su cuenta', 'ltr'],
  ['ja', 'アカウント', 'ltr'],
  ['ar', 'حسابك', 'rtl'],
])('it speaks %s', async (language, title, direction) => {
  const browser = browserClient(world, { 'Accept-Language': language })
  const { text } = await signIn(browser, await browser.get('/t/acme/account'))
  expect(text).toContain(`<html lang="${language}" dir="${direction}">`)
  expect(text).toContain(`<h1>${title}</h1>`)
})
