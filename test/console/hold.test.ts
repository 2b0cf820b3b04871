import { expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { deliverDue } from '../../src/outbound/consumer.ts'
import { testWorld } from '../support/app.ts'
import { signedIn } from '../support/browser-client.ts'
import { signedInWith } from './people.ts'
import { errorAt, makeConnection, makeConnector, SECRETS } from './world.ts'

/** A connector whose target answers so, with kim on her way. */
async function begin(status: number, headers: Record<string, string> = {}) {
  const target = { answer: () => new Response('', { status, headers }) }
  const world = await testWorld({ fetch: async () => target.answer() })
  const browser = await signedIn(world)
  const connection = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, connection.id)
  const provisioner = { connection: connection.id, connector: connector.id, blocking: false, jit: false }
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [provisioner])
  await (await world.tenant()).scim('POST', '/Users', { userName: 'kim' })
  await deliverDue(world.platform)
  return { world, browser, target, path: `/console/connections/${connection.id}/connectors/${connector.id}` }
}

test('a connector whose credential is refused says so on its page, with the reason, and is resumed there', async () => {
  const { world, browser, target, path } = await begin(401)
  const page = await browser.get(path)
  expect(page.text).toContain('<h2>Paused</h2>')
  expect(page.text).toMatch(/<dt>Reason<\/dt>\s*<dd>POST [^<]*: 401<\/dd>/)
  for (const secret of Object.values(SECRETS)) expect(page.text.includes(secret)).toBe(false)
  target.answer = () => Response.json({ id: 'r1' }, { status: 201 })
  const wakes = world.wakes.length
  const resumed = await browser.post(`${path}/resume`)
  expect(resumed.path).toBe(`${path}?done=connector-resumed`)
  expect(resumed.text).not.toContain('<h2>Paused</h2>')
  expect(world.wakes).toHaveLength(wakes + 1)
  await deliverDue(world.platform)
  expect((await browser.get(path.replace(/\/connectors.*/, '/deliveries'))).text).toContain('Delivered')
})

test('a target that asked to be left alone is said to wait, and can be called at once', async () => {
  const { browser, path } = await begin(429, { 'Retry-After': '600' })
  const page = await browser.get(path)
  expect(page.text).toContain('<h2>Waits</h2>')
  expect(page.text).toMatch(/<dt>Until<\/dt>\s*<dd><time[^>]*>in (?:9|10) minutes/)
  expect((await browser.post(`${path}/resume`)).text).not.toContain('<h2>Waits</h2>')
})

test('who may only read sees the pause, and cannot end it', async () => {
  const { world, path } = await begin(401)
  const { browser: reader } = await signedInWith(world, ['connections:read'])
  const page = await reader.get(path)
  expect(page.text).toContain('<h2>Paused</h2>')
  expect(page.text).not.toContain('Resume')
  expect((await reader.send(`${path}/resume`)).status).toBe(403)
})

/** A connector whose deletion guard lets nothing go, with eleven people at its target and here no more. */
async function beginHeld() {
  const made = await begin(201)
  const { world, target } = made
  let count = 0
  target.answer = () => Response.json({ id: `r${count++}` }, { status: 201 })
  const tenant = await world.tenant()
  const users: string[] = []
  for (let i = 0; i < 11; i++) {
    const answer = await tenant.scim('POST', '/Users', { userName: `user${i}` })
    users.push(((await answer.json()) as { id: string }).id)
  }
  await deliverDue(world.platform)
  target.answer = () => new Response(null, { status: 204 })
  for (const id of users) await tenant.scim('DELETE', `/Users/${id}`)
  await deliverDue(world.platform)
  return made
}

test('removals that the deletion guard holds are asked about on the connector’s page, and go once they are allowed', async () => {
  const { world, browser, path } = await beginHeld()
  const page = await browser.get(path)
  expect(page.text).toContain('11 removals wait for you')
  expect((await browser.get(`${path}/removals`)).text).toContain('Remove 11 from SCIM2 of SCIM-IDP?')
  const allowed = await browser.post(`${path}/removals`)
  expect(allowed.path).toBe(`${path}?done=removals-allowed`)
  expect(allowed.text).not.toContain('removals wait for you<')
  await deliverDue(world.platform)
  const late = await browser.post(`${path}/removals`)
  expect(late.text).toContain('The deletion guard holds nothing of this connector.')
})

test('who may only read sees that removals are held, and cannot allow them', async () => {
  const { world, path } = await beginHeld()
  const { browser: reader } = await signedInWith(world, ['connections:read'])
  const page = await reader.get(path)
  expect(page.text).toContain('11 removals wait for you')
  expect(page.text).not.toContain(`href="${path}/removals"`)
  expect((await reader.send(`${path}/removals`)).status).toBe(403)
})

test('one user is provisioned at once by her name, and the page shows what was sent', async () => {
  const { world, browser, target, path } = await begin(201)
  target.answer = () => Response.json({ id: 'r1', Resources: [] }, { status: 200 })
  expect((await browser.get(path)).text).toContain(`href="${path}/provision"`)
  const unknown = await browser.post(`${path}/provision`, { type: 'User', name: 'nobody' })
  expect(errorAt(unknown.text, 'name')).toBe('There is no user of this name.')
  const delivery = await browser.post(`${path}/provision`, { type: 'User', name: 'KIM' })
  expect(delivery.path).toMatch(/\/deliveries\/[0-9a-f-]+$/)
  expect(delivery.text).toContain('Pending')
  await deliverDue(world.platform)
  expect((await browser.get(delivery.path)).text).toContain('Delivered')
})
