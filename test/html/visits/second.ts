/** The second step of a sign-in: set up on the way, asked for, refused; and what somebody has for it. */
import { expect } from 'vitest'
import { codesIn, enrolmentIn, phoneOf, queryIn } from '../../login/factors/world.ts'
import { authenticator } from '../../support/authenticator.ts'
import type { BrowserClient, Page } from '../../support/browser-client.ts'
import { fill } from './form.ts'
import { type Newcomer, newcomer, PASSWORD, type Visit, visitor } from './person.ts'

/** What a passkey could be called. */
export const PASSKEY = 'Key <ring> & "co"'

/** `address` asks for a sign-in in two steps. */
export async function visitSecondStep(visit: Visit, address: string): Promise<void> {
  const { world, sent, pages } = visit
  const person = await newcomer(world)
  const browser = visitor({ world, sent })
  const setUp = await firstStep(browser, address, person)
  pages.set('second step set up', setUp)
  pages.set('second step set up, wrong code', await fill(browser, setUp, { code: '000000' }))
  pages.set('second step set up, too late', await fill(browser, setUp, { code: '000000', enrolment: 'old' }))
  const code = await phoneOf(world, setUp).code()
  const codes = await fill(browser, setUp, { code, enrolment: enrolmentIn(setUp) })
  expect(codesIn(codes)).toHaveLength(10)
  pages.set('recovery codes', codes)
  await visitOwnFactors(visit, browser)
  await visitAsked(visit, address, person)
  await visitOwnApp(visit, browser)
}

async function firstStep(browser: BrowserClient, address: string, { userName }: Newcomer): Promise<Page> {
  return fill(browser, await browser.get(address), { username: userName, password: PASSWORD })
}

async function visitAsked({ world, sent, pages }: Visit, address: string, person: Newcomer): Promise<void> {
  const browser = visitor({ world, sent })
  const asked = await firstStep(browser, address, person)
  pages.set('second step', asked)
  const answer = (fields: Record<string, string>) => browser.post(asked.path, { ...queryIn(asked), ...fields })
  pages.set('second step, nothing typed', await answer({ way: 'totp', code: '' }))
  pages.set('second step, wrong code', await answer({ way: 'totp', code: '000000' }))
  pages.set('second step, wrong recovery code', await answer({ way: 'recovery', recovery: 'aaaa' }))
  pages.set('second step, wrong passkey', await answer({ way: 'passkey', credential: '{}' }))
  let page = asked
  for (let failures = 0; failures < 10 && page.status !== 429; failures++) {
    page = await answer({ way: 'totp', code: '000000' })
  }
  pages.set('second step, too many', page)
}

function optionsIn({ text }: Page) {
  const [, json = ''] = /data-options="([^"]+)"/.exec(text) ?? []
  return JSON.parse(json.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as { challenge: string }
}

async function visitOwnFactors({ world, pages }: Visit, browser: BrowserClient): Promise<void> {
  const list = await browser.get('/account/passkeys')
  pages.set('own passkeys, none yet', list)
  pages.set('own passkeys, not made', await browser.post('/account/passkeys', { name: PASSKEY, credential: '{}' }))
  pages.set('own passkeys, no name', await browser.post('/account/passkeys', { name: '', credential: '{}' }))
  const key = authenticator(world.platform.config.baseUrl)
  const options = optionsIn(await browser.get('/account/passkeys'))
  const made = await browser.post('/account/passkeys', { name: PASSKEY, credential: key.create(options) })
  pages.set('own passkeys', made)
  const path = `/account/passkeys/${key.id}`
  pages.set('own passkey', await browser.get(path))
  pages.set('own passkey, no name', await browser.post(path, { name: '' }))
  pages.set('own passkey, taken away?', await browser.get(`${path}/remove`))
}

async function visitOwnApp({ pages }: Visit, browser: BrowserClient): Promise<void> {
  pages.set('own app', await browser.get('/account/totp'))
  pages.set('own app, taken away?', await browser.get('/account/totp/remove'))
  pages.set('own recovery codes, new ones?', await browser.get('/account/recovery-codes'))
  pages.set('own recovery codes', await browser.post('/account/recovery-codes'))
  await browser.get('/account/totp/remove')
  await browser.post('/account/totp/remove')
  const off = await browser.get('/account/totp')
  pages.set('own app, off', off)
  const wrong = { enrolment: enrolmentIn(off), code: '000000' }
  pages.set('own app, wrong code', await browser.post('/account/totp', wrong))
}
