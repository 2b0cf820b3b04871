import { beforeAll, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { browserClient } from '../support/browser-client.ts'
import {
  authorizePath,
  codeFor,
  KIM,
  type OidcWorld,
  oidcWorld,
  postToken,
  redeem,
  register,
  userinfo,
} from './world.ts'

/** The application and Kim live in acme; `root` sees the default tenant of the same server. */
let acme: OidcWorld
let root: OidcWorld
beforeAll(async () => {
  acme = await oidcWorld('acme')
  const application = await register(acme, { name: 'playground2' })
  root = { ...acme, base: '', issuer: acme.platform.config.baseUrl, application }
})

test('a client of one tenant is unknown in another', async () => {
  const page = await browserClient(acme).get(authorizePath({ ...acme, base: '' }))
  expect(page.status).toBe(400)
  const { clientId, clientSecret } = acme.application
  const answer = await postToken(root, { code: 'any' }, basicHeader(clientId, clientSecret))
  expect(answer.status).toBe(401)
})

test('a code of one tenant is nothing in another, and stays good in its own', async () => {
  const code = await codeFor(acme)
  const elsewhere = await postToken(root, { code })
  expect(elsewhere.status).toBe(400)
  expect(await elsewhere.json()).toMatchObject({ error: 'invalid_grant' })
  await redeem(acme, code)
})

test('an access token of one tenant opens nothing in another', async () => {
  const { access_token } = await redeem(acme, await codeFor(acme))
  expect((await userinfo(root, access_token)).status).toBe(401)
  expect((await userinfo(acme, access_token)).status).toBe(200)
})

test('who is signed in at one tenant is nobody in another', async () => {
  const browser = browserClient(acme)
  await codeFor(acme, {}, browser)
  const page = await browser.get(authorizePath(root, { client_id: root.application.clientId }))
  expect(page.path).toMatch(/^\/login\?request=/)
})

test('a person of one tenant cannot sign in at another', async () => {
  const browser = browserClient(acme)
  const page = await browser.get(authorizePath(root, { client_id: root.application.clientId }))
  const request = new URL(page.path, root.issuer).searchParams.get('request') ?? ''
  const refused = await browser.post('/login', { username: KIM.userName, password: KIM.password, request })
  expect(refused.status).toBe(401)
})

test('a request that waits in one tenant cannot be gone on with in another', async () => {
  const browser = browserClient(acme)
  const waiting = (await browser.get(authorizePath(acme))).path.replace('/t/acme/login?request=', '')
  expect((await browser.get(`/oauth2/authorize?resume=${waiting}`)).status).toBe(400)
  expect((await browser.get(`/login?request=${waiting}`)).status).toBe(400)
})
