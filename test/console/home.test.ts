import { expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { consoleWorld, makeConnection, makeConnector } from './world.ts'

/** The titles of the steps that are marked as done. */
function doneIn(text: string): string[] {
  return [...text.matchAll(/<li>\s*<span class="what"\s*>\s*<strong>([^<]+)<\/strong>(?:(?!<\/li>)[^])*>Done</g)].map(
    ([, title = '']) => title,
  )
}

test('the home page counts what there is, and marks the tutorial’s steps as they are done', async () => {
  const { world, browser } = await consoleWorld()
  const empty = await browser.get('/console')
  expect(empty.text).toMatch(/>Users<\/span>\s*<span class="count">1</)
  expect(doneIn(empty.text)).toEqual([])
  const connection = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, connection.id)
  const provisioner = { connection: connection.id, connector: connector.id, blocking: false, jit: false }
  await setProvisioners(await world.scope(), RESIDENT_APPLICATION, [provisioner])
  const page = await browser.get('/console')
  expect(page.text).toMatch(/>Connections<\/span>\s*<span class="count">1</)
  expect(doneIn(page.text)).toEqual(['Add a connection with a connector', 'Name it as a provisioner'])
})

test('the home page has the addresses that other systems ask for', async () => {
  const { world, browser } = await consoleWorld()
  const { text } = await browser.get('/console')
  expect(text).toContain(`<code id="scim">${world.platform.config.baseUrl}/scim2</code>`)
})
