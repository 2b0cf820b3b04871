/** A person's own pages, in the browser in which she is signed in in two steps. */
import type { Page } from 'playwright-core'
import { withAuthenticator } from '../../support/browser.ts'
import { authorizeUrl, press, printedLink, type Visit, type Visited } from './world.ts'

const at = (path: string): Visit => {
  return (page, { url }) => page.goto(url + path)
}

async function follow(page: Page, link: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.locator(link).first().click()])
}

/** Sends what the browser itself would not. */
async function refuse(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`main [name=${name}]`)
    await field.evaluate((one) => one.removeAttribute('maxlength'))
    await field.fill(value)
  }
  await press(page, `main form:has([name=${Object.keys(fields)[0]}])`)
  await page.getByRole('alert').first().waitFor()
}

export const OWN: Readonly<Record<string, Visit>> = {
  account: at('/account'),
  profile: at('/account/profile?done=saved'),
  'profile refused': (page) => refuse(page, { displayName: 'x'.repeat(201) }),
  'own address': at('/account/profile/email'),
  'own address refused': (page) => refuse(page, { email: 'nobody' }),
  async 'address to confirm'(page, visited) {
    await page.locator('main [name=email]').fill(`next-${visited.person.email}`)
    await press(page, 'main form')
    await page.goto(await printedLink(visited, `next-${visited.person.email}`, '/verify-email'))
  },
  'address confirmed': (page) => press(page, 'main form'),
  'own password': at('/account/password'),
  'own password refused': (page) => refuse(page, { current: 'wrong', password: 'weak' }),
  sessions: at('/account/sessions'),
  'applications, one': at('/account/applications'),
  async applications(page, visited) {
    await page.goto(authorizeUrl(visited, visited.clients.notes))
    await page.locator('button[value=allow]').click()
    await page.waitForURL('https://app.example/**')
    await page.goto(`${visited.url}/account/applications`)
  },
  'application, withdrawn?': (page) => follow(page, 'main a[href$="/withdraw"]'),
  linked: at('/account/linked'),
  'account to link?': (page) => follow(page, 'main a[href$="/link"]'),
  async 'account not linked'(page, { url }) {
    let away = ''
    // Nobody is there; but what the browser would be sent with is enough to come back.
    await page.route('**/link', async (route) => {
      const { location = '' } = (await route.fetch({ maxRedirects: 0 })).headers()
      away = location
      await route.fulfill({ body: 'provider' })
    })
    await press(page, 'main form')
    await page.unroute('**/link')
    const state = new URL(away).searchParams.get('state')
    await page.goto(`${url}/commonauth?state=${state}&error=access_denied`)
  },
  async 'linked account, parted?'(page, { url }) {
    await page.goto(`${url}/account/linked`)
    await follow(page, 'main a[href$="/unlink"]')
  },
  'own app': at('/account/totp'),
  'own app, taken away?': at('/account/totp/remove'),
  'own recovery codes, new ones?': at('/account/recovery-codes'),
  async 'own recovery codes'(page) {
    await press(page, 'main form')
    await page.locator('ul.codes').waitFor()
  },
  'own passkeys, none yet': at('/account/passkeys'),
  'own passkeys': makePasskey,
  'own passkey': (page) => follow(page, 'main a[href*="/passkeys/"]'),
  async 'own passkey, taken away?'(page, { url }) {
    await page.goto(`${url}/account/passkeys`)
    await follow(page, 'main a[href$="/remove"]')
  },
  'sign-out, others are told': signOut,
}

/** With an authenticator that is there for this alone: otherwise the sign-in page would find it by itself. */
async function makePasskey(page: Page, { url }: Visited): Promise<void> {
  const devtools = await withAuthenticator(page)
  await page.locator('form[data-passkey=create] button').click()
  await page.locator('main a[href*="/passkeys/"]').first().waitFor()
  await devtools.send('WebAuthn.disable')
  await page.goto(`${url}/account/passkeys`)
}

/** As without script, and without the header by which it goes on after five seconds. */
async function signOut(page: Page, visited: Visited): Promise<void> {
  await page.goto(authorizeUrl(visited, visited.clients.framed))
  await page.waitForURL('https://app.example/**')
  await page.goto(`${visited.url}/logout`)
  await page.route('**/assets/postern.js*', (route) => route.abort())
  await page.route('**/logout', async (route) => {
    const response = await route.fetch({ maxRedirects: 0 })
    const { refresh: _, ...headers } = response.headers()
    await route.fulfill({ response, headers })
  })
  await page.locator('form[action="/logout"] button[type=submit]').click()
  await page.locator('iframe').waitFor({ state: 'attached' })
  await page.unrouteAll()
}
