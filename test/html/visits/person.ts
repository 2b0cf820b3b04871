/** Somebody whose name is as awkward as the others, with an address: one for each visit, which changes what is hers. */
import { expect } from 'vitest'
import type { TestWorld } from '../../support/app.ts'
import { type BrowserClient, browserClient, type Page } from '../../support/browser-client.ts'

/** What every one of their names begins with; a number follows. */
export const USER_NAME = 'kim<b>&"1"'
export const PASSWORD = 'MyPa33w@rd'

export type Newcomer = { readonly id: string; readonly userName: string; readonly email: string }

/** What every visit needs: the pages that it comes to are kept by name. */
export type Visit = {
  readonly world: TestWorld
  /** What a browser sends along. */
  readonly sent: Readonly<Record<string, string>>
  readonly pages: Map<string, Page>
}

/** What stands at the address of a page that answered a form, where it offers to be read in another language. */
export const again = new WeakMap<Page, Page>()

export function visitor({ world, sent }: Pick<Visit, 'world' | 'sent'>): BrowserClient {
  const browser = browserClient(world, sent)
  return {
    ...browser,
    async post(path, fields, headers) {
      const page = await browser.post(path, fields, headers)
      if (page.text.includes('class="languages"')) again.set(page, await browser.get(page.path))
      return page
    },
  }
}

let people = 0

export async function newcomer(world: TestWorld): Promise<Newcomer> {
  const number = ++people
  const userName = USER_NAME + number
  const email = `${number}@example.org`
  const tenant = await world.tenant()
  const emails = [{ value: email, primary: true }]
  const answer = await tenant.scim('POST', '/Users', { userName, password: PASSWORD, emails })
  expect(answer.status).toBe(201)
  return { userName, email, id: ((await answer.json()) as { id: string }).id }
}

/** A browser in which she has come to a page of her own. */
export async function atHome(visit: Visit, { userName }: Newcomer, path = '/account'): Promise<BrowserClient> {
  const browser = visitor(visit)
  await browser.get(`/login?return_to=${path}`)
  const page = await browser.post('/login', { username: userName, password: PASSWORD, return_to: path })
  expect(page.path).toBe(path)
  return browser
}
