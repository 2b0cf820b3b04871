import { beforeAll, expect, test } from 'vitest'
import { KIM, oidcWorld, type OidcWorld } from '../oidc/world.ts'
import { routesOf } from '../security/world.ts'
import { browserClient, type BrowserClient, type Page, signedIn } from '../support/browser-client.ts'

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
  for (const name of ['profile', 'password', 'passkeys', 'totp', 'sessions', 'applications', 'linked']) {
    expect(page.text).toContain(`href="/t/acme/account/${name}"`)
    expect(await browser.get(`/t/acme/account/${name}`)).toMatchObject({ status: 200 })
  }
})

test('who may use the console is led there, and back; nobody else is', async () => {
  const kim = await signedIn(world, KIM, world.base)
  expect((await kim.get('/t/acme/account')).text).not.toContain('href="/t/acme/console"')
  const administrator = await signedIn(world, undefined, world.base)
  expect((await administrator.get('/t/acme/account')).text).toContain('href="/t/acme/console"')
  expect((await administrator.get('/t/acme/console')).text).toContain('href="/t/acme/account"')
})

test('it has the tenant’s name, colours, links and languages, as the sign-in page has', async () => {
  const branding = { displayName: 'Acme & Sons', accent: '#7a0000', termsUrl: 'https://acme.example/terms' }
  await (await world.tenant('acme')).api('PUT', '/branding', branding)
  const { text } = await (await signedIn(world, KIM, world.base)).get('/t/acme/account/password')
  expect(text).toMatch(/<a class="home" href="\/t\/acme\/account">\s*<svg[\s\S]*<span>Acme &amp; Sons<\/span>/)
  expect(text).toContain('· Acme &amp; Sons</title>')
  expect(text).toContain('href="/t/acme/branding/style.css?v=')
  expect(text).toContain('href="https://acme.example/terms"')
  expect(text).toContain('action="/t/acme/language"')
})

test('each of its forms is sent to an address that can be read, after a sign-in or in another language', () => {
  const routes = routesOf(world).filter(({ path, isTenants }) => path.startsWith('/account') && !isTenants)
  const pathsOf = (of: string) => routes.filter(({ method }) => method === of).map(({ path }) => path)
  const pages = pathsOf('GET')
  expect(pathsOf('POST').filter((path) => !pages.includes(path))).toEqual([])
  expect(pathsOf('POST').length).toBeGreaterThan(8)
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
