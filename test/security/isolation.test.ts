/** What belongs to one tenant is not there in another, for whoever is an administrator of the other one. */
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { type BrowserClient, signedIn } from '../support/browser-client.ts'
import {
  addressOf,
  type Furnished,
  ORIGIN,
  requestOf,
  type Route,
  routesOf,
  twoTenants,
  type TwoTenants,
} from './world.ts'

let both: TwoTenants
let routes: Route[]
beforeAll(async () => {
  both = await twoTenants()
  routes = routesOf(both.world)
})

const PLACES = /^\/(?:scim2|api\/v1|console)\//
const isDiscovery = ({ path }: Route) => /^\/scim2\/(?:ResourceTypes|Schemas)|openapi/.test(path)
const parametersOf = ({ path }: Route) =>
  path.split('/').filter((part) => part.startsWith(':') && ![':template', ':preset'].includes(part))

/** Answers a route as the administrator of a tenant asks it: with Basic, or signed in. */
async function askAs(tenant: Furnished, browser: BrowserClient, route: Route, address: string) {
  if (route.path.startsWith('/console')) {
    if (route.method === 'POST') return (await browser.send(address, { name: 'changed', enabled: 'true' })).status
    return (await browser.get(address)).status
  }
  const Authorization = basicHeader(tenant.administrator.userName, tenant.administrator.password)
  const answer = await both.world.app.request(ORIGIN + address, requestOf(route, { Authorization }))
  return answer.status
}

describe.each([
  ['the default tenant', (two: TwoTenants) => [two.root, two.acme] as const],
  ['another tenant', (two: TwoTenants) => [two.acme, two.root] as const],
])('an administrator of %s', (_which, choose) => {
  let mine: Furnished
  let theirs: Furnished
  let browser: BrowserClient
  let withIds: Route[]
  beforeAll(async () => {
    const [own, other] = choose(both)
    mine = own
    theirs = other
    browser = await signedIn(both.world, mine.administrator, mine.base)
    const here = routes.filter((route) => route.isTenants === (mine.base !== '') && PLACES.test(route.path))
    withIds = here.filter((route) => parametersOf(route).length > 0 && !isDiscovery(route))
  })

  test('finds nothing under an id of another tenant, on any route of scim2, api and console', async () => {
    expect(withIds.length).toBeGreaterThan(70)
    for (const route of withIds) {
      const address = addressOf(route, mine.base, theirs.ids)
      expect(await askAs(mine, browser, route, address), `${route.method} ${address}`).toBe(404)
    }
  })

  test('finds nothing under her own thing’s id with one of another tenant behind it', async () => {
    const deep = withIds.filter((route) => parametersOf(route).length === 2)
    expect(deep.length).toBeGreaterThan(5)
    for (const route of deep) {
      const address = addressOf(route, mine.base, mine.ids, theirs.ids)
      expect(await askAs(mine, browser, route, address), `${route.method} ${address}`).toBe(404)
    }
  })

  test('finds nothing under two ids of her own with one of another tenant behind them', async () => {
    const deepest = withIds.filter((route) => parametersOf(route).length === 3)
    expect(deepest.length).toBeGreaterThan(3)
    for (const route of deepest) {
      const address = addressOf(route, mine.base, mine.ids, mine.ids, theirs.ids)
      expect(await askAs(mine, browser, route, address), `${route.method} ${address}`).toBe(404)
    }
  })

  test('finds nothing of one connection below another one of her own', async () => {
    const below = withIds.filter(({ path }) => /\/connections\/:id\/.*:/.test(path))
    expect(below.length).toBeGreaterThan(40)
    const other = { ...mine.ids, connections: mine.ids.emptyConnection ?? '' }
    for (const route of below) {
      const address = addressOf(route, mine.base, other)
      expect(await askAs(mine, browser, route, address), `${route.method} ${address}`).toBe(404)
    }
  })

  test('finds all of it under her own ids', async () => {
    // What a test of a connection found is there for the browser alone that it was made in.
    const reading = withIds.filter(({ method, path }) => method === 'GET' && !path.endsWith('/test/:test'))
    for (const route of reading) {
      const address = addressOf(route, mine.base, mine.ids)
      expect(await askAs(mine, browser, route, address), `${route.method} ${address}`).toBe(200)
    }
  })

  test('sees nothing of another tenant in any list or page of her own', async () => {
    const Authorization = basicHeader(mine.administrator.userName, mine.administrator.password)
    const reading = routes.filter(
      ({ method, path, isTenants }) => method === 'GET' && isTenants === (mine.base !== '') && PLACES.test(path),
    )
    let withOwn = 0
    for (const route of reading) {
      const address = addressOf(route, mine.base, mine.ids)
      const text = route.path.startsWith('/console')
        ? (await browser.get(address)).text
        : await (await both.world.app.request(ORIGIN + address, { headers: { Authorization } })).text()
      if (text.includes(mine.word)) withOwn += 1
      expect(text.includes(theirs.word), address).toBe(false)
      for (const id of Object.values(theirs.ids)) expect(text.includes(id), address).toBe(false)
    }
    expect(withOwn).toBeGreaterThan(20)
  })

  test('cannot name what belongs to another tenant in a thing of her own', async () => {
    const Authorization = basicHeader(mine.administrator.userName, mine.administrator.password)
    const send = async (method: string, path: string, body: unknown) => {
      const headers = { Authorization, 'Content-Type': 'application/json' }
      return both.world.app.request(ORIGIN + mine.base + path, { method, headers, body: JSON.stringify(body) })
    }
    const { ids } = theirs
    const redirectUris = ['https://app.example/']
    const outboundProvisioning = [{ connection: ids.connections, connector: ids.connectors }]
    const loginFlow = { steps: [{ options: [{ connection: ids.connections }] }] }
    const tries = [
      send('POST', '/api/v1/applications', { name: 'a', redirectUris, loginFlow }),
      send('POST', '/api/v1/applications', { name: 'b', redirectUris, outboundProvisioning }),
      send('PATCH', `/api/v1/applications/${mine.ids.applications}`, { loginFlow }),
      send('PUT', '/api/v1/resident-application', { outboundProvisioning }),
      send('POST', '/api/v1/connections', { name: 'c', outbound: { roles: [ids.roles] } }),
      send('PATCH', `/api/v1/connections/${mine.ids.connections}`, { outbound: { groups: [ids.groups] } }),
      send('POST', '/scim2/Groups', { displayName: 'd', members: [{ value: ids.users }] }),
    ]
    for (const answer of await Promise.all(tries)) expect(answer.status).toBe(400)
    const provision = `/api/v1/connections/${mine.ids.connections}/connectors/${mine.ids.connectors}/provision`
    const missing = [
      send('POST', '/api/v1/provisioning/deliveries/retry', { connection: ids.connections }),
      send('POST', provision, { resourceType: 'User', id: ids.users }),
      send('POST', provision, { resourceType: 'Group', id: ids.groups }),
    ]
    for (const answer of await Promise.all(missing)) expect(answer.status).toBe(404)
  })
})

test('an id of another tenant’s connection leads nobody to sign in', async () => {
  const answer = await both.world.app.request(`${ORIGIN}/login/connections/${both.acme.ids.connections}`)
  expect(answer.status).toBe(404)
})

test('tenants are made and listed by administrators of the default tenant alone', async () => {
  const { administrator } = both.acme
  const Authorization = basicHeader(administrator.userName, administrator.password)
  for (const method of ['GET', 'POST']) {
    const init = { method, headers: { Authorization, 'Content-Type': 'application/json' } }
    const answer = await both.world.app.request(`${ORIGIN}/t/acme/api/v1/tenants`, init)
    expect(answer.status).toBe(404)
  }
})
