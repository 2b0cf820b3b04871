/** The pages of who comes from a provider and is asked something, without the provider. */
import { hashToken } from '../../../src/core/crypto.ts'
import { storeArrival } from '../../../src/federation/arrival/commands.ts'
import { arrivalPath } from '../../../src/session/return-to.ts'
import type { BrowserClient, Page } from '../../support/browser-client.ts'
import { fill } from './form.ts'
import { newcomer, type Newcomer, PASSWORD, type Visit, visitor } from './person.ts'

/** Connections that ask for all that can be asked, and for a proof. */
export type Arriving = { readonly asking: string; readonly proving: string }

let people = 0

/** A browser in which somebody has come from a provider, and the page that asks her. */
async function arrive({ world, sent }: Visit, connectionId: string, email: string, browser = visitor({ world, sent })) {
  const { headers } = await browser.get('/login')
  const cookie = headers.getSetCookie().map((line) => /postern-browser-[^=]*=([^;]*)/.exec(line)?.[1] ?? '')
  const scope = await world.scope()
  const subject = `arrival-${++people}`
  const claims = { sub: subject, email, email_verified: true }
  const person = { issuer: 'https://idp.example', subject, claims, tokens: { accessToken: 'x' } }
  const connection = { id: connectionId, authenticator: null }
  const browserHash = hashToken(cookie.find((value) => value !== '') ?? '')
  const id = await storeArrival(scope, browserHash, { connection, person, returnTo: '/account' })
  return { browser, page: await browser.get(arrivalPath(scope, id)) }
}

export async function visitArrival(visit: Visit, { asking, proving }: Arriving): Promise<void> {
  const { pages } = visit
  const { browser, page } = await arrive(visit, asking, `arrival${people}@example.com`)
  pages.set('arrival', page)
  const answer = (fields: Record<string, string>) => fill(browser, page, { act: 'create', ...fields })
  pages.set('arrival, nothing typed', await answer({ userName: '', password: '' }))
  pages.set('arrival, unfit', await answer({ userName: '@', password: 'weak', 'attribute.title': 'x'.repeat(2000) }))
  pages.set('arrival, changed', await answer({ print: 'old' }))
  const taken = { userName: 'admin', password: PASSWORD }
  let refused = await answer(taken)
  pages.set('arrival, name is taken', refused)
  for (let tries = 0; tries < 10 && refused.status !== 429; tries++) refused = await answer(taken)
  pages.set('arrival, too many names', refused)
  await fill(browser, page, { act: 'cancel' })
  pages.set('arrival is over', await browser.get(page.path))
  await visitProof(visit, proving)
}

async function visitProof(visit: Visit, proving: string): Promise<void> {
  const { world, pages } = visit
  const person = await newcomer(world)
  const { browser, page } = await arrive(visit, proving, person.email)
  pages.set('arrival to prove', page)
  pages.set('arrival, another account', await signInFor(browser, page, await newcomer(world)))
  pages.set('arrival to link', await signInFor(browser, page, person))
  const instead = await browser.get(`${page.path}&new=1`)
  pages.set('arrival, nothing more', instead)
}

function signInFor(browser: BrowserClient, { path }: Page, { userName }: Newcomer): Promise<Page> {
  return browser.post('/login', { username: userName, password: PASSWORD, return_to: path })
}
