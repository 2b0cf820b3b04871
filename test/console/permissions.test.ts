/** What of the console somebody sees and may do, by what her roles permit. */
import { describe, expect, test } from 'vitest'
import { setProvisioners } from '../../src/applications/commands.ts'
import { RESIDENT_APPLICATION } from '../../src/applications/queries.ts'
import { consoleRoutes } from '../../src/console/routes.ts'
import { createAttribute } from '../../src/directory/attributes/commands.ts'
import { attributeInput } from '../../src/directory/attributes/settings.ts'
import { createScimToken } from '../../src/directory/credentials/commands.ts'
import { PERMISSIONS } from '../../src/directory/permissions.ts'
import { setAlertSettings } from '../../src/connections/alerts/commands.ts'
import { alertSettingsInput } from '../../src/connections/alerts/settings.ts'
import { recordDecision } from '../../src/federation/decision/log/commands.ts'
import { listDecisions } from '../../src/federation/decision/log/queries.ts'
import { createInitialAccessToken } from '../../src/oidc/registration/commands.ts'
import { listDeliveries } from '../../src/outbound/log/queries.ts'
import type { TestWorld } from '../support/app.ts'
import { contentsOf } from '../support/contents.ts'
import { haveDrift } from '../support/drift.ts'
import { signedInWith } from './people.ts'
import { consoleWorld, makeApplication, makeConnection, makeConnector, makeProvider } from './world.ts'

/** What it takes to see and to change what stands under each word behind /console/. */
const AREAS = {
  users: ['scim:read', 'scim:write', 'Users'],
  groups: ['scim:read', 'scim:write', 'Groups'],
  roles: ['scim:read', 'roles:write', 'Roles'],
  'deleted-users': ['settings:read', 'settings:write', 'Deleted users'],
  'scim-tokens': ['settings:read', 'settings:write', 'SCIM tokens'],
  attributes: ['settings:read', 'settings:write', 'Attributes'],
  'password-policy': ['settings:read', 'settings:write', 'Password policy'],
  'authorization-policy': ['settings:read', 'settings:write', undefined],
  'sign-up': ['settings:read', 'settings:write', undefined],
  'signing-keys': ['settings:read', 'settings:write', 'Signing keys'],
  branding: ['settings:read', 'settings:write', 'Branding'],
  applications: ['applications:read', 'applications:write', 'Applications'],
  'client-registration': ['applications:read', 'applications:write', 'Client registration'],
  connections: ['connections:read', 'connections:write', 'Connections'],
  'sign-in-decisions': ['connections:read', 'connections:write', 'Sign-in decisions'],
  'login-registration/provisioning/outbound': ['connections:read', 'connections:write', undefined],
  'login-registration/provisioning/alerts': ['connections:read', 'connections:write', undefined],
} as const
const READS = Object.keys(PERMISSIONS).filter((name) => name.endsWith(':read'))
const WRITES = Object.keys(PERMISSIONS).filter((name) => name.endsWith(':write'))

const routes = consoleRoutes.routes.filter(({ method }) => method === 'GET' || method === 'POST')

/** The words of the left menu that lead somewhere. */
function menuIn(text: string): string[] {
  const [, menu = ''] = /<nav class="menu"[^>]*>([^]*?)<\/nav>/.exec(text) ?? []
  return [...menu.matchAll(/<a [^>]*>(?:<svg[^]*?<\/svg>)?([^<]*)<\/a>/g)].map(([, label = '']) =>
    label.replaceAll('&amp;', '&').trim(),
  )
}

/** One of everything, and the ids of it by the word before the parameter in a route. */
async function furnish(world: TestWorld): Promise<Readonly<Record<string, string>>> {
  const scope = await world.scope()
  const tenant = await world.tenant()
  const make = async (path: string, body: object) => (await (await tenant.scim('POST', path, body)).json()).id as string
  const connection = await makeConnection(world, 'SCIM-IDP')
  const connector = await makeConnector(world, connection.id)
  await makeProvider(world, 'IDP-IS2')
  const { row: application } = await makeApplication(world, 'playground2')
  const provisioner = { connection: connection.id, connector: connector.id, blocking: false, jit: false }
  for (const id of [RESIDENT_APPLICATION, application.id]) await setProvisioners(scope, id, [provisioner])
  await setAlertSettings(scope, alertSettingsInput.parse({ url: 'https://receiver.example' }))
  await createAttribute(scope, attributeInput.parse({ name: 'shoeSize', type: 'integer' }))
  const user = await make('/Users', { userName: 'kim' })
  const gone = await make('/Users', { userName: 'ann' })
  await tenant.scim('DELETE', `/Users/${gone}`)
  const rows = await listDeliveries(scope, {}, { limit: 9 })
  await haveDrift(scope, connector.id, { id: user, name: 'kim' })
  const person = { issuer: 'https://idp.example', subject: 'kim', claims: {} }
  await recordDecision(scope, { connection, person }, { decision: 'refuse', reason: 'jit-off', details: {} })
  const [decision] = await listDecisions(scope, {}, { limit: 1 })
  return {
    users: user,
    groups: await make('/Groups', { displayName: 'team', members: [{ value: user }] }),
    roles: await make('/Roles', { displayName: 'helpdesk', users: [{ value: user }] }),
    connections: connection.id,
    connectors: connector.id,
    provisioning: connector.id,
    outbound: connector.id,
    applications: application.id,
    drifts: 'drift',
    'sign-in-decisions': decision?.id ?? '',
    deliveries: rows.find((row) => row.resourceId === user)?.id ?? '',
    'scim-tokens': (await createScimToken(scope, { description: 'Okta' })).id,
    tokens: (await createInitialAccessToken(scope, { description: 'Partner' })).id,
    'deleted-users': gone,
    custom: 'shoeSize',
    new: 'traditional-web-application',
  }
}

function addressOf(path: string, ids: Readonly<Record<string, string>>): string {
  const parts = path.split('/')
  return parts.map((part, i) => (part.startsWith(':') ? (ids[parts[i - 1] ?? ''] ?? part) : part)).join('/')
}

/** The forms of a page that change something: signing out is for everybody. */
function formsIn(text: string): string[] {
  const forms = [...text.matchAll(/<form[^>]*method="post"[^>]*action="([^"]*)"/g)].map(([, action = '']) => action)
  return forms.filter((action) => !action.endsWith('/logout'))
}

test('every area has a permission to see it, and one to change it', () => {
  const areas = Object.keys(AREAS)
  const open = routes.filter(({ path }) => !areas.some((area) => `${path}/`.startsWith(`/console/${area}/`)))
  expect(new Set(open.map(({ path }) => path))).toEqual(new Set(['/console', '/console/login-registration']))
})

describe.each(['scim', 'settings', 'applications', 'connections'])('who may read %s alone', (word) => {
  test('sees this in the menu and at home, and is refused everywhere else', async () => {
    const { world } = await consoleWorld()
    const ids = await furnish(world)
    const permission = `${word}:read`
    const { browser } = await signedInWith(world, [permission])
    const home = await browser.get('/console')
    const own = Object.values(AREAS).filter(([reads]) => reads === permission)
    const labels = own.flatMap(([, , label]) => label ?? [])
    const isWay = word !== 'scim'
    expect(menuIn(home.text).toSorted()).toEqual(
      ['Home', ...labels, ...(isWay ? ['Login & Registration'] : [])].toSorted(),
    )
    for (const { method, path } of routes) {
      const area = Object.entries(AREAS).find(([name]) => `${path}/`.startsWith(`/console/${name}/`))
      if (!area || area[1][0] === permission) continue
      const address = addressOf(path, ids)
      const answer = method === 'GET' ? await browser.get(address) : await browser.send(address)
      expect(answer.status, `${method} ${path}`).toBe(403)
      if (method === 'GET') expect((answer as { text: string }).text).toContain(`You need the permission ${area[1][0]}`)
    }
  })
})

test('who may read everything and change nothing is shown no form that changes something, and no link to one', async () => {
  const { world } = await consoleWorld()
  const ids = await furnish(world)
  const { browser } = await signedInWith(world, READS)
  let shown = 0
  for (const { path } of routes.filter(({ method }) => method === 'GET')) {
    const page = await browser.get(addressOf(path, ids))
    expect(page.status, path).toBeOneOf([200, 403])
    expect(formsIn(page.text), path).toEqual([])
    shown += page.status === 200 ? 1 : 0
  }
  expect(shown).toBeGreaterThan(25)
  const waiting = ['/console']
  const seen = new Set(waiting)
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const page = await browser.get(path)
    expect(page.status, path).toBe(200)
    for (const [, href = ''] of page.text.matchAll(/href="(\/console[^"#]*)"/g)) {
      const next = href.replaceAll('&amp;', '&')
      if (!seen.has(next)) waiting.push(next)
      seen.add(next)
    }
  }
  expect(seen.size).toBeGreaterThan(25)
})

test('who may read everything and change nothing changes nothing, whatever she sends', async () => {
  const { world } = await consoleWorld()
  const ids = await furnish(world)
  const { browser } = await signedInWith(world, READS)
  const before = await contentsOf(world.platform.db)
  for (const { path } of routes.filter(({ method }) => method === 'POST')) {
    const answer = await browser.send(addressOf(path, ids), { name: 'changed', enabled: 'true' })
    expect(answer.status, path).toBe(403)
  }
  expect(await contentsOf(world.platform.db)).toEqual(before)
})

test.each(Object.entries(AREAS))(
  'in %s, what may not be read is not shown to who may change it',
  async (area, needs) => {
    const { world } = await consoleWorld()
    const { browser } = await signedInWith(
      world,
      [...READS, ...WRITES].filter((name) => name !== needs[0]),
    )
    expect((await browser.get(`/console/${area}`)).status).toBe(403)
  },
)
