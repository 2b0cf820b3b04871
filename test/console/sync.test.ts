import { expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { enableConnector } from '../../src/connections/connectors/commands.ts'
import { advanceSyncs } from '../../src/outbound/sync/advance.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, makeConnection, makeConnector } from './world.ts'

async function begin({ isUsed = true } = {}) {
  const { world, browser } = await consoleWorld()
  await (await world.tenant()).scim('POST', '/Users', { userName: 'kim' })
  const connection = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, connection.id)
  const provisioner = { connection: connection.id, connector: connector.id, blocking: false, jit: false }
  if (isUsed) await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [provisioner])
  return {
    world,
    browser,
    connection,
    connector,
    path: `/console/connections/${connection.id}/connectors/${connector.id}`,
  }
}

test('everybody who is here is provisioned after a question, and the page shows how far it is', async () => {
  const { world, browser, path } = await begin()
  expect((await browser.get(path)).text).toContain(`href="${path}/sync"`)
  const question = await browser.get(`${path}/sync`)
  expect(question.text).toContain('Provision everybody to SCIM2 of SCIM-IDP?')
  expect(question.text).toMatch(/All users but administrators, and all groups,\s+go out. 2 are looked at/)
  const running = await browser.post(`${path}/sync`)
  expect(running.path).toBe(`${path}?done=sync-started`)
  expect(running.text).toMatch(/<progress value="0" max="2"/)
  expect(running.text).toMatch(/<section id="sync"[^>]* data-live="3000"/)
  expect(running.text).toContain(`href="${path}">Refresh<`)
  while (await advanceSyncs(world.platform));
  const done = await browser.get(path)
  expect(done.text).toMatch(/Done <time[^>]*>[^<]*<\/time>: 2 looked at, 1 sent on their way/)
  expect(done.text).not.toContain('<progress')
  expect(done.text).not.toMatch(/<section id="sync"[^>]* data-live/)
})

test('it can be stopped, and begun again', async () => {
  const { browser, path } = await begin()
  await browser.get(`${path}/sync`)
  await browser.post(`${path}/sync`)
  const stopped = await browser.post(`${path}/sync/stop`)
  expect(stopped.text).toContain('It was stopped.')
  expect(stopped.text).toMatch(/Stopped <time[^>]*>[^<]*<\/time>: 0 of 2 looked at/)
  expect(stopped.text).toContain('Provision everybody again')
  // Pressed on a page that is old.
  expect((await browser.post(`${path}/sync/stop`)).path).toBe(path)
})

test('what cannot be begun says why', async () => {
  const { browser, path } = await begin({ isUsed: false })
  await browser.get(`${path}/sync`)
  const refused = await browser.post(`${path}/sync`)
  expect(refused.status).toBe(422)
  expect(refused.text).toContain('No provisioner names this connector')
})

test('a connector that is disabled offers nothing, and enabling it says where everybody is provisioned', async () => {
  const { world, browser, connection, connector, path } = await begin()
  await enableConnector(await world.scope(), connection.id, connector.id, false)
  const page = await browser.get(path)
  expect(page.text).toContain('Enable the connector first.')
  expect(page.text).not.toContain(`href="${path}/sync"`)
  expect((await browser.post(`${path}/enabled`, { enabled: 'true' })).text).toContain('Who was here before it')
})

test('who may only read sees how far it is, and neither begins nor stops it', async () => {
  const { world, browser, path } = await begin()
  const { browser: reader } = await signedInWith(world, ['connections:read'])
  expect((await reader.get(path)).text).not.toContain(`${path}/sync`)
  expect((await reader.get(`${path}/sync`)).status).toBe(403)
  await browser.get(`${path}/sync`)
  await browser.post(`${path}/sync`)
  const { text } = await reader.get(path)
  expect(text).toContain('<progress')
  expect(text).not.toContain(`${path}/sync/stop`)
  expect((await reader.send(`${path}/sync/stop`)).status).toBe(403)
})
