import { afterEach, beforeEach, expect, test } from 'vitest'
import { listConnectors, openConnectorSecrets } from '../../src/connections/queries.ts'
import { isGenuine, OTHER_WHSEC, type WebhookReceiver, webhookReceiver, WHSEC } from '../support/webhook-receiver.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, errorAt, makeConnection, makeConnector, valueIn } from './world.ts'

let receiver: WebhookReceiver
beforeEach(async () => {
  receiver = await webhookReceiver()
})
afterEach(() => receiver.down())

async function begin() {
  const { world, browser } = await consoleWorld()
  const { id } = await makeConnection(world, 'HOOKS')
  const path = `/console/connections/${id}`
  const onlyRow = async () => {
    const [row] = await listConnectors(await world.scope(), id)
    if (!row) throw new Error('there is no connector')
    return { row, secrets: await openConnectorSecrets(await world.scope(), row) }
  }
  return { world, browser, id, path, wizard: `${path}/connectors/new`, onlyRow }
}

const secretIn = (text: string) => /id="signing-secret">(whsec_[^<]+)</.exec(text)?.[1]

test('the wizard makes a webhook in three steps; its secret is made, and shown once on its page', async () => {
  const { browser, path, wizard, onlyRow } = await begin()
  const details = await browser.post(wizard, { type: 'webhook' })
  expect(details.text).not.toContain('name="userEndpoint"')
  expect(details.text).toMatch(/name="groups"[^>]*checked/)
  const summary = await browser.post(`${wizard}/details`, { type: 'webhook', url: receiver.url, groups: 'on' })
  expect(summary.path).toBe(`${wizard}/summary`)
  expect(summary.text).toContain(receiver.url)
  const page = await browser.post(summary.path)
  const { row, secrets } = await onlyRow()
  expect(row).toMatchObject({ name: 'Webhook', type: 'webhook', enabled: false, passwordProvisioning: false })
  expect(row.settings).toEqual({ type: 'webhook', url: receiver.url, groups: true })
  expect(page.path).toBe(`${path}/connectors/${row.id}?done=connector-created`)
  expect(secretIn(page.text)).toBe(secrets.signingSecret)
  expect(secretIn((await browser.get(`${path}/connectors/${row.id}`)).text)).toBeUndefined()
  expect((await browser.get(`${path}/outbound`)).text).toContain(receiver.url)
})

test('a secret that is given is kept through the wizard, and shown by none of its pages', async () => {
  const { browser, path, wizard, onlyRow } = await begin()
  const form = { type: 'webhook', url: receiver.url, signingSecret: WHSEC }
  const pages = [
    await browser.post(`${wizard}/details`, form),
    await browser.get(`${wizard}/details`),
    await browser.post(`${wizard}/summary`),
  ]
  expect(pages[2]?.path).toBe(`${path}/outbound?done=connector-created`)
  for (const { text } of pages) expect(text).not.toContain(WHSEC)
  const { row, secrets } = await onlyRow()
  expect(secrets).toEqual({ signingSecret: WHSEC })
  expect(row.settings).toMatchObject({ groups: false })
})

test('refused details of a webhook name their fields and keep what was typed except the secret', async () => {
  const { browser, wizard } = await begin()
  const form = { type: 'webhook', url: 'hook', signingSecret: 'whsec_short', userFilter: '(' }
  const page = await browser.post(`${wizard}/details`, form)
  expect(page.status).toBe(422)
  expect(errorAt(page.text, 'url')).toMatch(/^Give an address/)
  expect(errorAt(page.text, 'signingSecret')).toMatch(/^Give whsec_/)
  expect(errorAt(page.text, 'userFilter')).toBe('This is no SCIM filter.')
  expect(valueIn(page.text, 'url')).toBe('hook')
  expect(page.text).not.toContain('whsec_short')
})

test('its page changes its settings and keeps its secret, tests the receiver, and makes the next secret', async () => {
  const { browser, path, wizard, onlyRow } = await begin()
  await browser.post(`${wizard}/details`, { type: 'webhook', url: receiver.url, signingSecret: WHSEC })
  await browser.post(`${wizard}/summary`)
  const here = `${path}/connectors/${(await onlyRow()).row.id}`
  const updated = await browser.post(here, { type: 'webhook', name: 'Hook', url: `${receiver.url}?a=b`, groups: 'on' })
  expect(updated.path).toBe(`${path}/outbound?done=connector-updated`)
  expect(await onlyRow()).toMatchObject({ row: { name: 'Hook' }, secrets: { signingSecret: WHSEC } })
  expect((await browser.post(`${here}/test`)).text).toContain('The test event arrived: 204.')
  receiver.answer = () => ({ status: 404, body: '{"detail":"<b>Nobody</b>"}' })
  const failed = await browser.post(`${here}/test`)
  expect(failed.text).toContain('The test event did not arrive.')
  expect(failed.text).toContain('404 &lt;b&gt;Nobody&lt;/b&gt;')
  const rotated = await browser.post(`${here}/signing-secret`)
  const made = secretIn(rotated.text) ?? ''
  expect(rotated.text).toContain('The former secret signs until')
  await browser.post(`${here}/test`)
  const last = receiver.received.at(-1)
  for (const secret of [made, WHSEC]) expect(last && isGenuine(last, secret, new Date())).toBe(true)
  expect(last && isGenuine(last, OTHER_WHSEC, new Date())).toBe(false)
})

test('a webhook cannot be made another connector by a form, and no other has a secret to sign with', async () => {
  const { world, browser, id, path, wizard, onlyRow } = await begin()
  const scim = await makeConnector(world, id)
  expect((await browser.post(`${path}/connectors/${scim.id}/signing-secret`)).status).toBe(409)
  expect((await browser.get(`${path}/connectors/${scim.id}`)).text).not.toContain('Send a test event')
  const form = { type: 'webhook', name: 'SCIM2', url: receiver.url }
  expect((await browser.post(`${path}/connectors/${scim.id}`, form)).status).toBe(422)
  expect((await onlyRow()).row.type).toBe('scim2')
  expect((await browser.post(wizard, { type: 'carrier-pigeon' })).status).toBe(422)
})

test('where alerts go is set, shown and taken away; the secret is shown once', async () => {
  const { browser } = await begin()
  const path = '/console/login-registration/provisioning/alerts'
  expect((await browser.get('/console/login-registration')).text).toContain(`href="${path}"`)
  const refused = await browser.post(path, { url: 'hook', secret: 'hush' })
  expect([errorAt(refused.text, 'url'), errorAt(refused.text, 'secret')]).toEqual([
    expect.stringMatching(/^Give an address/),
    expect.stringMatching(/^Give whsec_/),
  ])
  expect(refused.text).toContain('Choose at least one.')
  const set = await browser.post(path, { url: receiver.url, paused: 'on', deadLetters: 'on' })
  expect(set.path).toBe(`${path}?done=alerts-updated`)
  const secret = secretIn(set.text) ?? ''
  expect(secret).toMatch(/^whsec_/)
  const page = await browser.get(path)
  expect(page.text).not.toContain(secret)
  expect(page.text).toContain('No alerts yet')
  expect([/name="paused"[^>]*checked/, /name="resumed"[^>]*checked/].map((box) => box.test(page.text))).toEqual([
    true,
    false,
  ])
  expect((await browser.post(`${path}/test`)).text).toContain('The test event arrived: 204.')
  const [received] = receiver.received
  expect(received && isGenuine(received, secret, new Date())).toBe(true)
  expect((await browser.get(`${path}/delete`)).text).toContain(`Stop sending alerts to ${receiver.url}?`)
  expect((await browser.post(`${path}/delete`)).path).toBe(`${path}?done=alerts-removed`)
  expect(valueIn((await browser.get(path)).text, 'url')).toBeUndefined()
})

test('who may only read sees where alerts go, and cannot change it', async () => {
  const { world } = await begin()
  const { browser: reader } = await signedInWith(world, ['connections:read'])
  const path = '/console/login-registration/provisioning/alerts'
  const page = await reader.get(path)
  expect(page.status).toBe(200)
  expect(page.text).toContain('You can read this, and not change it.')
  for (const address of [path, `${path}/test`, `${path}/delete`]) {
    expect((await reader.post(address, { url: receiver.url, paused: 'on' })).status, address).toBe(403)
  }
})
