/** The console where a target has to take a change first: its refusal stands on the page, with what was typed. */
import { expect, onTestFinished, test } from 'vitest'
import { listProvisioners, RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { outboundWorld } from '../outbound/world.ts'
import { signedIn } from '../support/browser-client.ts'
import { scimError } from '../support/fake-target.ts'
import { consoleWorld, makeConnection, makeConnector } from './world.ts'

const OUTBOUND = '/console/login-registration/provisioning/outbound'
const REFUSAL = { kind: 'answer' as const, ...scimError(400, 'No such title <here>.', 'invalidValue') }

async function begin() {
  const world = await outboundWorld()
  onTestFinished(() => world.target.down())
  const { connection } = await world.connect({}, { blocking: true })
  return { world, connection, browser: await signedIn(world) }
}

test('that changes wait for the target is chosen with the provisioner, and stands in the list', async () => {
  const { world, browser } = await consoleWorld()
  const connection = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, connection.id)
  const choice = { connection: connection.id, connector: connector.id }
  const refused = await browser.post(`${OUTBOUND}/new`, { ...choice, connector: 'unknown', blocking: 'on' })
  expect(refused.text).toMatch(/name="blocking"[^>]*checked/)
  const page = await browser.post(`${OUTBOUND}/new`, { ...choice, blocking: 'on' })
  expect(page.text).toContain('Wait for the target')
  expect(await listProvisioners(await world.scope(), RESIDENT_APPLICATION)).toMatchObject([{ blocking: true }])
})

test('a new user whom the target refuses is not made; its words and what was typed stand on the page', async () => {
  const { world, browser } = await begin()
  world.target.misbehave(REFUSAL, 'POST')
  const form = {
    userName: 'kim',
    givenName: 'Kim',
    familyName: 'Berry',
    email: 'kim@example.com',
    password: 'Pa55word!',
  }
  const page = await browser.post('/console/users/new', form)
  expect(page.status).toBe(502)
  expect(page.text).toContain('400 No such title &lt;here&gt;.')
  expect(page.text).toMatch(/name="userName"[^>]*value="kim"|value="kim"[^>]*name="userName"/)
  expect((await browser.get('/console/users')).text).not.toContain('kim@example.com')
})

test('a deletion that the target refuses is not carried out, and says so', async () => {
  const { world, browser } = await begin()
  const kim = await world.createUser('kim')
  world.target.misbehave(REFUSAL, 'DELETE')
  const page = await browser.post(`/console/users/${kim}/delete`)
  expect([page.status, page.text.includes('No such title')]).toEqual([502, true])
  expect((await browser.get(`/console/users/${kim}`)).status).toBe(200)
})

test('the log has what was refused, under a state of its own, and does not offer to try it again', async () => {
  const { world, browser, connection } = await begin()
  world.target.misbehave(REFUSAL, 'POST')
  await browser.post('/console/users/new', { userName: 'kim', givenName: 'K', familyName: 'B', password: 'Pa55word!' })
  const log = `/console/connections/${connection}/deliveries`
  const list = await browser.get(`${log}?state=refused`)
  const [, address = ''] = /href="([^"]*\/deliveries\/[0-9a-f-]{36})"/.exec(list.text) ?? []
  const one = await browser.get(address)
  expect(one.text).toContain('>Refused<')
  expect(one.text).toContain('No such title')
  expect(one.text).not.toContain('Retry now')
  const [delivery] = await world.deliveries()
  expect(one.text).not.toContain(`/console/users/${delivery?.resourceId}"`)
  const retried = await browser.post(`${address}/retry`)
  expect([retried.status, retried.text.includes('whoever wants it asks for it again')]).toEqual([422, true])
})
