import { afterEach, beforeEach, expect, test } from 'vitest'
import { testWorld } from '../support/app.ts'
import { isGenuine, OTHER_WHSEC, type WebhookReceiver, webhookReceiver, WHSEC } from '../support/webhook-receiver.ts'
import { answered, type Api, CONNECTOR, fieldsOf, problem } from './world.ts'

let api: Api
let receiver: WebhookReceiver
beforeEach(async () => {
  const world = await testWorld()
  api = { world, tenant: await world.tenant() }
  receiver = await webhookReceiver()
})
afterEach(() => receiver.down())

const call = (method: string, path: string, body?: unknown) => api.tenant.api(method, path, body)
const webhook = (change: Record<string, unknown> = {}) => ({
  type: 'webhook',
  name: 'Hook',
  url: receiver.url,
  ...change,
})
const newest = () => receiver.received.at(-1) as NonNullable<(typeof receiver.received)[0]>
const connect = async (...connectors: unknown[]) =>
  answered(call('POST', '/connections', { name: 'HOOKS', outbound: { connectors } }), 201)

test('a webhook is made with a secret that is shown once, and its settings come back without it', async () => {
  const made = await connect(webhook({ userFilter: 'active eq true' }), { ...CONNECTOR })
  const { Hook } = made.signingSecrets as { Hook: string }
  expect(Object.keys(made.signingSecrets as object)).toEqual(['Hook'])
  const read = await answered(call('GET', `/connections/${made.id}`))
  expect((read.outbound as { connectors: unknown[] }).connectors[0]).toEqual({
    id: expect.any(String),
    type: 'webhook',
    name: 'Hook',
    enabled: false,
    url: receiver.url,
    groups: true,
    userFilter: 'active eq true',
    passwordProvisioning: false,
  })
  expect(JSON.stringify(read)).not.toContain('whsec_')
  await answered(call('POST', `/connections/${made.id}/connectors/Hook/test`))
  expect(isGenuine(newest(), Hook, new Date())).toBe(true)
  const again = await answered(call('PATCH', `/connections/${made.id}`, { outbound: { connectors: [webhook()] } }))
  expect(again.signingSecrets).toBeUndefined()
  const second = webhook({ name: 'Second' })
  const more = await answered(
    call('PATCH', `/connections/${made.id}`, { outbound: { connectors: [webhook(), second] } }),
  )
  expect(Object.keys(more.signingSecrets as object)).toEqual(['Second'])
})

test('an answer that shows a secret is stored by nobody on its way (RFC 9111 section 5.2.2.5)', async () => {
  const told = (name: string) => ({ outbound: { connectors: [webhook({ name })] } })
  const made = await call('POST', '/connections', { name: 'HOOKS', ...told('Hook') })
  const { id } = (await made.json()) as { id: string }
  const answers = [
    made,
    await call('PATCH', `/connections/${id}`, told('Other')),
    await call('POST', `/connections/${id}/connectors/Other/signing-secret`),
    await call('PUT', '/provisioning/alerts', { url: receiver.url }),
  ]
  for (const answer of answers) expect(answer.headers.get('Cache-Control')).toBe('no-store')
})

test('a secret that is given is taken and not shown', async () => {
  const made = await connect(webhook({ signingSecret: WHSEC }))
  expect(made).toEqual({ id: made.id })
  await answered(call('POST', `/connections/${made.id}/connectors/Hook/test`))
  expect(isGenuine(newest(), WHSEC, new Date())).toBe(true)
})

test('the next signing secret is made on demand, and both sign', async () => {
  const { id } = await connect(webhook({ signingSecret: WHSEC }))
  const { signingSecret } = await answered(call('POST', `/connections/${id}/connectors/Hook/signing-secret`), 201)
  await answered(call('POST', `/connections/${id}/connectors/Hook/test`))
  for (const secret of [WHSEC, String(signingSecret)]) expect(isGenuine(newest(), secret, new Date())).toBe(true)
})

test('a test says what came of it', async () => {
  const { id } = await connect(webhook())
  const tested = () => answered(call('POST', `/connections/${id}/connectors/Hook/test`))
  expect(await tested()).toEqual({ heard: true, status: 204 })
  expect(newest().event).toEqual({ type: 'webhook.test', timestamp: expect.any(String), data: {} })
  receiver.answer = () => ({ status: 400, body: '{"detail":"No."}' })
  expect(await tested()).toEqual({ heard: false, status: 400, error: `POST ${receiver.url}: 400 No.` })
  await receiver.down()
  expect(await tested()).toEqual({ heard: false, error: expect.stringContaining(receiver.url) })
})

test('a connector that is no webhook has neither', async () => {
  const { id } = await connect(CONNECTOR)
  for (const what of ['test', 'signing-secret']) {
    expect((await problem(call('POST', `/connections/${id}/connectors/SCIM2/${what}`))).status).toBe(409)
  }
})

test('a connector keeps its type', async () => {
  const { id } = await connect(webhook())
  const change = { outbound: { connectors: [{ ...CONNECTOR, name: 'Hook' }] } }
  expect(fieldsOf(await problem(call('PATCH', `/connections/${id}`, change)))).toEqual(['outbound.connectors.0.type'])
})

test.each([
  [{ url: 'not an address' }, 'outbound.connectors.0.url'],
  [{ signingSecret: 'whsec_short' }, 'outbound.connectors.0.signingSecret'],
  [{ passwordProvisioning: true }, 'outbound.connectors.0.passwordProvisioning'],
  [{ userFilter: 'nothing eq 1' }, 'outbound.connectors.0.userFilter'],
])('a webhook with %j is refused', async (change, field) => {
  const body = { name: 'HOOKS', outbound: { connectors: [webhook(change)] } }
  expect(fieldsOf(await problem(call('POST', '/connections', body)))).toEqual([field])
})

test('where alerts go is set, read and taken away; the secret is made and shown once', async () => {
  const path = '/provisioning/alerts'
  expect((await problem(call('GET', path))).status).toBe(404)
  const set = await answered(call('PUT', path, { url: receiver.url }))
  const all = ['connector.paused', 'connector.quarantined', 'connector.resumed', 'connector.deadLetters']
  expect(set).toMatchObject({ url: receiver.url, events: all, secret: expect.stringMatching(/^whsec_/) })
  const changed = await answered(call('PUT', path, { url: receiver.url, events: ['connector.paused'] }))
  expect(changed).toEqual({ url: receiver.url, events: ['connector.paused'], lastModified: expect.any(String) })
  expect(await answered(call('GET', path))).toEqual(changed)
  expect(await answered(call('POST', `${path}/test`))).toEqual({ heard: true, status: 204 })
  expect(isGenuine(newest(), String(set.secret), new Date())).toBe(true)
  await answered(call('PUT', path, { url: receiver.url, secret: OTHER_WHSEC }))
  await answered(call('POST', `${path}/test`))
  for (const secret of [OTHER_WHSEC, String(set.secret)]) expect(isGenuine(newest(), secret, new Date())).toBe(true)
  expect(await answered(call('GET', `${path}/log`))).toEqual({ items: [] })
  await answered(call('DELETE', path), 204)
  expect((await problem(call('GET', path))).status).toBe(404)
  expect((await problem(call('POST', `${path}/test`))).status).toBe(404)
})

test.each([
  [{}, 'url'],
  [{ url: 'ftp://x.example' }, 'url'],
  [{ url: 'https://x.example', secret: 'hush' }, 'secret'],
  [{ url: 'https://x.example', events: [] }, 'events'],
  [{ url: 'https://x.example', events: ['user.created'] }, 'events.0'],
])('alerts to %j are refused', async (body, field) => {
  expect(fieldsOf(await problem(call('PUT', '/provisioning/alerts', body)))).toEqual([field])
})

test('alerts are those of their tenant', async () => {
  await answered(call('PUT', '/provisioning/alerts', { url: receiver.url }))
  const elsewhere = await api.world.tenant('elsewhere')
  expect((await problem(elsewhere.api('GET', '/provisioning/alerts'))).status).toBe(404)
})
