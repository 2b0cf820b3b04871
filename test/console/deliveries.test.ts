import { expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { deliverDue } from '../../src/outbound/consumer.ts'
import { listDeliveries } from '../../src/outbound/queries.ts'
import type { GuardedFetch } from '../../src/platform.ts'
import { testWorld } from '../support/app.ts'
import { signedIn } from '../support/browser-client.ts'
import { makeConnection, makeConnector, SECRETS } from './world.ts'

/** A world whose one connection pushes to `target`, with kim waiting to be pushed. */
async function begin(target: GuardedFetch = async () => new Response('', { status: 503 })) {
  const world = await testWorld({ fetch: target })
  const browser = await signedIn(world)
  const connection = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, connection.id)
  const provisioner = { connection: connection.id, connector: connector.id, blocking: false, jit: false }
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [provisioner])
  await (await world.tenant()).scim('POST', '/Users', { userName: 'kim', password: 'MyPa33w@rd' })
  const { rows } = await listDeliveries(await world.scope(), { offset: 0, limit: 1 })
  const path = `/console/connections/${connection.id}`
  return { world, browser, path, one: `${path}/deliveries/${rows[0]?.id}` }
}

const created: GuardedFetch = async (_url, init) => {
  const id = { id: 'remote-1' }
  return new Response(JSON.stringify(init?.method === 'POST' ? id : { totalResults: 0, Resources: [] }), {
    status: init?.method === 'POST' ? 201 : 200,
    headers: { 'Content-Type': 'application/scim+json' },
  })
}

/** The words of the page's badges. */
function badgesIn(text: string): string[] {
  return [...text.matchAll(/class="badge [a-z]+">([^<]+)</g)].map(([, word = '']) => word)
}

test('a connection that has provisioned nothing says so', async () => {
  const world = await testWorld()
  const browser = await signedIn(world)
  const { id } = await makeConnection(world, 'SCIM-IDP')
  expect((await browser.get(`/console/connections/${id}/deliveries`)).text).toContain('Nothing was provisioned yet')
})

test('what waits stands in the log, on the tab, which refreshes itself, and on the log’s own page', async () => {
  const { browser, path, one } = await begin()
  const tab = await browser.get(`${path}/outbound`)
  expect(tab.text).toMatch(/<section id="log"[^>]* data-live="3000">/)
  expect(tab.text).toContain(`href="${one}">kim</a`)
  const log = await browser.get(`${path}/deliveries`)
  expect(badgesIn(log.text)).toEqual(['Pending'])
})

test('the log is filtered by state, and says how many there are in each', async () => {
  const { browser, path } = await begin()
  const pending = await browser.get(`${path}/deliveries?state=pending`)
  expect(pending.text).toMatch(/aria-current="page"\s*>Pending <span class="number">1<\/span>/)
  expect(badgesIn(pending.text)).toEqual(['Pending'])
  const dead = await browser.get(`${path}/deliveries?state=dead`)
  expect(badgesIn(dead.text)).toEqual([])
  expect(dead.text).toContain('Show all deliveries')
  expect(badgesIn((await browser.get(`${path}/deliveries?state=nonsense`)).text)).toEqual(['Pending'])
})

test('a delivery that failed shows its attempts and its next time, without a secret, and can be tried again', async () => {
  const { world, browser, one } = await begin()
  await deliverDue(world.platform)
  const page = await browser.get(one)
  expect(badgesIn(page.text)).toContain('Retrying')
  expect(page.text).toContain('503')
  expect(page.text).toContain('Next attempt')
  for (const secret of [...Object.values(SECRETS), 'MyPa33w@rd']) expect(page.text.includes(secret)).toBe(false)
  const wakes = world.wakes.length
  const retried = await browser.post(`${one}/retry`)
  expect(retried.text).toContain('The delivery is tried again now.')
  expect(badgesIn(retried.text)).toContain('Pending')
  expect(world.wakes).toHaveLength(wakes + 1)
})

test('what has arrived cannot be tried again', async () => {
  const { world, browser, one } = await begin(created)
  await deliverDue(world.platform)
  const page = await browser.get(one)
  expect(badgesIn(page.text)).toContain('Delivered')
  expect(page.text).not.toContain('Retry now')
  const refused = await browser.post(`${one}/retry`)
  expect(refused.status).toBe(422)
  expect(refused.text).toContain('This delivery has arrived')
})

test('a delivery is not found under another connection', async () => {
  const { world, browser, one } = await begin()
  const other = await makeConnection(world, 'Another')
  const id = one.split('/').at(-1)
  expect((await browser.get(one)).status).toBe(200)
  expect((await browser.get(`/console/connections/${other.id}/deliveries/${id}`)).status).toBe(404)
  expect((await browser.send(`/console/connections/${other.id}/deliveries/${id}/retry`)).status).toBe(404)
})

test('the home page tells of deliveries that need somebody', async () => {
  const { world, browser } = await begin(async () => new Response('', { status: 401 }))
  expect((await browser.get('/console')).text).not.toContain('your attention')
  await deliverDue(world.platform)
  expect((await browser.get('/console')).text).toContain('1 delivery needs your attention')
})
