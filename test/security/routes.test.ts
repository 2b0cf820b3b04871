/** For every route of the app, at the root and under /t/{tenant}: who is let in. */
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import { signedIn } from '../support/browser-client.ts'
import { contentsOf } from '../support/contents.ts'
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

/** What is there for everybody, with the status that somebody without a credential gets. */
const PUBLIC: Readonly<Record<string, number>> = {
  'GET /healthz': 200,
  'GET /readyz': 200,
  // Without METRICS_TOKEN.
  'GET /metrics': 404,
  'GET /assets/postern.css': 200,
  'GET /assets/postern.js': 200,
  'GET /assets/icon.svg': 200,
  'GET /.well-known/oauth-authorization-server': 200,
  'GET /.well-known/oauth-authorization-server/t/:slug': 200,
  'GET /.well-known/openid-configuration': 200,
  'GET /oauth2/token/.well-known/openid-configuration': 200,
  'GET /oauth2/jwks': 200,
  'GET /scim2/ServiceProviderConfig': 200,
  'GET /scim2/ServiceProviderConfigs': 200,
  'GET /scim2/ResourceTypes': 200,
  'GET /scim2/ResourceTypes/:id': 200,
  'GET /scim2/Schemas': 200,
  'GET /scim2/Schemas/:id': 200,
  'GET /api/v1/openapi.json': 200,
  'GET /api/docs': 200,
  // To the console, which asks who it is.
  'GET /': 303,
  // Pages for whoever wants to sign in or out; their forms need the token of the page.
  'GET /login': 200,
  // What is chosen is kept in the browser; without a choice there is nothing to keep.
  'POST /language': 400,
  // What visitor pages look like; a tenant without a logo has none.
  'GET /branding/style.css': 200,
  'GET /branding/logo': 404,
  'GET /branding/application-logo': 404,
  'POST /login': 403,
  // Where nobody has done the first step: to the first one.
  'GET /login/second': 303,
  'POST /login/second': 403,
  'POST /login/passkey': 403,
  'GET /logout': 200,
  'POST /logout': 403,
  // As are those for whoever has forgotten her password or is new. Without its token a link leads nowhere.
  'GET /forgot': 200,
  'POST /forgot': 403,
  'GET /forgot/sent': 200,
  'GET /forgot/new': 410,
  'POST /forgot/new': 403,
  'GET /verify-email': 410,
  'POST /verify-email': 403,
  // Nobody signs up unless the tenant says so.
  'GET /signup': 403,
  'POST /signup': 403,
  'GET /signup/sent': 200,
  'GET /signup/finish': 410,
  'POST /signup/finish': 403,
  // To the page that says so.
  'GET /oidc/logout': 303,
  'POST /oidc/logout': 303,
  'POST /oidc/logout/confirm': 403,
  // Without an application's request, or a sign-in that was begun in this browser, there is nothing to go on with.
  'GET /oauth2/authorize': 400,
  'POST /oauth2/authorize': 303,
  'GET /consent': 400,
  'POST /consent': 403,
  // A code is typed by whoever has one; without it there is nothing to decide.
  'GET /device': 200,
  'POST /device': 403,
  'GET /device/confirm': 410,
  'POST /device/confirm': 403,
  'GET /device/done': 200,
  // Clients do not register themselves unless the tenant says so.
  'POST /oauth2/register': 400,
  'GET /commonauth': 400,
  'GET /commonauth/:id': 400,
  // To the same address with a GET.
  'POST /commonauth': 303,
  'POST /commonauth/:id': 303,
  // To the page of signing out: there is no sign-out under way.
  'GET /commonauth/logout': 303,
  // Of an id that nobody knows. A connection's name and address everybody sees who may sign in with it.
  'GET /login/connections/:id': 404,
  // Whom a provider has vouched for in this browser: without that there is nobody to ask.
  'GET /login/arrival': 400,
  'POST /login/arrival': 403,
  // A public key.
  'GET /login/connections/:id/jwks': 404,
  // A provider has no credential here: its token is verified.
  'POST /login/connections/:id/backchannel-logout': 400,
}

/** What somebody sees of herself whose roles permit nothing else (RFC 7644 section 3.11). */
const OWN: Readonly<Record<string, number>> = { 'GET /scim2/Me': 200, 'POST /scim2/Me': 501 }

type Guard = { readonly under: RegExp; readonly refuses: (answer: Response, base: string) => void }

/** What is guarded, and what a refusal looks like there. */
const GUARDS: readonly Guard[] = [
  { under: /^\/scim2(?:\/|$)/, refuses: (answer) => expect([401, 429]).toContain(answer.status) },
  { under: /^\/api\/v1\//, refuses: (answer) => expect([401, 429]).toContain(answer.status) },
  {
    under: /^\/oauth2\/(?:token|par|device_authorize|userinfo|introspect|revoke|register\/:clientId)$/,
    refuses: (answer) => expect(answer.status).toBe(401),
  },
  {
    under: /^\/console(?:\/|$)/,
    refuses: (answer, base) => {
      expect(answer.status).toBe(303)
      expect(answer.headers.get('Location')).toMatch(new RegExp(`^${base}/login\\?return_to=`))
    },
  },
  {
    under: /^\/account(?:\/|$)/,
    refuses: (answer, base) => {
      expect(answer.status).toBe(303)
      expect(answer.headers.get('Location')).toMatch(new RegExp(`^${base}/login\\?return_to=`))
    },
  },
]

let both: TwoTenants
let routes: Route[]
beforeAll(async () => {
  both = await twoTenants()
  routes = routesOf(both.world)
})

const nameOf = ({ method, path }: Route) => `${method} ${path}`
const isPublic = (route: Route) => Object.hasOwn(PUBLIC, nameOf(route))
const guardOf = ({ path }: Route) => GUARDS.find(({ under }) => under.test(path))
const tenantOf = ({ isTenants }: Route) => (isTenants ? both.acme : both.root)
const otherOf = ({ isTenants }: Route) => (isTenants ? both.root : both.acme)

/** Sends each guarded route a request with the headers that are given for its tenant; answers what came of it. */
async function attempt(headersOf: (route: Route, tenant: Furnished) => Record<string, string>) {
  const guarded = routes.filter((route) => !isPublic(route))
  const attempts = []
  for (const route of guarded) {
    const tenant = tenantOf(route)
    const address = addressOf(route, tenant.base, tenant.ids)
    const answer = await both.world.app.request(ORIGIN + address, requestOf(route, headersOf(route, tenant)))
    attempts.push({ route, tenant, answer, what: `${route.method} ${address}` })
  }
  return attempts
}

test('every route is either public and in the list, or guarded', () => {
  const unknown = routes.filter((route) => !isPublic(route) && !guardOf(route)).map(nameOf)
  expect(unknown).toEqual([])
  const known = new Set(routes.map(nameOf))
  expect(Object.keys(PUBLIC).filter((name) => !known.has(name))).toEqual([])
  expect(routes.length).toBeGreaterThan(200)
})

test('a tenant has every route of the default tenant, but for those that are the server’s', () => {
  const [own, tenants] = [false, true].map((isTenants) =>
    routes.filter((one) => one.isTenants === isTenants).map(nameOf),
  )
  const only = (own ?? []).filter((name) => !tenants?.includes(name))
  expect(tenants?.filter((name) => !own?.includes(name))).toEqual([])
  expect(
    only.every((name) =>
      /^GET \/(?:healthz|readyz|metrics|assets\/.*|\.well-known\/oauth-authorization-server.*)$/.test(name),
    ),
  ).toBe(true)
})

test('what is public shows nothing of what is in a tenant', async () => {
  for (const route of routes.filter(isPublic)) {
    const tenant = tenantOf(route)
    const answer = await both.world.app.request(ORIGIN + addressOf(route, tenant.base), requestOf(route))
    expect(answer.status, nameOf(route)).toBe(PUBLIC[nameOf(route)])
    const text = withoutOffered(await answer.text(), route, tenant)
    for (const told of [tenant.word, otherOf(route).word, ...Object.values(tenant.ids)]) {
      expect(text.includes(told), `${told} in ${nameOf(route)}`).toBe(false)
    }
  }
})

/** The sign-in page offers connections: their names and addresses are for everybody. */
function withoutOffered(text: string, route: Route, { word, ids }: Furnished): string {
  if (!/^(?:GET|POST) \/login$/.test(nameOf(route))) return text
  return text.replaceAll(`${word}-connection`, '').replaceAll(ids.connections ?? '', '')
}

describe('on every other route, and with nothing changed by it,', () => {
  let before: ReadonlyMap<string, string>
  beforeAll(async () => {
    // A tenant's first key is made by whoever asks for it first.
    for (const { base } of [both.root, both.acme]) await both.world.app.request(`${ORIGIN}${base}/oauth2/jwks`)
    before = await contentsOf(both.world.platform.db)
  })

  test('nobody is let in without a credential', async () => {
    for (const { route, tenant, answer, what } of await attempt(() => ({}))) {
      expect.soft(answer.ok, what).toBe(false)
      guardOf(route)?.refuses(answer, tenant.base)
    }
    expect(await changedTables(before)).toEqual([])
  })

  test('nobody is let in by a name and password of another tenant', async () => {
    const headersOf = (route: Route) => {
      const { administrator, client } = otherOf(route)
      const isToken = route.path === '/oauth2/token'
      return {
        Authorization: isToken
          ? basicHeader(client.clientId, client.clientSecret)
          : basicHeader(administrator.userName, administrator.password),
        ...(isToken ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}),
      }
    }
    for (const { route, tenant, answer, what } of await attempt(headersOf)) {
      expect.soft(answer.ok, what).toBe(false)
      guardOf(route)?.refuses(answer, tenant.base)
    }
    expect(await changedTables(before)).toEqual([])
  })

  test('nobody is let in by a SCIM token of another tenant', async () => {
    const headersOf = (route: Route) => ({ Authorization: `Bearer ${otherOf(route).scimToken}` })
    for (const { route, tenant, answer, what } of await attempt(headersOf)) {
      expect.soft(answer.ok, what).toBe(false)
      guardOf(route)?.refuses(answer, tenant.base)
    }
    expect(await changedTables(before)).toEqual([])
  })

  test('nobody is let in by a session of another tenant, under its own name or under the name of this one’s', async () => {
    const sessions = new Map<Furnished, string>()
    for (const tenant of [both.root, both.acme]) sessions.set(tenant, await sessionOf(tenant))
    const headersOf = (route: Route, tenant: Furnished) => {
      const foreign = sessions.get(otherOf(route)) ?? ''
      const [name = '', id = ''] = [sessions.get(tenant)?.split('=')[0], foreign.split('=')[1]]
      return { Cookie: `${foreign}; ${name}=${id}` }
    }
    for (const { route, tenant, answer, what } of await attempt(headersOf)) {
      expect.soft(answer.ok, what).toBe(false)
      guardOf(route)?.refuses(answer, tenant.base)
    }
    expect(await changedTables(before)).toEqual([])
  })

  test('nobody is let in who is no administrator', async () => {
    const sessions = new Map<Furnished, string>()
    for (const tenant of [both.root, both.acme]) sessions.set(tenant, await sessionOf(tenant, tenant.person))
    const headersOf = (route: Route, tenant: Furnished): Record<string, string> => {
      if (route.path.startsWith('/console')) return { Cookie: sessions.get(tenant) ?? '' }
      return { Authorization: basicHeader(tenant.person.userName, tenant.person.password) }
    }
    for (const { route, answer, what } of await attempt(headersOf)) {
      // The account is for everybody, but not by Basic.
      const unknown = route.path.startsWith('/account') ? 303 : route.path.startsWith('/oauth2/') ? 401 : 403
      const expected = OWN[nameOf(route)] ?? unknown
      expect(answer.status, what).toBe(expected)
    }
    expect(await changedTables(before)).toEqual([])
  })

  test('nobody changes anything over the API who may only read', async () => {
    const headersOf = (_route: Route, { reader }: Furnished) => ({
      Authorization: basicHeader(reader.userName, reader.password),
    })
    const attempts = (await attempt(headersOf)).filter(({ route }) => route.path.startsWith('/api/v1'))
    for (const { route, answer, what } of attempts) {
      const ofRoot = route.isTenants && route.path === '/api/v1/tenants'
      expect.soft(answer.status, what).toBe(route.method === 'GET' ? (ofRoot ? 404 : 200) : 403)
    }
    expect(attempts.length).toBeGreaterThan(100)
    expect(await changedTables(before)).toEqual([])
  })

  test('a SCIM token opens scim2 alone', async () => {
    const headersOf = (_route: Route, tenant: Furnished) => ({ Authorization: `Bearer ${tenant.scimToken}` })
    const attempts = (await attempt(headersOf)).filter(({ route }) => !route.path.startsWith('/scim2'))
    for (const { route, tenant, answer } of attempts) guardOf(route)?.refuses(answer, tenant.base)
    expect(attempts.length).toBeGreaterThan(50)
  })
})

/** The session cookie of somebody who signed in at a tenant, as a browser sends it. */
async function sessionOf(tenant: Furnished, person = tenant.administrator): Promise<string> {
  const browser = await signedIn(both.world, person, tenant.base)
  const page = await browser.get(`${tenant.base}/login`)
  expect(page.status).toBe(200)
  const answer = await browser.send(`${tenant.base}/login`, { username: person.userName, password: person.password })
  return (
    answer.headers
      .getSetCookie()
      .find((line) => line.includes('postern-session'))
      ?.split(';')[0] ?? ''
  )
}

/** What a try to sign in leaves behind. */
const PASSING = ['sessions', 'sign_in_failures', 'throttles', 'authorization_requests', 'federation_states']

/** The tables that are not as they were. */
async function changedTables(before: ReadonlyMap<string, string>): Promise<string[]> {
  const now = await contentsOf(both.world.platform.db)
  return [...now].flatMap(([name, rows]) => (PASSING.includes(name) || before.get(name) === rows ? [] : [name]))
}
