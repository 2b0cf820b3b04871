import { expect, test } from 'vitest'
import { getConnection, listConnectors, openConnectorSecrets } from '../../src/connections/queries.ts'
import type { TestWorld } from '../support/app.ts'
import { consoleWorld, errorAt, makeConnection, makeConnector, optionIn, SECRETS, TARGET, valueIn } from './world.ts'

async function begin() {
  const { world, browser } = await consoleWorld()
  const { id } = await makeConnection(world, 'SCIM-IDP')
  const path = `/console/connections/${id}`
  return { world, browser, id, path, wizard: `${path}/connectors/new` }
}

async function onlyConnector(world: TestWorld, connectionId: string) {
  const scope = await world.scope()
  const [row, ...rest] = await listConnectors(scope, connectionId)
  if (!row || rest.length > 0) throw new Error('there is not one connector')
  return { row, secrets: await openConnectorSecrets(scope, row) }
}

test('a connection without connectors says what one is for', async () => {
  const { browser, path } = await begin()
  const { text } = await browser.get(`${path}/outbound`)
  expect(text).toContain('No connectors yet')
  expect(text).toContain(`href="${path}/connectors/new"`)
})

test('the wizard makes a connector in three steps; it starts disabled and is called SCIM2', async () => {
  const { world, browser, id, path, wizard } = await begin()
  const details = await browser.post(wizard, { type: 'scim2' })
  expect(details.path).toBe(`${wizard}/details`)
  expect(details.text).toMatch(/name="passwordProvisioning"[^>]*checked/)
  const summary = await browser.post(details.path, TARGET)
  expect(summary.path).toBe(`${wizard}/summary`)
  const page = await browser.post(summary.path)
  expect(page.path).toBe(`${path}/outbound?done=connector-created`)
  expect(page.text).toContain('aria-label="SCIM2: Disabled"')
  const { row, secrets } = await onlyConnector(world, id)
  expect(row).toMatchObject({ name: 'SCIM2', enabled: false, passwordProvisioning: true })
  expect(row.settings).toEqual({
    authentication: { mode: 'basic', username: 'admin' },
    userEndpoint: TARGET.userEndpoint,
    groupEndpoint: TARGET.groupEndpoint,
    userStoreDomain: 'PRIMARY',
  })
  expect(secrets).toEqual({ password: SECRETS.connector, defaultPassword: SECRETS.default })
})

test('the second connector of a connection is called SCIM2-2', async () => {
  const { world, browser, id, wizard } = await begin()
  await makeConnector(world, id)
  await browser.post(`${wizard}/details`, TARGET)
  await browser.post(`${wizard}/summary`)
  expect((await listConnectors(await world.scope(), id)).map((row) => row.name)).toEqual(['SCIM2', 'SCIM2-2'])
})

test('a reload and a step back lose none of the wizard’s answers, and no page of it shows a secret', async () => {
  const { world, browser, id, wizard } = await begin()
  await browser.post(`${wizard}/details`, TARGET)
  const pages = [
    await browser.get(`${wizard}/summary`),
    await browser.get(`${wizard}/summary`),
    await browser.get(`${wizard}/details`),
  ]
  for (const { text } of pages) {
    for (const secret of Object.values(SECRETS)) expect(text.includes(secret)).toBe(false)
  }
  const [summary, , details] = pages
  expect(summary?.text).toContain('https://localhost:9444/scim2/Groups')
  expect(valueIn(details?.text ?? '', 'username')).toBe('admin')
  await browser.post(`${wizard}/details`, { ...TARGET, username: 'provisioner', password: '', defaultPassword: '' })
  await browser.post(`${wizard}/summary`)
  const { row, secrets } = await onlyConnector(world, id)
  expect(row.settings).toMatchObject({ authentication: { mode: 'basic', username: 'provisioner' } })
  expect(secrets).toEqual({ password: SECRETS.connector, defaultPassword: SECRETS.default })
})

test('the answers of one connection’s wizard are not those of another', async () => {
  const { world, browser, wizard } = await begin()
  await browser.post(`${wizard}/details`, TARGET)
  const other = await makeConnection(world, 'Another')
  const page = await browser.get(`/console/connections/${other.id}/connectors/new/summary`)
  expect(page.path).toBe(`/console/connections/${other.id}/connectors/new/details`)
  expect(valueIn(page.text, 'username')).toBe('')
})

test('the summary cannot be finished without the details', async () => {
  const { world, browser, id, wizard } = await begin()
  expect((await browser.post(`${wizard}/summary`)).path).toBe(`${wizard}/details`)
  expect(await listConnectors(await world.scope(), id)).toEqual([])
})

test('refused details keep what was typed except secrets, with each error beside its field', async () => {
  const { browser, wizard } = await begin()
  const page = await browser.post(`${wizard}/details`, { ...TARGET, username: '', userEndpoint: 'scim2/Users' })
  expect(page.status).toBe(422)
  expect(valueIn(page.text, 'userEndpoint')).toBe('scim2/Users')
  expect(valueIn(page.text, 'groupEndpoint')).toBe(TARGET.groupEndpoint)
  expect(errorAt(page.text, 'userEndpoint')).toMatch(/^Give an address/)
  expect(errorAt(page.text, 'username')).toBe('Give a value.')
  for (const secret of Object.values(SECRETS)) expect(page.text.includes(secret)).toBe(false)
})

test.each([
  ['basic', 'password', {}],
  ['bearer', 'token', {}],
  ['apiKey', 'value', { header: 'X-API-Key' }],
  ['clientCredentials', 'clientSecret', { tokenEndpoint: 'https://idp.example/token', clientId: 'c' }],
])('with the mode %s the field %s must be filled in', async (mode, secret, rest) => {
  const { world, browser, id, wizard } = await begin()
  const form = { ...TARGET, ...rest, mode, password: '', token: '', value: '', clientSecret: '' }
  const refused = await browser.post(`${wizard}/details`, form)
  expect(errorAt(refused.text, secret)).toBe('Give a value.')
  await browser.post(`${wizard}/details`, { ...form, [secret]: 'now it is given' })
  await browser.post(`${wizard}/summary`)
  const { row, secrets } = await onlyConnector(world, id)
  expect(row.settings).toMatchObject({ authentication: { mode } })
  expect(secrets).toEqual({ [secret]: 'now it is given', defaultPassword: SECRETS.default })
})

test('a secret too long to be kept between the steps is refused in words', async () => {
  const { browser, wizard } = await begin()
  const page = await browser.post(`${wizard}/details`, { ...TARGET, password: 'x'.repeat(3500) })
  expect(page.status).toBe(422)
  expect(page.text).toContain('too much to be kept until the last step')
})

test('the toggle switches a connector on and off', async () => {
  const { world, browser, id, path } = await begin()
  const connector = await makeConnector(world, id, 'SCIM2', false)
  const toggle = `${path}/connectors/${connector.id}/enabled`
  const on = await browser.post(toggle, { enabled: 'true' })
  expect(on.text).toMatch(/role="switch"\s+aria-checked="true"/)
  expect(on.text).toContain('The connector is enabled.')
  const off = await browser.post(toggle, { enabled: 'false' })
  expect(off.text).toMatch(/role="switch"\s+aria-checked="false"/)
  expect((await browser.post(toggle, { enabled: 'perhaps' })).status).toBe(400)
})

test('an edited connector keeps its secrets and its state', async () => {
  const { world, browser, id, path } = await begin()
  const connector = await makeConnector(world, id)
  const page = await browser.get(`${path}/connectors/${connector.id}`)
  expect(valueIn(page.text, 'userEndpoint')).toBe(TARGET.userEndpoint)
  expect(page.text.match(/One is set\./g)).toHaveLength(2)
  const form = { ...TARGET, name: 'Second floor', password: '', defaultPassword: '', passwordProvisioning: '' }
  await browser.post(`${path}/connectors/${connector.id}`, form)
  const { row, secrets } = await onlyConnector(world, id)
  expect(row).toMatchObject({ id: connector.id, name: 'Second floor', enabled: true, passwordProvisioning: false })
  expect(secrets).toEqual({ password: SECRETS.connector, defaultPassword: SECRETS.default })
})

test('two connectors of a connection cannot have one name', async () => {
  const { world, browser, id, path } = await begin()
  await makeConnector(world, id)
  const second = await makeConnector(world, id, 'SCIM2-2')
  const page = await browser.post(`${path}/connectors/${second.id}`, { ...TARGET, name: 'SCIM2' })
  expect(errorAt(page.text, 'name')).toBe('This name is taken.')
})

test('a connector is deleted after a question', async () => {
  const { world, browser, id, path } = await begin()
  const connector = await makeConnector(world, id)
  const question = await browser.get(`${path}/connectors/${connector.id}/delete`)
  expect(question.text).toContain('Delete SCIM2?')
  expect(await listConnectors(await world.scope(), id)).toHaveLength(1)
  await browser.post(`${path}/connectors/${connector.id}/delete`)
  expect(await listConnectors(await world.scope(), id)).toEqual([])
})

test('outbound provisioning roles are added and removed one by one', async () => {
  const { world, browser, id, path } = await begin()
  const page = await browser.get(`${path}/outbound`)
  const [everyone, admin] = [optionIn(page.text, 'everyone'), optionIn(page.text, 'admin')]
  await browser.post(`${path}/outbound/roles`, { role: everyone, go: 'add' })
  const two = await browser.post(`${path}/outbound/roles`, { role: admin })
  expect(two.text).toContain('aria-label="Remove everyone"')
  const scope = await world.scope()
  expect((await getConnection(scope, id)).outboundRoles).toEqual([everyone, admin])
  await browser.post(`${path}/outbound/roles`, { role: '', remove: everyone })
  expect((await getConnection(scope, id)).outboundRoles).toEqual([admin])
  await browser.post(`${path}/outbound/roles`, { role: '' })
  expect((await getConnection(scope, id)).outboundRoles).toEqual([admin])
})

test('an enabled connector that no provisioner names is said to do nothing yet', async () => {
  const { world, browser, id, path } = await begin()
  await makeConnector(world, id)
  expect((await browser.get(`${path}/outbound`)).text).toContain('Nothing is provisioned yet: no provisioner names')
})
