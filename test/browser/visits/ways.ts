/** The pages of who is not signed in yet: forgotten password, sign-up, device, second step. */
import type { Page } from 'playwright-core'
import {
  authorizeUrl,
  codeOn,
  deviceAddress,
  press,
  printedLink,
  signInTo,
  type Visit,
  type Visited,
  PASSWORD,
} from './world.ts'

const newAddress = ({ person }: Visited) => `new-${person.email}`

async function fillAndPress(page: Page, form: string, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.locator(`${form} [name=${name}]`).fill(value)
  await press(page, form)
}

/** Each goes on from where the one before it has ended. */
export const MAILED: Readonly<Record<string, Visit>> = {
  forgotten: (page, { url }) => page.goto(`${url}/forgot`),
  'forgotten, nothing typed': (page) => fillAndPress(page, 'main form', { username: '' }),
  'forgotten, mail sent': (page, { person }) => fillAndPress(page, 'main form', { username: person.userName }),
  'new password': async (page, visited) => page.goto(await printedLink(visited, visited.person.email, '/forgot/new')),
  'new password refused': (page) => fillAndPress(page, 'main form', { password: 'weak' }),
  'new password set': (page) => fillAndPress(page, 'main form', { password: PASSWORD }),
  'link is over': (page, { url }) => page.goto(`${url}/forgot/new?token=gone`),
  'sign-up': (page, { url }) => page.goto(`${url}/signup`),
  'sign-up refused': (page) => fillAndPress(page, 'main form', { userName: '', email: 'nobody' }),
  'sign-up, mail sent': (page, visited) =>
    fillAndPress(page, 'main form', { userName: `new-${visited.person.userName}`, email: newAddress(visited) }),
  'sign-up, link followed': async (page, visited) =>
    page.goto(await printedLink(visited, newAddress(visited), '/signup/finish')),
  'sign-up, password refused': (page) => fillAndPress(page, 'main form', { password: 'weak' }),
  'sign-up is over': (page, { url }) => page.goto(`${url}/signup/finish?token=gone`),
  'address confirmation is over': (page, { url }) => page.goto(`${url}/verify-email?token=gone`),
  device: (page, { url }) => page.goto(`${url}/device`),
  'device, code refused': (page) => fillAndPress(page, 'main form', { user_code: 'BBBBBBBB' }),
  'second step set up': (page, visited) => signInTo(page, visited, authorizeUrl(visited, visited.clients.secured)),
  'second step set up, refused': (page) => fillAndPress(page, 'main form:has(.key)', { code: '0' }),
  async 'recovery codes'(page) {
    await fillAndPress(page, 'main form:has(.key)', { code: await codeOn(page) })
    await page.locator('ul.codes').waitFor()
  },
  async 'device, allowed?'(page, visited) {
    await page.goto(await deviceAddress(visited, page))
    await press(page, 'main form')
    await page.locator('.user-code').waitFor()
  },
  async 'device, allowed'(page) {
    await page.locator('button[value=allow]').click()
    await page.waitForURL(/device\/done/)
  },
  'device, denied': (page, { url }) => page.goto(`${url}/device/done?result=denied`),
  'device, over': (page, { url }) => page.goto(`${url}/device/confirm?request=gone`),
}

/** Who she is comes first, or a provider is the only way. */
export const FIRST: Readonly<Record<string, Visit>> = {
  'name first': (page, visited) => page.goto(authorizeUrl(visited, visited.clients.named)),
  'name first, nothing typed': (page) => fillAndPress(page, 'main form:has([name=username])', { username: '  ' }),
  'name first, then the password': (page, { person }) =>
    fillAndPress(page, 'main form:has([name=username])', { username: person.email }),
  'name first, password refused': (page) => fillAndPress(page, 'main form:has([name=password])', { password: 'wrong' }),
  async 'name first, another name'(page) {
    await page.locator('[name=back]').click()
    await page.locator('[name=username]:not([readonly])').waitFor()
  },
  async 'where her people sign in'(page, visited) {
    await page.goto(authorizeUrl(visited, visited.clients.both))
    const username = `kim@${visited.person.userName.toLowerCase()}.example`
    await fillAndPress(page, 'main form:has([name=username])', { username, password: 'wrong' })
  },
  'the one connection after a failure': async (page, visited) => {
    await page.goto(authorizeUrl(visited, visited.clients.single))
    await page.locator('a.primary').click()
    await page.waitForURL(/\/login\?request=/)
  },
}

/** For who has an app and a passkey. */
export const ASKED: Readonly<Record<string, Visit>> = {
  async 'second step'(page, visited) {
    await signInTo(page, visited, authorizeUrl(visited, visited.clients.secured))
    await page.locator('[name=code]').waitFor()
  },
  'second step refused': (page) => fillAndPress(page, 'main form:has([name=code])', { code: '0' }),
  async 'second step, recovery code refused'(page) {
    await page.locator('summary').click()
    await fillAndPress(page, 'main details form', { recovery: 'aaaa' })
  },
}
