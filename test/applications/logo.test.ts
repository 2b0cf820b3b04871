/** The logos of applications: fetched by this server and shown from it (OpenID Connect Registration section 2). */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { browserClient } from '../support/browser-client.ts'
import { authorizePath, type Client, type OidcWorld, oidcWorld, register, signIn } from '../oidc/world.ts'

const LOGO = 'https://app.example/logo'
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

let world: OidcWorld
let client: Client
let there: () => Response
let fetched: string[]
beforeAll(async () => {
  world = await oidcWorld()
  const fetch = async (url: string) => {
    fetched.push(url)
    return there()
  }
  Object.assign(world.platform, { fetch })
})
let clients = 0
beforeEach(async () => {
  fetched = []
  there = () => new Response(new Uint8Array(PNG))
  // Each has an address of its own: what was fetched is remembered.
  const clientMetadata = { logoUri: `${LOGO}${++clients}`, firstParty: false }
  client = await register(world, { name: `logo ${clients}`, clientMetadata })
})

const addressOf = (clientId: string, base = '') =>
  `${base}/branding/application-logo?${new URLSearchParams({ client_id: clientId })}`
const ask = (clientId = client.clientId, base = '') =>
  world.app.request(`${world.platform.config.baseUrl}${addressOf(clientId, base)}`)

test('it stands where people sign in and where they are asked what the application may know', async () => {
  const src = `<img src="${addressOf(client.clientId)}" alt="" />`
  const browser = browserClient(world)
  const page = await browser.get(authorizePath(world, { client_id: client.clientId }))
  expect(page.text).toContain(src)
  // It says nothing by itself: where there are no links, nothing to go through is announced (WCAG 1.3.1).
  expect(page.text).not.toMatch(/<nav class="about/)
  const consent = await signIn(browser, page)
  expect(consent.path).toMatch(/^\/consent\?/)
  expect(consent.text).toContain(src)
  const without = await register(world, { name: `none ${clients}` })
  const plain = await browserClient(world).get(authorizePath(world, { client_id: without.clientId }))
  expect(plain.text).not.toContain('application-logo')
})

test('it is fetched once in ten minutes, whoever asks, and one that could not be had once in a minute', async () => {
  for (let i = 0; i < 3; i++) expect((await ask()).status).toBe(200)
  expect(fetched).toHaveLength(1)
  world.advance(600_000)
  there = () => new Response('gone', { status: 404 })
  for (let i = 0; i < 3; i++) expect((await ask()).status).toBe(404)
  expect(fetched).toHaveLength(2)
  world.advance(60_000)
  there = () => new Response(new Uint8Array(PNG))
  expect((await ask()).status).toBe(200)
})

test.each<[string, () => Response]>([
  ['an SVG, which can hold script', () => new Response('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['a page', () => new Response('<html>', { headers: { 'Content-Type': 'image/png' } })],
  ['a redirect', () => new Response(null, { status: 302, headers: { Location: 'https://other.example/' } })],
  ['a picture of more than 256 KiB', () => new Response(new Uint8Array([...PNG, ...new Array(256 * 1024).fill(0)]))],
  ['a picture that is an error', () => new Response(new Uint8Array(PNG), { status: 500 })],
  [
    'nothing',
    () => {
      throw new TypeError('no connection')
    },
  ],
])('%s is not shown', async (_what, given) => {
  there = given
  expect((await ask()).status).toBe(404)
  expect(world.logs.at(-1)).toMatchObject({ event: 'logo not shown' })
})

test('what is shown is a picture and nothing else, whatever was said of it', async () => {
  there = () => new Response(new Uint8Array(PNG), { headers: { 'Content-Type': 'text/html', 'Set-Cookie': 'a=b' } })
  const { headers } = await ask()
  expect(headers.get('Content-Type')).toBe('image/png')
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  expect(headers.get('Content-Security-Policy')).toContain('sandbox')
  expect(headers.get('Set-Cookie')).toBeNull()
})

test('an application that is not there, has none, or is another tenant’s, has no picture, and nothing is fetched', async () => {
  await world.tenant('acme')
  expect((await ask('nobody')).status).toBe(404)
  expect((await ask(world.application.clientId)).status).toBe(404)
  expect((await ask(client.clientId, '/t/acme')).status).toBe(404)
  expect(fetched).toEqual([])
})
