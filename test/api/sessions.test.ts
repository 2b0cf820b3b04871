/** The sessions of a user in the management API. */
import { beforeAll, expect, test } from 'vitest'
import { testWorld, type TestTenant, type TestWorld } from '../support/app.ts'
import { type BrowserClient, signedIn } from '../support/browser-client.ts'

const KIM = { userName: 'kim', password: 'MyPa33w@rd' }

let world: TestWorld
let tenant: TestTenant
let kimId: string
beforeAll(async () => {
  world = await testWorld()
  tenant = await world.tenant()
  kimId = ((await (await tenant.scim('POST', '/Users', KIM)).json()) as { id: string }).id
})

const isIn = async (browser: BrowserClient) => (await browser.get('/logout')).text.includes('<strong>kim</strong>')

async function list(): Promise<{ sid: string; method: string }[]> {
  const answer = await tenant.api('GET', `/users/${kimId}/sessions`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { items: { sid: string; method: string }[] }).items
}

test('they are listed by their public names, and ended one at a time or all at once', async () => {
  const browsers = [await signedIn(world, KIM), await signedIn(world, KIM), await signedIn(world, KIM)]
  const items = await list()
  expect(items).toHaveLength(3)
  expect(items[0]).toMatchObject({ method: 'pwd', authenticatedAt: expect.any(String), lastUsed: expect.any(String) })
  expect((await tenant.api('DELETE', `/users/${kimId}/sessions/${items[0]?.sid}`)).status).toBe(204)
  expect((await list()).map(({ sid }) => sid)).toEqual(items.slice(1).map(({ sid }) => sid))
  expect((await Promise.all(browsers.map(isIn))).filter(Boolean)).toHaveLength(2)
  expect((await tenant.api('DELETE', `/users/${kimId}/sessions`)).status).toBe(204)
  expect(await list()).toEqual([])
  expect(await Promise.all(browsers.map(isIn))).toEqual([false, false, false])
})

test('one that is gone, of somebody else or of nobody is 404', async () => {
  await signedIn(world, KIM)
  const sid = (await list())[0]?.sid
  const [admin] = (await (await tenant.scim('GET', '/Users?filter=userName eq "admin"')).json()).Resources
  expect((await tenant.api('DELETE', `/users/${admin.id}/sessions/${sid}`)).status).toBe(404)
  expect((await tenant.api('DELETE', `/users/nobody/sessions`)).status).toBe(404)
  expect((await tenant.api('GET', `/users/nobody/sessions`)).status).toBe(404)
  const elsewhere = await world.tenant('acme')
  expect((await elsewhere.api('GET', `/users/${kimId}/sessions`)).status).toBe(404)
  expect((await elsewhere.api('DELETE', `/users/${kimId}/sessions/${sid}`)).status).toBe(404)
  expect(await list()).toHaveLength(1)
})
