/** Two administrators at the same thing: what has no version tells by when it was changed last. */
import { beforeAll, expect, test } from 'vitest'
import { getApplication } from '../../src/applications/queries.ts'
import { getConnection } from '../../src/connections/queries.ts'
import type { BrowserClient } from '../support/browser-client.ts'
import type { TestWorld } from '../support/app.ts'
import { formOf } from './forms.ts'
import { consoleWorld, makeApplication, makeProvider } from './world.ts'

let world: TestWorld
let browser: BrowserClient
beforeAll(async () => {
  ;({ world, browser } = await consoleWorld())
})

const MEANWHILE = 'Somebody else changed this in the meantime.'

test('a redirect URL that one took out does not come back by the page that another has open', async () => {
  const { id } = (await makeApplication(world, 'wiki')).row
  const path = `/console/applications/${id}/protocol`
  const stored = async () => getApplication(await world.scope(), id)
  const open = formOf((await browser.get(path)).text, path)
  world.advance(1000)
  await browser.post(path, { ...open, redirectUris: 'https://wiki.example/new' })
  world.advance(1000)
  const late = await browser.post(path, { ...open, grantTypes: ['authorization_code', 'refresh_token'] })
  expect(late.status).toBe(422)
  expect(late.text).toContain(MEANWHILE)
  expect(await stored()).toMatchObject({
    redirectUris: ['https://wiki.example/new'],
    grantTypes: ['authorization_code'],
  })
  // What she typed stands there; who sends it again means it.
  const again = formOf(late.text, path)
  expect(again.grantTypes).toEqual(['authorization_code', 'refresh_token'])
  expect((await browser.post(path, again)).text).not.toContain(MEANWHILE)
  expect((await stored()).grantTypes).toEqual(['authorization_code', 'refresh_token'])
})

test.each(['', '/protocol', '/api-access', '/login-flow'])('an application tells it at its page “%s”', async (tab) => {
  const { id } = (await makeApplication(world, `app${tab}`)).row
  await expectToTell(`/console/applications/${id}${tab}`, `/console/applications/${id}`)
})

test.each(['', '/settings', '/settings/domains', '/jit', '/jit/linking'])(
  'a connection tells it at its form “%s”',
  async (form) => {
    const { id } = await makeProvider(world, `provider${form}`)
    await expectToTell(`/console/connections/${id}${form}`, `/console/connections/${id}`)
    expect((await getConnection(await world.scope(), id)).description).toBe('changed')
  },
)

/** Of two who have pages open the one that is later, at `action`, hears of the other. */
async function expectToTell(action: string, other: string) {
  const page = action.replace(/\/(?:domains|linking)$/, '')
  const late = formOf((await browser.get(page)).text, action)
  world.advance(1000)
  await browser.post(other, { ...formOf((await browser.get(other)).text, other), description: 'changed' })
  const told = await browser.post(action, late)
  expect(told.status).toBe(422)
  expect(told.text).toContain(MEANWHILE)
}
