import { expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { consoleRoutes } from '../../src/console/routes.ts'
import { createAttribute } from '../../src/directory/attributes/commands.ts'
import { attributeInput } from '../../src/directory/attributes/settings.ts'
import { createScimToken } from '../../src/directory/credentials/commands.ts'
import { listDeliveries } from '../../src/outbound/log/queries.ts'
import { testWorld, type TestWorld } from '../support/app.ts'
import { browserClient, signedIn } from '../support/browser-client.ts'
import { consoleWorld, makeApplication, makeConnection, makeConnector, makeProvider, SECRETS } from './world.ts'

const KIM = { userName: 'kim', password: 'MyPa33w@rd' }

/** One of everything that the console has a page for, in a tenant. */
async function furnish(world: TestWorld, slug: string) {
  const scope = await world.scope(slug)
  const tenant = await world.tenant(slug)
  const connection = await makeConnection(world, 'SCIM-IDP', slug)
  const connector = await makeConnector(world, connection.id, 'SCIM2', true, slug)
  const provider = await makeProvider(world, 'IDP-IS2', slug)
  const { row: application, clientSecret = '' } = await makeApplication(world, 'playground2', slug)
  const provisioner = { connection: connection.id, connector: connector.id, blocking: false, jit: false }
  for (const id of [RESIDENT_APPLICATION, application.id]) await setProvisioners(scope, id, [provisioner])
  const user = await (await tenant.scim('POST', '/Users', KIM)).json()
  const group = await (await tenant.scim('POST', '/Groups', { displayName: 'team' })).json()
  const role = await (await tenant.scim('POST', '/Roles', { displayName: 'Guide' })).json()
  const gone = await (await tenant.scim('POST', '/Users', { userName: 'ann' })).json()
  await tenant.scim('DELETE', `/Users/${gone.id}`)
  const token = await createScimToken(scope, { description: 'Okta' })
  const attribute = attributeInput.parse({ name: `size${slug}`, type: 'integer' })
  await createAttribute(scope, attribute)
  const rows = await listDeliveries(scope, {}, { limit: 9 })
  const delivery = rows.find((row) => row.resourceId === user.id)
  if (!delivery) throw new Error('nothing waits to be delivered')
  return {
    connection,
    connector,
    provider,
    application,
    clientSecret,
    user,
    group,
    role,
    gone,
    token,
    attribute,
    delivery,
  }
}

test('somebody who is not signed in is sent to sign in, and comes back to the page', async () => {
  const { app, platform } = await testWorld()
  const answer = await app.request(`${platform.config.baseUrl}/console/connections?q=x`)
  expect(answer.status).toBe(303)
  expect(answer.headers.get('Location')).toBe('/login?return_to=%2Fconsole%2Fconnections%3Fq%3Dx')
})

test('whoever has no role that permits anything is refused on every route of the console', async () => {
  const world = await testWorld()
  await (await world.tenant()).scim('POST', '/Users', KIM)
  const browser = browserClient(world)
  await browser.get('/login')
  await browser.send('/login', { username: KIM.userName, password: KIM.password })
  const page = await browser.get('/console')
  expect(page.status).toBe(403)
  expect(page.text).toContain('whose roles permit nothing here')
  const routes = consoleRoutes.routes.filter(({ method }) => method === 'GET' || method === 'POST')
  expect(routes.length).toBeGreaterThan(60)
  for (const { method, path } of routes) {
    const answer = method === 'GET' ? await browser.get(path) : await browser.send(path)
    expect(answer.status, `${method} ${path}`).toBe(403)
  }
})

test('a form without the token of this browser changes nothing', async () => {
  const { world, browser } = await consoleWorld()
  const answer = await browser.send('/console/connections/new/custom', { name: 'SCIM-IDP', _token: '' })
  expect(answer.status).toBe(403)
  expect((await signedIn(world).then((other) => other.get('/console/connections'))).text).toContain(
    'No connections yet',
  )
})

test('every page that a link of the console leads to is there, and none has a secret in it', async () => {
  const { world, browser } = await consoleWorld()
  const { clientSecret, token } = await furnish(world, '')
  const waiting = ['/console']
  const seen = new Set(waiting)
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const page = await browser.get(path)
    expect(page.status, path).toBe(200)
    for (const secret of [...Object.values(SECRETS), clientSecret, token.token, KIM.password]) {
      expect(page.text.includes(secret), `a secret on ${path}`).toBe(false)
    }
    for (const [, href = ''] of page.text.matchAll(/href="(\/console[^"#]*)"/g)) {
      const next = href.replaceAll('&amp;', '&')
      if (!seen.has(next)) waiting.push(next)
      seen.add(next)
    }
  }
  expect(seen.size).toBeGreaterThan(50)
})

test('what belongs to another tenant is not there, whatever is asked of it', async () => {
  const world = await testWorld()
  await world.tenant('other')
  const theirs = await furnish(world, 'other')
  const mine = await furnish(world, '')
  const browser = await signedIn(world)
  const foreign = {
    '/console/users/:id': theirs.user.id,
    '/console/groups/:id': theirs.group.id,
    '/console/roles/:id': theirs.role.id,
    '/console/connections/:id': theirs.connection.id,
    '/console/applications/:id': theirs.application.id,
    '/console/scim-tokens/:id': theirs.token.id,
    '/console/deleted-users/:id': theirs.gone.id,
    '/console/attributes/custom/:id': theirs.attribute.name,
    [`/console/connections/${mine.connection.id}/connectors/:id`]: theirs.connector.id,
    [`/console/connections/${mine.connection.id}/deliveries/:id`]: theirs.delivery.id,
    '/console/login-registration/provisioning/outbound/:id': theirs.connector.id,
    [`/console/applications/${mine.application.id}/provisioning/:id`]: theirs.connector.id,
  }
  for (const [place, id] of Object.entries(foreign)) {
    const shape = place.replace(/[0-9a-f-]{36}/, ':id')
    for (const { method, path } of routesBelow(shape)) {
      const address = place.replace(':id', id) + path
      const answer = method === 'GET' ? await browser.get(address) : await browser.send(address, { enabled: 'true' })
      expect(answer.status, `${method} ${shape}${path}`).toBe(404)
    }
  }
  expect(await listDeliveries(await world.scope('other'), {}, { limit: 9 })).toHaveLength(3)
})

/** The console's routes of one thing (`shape` ends in its id) that need no further id. */
function routesBelow(shape: string) {
  const depth = shape.split('/').length
  const names = (path: string) => path.split('/').map((part) => (part.startsWith(':') ? ':id' : part))
  const found = consoleRoutes.routes
    .filter(({ method }) => method === 'GET' || method === 'POST')
    .filter(({ path }) => names(path).slice(0, depth).join('/') === shape)
    .map(({ method, path }) => ({
      method,
      path: path
        .split('/')
        .slice(depth)
        .map((part) => `/${part}`)
        .join(''),
    }))
    .filter(({ path }) => !path.includes(':'))
  if (found.length === 0) throw new Error(`no route ${shape}`)
  return found
}
