import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { deliveries, deliveryAttempts, targets } from '../../src/db/schema.ts'
import { deliverDue } from '../../src/outbound/consumer.ts'
import { findLogSettings, listDeliveries } from '../../src/outbound/log/queries.ts'
import type { GuardedFetch } from '../../src/platform.ts'
import { testWorld } from '../support/app.ts'
import { signedIn } from '../support/browser-client.ts'
import { errorAt, makeConnection, makeConnector, optionIn, SECRETS, valueIn } from './world.ts'

/** A world whose one connection pushes to `target`, with kim waiting to be pushed. */
async function begin(target: GuardedFetch = async () => new Response('', { status: 503 })) {
  const world = await testWorld({ fetch: target })
  const browser = await signedIn(world)
  const connection = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, connection.id)
  const provisioner = { connection: connection.id, connector: connector.id, blocking: false, jit: false }
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [provisioner])
  await (await world.tenant()).scim('POST', '/Users', { userName: 'kim', password: 'MyPa33w@rd' })
  const rows = await listDeliveries(await world.scope(), {}, { limit: 1 })
  const path = `/console/connections/${connection.id}`
  return { world, browser, path, connectorId: connector.id, one: `${path}/deliveries/${rows[0]?.id}` }
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

/** The names in the log's table. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/\/deliveries\/[\w-]+">([^<]+)</g)].map(([, name = '']) => name)
}

test('the log is searched by resource, type and time, and what was asked stays in its form and in its links', async () => {
  const { world, browser, path } = await begin()
  const tenant = await world.tenant()
  world.advance(120_000)
  await tenant.scim('POST', '/Users', { userName: 'bo' })
  const log = async (query: string) => browser.get(`${path}/deliveries?${query}`)
  expect(namesIn((await log('')).text)).toEqual(['bo', 'kim'])
  const found = (await log('resource=KI&type=User&from=2020-01-01T08:00')).text
  expect(namesIn(found)).toEqual(['kim'])
  expect(valueIn(found, 'resource')).toBe('KI')
  expect(valueIn(found, 'from')).toBe('2020-01-01T08:00')
  expect(found).toMatch(/<option value="User"\s+selected/)
  expect(found).toContain('?state=dead&amp;resource=KI&amp;type=User&amp;from=2020-01-01T08%3A00"')
  const minute = new Date((await world.scope()).now.getTime() - 60_000).toISOString().slice(0, 16)
  expect(namesIn((await log(`to=${minute}`)).text)).toEqual(['kim'])
  expect(namesIn((await log(`from=${minute}`)).text)).toEqual(['bo'])
  expect(namesIn((await log('type=Group')).text)).toEqual([])
})

test('a connector is asked for where there are several', async () => {
  const { world, browser, path } = await begin()
  expect((await browser.get(`${path}/deliveries`)).text).not.toContain('name="connector"')
  const spare = await makeConnector(world, path.split('/').at(-1) ?? '', 'Spare')
  const page = await browser.get(`${path}/deliveries`)
  const main = optionIn(page.text, 'SCIM2')
  expect(namesIn((await browser.get(`${path}/deliveries?connector=${main}`)).text)).toEqual(['kim'])
  expect(namesIn((await browser.get(`${path}/deliveries?connector=${spare.id}`)).text)).toEqual([])
})

test('a time that is none is said beside its field, and nothing is found by it', async () => {
  const { browser, path } = await begin()
  const log = async (query: string) => (await browser.get(`${path}/deliveries?${query}`)).text
  for (const wrong of ['yesterday', '2030-13-01T08:00', '2030-01-01T25:00', '2030-01-01T08:00:00Z']) {
    const text = await log(`from=${encodeURIComponent(wrong)}`)
    expect(errorAt(text, 'from')).toContain('Give a date and time')
    expect(valueIn(text, 'from')).toBe(wrong)
    expect(namesIn(text)).toEqual([])
  }
  for (const to of ['2030-01-01T00:00', '2030-01-02T00:00']) {
    const none = await log(`from=2030-01-02T00:00&to=${to}`)
    expect([errorAt(none, 'from'), errorAt(none, 'to')]).toEqual([undefined, 'This is not after the other time.'])
  }
})

test('more than a page goes on behind the last of it, and the first page alone refreshes itself', async () => {
  const { world, browser, path } = await begin()
  const tenant = await world.tenant()
  for (let i = 1; i <= 26; i++) {
    world.advance(1)
    await tenant.scim('POST', '/Users', { userName: `u${i}` })
  }
  const log = `${path}/deliveries`
  const first = await browser.get(`${log}?state=pending`)
  expect(namesIn(first.text)).toHaveLength(25)
  expect(first.text).toMatch(/<section id="log"[^>]* data-live="3000">/)
  expect(first.text).not.toContain('>Newest<')
  const [, older = ''] = /href="([^"]+)">Older</.exec(first.text) ?? []
  const second = await browser.get(older.replaceAll('&amp;', '&'))
  expect(namesIn(second.text)).toEqual(['u1', 'kim'])
  expect(second.text).not.toContain('data-live')
  expect(second.text).not.toContain('>Older<')
  expect(second.text).toContain(`href="${log}?state=pending">Newest<`)
  expect(namesIn((await browser.get(`${log}?after=nonsense`)).text)).toHaveLength(25)
})

test('how long the log is kept is set below it; what is wrong is said, and stays in the field', async () => {
  const { world, browser, path } = await begin()
  const log = `${path}/deliveries`
  expect(valueIn((await browser.get(log)).text, 'keepDays')).toBe('90')
  for (const wrong of ['', '0', '3651', '1.5', 'long']) {
    const refused = await browser.post(log, { keepDays: wrong })
    expect([refused.status, errorAt(refused.text, 'keepDays')]).toEqual([422, 'Give a whole number from 1 to 3650.'])
    expect(valueIn(refused.text, 'keepDays')).toBe(wrong)
  }
  expect(await findLogSettings(await world.scope())).toEqual({ keepDays: 90 })
  const done = await browser.post(log, { keepDays: ' 30 ' })
  expect(done.text).toContain('How long the log is kept was updated.')
  expect(valueIn(done.text, 'keepDays')).toBe('30')
  expect(await findLogSettings(await world.scope())).toEqual({ keepDays: 30 })
})

test('an attempt shows what was sent and what came back, escaped, with the lines of JSON', async () => {
  const { world, browser, one } = await begin()
  const { tenantId, db, now } = await world.scope()
  const attempt = { tenantId, deliveryId: one.split('/').at(-1) ?? '', attempt: 1, at: now, method: 'PUT', url: 'u' }
  const [request, answer] = ['{"userName":"kim","emails":[]}', '<b>no JSON']
  await db.insert(deliveryAttempts).values([
    { ...attempt, id: '1', status: 500, durationMs: 7, request, answer },
    { ...attempt, id: '2', durationMs: 8, error: 'no answer' },
  ])
  const { text } = await browser.get(one)
  expect(text).toContain(`<pre>${JSON.stringify(JSON.parse(request), null, 2).replaceAll('"', '&quot;')}</pre>`)
  expect(text).toContain('<pre>&lt;b&gt;no JSON</pre>')
  expect(text.match(/<summary>/g)?.length).toBe((await browser.get('/console')).text.match(/<summary>/g)!.length + 1)
  expect(badgesIn(text)).toEqual(['Pending', '500', 'No answer'])
})

describe('the health of a connection stands on its tab:', () => {
  test('what waits, each number leading to the log, and since when', async () => {
    const { world, browser, path } = await begin()
    world.advance(3_600_000)
    const { text } = await browser.get(`${path}/outbound`)
    expect(text).toMatch(new RegExp(`href="${path}/deliveries\\?state=pending"\\s*>Pending <span class="number">1<`))
    expect(text).toMatch(/changed <time [^>]*>1 hour ago</)
    expect(text).toContain('0 in the last day')
    expect(text).not.toContain('class="chart"')
    expect(badgesIn(text)).toContain('Not called yet')
  })

  test('what was delivered as a chart with its words and its numbers', async () => {
    const { world, browser, path } = await begin()
    const { db, now } = await world.scope()
    await db
      .update(deliveries)
      .set({ state: 'delivered', open: false, lastModified: now })
      .where(sql`true`)
    const { text } = await browser.get(`${path}/outbound`)
    const hour = now.toISOString().slice(11, 13)
    expect(text).toContain(
      `role="img" aria-label="1 delivered in the last day, the most in the hour from ${hour}:00 UTC: 1"`,
    )
    expect(text.match(/<rect [^>]*>\s*<title>/g)).toHaveLength(24)
    expect(text).toContain(`<td>${now.toISOString().slice(0, 10)} ${hour}:00</td>`)
    expect(text).toContain('Nothing waits.')
  })

  const [ago, ahead] = [
    (now: Date) => new Date(now.getTime() - 60_000),
    (now: Date) => new Date(now.getTime() + 90_000),
  ]
  test.each<[string, (now: Date) => Partial<typeof targets.$inferInsert>, RegExp]>([
    [
      'Paused',
      (now) => ({ pausedAt: ago(now), pauseReason: 'It refused our <credential>.' }),
      /It refused our &lt;credential&gt;\. Nothing is sent/,
    ],
    ['Waits', (now) => ({ waitUntil: ahead(now), lastFailure: ago(now) }), /The target is called again <time/],
    ['Fails', (now) => ({ lastFailure: now, lastSuccess: ago(now), waitUntil: ago(now) }), /Last failure <time/],
    ['Works', (now) => ({ lastSuccess: now, lastFailure: ago(now) }), /Last success <time/],
  ])('a connector that is %s', async (word, state, words) => {
    const { world, browser, path, connectorId } = await begin()
    const { db, tenantId, now } = await world.scope()
    await db.insert(targets).values({ tenantId, connectorId, ...state(now) })
    const { text } = await browser.get(`${path}/outbound`)
    // In trouble it is said in the list of connectors, too.
    const times = ['Paused', 'Waits'].includes(word) ? 2 : 1
    expect(badgesIn(text).filter((badge) => badge === word)).toHaveLength(times)
    expect(text).toMatch(words)
  })
})
