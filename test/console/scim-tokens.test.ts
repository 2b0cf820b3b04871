import { expect, test } from 'vitest'
import { createScimToken } from '../../src/directory/credentials/commands.ts'
import { listScimTokensAfter } from '../../src/directory/credentials/queries.ts'
import type { TestWorld } from '../support/app.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, errorAt, valueIn } from './world.ts'

const NEW = '/console/scim-tokens/new'
const FORM = { description: 'Entra ID', access: 'write', conformance: 'lenient', expires: '365' }
const DAY_MS = 24 * 3600 * 1000

const tokensOf = async (world: TestWorld) => listScimTokensAfter(await world.scope(), '', 100)

/** The token itself, if the page shows it. */
function secretIn(text: string): string | undefined {
  return /<code id="secret-token">([^<]+)</.exec(text)?.[1]
}

async function askScim(world: TestWorld, token: string, method: string, path: string, body?: unknown) {
  return (await world.tenant()).scim(method, path, body, { Authorization: `Bearer ${token}` })
}

test('where there is no token, the list says how Entra ID and Okta are connected', async () => {
  const { browser } = await consoleWorld()
  const { text } = await browser.get('/console/scim-tokens')
  expect(text).toContain('No SCIM tokens yet')
  expect(text).toContain('Tenant URL and Secret Token in Entra ID')
})

test('a new token is shown once, beside the address that it is for, and lets its client in', async () => {
  const { world, browser } = await consoleWorld()
  const page = await browser.post(NEW, FORM)
  expect(page.text).toContain('The SCIM token was created.')
  expect(page.text).toContain(`<code id="tenant-url">${world.platform.config.baseUrl}/scim2</code>`)
  const token = secretIn(page.text) ?? ''
  expect((await askScim(world, token, 'POST', '/Users', { userName: 'kim' })).status).toBe(201)
  const [path = ''] = page.path.split('?')
  const again = await browser.get(path)
  expect(again.status).toBe(200)
  expect(again.text).not.toContain(token)
  expect((await browser.get('/console/scim-tokens')).text).not.toContain(token)
})

test('under a tenant, the address is the tenant’s', async () => {
  const { world } = await consoleWorld()
  const { browser } = await signedInWith(world, ['settings:read', 'settings:write', 'scim:read'], 'acme')
  const page = await browser.post('/t/acme/console/scim-tokens/new', { ...FORM, access: 'read' })
  expect(page.text).toContain('/t/acme/scim2</code>')
})

test('a token for reading changes nothing', async () => {
  const { world, browser } = await consoleWorld()
  const token = secretIn((await browser.post(NEW, { ...FORM, access: 'read' })).text) ?? ''
  expect((await askScim(world, token, 'GET', '/Users')).status).toBe(200)
  expect((await askScim(world, token, 'POST', '/Users', { userName: 'kim' })).status).toBe(403)
})

test('a strict token refuses what a lenient one understands', async () => {
  const { world, browser } = await consoleWorld()
  const statusOf = async (conformance: string) => {
    const token = secretIn((await browser.post(NEW, { ...FORM, conformance })).text) ?? ''
    const Operations = [{ op: 'Add', path: 'title', value: conformance }]
    const kim = await (await (await world.tenant()).scim('POST', '/Users', { userName: conformance })).json()
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    return (await askScim(world, token, 'PATCH', `/Users/${kim.id}`, { schemas, Operations })).status
  }
  expect([await statusOf('lenient'), await statusOf('strict')]).toEqual([200, 400])
})

test('the list says of each token what it may do, and when it was used', async () => {
  const { world, browser } = await consoleWorld()
  const token = secretIn((await browser.post(NEW, FORM)).text) ?? ''
  await browser.post(NEW, { ...FORM, description: 'Audit', access: 'read', conformance: 'strict', expires: 'never' })
  const rows = async () => {
    const { text } = await browser.get('/console/scim-tokens')
    const cells = [...text.matchAll(/<td data-label="([^"]*)"[^>]*>([^]*?)<\/td>/g)]
    const words = cells.map(([, , cell = '']) =>
      cell
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    return [words.slice(0, 7), words.slice(7)]
  }
  expect(await rows()).toEqual([
    ['Audit', 'Read only', 'Strict', 'just now', 'Never', 'Never', 'Revoke Audit'],
    ['Entra ID', 'Read and change', 'Lenient', 'just now', 'Never', 'next year', 'Revoke Entra ID'],
  ])
  await askScim(world, token, 'GET', '/Users')
  expect((await rows())[1]?.[4]).toBe('just now')
})

test('the list has pages', async () => {
  const { world, browser } = await consoleWorld()
  const scope = await world.scope()
  for (let i = 1; i <= 26; i++) await createScimToken(scope, { description: `client ${i}` })
  expect((await browser.get('/console/scim-tokens')).text).toContain('1–25 of 26 SCIM tokens')
  expect((await browser.get('/console/scim-tokens?page=2')).text.match(/Revoke</g)).toHaveLength(2)
  expect((await browser.get('/console/scim-tokens?page=3')).text).toContain('Go to the first page.')
})

test('a token expires at the end of the day that was given, in UTC', async () => {
  const { world, browser } = await consoleWorld()
  const until = new Date(world.platform.now().getTime() + 10 * DAY_MS).toISOString().slice(0, 10)
  const token = secretIn((await browser.post(NEW, { ...FORM, expires: 'date', until })).text) ?? ''
  const [row] = await tokensOf(world)
  expect(row?.expiresAt?.getTime()).toBe(Date.parse(until) + DAY_MS)
  world.advance(Date.parse(until) + DAY_MS - world.platform.now().getTime() - 60_000)
  expect((await askScim(world, token, 'GET', '/Users')).status).toBe(200)
  world.advance(60_000)
  expect((await askScim(world, token, 'GET', '/Users')).status).toBe(401)
})

test.each([
  ['no description', { description: ' ' }, 'description', 'Say what the token is for.'],
  ['a day that is past', { expires: 'date', until: '2020-01-01' }, 'until', 'This day is past.'],
  ['no day', { expires: 'date', until: '' }, 'until', 'Give a date such as 2030-12-31.'],
  ['a day that there is not', { expires: 'date', until: '2031-02-30' }, 'until', 'Give a date such as 2030-12-31.'],
  ['nothing about its end', { expires: '' }, 'expires', 'Say when the token expires.'],
])('a token with %s is refused beside the field, and what was typed stays', async (_what, wrong, name, message) => {
  const { world, browser } = await consoleWorld()
  const page = await browser.post(NEW, { ...FORM, ...wrong })
  expect([page.status, errorAt(page.text, name)]).toEqual([422, message])
  if (name !== 'description') expect(valueIn(page.text, 'description')).toBe('Entra ID')
  expect(await tokensOf(world)).toEqual([])
})

test('nobody makes a token that may do more than she may', async () => {
  const { world } = await consoleWorld()
  const { browser } = await signedInWith(world, ['settings:read', 'settings:write', 'scim:read'])
  expect((await browser.get(NEW)).text).toMatch(/value="write"\s+disabled/)
  const page = await browser.post(NEW, FORM)
  expect(page.status).toBe(403)
  expect(page.text).toContain('lacks the permission scim:write, and cannot give it')
  expect(await tokensOf(world)).toEqual([])
  expect((await browser.post(NEW, { ...FORM, access: 'read' })).text).toContain('The SCIM token was created.')
})

test('a token is revoked after a question, and its client is refused at once', async () => {
  const { world, browser } = await consoleWorld()
  const page = await browser.post(NEW, FORM)
  const token = secretIn(page.text) ?? ''
  const [path = ''] = page.path.split('?')
  const question = await browser.get(`${path}/revoke`)
  expect(question.text).toContain('Revoke Entra ID?')
  expect((await askScim(world, token, 'GET', '/Users')).status).toBe(200)
  expect((await browser.post(`${path}/revoke`)).text).toContain('The SCIM token was revoked.')
  expect((await askScim(world, token, 'GET', '/Users')).status).toBe(401)
  for (const gone of [path, `${path}/revoke`]) expect((await browser.get(gone)).status).toBe(404)
  expect((await browser.send(`${path}/revoke`)).status).toBe(404)
})

test('the value that is kept for one token’s page is not shown on another’s', async () => {
  const { world, browser } = await consoleWorld()
  const { id } = await createScimToken(await world.scope(), { description: 'Okta' })
  const made = await browser.send(NEW, FORM)
  expect(secretIn((await browser.get(`/console/scim-tokens/${id}`)).text)).toBeUndefined()
  expect(secretIn((await browser.get(made.headers.get('Location') ?? '')).text)).toBeDefined()
})

test('a description is text wherever it stands', async () => {
  const { browser } = await consoleWorld()
  const page = await browser.post(NEW, { ...FORM, description: '<b>Okta</b>' })
  for (const { text } of [page, await browser.get('/console/scim-tokens')]) {
    expect(text).toContain('&lt;b&gt;Okta&lt;/b&gt;')
    expect(text).not.toContain('<b>Okta')
  }
})
