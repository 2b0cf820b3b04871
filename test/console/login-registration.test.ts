import { expect, test } from 'vitest'
import { listProvisioners, RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { consoleWorld, errorAt, makeConnection, makeConnector } from './world.ts'

const OUTBOUND = '/console/login-registration/provisioning/outbound'

async function begin() {
  const { world, browser } = await consoleWorld()
  const connection = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, connection.id)
  const choice = { connection: connection.id, connector: connector.id }
  const provisioners = async () => listProvisioners(await world.scope(), RESIDENT_APPLICATION)
  return { world, browser, choice, provisioners }
}

test('Login & Registration leads to the outbound provisioning of the resident application', async () => {
  const { browser } = await consoleWorld()
  const { text } = await browser.get('/console/login-registration')
  expect(text).toContain('<h2>Provisioning Settings</h2>')
  expect(text).toContain(`href="${OUTBOUND}"`)
})

test('without a connector the new provisioner says where to get one', async () => {
  const { browser } = await consoleWorld()
  expect((await browser.get(OUTBOUND)).text).toContain('No provisioners yet')
  expect((await browser.get(`${OUTBOUND}/new`)).text).toContain('No connector to choose yet')
})

test('a provisioner is a connection and one of its connectors, with people who arrive just in time or without', async () => {
  const { world, browser, choice, provisioners } = await begin()
  const page = await browser.post(`${OUTBOUND}/new`, { ...choice, jit: 'on' })
  expect(page.path).toBe(`${OUTBOUND}?done=provisioner-created`)
  expect(page.text).toContain('>SCIM-IDP</a>')
  const second = await makeConnector(world, choice.connection, 'SCIM2-2')
  await browser.post(`${OUTBOUND}/new`, { connection: choice.connection, connector: second.id })
  expect(await provisioners()).toMatchObject([
    { connectorId: choice.connector, jit: true, blocking: false },
    { connectorId: second.id, jit: false, blocking: false },
  ])
})

test('a connector of another connection is refused beside its field, and both choices stay', async () => {
  const { world, browser, choice, provisioners } = await begin()
  const other = await makeConnection(world, 'Another')
  const page = await browser.post(`${OUTBOUND}/new`, { ...choice, connection: other.id, jit: 'on' })
  expect(page.status).toBe(422)
  expect(errorAt(page.text, 'connector')).toMatch(/^This connector is one of SCIM-IDP\./)
  expect(page.text).toMatch(new RegExp(`value="${choice.connector}"\\s+selected`))
  expect(page.text).toMatch(/name="jit"[^>]*checked/)
  expect(await provisioners()).toEqual([])
})

test('nothing chosen, something unknown and the same twice are refused in words', async () => {
  const { browser, choice } = await begin()
  const nothing = await browser.post(`${OUTBOUND}/new`, { connection: '', connector: '' })
  expect(errorAt(nothing.text, 'connection')).toBe('Choose a connection.')
  expect(errorAt(nothing.text, 'connector')).toBe('Choose a connector.')
  const unknown = await browser.post(`${OUTBOUND}/new`, { ...choice, connector: 'unknown' })
  expect(errorAt(unknown.text, 'connector')).toBe('There is no such connector.')
  await browser.post(`${OUTBOUND}/new`, choice)
  const twice = await browser.post(`${OUTBOUND}/new`, choice)
  expect(errorAt(twice.text, 'connector')).toBe('This connector is there already.')
})

test('a provisioner is removed after a question; the connector stays', async () => {
  const { browser, choice, provisioners } = await begin()
  await browser.post(`${OUTBOUND}/new`, choice)
  const path = `${OUTBOUND}/${choice.connector}/delete`
  expect((await browser.get(path)).text).toContain('Remove SCIM2 of SCIM-IDP?')
  expect(await provisioners()).toHaveLength(1)
  expect((await browser.post(path)).text).toContain('The provisioner was removed.')
  expect(await provisioners()).toEqual([])
  expect((await browser.get(path)).status).toBe(404)
  expect((await browser.get(`/console/connections/${choice.connection}/outbound`)).text).toContain('SCIM2: Enabled')
})
