/** The pages before and behind a mailed link: a forgotten password, an address to be confirmed, signing up. */
import { expect } from 'vitest'
import { linkIn, mailsOf } from '../../mail/world.ts'
import type { Page } from '../../support/browser-client.ts'
import { fill } from './form.ts'
import { atHome, newcomer, PASSWORD, USER_NAME, type Visit, visitor } from './person.ts'

export async function visitMailed(visit: Visit): Promise<void> {
  await visitForgot(visit)
  await visitVerify(visit)
  await visitSignUp(visit)
}

/** Where the link of the one mail leads that has a link; others tell of what was done. */
async function mailedLink({ world }: Visit): Promise<string> {
  const mails = (await mailsOf(world)).filter(({ text }) => text.includes('?token='))
  expect(mails).toHaveLength(1)
  return linkIn(mails[0])
}

async function visitForgot(visit: Visit): Promise<void> {
  const { world, sent, pages } = visit
  const person = await newcomer(world)
  const browser = visitor({ world, sent })
  const forgot = await browser.get('/forgot')
  pages.set('forgotten', forgot)
  pages.set('forgotten, nothing typed', await fill(browser, forgot, { username: '' }))
  pages.set('forgotten, mail sent', await fill(browser, forgot, { username: person.userName }))
  const link = await mailedLink(visit)
  const next = await browser.get(link)
  pages.set('new password', next)
  pages.set('new password, nothing typed', await fill(browser, next, { password: '' }))
  pages.set('new password, too weak', await fill(browser, next, { password: 'weak' }))
  pages.set('new password set', await fill(browser, next, { password: 'An0ther-pa33word' }))
  pages.set('new password, link is over', await browser.get(link))
}

async function visitVerify(visit: Visit): Promise<void> {
  const { world, pages } = visit
  const person = await newcomer(world)
  const browser = await atHome(visit, person)
  const sent = await browser.post('/account/profile/email', { email: `next-${person.email}` })
  pages.set('own address, mail sent', sent)
  const link = await mailedLink(visit)
  const page = await browser.get(link)
  pages.set('address to confirm', page)
  pages.set('address confirmed', await fill(browser, page, {}))
  pages.set('address, link is over', await browser.get(link))
  // The former address hears of it.
  await mailsOf(world)
}

async function visitSignUp(visit: Visit): Promise<void> {
  const { world, sent, pages } = visit
  const tenant = await world.tenant()
  const policy = async (enabled: boolean) => {
    expect((await tenant.api('PUT', '/sign-up-policy', { enabled, userName: 'chosen' })).status).toBe(200)
  }
  const { userName, email } = await newcomer(world)
  const browser = visitor({ world, sent })
  pages.set('sign-up is off', await browser.get('/signup'))
  await policy(true)
  pages.set('sign-in where one may sign up', await browser.get('/login?return_to=/account'))
  const signUp = await browser.get('/signup')
  pages.set('sign-up', signUp)
  const typed = { userName: `${USER_NAME}0`, email: `new-${email}`, givenName: '1', familyName: '2' }
  pages.set('sign-up, nothing typed', await fill(browser, signUp, { userName: '', email: '' }))
  pages.set('sign-up, too long', await fill(browser, signUp, { ...typed, userName: '1'.repeat(201) }))
  pages.set('sign-up, unfit name', await fill(browser, signUp, { ...typed, userName: '1@2' }))
  pages.set('sign-up, name is taken', await fill(browser, signUp, { ...typed, userName }))
  pages.set('sign-up, mail sent', await fill(browser, signUp, typed))
  await visitFinish(visit, await mailedLink(visit), userName)
  await policy(false)
}

async function visitFinish({ world, sent, pages }: Visit, link: string, taken: string): Promise<void> {
  const browser = visitor({ world, sent })
  const finish: Page = await browser.get(link)
  pages.set('sign-up, link followed', finish)
  const set = (userName: string, password: string) => fill(browser, finish, { userName, password })
  pages.set('sign-up, no password', await set('12', ''))
  pages.set('sign-up, too weak', await set('12', 'weak'))
  pages.set('sign-up, taken meanwhile', await set(taken, PASSWORD))
  pages.set('sign-up, link is over', await browser.get('/signup/finish?token=gone'))
}
