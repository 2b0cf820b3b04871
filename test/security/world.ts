/** Two tenants that each have one of everything, and every route of the app as requests to one of them. */
import { expect } from 'vitest'
import { createTenant } from '../../src/directory/setup/commands.ts'
import { PERMISSIONS } from '../../src/directory/permissions.ts'
import { ADMIN, basicHeader, testWorld, type TestWorld } from '../support/app.ts'
import { haveDrift } from '../support/drift.ts'

export const ORIGIN = 'https://localhost:9443'

/** What a tenant is filled with; `word` stands in every name, so that none of it can go unseen elsewhere. */
export type Furnished = {
  readonly base: string
  readonly word: string
  readonly administrator: { readonly userName: string; readonly password: string }
  readonly person: { readonly userName: string; readonly password: string }
  /** May read everything and change nothing. */
  readonly reader: { readonly userName: string; readonly password: string }
  readonly scimToken: string
  readonly client: { readonly clientId: string; readonly clientSecret: string }
  /** By the part of a path that stands before the parameter. */
  readonly ids: Readonly<Record<string, string>>
}

export type TwoTenants = { readonly world: TestWorld; readonly root: Furnished; readonly acme: Furnished }

export async function twoTenants(): Promise<TwoTenants> {
  const world = await testWorld({ fetch: () => Promise.reject(new Error('nothing is called here')) })
  // With a name and a password of their own: the same ones would be right in both tenants.
  const boss = { userName: 'boss', password: 'B0ss-passw0rd!' }
  await createTenant(world.platform, { slug: 'acme', name: 'Acme', admin: boss })
  return {
    world,
    root: await furnish(world, '', 'rootword', ADMIN),
    acme: await furnish(world, '/t/acme', 'acmeword', boss),
  }
}

async function furnish(
  world: TestWorld,
  base: string,
  word: string,
  administrator: Furnished['administrator'],
): Promise<Furnished> {
  const Authorization = basicHeader(administrator.userName, administrator.password)
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { Authorization, 'Content-Type': 'application/json' }
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const answer = await world.app.request(ORIGIN + base + path, init)
    expect(answer.status, `${method} ${path}`).toBeLessThan(300)
    return (answer.status === 204 ? {} : await answer.json()) as Record<string, string> & {
      items: { id: string }[]
      Resources: { id: string }[]
    }
  }
  const connection = await call('POST', '/api/v1/connections', connectionOf(word))
  const outboundProvisioning = [{ connection: connection.id, connector: `${word}-connector` }]
  await call('PUT', '/api/v1/resident-application', { outboundProvisioning })
  const application = await call('POST', '/api/v1/applications', {
    name: `${word}-application`,
    redirectUris: [`https://${word}.example/callback`],
    loginFlow: { steps: [{ options: ['password', { connection: connection.id }] }] },
    outboundProvisioning,
  })
  const person = { userName: `${word}-kim`, password: 'MyPa33w@rd' }
  const user = await call('POST', '/scim2/Users', { ...person, displayName: `${word} person` })
  const group = await call('POST', '/scim2/Groups', { displayName: `${word}-team`, members: [{ value: user.id }] })
  const role = await call('POST', '/scim2/Roles', { displayName: `${word}-role`, users: [{ value: user.id }] })
  const reader = { userName: `${word}-reader`, password: 'MyPa33w@rd' }
  const reading = await call('POST', '/scim2/Users', reader)
  const permissions = Object.keys(PERMISSIONS).filter((name) => name.endsWith(':read'))
  await call('POST', '/scim2/v2/Roles', {
    displayName: `${word}-readers`,
    users: [{ value: reading.id }],
    permissions: permissions.map((value) => ({ value })),
  })
  const empty = await call('POST', '/api/v1/connections', { name: `${word}-empty` })
  await call('PUT', '/api/v1/provisioning/alerts', { url: `https://${word}.example/alerts` })
  const account = { connection: connection.id, issuer: `https://${word}.example`, subject: `${word}-there` }
  await call('POST', `/api/v1/users/${user.id}/linked-accounts`, account)
  const [decision] = (await call('GET', '/api/v1/sign-in-decisions')).items
  const token = await call('POST', '/api/v1/scim-tokens', { description: `${word}-token` })
  const initial = await call('POST', '/api/v1/client-registration/tokens', { description: `${word}-initial` })
  const attribute = await call('POST', '/api/v1/user-attributes', { name: `${word}Size`, type: 'integer' })
  const gone = await call('POST', '/scim2/Users', { userName: `${word}-gone` })
  await call('DELETE', `/scim2/Users/${gone.id}`)
  const connectors = (await call('GET', `/api/v1/connections/${connection.id}`)) as unknown as {
    outbound: { connectors: { id: string }[] }
  }
  const [connector] = connectors.outbound.connectors
  const scope = await world.scope(base === '' ? undefined : 'acme')
  await haveDrift(scope, connector?.id ?? '', { id: user.id ?? '', name: person.userName }, `${word}-drift`)
  const [delivery] = (await call('GET', '/api/v1/provisioning/deliveries')).items
  return {
    base,
    word,
    administrator,
    person,
    reader,
    scimToken: token.token ?? '',
    client: { clientId: application.clientId ?? '', clientSecret: application.clientSecret ?? '' },
    ids: demandAll({
      Users: user.id,
      users: user.id,
      Groups: group.id,
      groups: group.id,
      Roles: role.id,
      roles: role.id,
      applications: application.id,
      connections: connection.id,
      connectors: connector?.id,
      provisioning: connector?.id,
      outbound: connector?.id,
      deliveries: delivery?.id,
      'linked-accounts': connection.id,
      linked: connection.id,
      'sign-in-decisions': decision?.id,
      drifts: `${word}-drift`,
      emptyConnection: empty.id,
      'scim-tokens': token.id,
      tokens: initial.id,
      'user-attributes': attribute.name,
      custom: attribute.name,
      'deleted-users': gone.id,
    }),
  }
}

function connectionOf(word: string) {
  const endpoint = `https://${word}.example`
  return {
    name: `${word}-connection`,
    authenticator: {
      type: 'oidc',
      clientId: `${word}-client`,
      clientSecret: 'upstream-secret',
      authorizationEndpoint: `${endpoint}/authorize`,
      tokenEndpoint: `${endpoint}/token`,
    },
    outbound: {
      connectors: [
        {
          type: 'scim2',
          name: `${word}-connector`,
          enabled: true,
          authentication: { mode: 'basic', username: `${word}-user`, password: 'connector-secret' },
          userEndpoint: `${endpoint}/Users`,
          groupEndpoint: `${endpoint}/Groups`,
        },
      ],
    },
  }
}

function demandAll(ids: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ids).map(([name, id]) => {
      if (id === undefined) throw new Error(`there is no id for ${name}`)
      return [name, id]
    }),
  )
}

export type Route = {
  readonly method: string
  /** As it is registered, without the tenant's prefix. */
  readonly path: string
  /** Whether it stands under /t/:tenant. */
  readonly isTenants: boolean
}

/** Every route of the app, middleware aside. */
export function routesOf({ app }: TestWorld): Route[] {
  const own = app.routes.filter(({ method }) => method !== 'ALL')
  const names = new Set(own.map(({ method, path }) => `${method} ${path}`))
  return [...names].map((name) => {
    const [method = '', path = ''] = name.split(' ')
    const isTenants = path === '/t/:tenant' || path.startsWith('/t/:tenant/')
    return { method, path: isTenants ? path.slice('/t/:tenant'.length) || '/' : path, isTenants }
  })
}

/** `ids` fill the parameters from the left. */
export function addressOf({ path }: Route, base: string, ...ids: readonly Furnished['ids'][]): string {
  const parts = path.split('/')
  const places = parts.flatMap((part, i) => (part.startsWith(':') ? [i] : []))
  const filled = parts.map((part, i) => {
    if (!part.startsWith(':')) return part
    if (part === ':template') return 'traditional-web-application'
    if (part === ':preset') return 'google'
    if (part === ':slug') return 'acme'
    const source = ids[Math.min(places.indexOf(i), ids.length - 1)]
    const name = parts[i - 1] ?? ''
    return (
      source?.[name] ??
      { ResourceTypes: 'User', Schemas: 'urn:ietf:params:scim:schemas:core:2.0:User' }[name] ??
      'nothing'
    )
  })
  return `${base}${filled.join('/')}`.replace(/(?<=.)\/$/, '')
}

/** A request that the route would carry out, if whoever asks were let in. */
export function requestOf(route: Route, headers: Readonly<Record<string, string>> = {}): RequestInit {
  const { method, path } = route
  if (method === 'GET' || method === 'DELETE') return { method, headers }
  if (path.startsWith('/scim2') || path.startsWith('/api')) {
    return { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(bodyOf(route)) }
  }
  return { method, headers, body: new URLSearchParams({ name: 'changed', enabled: 'true' }) }
}

function bodyOf({ method, path }: Route): unknown {
  if (path.startsWith('/scim2') && method === 'PATCH') {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    return { schemas, Operations: [{ op: 'replace', path: 'displayName', value: 'changed' }] }
  }
  const bodies: Readonly<Record<string, unknown>> = {
    '/scim2/Users': { userName: 'changed' },
    '/scim2/Users/:id': { userName: 'changed' },
    '/scim2/Groups': { displayName: 'changed' },
    '/scim2/Groups/:id': { displayName: 'changed' },
    '/scim2/Roles': { displayName: 'changed' },
    '/scim2/Roles/:id': { displayName: 'changed' },
    '/scim2/v2/Roles': { displayName: 'changed' },
    '/scim2/v2/Roles/:id': { displayName: 'changed' },
    '/scim2/Me': { userName: 'changed' },
    '/scim2/Bulk': {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'changed' } }],
    },
    '/api/v1/user-attributes': { name: 'changed', type: 'string' },
    '/api/v1/user-attributes/:name': { description: 'changed' },
    '/api/v1/password-policy': { minLength: 9 },
    '/api/v1/authorization-policy': { requirePushedAuthorizationRequests: true },
    '/api/v1/sign-up-policy': { enabled: true },
    '/api/v1/branding': { displayName: 'changed' },
    '/api/v1/provisioning/log-settings': { keepDays: 7 },
    '/api/v1/provisioning/alerts': { url: 'https://changed.example/' },
    '/api/v1/tenants': { slug: 'changed', name: 'changed', admin: { userName: 'changed', password: 'changed' } },
    '/api/v1/scim-tokens': { description: 'changed' },
    '/api/v1/client-registration': { policy: 'open' },
    '/api/v1/client-registration/tokens': { description: 'changed' },
    '/api/v1/applications': { name: 'changed', redirectUris: ['https://changed.example/'] },
    '/api/v1/connections/:id/connectors/:connector/provision': { resourceType: 'User', id: 'changed' },
    '/api/v1/connections/:id/dry-run': { claims: {} },
    '/api/v1/connections/from-postern': { issuer: 'https://changed.example' },
    '/api/v1/users/:id/linked-accounts': {
      connection: 'changed',
      subject: 'changed',
      issuer: 'https://changed.example',
    },
    '/api/v1/resident-application': { outboundProvisioning: [] },
  }
  return bodies[path] ?? { name: 'changed' }
}
