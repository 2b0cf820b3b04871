/**
 * Whatever one tenant gave is worth nothing in another, at the same server and with the same words: codes, access tokens,
 * sessions and waiting requests are in tenants.test.ts, pushed requests in par.test.ts, id_token_hints in
 * conformance/rp-initiated-logout.test.ts, signing keys in keys.test.ts, all routes in security/. Here is the rest.
 */
import { beforeAll, expect, test } from 'vitest'
import { basicHeader } from '../../support/app.ts'
import { type BrowserClient, browserClient } from '../../support/browser-client.ts'
import {
  answerIn,
  authorizePath,
  type Client,
  codeFor,
  KIM,
  type OidcWorld,
  oidcWorld,
  postToken,
  redeem,
  register,
  signIn,
  type Tokens,
} from '../world.ts'

const GRANTS = { grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'] }

/** Kim lives in both, with the same password, and each has an application of the same name. */
let acme: OidcWorld
let root: OidcWorld
beforeAll(async () => {
  acme = await oidcWorld('acme')
  const tenant = await acme.tenant('')
  const { id } = (await (await tenant.scim('POST', '/Users', KIM)).json()) as { id: string }
  const [own, roots] = [
    await register(acme, { name: 'app', ...GRANTS }, 'acme'),
    await register(acme, { name: 'app', ...GRANTS }),
  ]
  acme = { ...acme, application: own }
  root = { ...acme, base: '', issuer: acme.platform.config.baseUrl, application: roots, kimId: id }
})

const basicOf = ({ application }: OidcWorld) => basicHeader(application.clientId, application.clientSecret)

type Refreshable = Tokens & { readonly refresh_token: string }
async function refreshable(world: OidcWorld): Promise<Refreshable> {
  return (await redeem(world, await codeFor(world, { scope: 'openid offline_access' }))) as Refreshable
}

test('a refresh token is nothing in another tenant, and stays good in its own', async () => {
  const { refresh_token } = await refreshable(acme)
  const form = { grant_type: 'refresh_token', refresh_token }
  expect((await postToken(root, form)).status).toBe(400)
  expect((await postToken(root, form, basicOf(acme))).status).toBe(401)
  expect((await postToken(acme, form)).status).toBe(200)
})

test('introspection and revocation know nothing of another tenant’s tokens, and end none', async () => {
  const { access_token, refresh_token } = await refreshable(acme)
  const post = (world: OidcWorld, path: string, token: string) =>
    world.app.request(`${world.issuer}/oauth2/${path}`, {
      method: 'POST',
      headers: { Authorization: basicOf(world) },
      body: new URLSearchParams({ token }),
    })
  for (const token of [access_token, refresh_token]) {
    expect(await (await post(root, 'introspect', token)).json()).toEqual({ active: false })
    expect((await post(root, 'revoke', token)).status).toBe(200)
    expect(await (await post(acme, 'introspect', token)).json()).toMatchObject({ active: true })
  }
})

test('a client’s own token is nothing in another tenant, although the client has its namesake there', async () => {
  const own = await postToken(acme, { grant_type: 'client_credentials' })
  const { access_token } = (await own.json()) as Tokens
  for (const path of ['/oauth2/userinfo', '/scim2/Users', '/api/v1/applications']) {
    const answer = await root.app.request(root.issuer + path, { headers: { Authorization: `Bearer ${access_token}` } })
    expect(answer.status).toBe(401)
  }
})

test('a consent that is asked for in one tenant cannot be given in another, by its form’s token or its request', async () => {
  const partner = { clientMetadata: { firstParty: false } }
  const clients = new Map<OidcWorld, Client>([
    [acme, await register(acme, { name: 'partner', ...partner }, 'acme')],
    [root, await register(root, { name: 'partner', ...partner })],
  ])
  // One browser, and both tenants know her.
  const browser = browserClient(acme)
  const fields = new Map<OidcWorld, Record<string, string>>()
  for (const world of [acme, root]) fields.set(world, await askFor(browser, world, clients.get(world)))
  const { request, asked } = fields.get(acme) ?? {}
  const send = (world: OidcWorld, sent: Record<string, string | undefined>) =>
    browser.send(`${world.base}/consent`, { decision: 'allow', ...(sent as Record<string, string>) })
  // The browser has root's form token, which it read last.
  expect((await send(root, { request, asked })).status).toBe(400)
  expect((await send(acme, { request, asked })).status).toBe(403)
  expect((await send(root, { ...fields.get(root), _token: 'x'.repeat(43) })).status).toBe(403)
  // Each in its own tenant is good.
  const answer = await send(root, fields.get(root) ?? {})
  expect(answer.status).toBe(303)
})

async function askFor(browser: BrowserClient, world: OidcWorld, client: Client | undefined) {
  const page = await browser.get(authorizePath(world, { client_id: client?.clientId }))
  const { text } = /\/login\?/.test(page.path) ? await signIn(browser, page) : page
  const found = [...text.matchAll(/name="(request|asked)" value="([^"]*)"/g)]
  return Object.fromEntries(found.map(([, name = '', value = '']) => [name, value]))
}

test('a session of one tenant gives no code in another, under whatever name its cookie comes', async () => {
  const browser = browserClient(acme)
  await codeFor(acme, {}, browser)
  const silent = authorizePath(root, { prompt: 'none' })
  expect(answerIn(await browser.get(silent)).error).toBe('login_required')
  const answer = await browser.send(`${acme.base}/login`, { username: KIM.userName, password: KIM.password })
  const [, session = ''] = /session-[^=]+=([^;]+)/.exec(answer.headers.getSetCookie().join()) ?? []
  const names = ['session', 'browser'].map((purpose) => `__Host-postern-${purpose}-localhost-9443=${session}`)
  const forged = await root.app.request(root.issuer + silent, { headers: { Cookie: names.join('; ') } })
  expect(forged.headers.get('Location')).toMatch(/error=login_required/)
})
